"""Eigenvalues of square matrices that need not be Hermitian, and how their gradients move: as in
eigenvalues.py, with the inverse of the matrix of vectors in the place of its adjoint."""

from ..backend.maths.gaps import SLACK
from .batching import last_axes
from .declare import operation
from .eigenvalues import SECOND, both_sizes, equal
from .gaps import beyond, differences, no_gradient, off_diagonal
from .hermitian import check_square, diagonal_of, slack_of
from .shares import added


def independent(xp, w, v):
    """``v`` for a solver; where its columns depend on each other, a matrix that is singular.  And
    up to what eigenvalues are equal, which rounding moves the more the less independent v is."""
    if not w.shape[-1]:
        return v, xp.sum(xp.absolute(w), axis=-1, keepdims=True)
    s = xp.svdvals(xp.unmoved(v))
    least = xp.min(s, axis=-1, keepdims=True)
    lost = least <= slack_of(xp, s, v.shape[-1])
    condition = xp.max(s, axis=-1, keepdims=True) / xp.where(lost, 1, least)
    slack = slack_of(xp, xp.unmoved(w), SLACK * w.shape[-1]) * condition
    return xp.where(xp.expand_dims(lost, axis=-1), 0, v), slack


def inner(xp, v, t):
    """A matrix ``t`` in the basis ``v``."""
    return xp.solve(v, xp.matmul(t, v))


def _parts(xp, x, w, v):
    """Eigenvalues, vectors, and up to what values are equal."""
    if v is None:
        w, v = xp.eig(x)
    return w, *independent(xp, w, v)


def _in_order_of(xp, values, others, slack, x):
    """``x`` that belongs to ``others``, in the order of ``values``, which are the same up to
    rounding; those that are equal share it.  One of the two may be None, which is in order."""
    if values is None or others is None or not values.shape[-1]:
        return x
    values, others = xp.unmoved(values), xp.unmoved(others)
    gaps = xp.absolute(xp.expand_dims(values, axis=-1) - xp.expand_dims(others, axis=-2))
    same = gaps <= xp.min(gaps, axis=-1, keepdims=True) + xp.expand_dims(slack, axis=-1)
    found = xp.sum(xp.where(same, xp.expand_dims(x, axis=-2), 0), axis=-1)
    return found / xp.sum(xp.where(same, xp.ones_like(gaps), 0), axis=-1)


def _over(xp, x, w, lost, whole, slack):
    return xp.over_gaps(
        x, w, w, lost, whole, slack, own=True, size=w.shape[-1], error=(equal("eigvals"), SECOND)
    )


def _bent(xp, decomposed, g, t, depends):
    """How the gradient of a matrix from those ``g`` of its eigenvalues moves with it along ``t``,
    or what a gradient ``t`` of that gradient gives.  depends: whether g moves too."""
    w, v, slack = decomposed
    t = inner(xp, v, t)
    lost = beyond(xp, off_diagonal(xp, t), t) if depends else None
    weights = _over(xp, differences(xp, g), w, lost, xp.expand_dims(g, axis=-2), slack)
    turned = xp.matrix_transpose(v)
    return xp.solve(turned, xp.matmul(xp.matrix_transpose(t * weights), turned))


def _gradient_to_x(xp, g, x, gw, w, v):
    own, vectors, slack = _parts(xp, x, w, v)
    gw = _in_order_of(xp, own, w, slack, gw) if v is None else gw
    return _bent(xp, (own, vectors, slack), gw, g, False)


def _gradient_to_gw(xp, g, x, w, v):
    own, vectors, slack = _parts(xp, x, w, v)
    t = inner(xp, vectors, g)
    kept = _over(xp, off_diagonal(xp, t), own, None, t, slack)  # 0 on the diagonal, or NaN
    share = diagonal_of(xp, t + kept)
    return _in_order_of(xp, w, own, slack, share) if v is None else share


def _gradient_tangent(xp, tx, tgw, x, gw, w, v):
    moved = None if tgw is None else xp.eigvals_gradient(x, tgw, w, v)
    if tx is None:
        return moved
    own, vectors, slack = _parts(xp, x, w, v)
    gw = _in_order_of(xp, own, w, slack, gw) if v is None else gw
    bent = _bent(xp, (own, vectors, slack), gw, tx, tgw is not None)
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
def eigvals_gradient(xp, x, gw, w, v):
    """The gradient of square matrices ``x`` (..., n, n) from those of their eigenvalues ``w``,
    (..., n), or None for what ``eig`` gives; v: what it gives beside w, ``independent``, or None.
    """
    if v is None:
        own, v, slack = _parts(xp, x, None, None)
        gw = _in_order_of(xp, own, w, slack, gw)
    turned = xp.matrix_transpose(v)
    return xp.solve(turned, xp.expand_dims(gw, axis=-1) * turned)


def _change_to_x(xp, g, x, t, w):
    own, v, slack = _parts(xp, x, None, None)
    return _bent(xp, (own, v, slack), _in_order_of(xp, own, w, slack, g), t, True)


def _change_tangent(xp, tx, tt, x, t, w):
    moved = None if tt is None else xp.eigvals_change(x, tt, w)
    if tx is None:
        return moved
    own, v, slack = _parts(xp, x, None, None)
    one, other = inner(xp, v, t), inner(xp, v, tx)
    both = one * xp.matrix_transpose(other)
    both = off_diagonal(xp, both + xp.matrix_transpose(both))
    bent = xp.sum(_over(xp, both, own, None, both_sizes(xp, one, other), slack), axis=-2)
    bent = _in_order_of(xp, w, own, slack, bent)
    return added(moved, bent)


@operation(
    to_x=_change_to_x,
    to_t=lambda xp, g, x, w: xp.eigvals_gradient(x, g, w, None),
    tangent=_change_tangent,
    batch=last_axes(2, 2, 1),
    floats=True,
)
def eigvals_change(xp, x, t, w=None):
    """How the eigenvalues of square matrices ``x`` move along ``t``; w: they themselves, as
    constants, whose order the result has, or None for that of ``eig``."""
    own, v, slack = _parts(xp, x, None, None)
    return _in_order_of(xp, w, own, slack, diagonal_of(xp, inner(xp, v, t)))


@operation(
    to_x=lambda xp, g, x, y: xp.eigvals_gradient(x, g, y, None),
    tangent=lambda xp, tx, x, y: xp.eigvals_change(x, tx, xp.unmoved(y)),
    batch=last_axes(2),
    floats=True,
)
def eigvals(xp, x):
    """Eigenvalues of square matrices, always complex; a derivative computes the vectors.

    Equal values share the derivative of what singles out one of them.
    """
    check_square("eigvals", x)
    return xp.eigvals(x)
