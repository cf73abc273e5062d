"""Determinants, which are polynomials: their derivatives are minors, finite for every matrix."""

from .batching import last_axes
from .declare import operation
from .hermitian import check_square, diagonal_of
from .shares import added


def _wide(xp, g):
    """One number for each matrix, beside its elements."""
    return xp.expand_dims(g, axis=(-2, -1))


def _trace(xp, x):
    return _wide(xp, xp.sum(diagonal_of(xp, x), axis=-1))


@operation(
    to_x=lambda xp, g, x: xp.scale(_wide(xp, g), xp.cofactors(x)),
    tangent=lambda xp, tx, x: xp.sum(xp.scale(tx, xp.cofactors(x)), axis=(-2, -1)),
    batch=last_axes(2),
    floats=True,
)
def det(xp, x):
    """The determinants of square matrices, (..., n, n); the first three derivatives are right at
    singular ones too, the fourth is a LinAlgError there."""
    check_square("det", x)
    return xp.det(x)


@operation(
    to_x=lambda xp, g, x: xp.cofactor_change(x, g),
    tangent=lambda xp, tx, x: xp.cofactor_change(x, tx),
    batch=last_axes(2),
    floats=True,
)
def cofactors(xp, x):
    """The derivative of a determinant by each element: ``det(x) * inv(x).T``, but of any matrix."""
    check_square("cofactors", x)
    return xp.cofactors(x)


def _change_tangent(xp, tx, tt, x, t):
    moved = None if tt is None else xp.cofactor_change(x, tt)
    return moved if tx is None else added(moved, xp.cofactor_curvature(x, tx, t))


@operation(
    to_x=lambda xp, g, x, t: xp.cofactor_curvature(x, g, t),
    to_t=lambda xp, g, x: xp.cofactor_change(x, g),
    tangent=_change_tangent,
    batch=last_axes(2, 2),
    floats=True,
)
def cofactor_change(xp, x, t):
    """How ``cofactors(x)`` moves with ``x`` along ``t``: the second derivative of a determinant."""
    check_square("cofactor_change", x)
    return xp.cofactor_change(x, t)


def _moved_inverse(xp, inverse, *directions):
    """The derivative of a determinant of which the ``directions`` took one order each, transposed
    and divided by it."""
    if not directions:
        return inverse
    parts = []
    for i, direction in enumerate(directions):
        others = directions[:i] + directions[i + 1 :]
        parts.append(xp.matmul(direction, _moved_inverse(xp, inverse, *others)))
    whole = _trace(xp, parts[-1]) * inverse
    for part in parts:
        whole = whole - xp.matmul(inverse, part)
    return whole


def _fourth(xp, g, x, a, b):
    """The gradient of ``sum(g * cofactor_curvature(x, a, b))``, of matrices with an inverse."""
    transposed = _wide(xp, xp.det(x)) * _moved_inverse(xp, xp.inv(x), g, a, b)
    return xp.matrix_transpose(transposed)


def _curvature_tangent(xp, tx, ta, tb, x, a, b):
    moved = None if ta is None else xp.cofactor_curvature(x, ta, b)
    moved = moved if tb is None else added(moved, xp.cofactor_curvature(x, a, tb))
    return moved if tx is None else added(moved, _fourth(xp, tx, x, a, b))


@operation(
    to_x=_fourth,
    to_a=lambda xp, g, x, b: xp.cofactor_curvature(x, g, b),
    to_b=lambda xp, g, x, a: xp.cofactor_curvature(x, a, g),
    tangent=_curvature_tangent,
    batch=last_axes(2, 2, 2),
    floats=True,
)
def cofactor_curvature(xp, x, a, b):
    """How ``cofactor_change(x, b)`` moves with ``x`` along ``a``: the third derivative of a
    determinant.  The fourth is given for matrices that have an inverse, else a LinAlgError."""
    check_square("cofactor_curvature", x)
    return xp.cofactor_curvature(x, a, b)


def _to_slogdet(xp, g, x, y):
    (gsign, glog), (sign, _) = g, y
    weight = 0 if glog is None else glog
    if gsign is not None and x.dtype.kind == "c":  # it turns by the imaginary part of the log
        weight = weight + xp.imag(gsign * sign) * 1j
    elif glog is None:
        return xp.zeros_like(x)
    return _wide(xp, weight) * xp.matrix_transpose(xp.inv(x))


def _slogdet_tangent(xp, tx, x, y):
    sign, _ = y
    moved = xp.sum(diagonal_of(xp, xp.solve(x, tx)), axis=-1)
    if x.dtype.kind == "c":
        return sign * (xp.imag(moved) * 1j), xp.real(moved)
    return xp.zeros_like(sign), moved


@operation(to_x=_to_slogdet, tangent=_slogdet_tangent, batch=last_axes(2), floats=True)
def slogdet(xp, x):
    """Sign, or complex unit, and logarithm of the magnitude of determinants.

    x: (..., n, n).  A singular matrix gives 0 and -inf, where there is no derivative: LinAlgError.
    """
    check_square("slogdet", x)
    return xp.slogdet(x)
