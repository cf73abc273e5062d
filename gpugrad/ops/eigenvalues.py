"""Eigenvalues of Hermitian matrices, and how their gradients move.

The gradient of a function of eigenvalues weighs projectors with the gradients of the values, and is
right where values are equal too, if these gradients are.  How it moves with the matrix is a rule of
its own (``eigvalsh_gradient``): between equal values it divides a difference of gradients, 0, by 0.
That counts as 0, right for gradients that depend on nothing, as those of a sum; of others, which
become unequal with the values, the rule cannot know how fast: LinAlgError.
"""

from .batching import last_axes
from .declare import operation
from .gaps import beyond, differences, no_gradient, off_diagonal
from .hermitian import adjoint, check_square, diagonal_of, from_triangle, to_triangle
from .shares import added

WITHOUT = "expm, sqrtm, inv, pinv, matrix_power and solve need no eigenvalues"
SECOND = f"second derivatives of a function of values are not known there; {WITHOUT}"


def equal(name):
    """What an error of ``over_gaps`` says of two eigenvalues."""
    return name + ": eigenvalues {i} and {j} are equal ({low} and {high})"


def check_triangle(name, UPLO):
    """ValueError unless ``UPLO`` names a triangle."""
    if UPLO not in ("L", "U"):
        raise ValueError(f"{name}: UPLO={UPLO!r}; use 'L' or 'U', the triangle that is read")


def _decomposed(xp, x, w, v, UPLO):
    return xp.eigh(x, UPLO=UPLO) if v is None else (w, v)


def _weighed(xp, g, v):
    """The gradient of a Hermitian matrix from that of its eigenvalues."""
    return xp.matmul(xp.conj(v) * xp.expand_dims(g, axis=-2), xp.matrix_transpose(v))


def inner(xp, v, t):
    """A Hermitian matrix ``t`` in the basis ``v``."""
    return xp.matmul(adjoint(xp, v), xp.matmul(t, v))


def _over(xp, x, w, lost, whole):
    return xp.over_gaps(
        x, w, w, lost, whole, None, own=True, size=w.shape[-1], error=(equal("eigvalsh"), SECOND)
    )


def _bent(xp, w, v, g, t, depends):
    """How the projectors weighed with ``g`` move with the matrix along ``t``, or how a gradient
    ``t`` of them weighs it.  depends: whether g moves too, which is not known between equals."""
    t = inner(xp, v, t)
    lost = beyond(xp, off_diagonal(xp, t), t) if depends else None
    weights = _over(xp, differences(xp, g), w, lost, xp.expand_dims(g, axis=-2))
    return xp.conj(xp.matmul(xp.matmul(v, t * weights), adjoint(xp, v)))


def _gradient_to_x(xp, g, x, gw, w, v, *, UPLO):
    w, v = _decomposed(xp, x, w, v, UPLO)
    return to_triangle(xp, _bent(xp, w, v, gw, g, False), UPLO == "L")


def _gradient_to_gw(xp, g, x, w, v, *, UPLO):
    w, v = _decomposed(xp, x, w, v, UPLO)
    t = inner(xp, v, g)
    kept = _over(xp, off_diagonal(xp, t + adjoint(xp, t)), w, None, t)  # 0 on the diagonal, or NaN
    return xp.real(diagonal_of(xp, t + kept))


def _gradient_tangent(xp, tx, tgw, x, gw, w, v, *, UPLO):
    w, v = _decomposed(xp, x, w, v, UPLO)
    moved = None if tgw is None else _weighed(xp, tgw, v)
    if tx is None:
        return moved
    bent = _bent(xp, w, v, gw, from_triangle(xp, tx, UPLO == "L"), tgw is not None)
    return added(moved, bent)


@operation(
    to_x=_gradient_to_x,
    to_gw=_gradient_to_gw,
    to_w=no_gradient,
    to_v=no_gradient,
    tangent=_gradient_tangent,
    batch=last_axes(2, 1, 1, 2),
    floats=True,
)
def eigvalsh_gradient(xp, x, gw, w, v, *, UPLO="L"):
    """The gradient of Hermitian matrices ``x`` (..., n, n) from those of their eigenvalues,
    (..., n); w, v: eigenvalues and vectors of x, or None."""
    _, v = _decomposed(xp, x, w, v, UPLO)
    return _weighed(xp, gw, v)


def _change_to_x(xp, g, x, t, *, UPLO):
    w, v = xp.eigh(x, UPLO=UPLO)
    return to_triangle(xp, _bent(xp, w, v, g, t, True), UPLO == "L")


def _change_tangent(xp, tx, tt, x, t, *, UPLO):
    moved = None if tt is None else xp.eigvalsh_change(x, tt, UPLO=UPLO)
    if tx is None:
        return moved
    w, v = xp.eigh(x, UPLO=UPLO)
    one, other = inner(xp, v, t), inner(xp, v, from_triangle(xp, tx, UPLO == "L"))
    both = off_diagonal(xp, xp.real((xp.conj(one) + xp.matrix_transpose(one)) * other)) * 0.5
    bent = 2 * xp.sum(_over(xp, both, w, None, both_sizes(xp, one, other)), axis=-2)
    return added(moved, bent)


def both_sizes(xp, a, b):
    """The product of the largest elements of matrices, (..., 1, 1)."""
    if not a.shape[-1]:
        return None
    sizes = (xp.max(xp.absolute(xp.unmoved(x)), axis=(-2, -1), keepdims=True) for x in (a, b))
    return next(sizes) * next(sizes)


@operation(
    to_x=_change_to_x,
    to_t=lambda xp, g, x, *, UPLO: xp.eigvalsh_gradient(x, g, None, None, UPLO=UPLO),
    tangent=_change_tangent,
    batch=last_axes(2, 2),
    floats=True,
)
def eigvalsh_change(xp, x, t, *, UPLO="L"):
    """How the eigenvalues of Hermitian matrices ``x`` move along Hermitian ``t``, (..., n, n)."""
    _, v = xp.eigh(x, UPLO=UPLO)
    return xp.real(xp.sum(xp.conj(v) * xp.matmul(t, v), axis=-2))


def _to_eigvalsh(xp, g, x, *, UPLO):
    return to_triangle(xp, xp.eigvalsh_gradient(x, g, None, None, UPLO=UPLO), UPLO == "L")


def _eigvalsh_tangent(xp, tx, x, *, UPLO):
    return xp.eigvalsh_change(x, from_triangle(xp, tx, UPLO == "L"), UPLO=UPLO)


@operation(to_x=_to_eigvalsh, tangent=_eigvalsh_tangent, batch=last_axes(2), floats=True)
def eigvalsh(xp, x, *, UPLO="L"):
    """Eigenvalues in ascending order of Hermitian matrices; a derivative computes the vectors.

    What singles out one of equal values has the derivative of one of its branches, as a maximum;
    second derivatives between equal values see above.
    """
    check_square("eigvalsh", x)
    check_triangle("eigvalsh", UPLO)
    return xp.eigvalsh(x, UPLO=UPLO)
