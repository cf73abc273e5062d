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
    to_x=lambda xp, g, x: _wide(xp, g) * xp.cofactors(x),
    tangent=lambda xp, tx, x: xp.sum(xp.cofactors(x) * tx, axis=(-2, -1)),
    batch=last_axes(2),
    floats=True,
)
def det(xp, x):
    """The determinants of square matrices; first and second derivatives are right at singular
    ones too.  x: (..., n, n)."""
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


def _third(xp, g, x, t):
    """The gradient of ``sum(g * cofactor_change(x, t))``, of matrices that have an inverse."""
    inverse = xp.inv(x)
    a, b = xp.matmul(inverse, t), xp.matmul(inverse, g)
    ab, ba = xp.matmul(a, b), xp.matmul(b, a)
    of_a, of_b = _trace(xp, a), _trace(xp, b)
    both = ab + ba - a * of_b - b * of_a
    whole = (of_a * of_b - _trace(xp, ab)) * inverse + xp.matmul(both, inverse)
    return _wide(xp, xp.det(x)) * xp.matrix_transpose(whole)


def _change_tangent(xp, tx, tt, x, t):
    moved = None if tt is None else xp.cofactor_change(x, tt)
    if tx is None:
        return moved
    return added(moved, _third(xp, tx, x, t))


@operation(
    to_x=_third,
    to_t=lambda xp, g, x: xp.cofactor_change(x, g),
    tangent=_change_tangent,
    batch=last_axes(2, 2),
    floats=True,
)
def cofactor_change(xp, x, t):
    """How ``cofactors(x)`` moves with ``x`` along ``t``: the second derivative of a determinant.

    The third is given for matrices that have an inverse; for others it is a LinAlgError.
    """
    check_square("cofactor_change", x)
    return xp.cofactor_change(x, t)


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
