"""Singular values alone, and how their gradients move: as eigenvalues.py has it for eigenvalues.

In the basis of singular vectors a move of the matrix has a Hermitian part, which is divided by gaps
between values, another one, which is divided by sums, and one outside of the basis, which is
divided by values.  Equal values have no gap, and values that are 0 neither sum nor size.
"""

from .batching import last_axes
from .declare import operation
from .eigenvalues import SECOND, both_sizes
from .gaps import beyond, differences, no_gradient, off_diagonal
from .hermitian import adjoint, check_matrices, diagonal_of
from .shares import added

EQUAL = ": singular values {i} and {j} are equal ({low} and {high})"
ZERO = ": singular value {j} is 0 ({high})"


def quotients(xp, x_shape, s, name, why):
    """Three functions of a part of a move, of where something is lost, and of the whole of which
    the part may be rounding: the part over gaps, over sums and, column by column, over values."""

    def over_gaps(part, lost=None, whole=None):
        return xp.over_gaps(
            part,
            s,
            s,
            lost,
            whole,
            None,
            own=True,
            size=max(x_shape[-2:]),
            error=(name + EQUAL, why),
        )

    def over_sums(part, lost=None, whole=None):
        return xp.over_gaps(
            part,
            -s,
            s,
            lost,
            whole,
            None,
            own=False,
            size=max(x_shape[-2:]),
            error=(name + ZERO, why),
        )

    def over_values(part, lost=None, whole=None):
        return xp.over_gaps(
            part,
            None,
            s,
            lost,
            whole,
            None,
            own=False,
            size=max(x_shape[-2:]),
            error=(name + ZERO, why),
        )

    return over_gaps, over_sums, over_values


def parts(xp, u, vh, t):
    """``t`` in the basis of singular vectors: its Hermitian part, the rest, and what is outside of
    the basis as columns, on the side where the vectors do not fill their space, or None."""
    right = xp.matmul(t, adjoint(xp, vh))
    inner = xp.matmul(adjoint(xp, u), right)
    turned = adjoint(xp, inner)
    outside = None
    if u.shape[-2] > u.shape[-1]:
        outside = right - xp.matmul(u, inner)
    elif vh.shape[-1] > vh.shape[-2]:
        outside = xp.matmul(adjoint(xp, u), t) - xp.matmul(inner, vh)
        outside = xp.matrix_transpose(outside)
    return (inner + turned) * 0.5, (inner - turned) * 0.5, outside


def put_together(xp, u, vh, apart, turned, outside):
    """The matrix of which these are ``parts``."""
    y = xp.matmul(xp.matmul(u, apart + turned), vh)
    if outside is None:
        return y
    if u.shape[-2] > u.shape[-1]:
        return y + xp.matmul(outside, vh)
    return y + xp.matmul(u, xp.matrix_transpose(outside))


def of_values(xp, g, s):
    """The gradient of singular values; as the slope of abs, 0 at those that are 0."""
    return xp.where(s == 0, 0, g)


def _decomposed(xp, x, u, s, vh):
    return xp.svd(x, full_matrices=False) if u is None else (u, s, vh)


def _lost(xp, apart, turned, outside, whole):
    """For each kind of quotient where it matters how fast a gap becomes other than 0."""
    columns = None
    if outside is not None:
        columns = xp.any(beyond(xp, outside, whole), axis=-2, keepdims=True)
    inner = beyond(xp, apart + turned, whole)
    return beyond(xp, off_diagonal(xp, apart), whole), inner, columns


def _bent(xp, decomposed, g, t, depends):
    """How the gradient of a matrix from those ``g`` of its values moves with it along ``t``, or
    what a gradient ``t`` of that gradient gives.  depends: whether g moves too."""
    u, s, vh = decomposed
    apart, turned, outside = parts(xp, u, vh, t)
    lost = _lost(xp, apart, turned, outside, t) if depends else (None, None, None)
    over = quotients(xp, t.shape, s, "svdvals", SECOND)
    row = xp.expand_dims(g, axis=-2)
    apart = apart * over[0](differences(xp, g), lost[0], row)
    turned = turned * over[1](row + xp.expand_dims(g, axis=-1), lost[1], row)
    if outside is not None:
        outside = outside * over[2](row, lost[2], row)
    return xp.conj(put_together(xp, u, vh, apart, turned, outside))


def _gradient_to_gs(xp, g, x, u, s, vh):
    u, s, vh = _decomposed(xp, x, u, s, vh)
    apart, turned, outside = parts(xp, u, vh, g)
    _, inner, columns = _lost(xp, apart, turned, outside, g)
    over = quotients(xp, x.shape, s, "svdvals", SECOND)
    none = xp.zeros_like(turned)  # what is added has zeros on the diagonal, or NaN
    y = apart + over[0](off_diagonal(xp, apart), None, g) + over[1](none, inner)
    share = xp.real(diagonal_of(xp, y))
    if outside is not None:
        share = share + xp.sum(over[2](xp.zeros_like(outside), columns), axis=-2)
    return of_values(xp, share, s)


def _gradient_tangent(xp, tx, tgs, x, gs, u, s, vh):
    moved = None if tgs is None else xp.svdvals_gradient(x, tgs, u, s, vh)
    if tx is None:
        return moved
    bent = _bent(xp, _decomposed(xp, x, u, s, vh), gs, tx, tgs is not None)
    return added(moved, bent)


@operation(
    to_x=lambda xp, g, x, gs, u, s, vh: _bent(xp, _decomposed(xp, x, u, s, vh), gs, g, False),
    to_gs=_gradient_to_gs,
    to_u=no_gradient,
    to_s=no_gradient,
    to_vh=no_gradient,
    tangent=_gradient_tangent,
    batch=last_axes(2, 1, 2, 1, 2),
    floats=True,
)
def svdvals_gradient(xp, x, gs, u, s, vh):
    """The gradient of matrices ``x`` (..., m, n) from those of their singular values, (..., k);
    u, s, vh: the thin decomposition, or None."""
    u, s, vh = _decomposed(xp, x, u, s, vh)
    return xp.matmul(xp.conj(u) * xp.expand_dims(of_values(xp, gs, s), axis=-2), xp.conj(vh))


def _change_to_x(xp, g, x, t):
    return _bent(xp, xp.svd(x, full_matrices=False), g, t, True)


def _change_tangent(xp, tx, tt, x, t):
    moved = None if tt is None else xp.svdvals_change(x, tt)
    if tx is None:
        return moved
    u, s, vh = xp.svd(x, full_matrices=False)
    over = quotients(xp, x.shape, s, "svdvals", SECOND)
    one, other = parts(xp, u, vh, t), parts(xp, u, vh, tx)
    both = [None if a is None else xp.real(xp.conj(a) * b) for a, b in zip(one, other, strict=True)]
    whole = both_sizes(xp, t, tx)
    lost = xp.logical_and(beyond(xp, one[0] + one[1], t), beyond(xp, other[0] + other[1], tx))
    bent = over[0](off_diagonal(xp, both[0]), None, whole) + over[1](both[1], lost, whole)
    bent = 2 * xp.sum(bent, axis=-2)
    if both[2] is not None:
        bent = bent + xp.sum(over[2](both[2], None, whole), axis=-2)
    return added(moved, bent)


@operation(
    to_x=_change_to_x,
    to_t=lambda xp, g, x: xp.svdvals_gradient(x, g, None, None, None),
    tangent=_change_tangent,
    batch=last_axes(2, 2),
    floats=True,
)
def svdvals_change(xp, x, t):
    """How the singular values of matrices ``x`` (..., m, n) move along ``t``; not at all at 0."""
    u, s, vh = xp.svd(x, full_matrices=False)
    moved = xp.sum(xp.conj(u) * xp.matmul(t, adjoint(xp, vh)), axis=-2)
    return of_values(xp, xp.real(moved), s)


@operation(
    to_x=lambda xp, g, x: xp.svdvals_gradient(x, g, None, None, None),
    tangent=lambda xp, tx, x: xp.svdvals_change(x, tx),
    batch=last_axes(2),
    floats=True,
)
def svdvals(xp, x):
    """Singular values in descending order; a derivative computes the vectors.

    What singles out one of equal values has the derivative of one of its branches, as a maximum.
    """
    check_matrices("svdvals", x)
    return xp.svdvals(x)
