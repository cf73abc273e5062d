"""The pseudoinverse: of equations that have no solution or many, the shortest best one."""

from .batching import last_axes
from .declare import operation
from .hermitian import (
    adjoint,
    check_matrices,
    check_square,
    from_triangle,
    identities,
    inverse_beyond,
    slack_of,
    to_triangle,
    unit_of,
)
from .solving import between


def _left_over(xp, x, y):
    """Projectors on what ``x`` does not reach and on what it makes zero."""
    rows, columns = xp.matmul(x, y), xp.matmul(y, x)
    return identities(xp, rows) - rows, identities(xp, columns) - columns


def _kept_and_dropped(xp, x, rtol):
    """Which singular values are kept, and which dropped ones are not 0."""
    s = xp.svdvals(xp.unmoved(x))
    kept = s > xp.max(s, axis=-1, keepdims=True) * xp.expand_dims(rtol, axis=-1)
    felt = s > slack_of(xp, s, max(x.shape[-2:]))
    return kept, xp.logical_and(xp.logical_not(kept), felt)


def _of_dropped(xp, x, rtol):
    """Singular vectors, and what each element of x's move between them adds to the rule of constant
    rank where ``rtol`` drops singular values that are not 0: directly, and conjugate transposed."""
    kept, dropped = _kept_and_dropped(xp, x, rtol)
    some = xp.expand_dims(xp.any(dropped, axis=-1), axis=(-2, -1))
    u, s, vh = xp.svd(xp.where(some, x, 0), full_matrices=False)  # without any, equal ones may move
    high, low = xp.expand_dims(s, axis=-1), xp.expand_dims(s, axis=-2)
    pairs = xp.logical_and(xp.expand_dims(kept, axis=-1), xp.expand_dims(dropped, axis=-2))
    high, low = xp.where(pairs, high, 1), xp.where(pairs, low, 0)
    direct = low / (high * (high * high - low * low))
    crossed = direct * low / high
    return u, vh, *(part + xp.matrix_transpose(part) for part in (direct, crossed))


def _to_pinv(xp, g, x, rtol, y, *, hermitian):
    x = from_triangle(xp, x) if hermitian else x
    unreached, killed = _left_over(xp, x, y)
    turned, gt = adjoint(xp, y), xp.matrix_transpose(g)
    share = between(xp, g, xp.matrix_transpose(y))
    bent = xp.matmul(xp.matmul(unreached, gt), xp.matmul(y, turned))
    bent = bent + xp.matmul(xp.matmul(turned, y), xp.matmul(gt, killed))
    share = share + xp.conj(bent)
    if rtol is not None and min(x.shape[-2:]):
        u, vh, direct, crossed = _of_dropped(xp, x, rtol)
        inner = xp.matmul(xp.matmul(xp.conj(vh), g), xp.conj(u))
        inner = direct * inner + crossed * adjoint(xp, inner)
        share = share + xp.matmul(xp.matmul(xp.conj(u), inner), xp.conj(vh))
    return to_triangle(xp, share) if hermitian else share


def _pinv_tangent(xp, tx, x, rtol, y, *, hermitian):
    if hermitian:
        x, tx = from_triangle(xp, x), from_triangle(xp, tx)
    unreached, killed = _left_over(xp, x, y)
    turned, th = adjoint(xp, y), adjoint(xp, tx)
    moved = between(xp, tx, y)
    moved = moved + xp.matmul(xp.matmul(y, turned), xp.matmul(th, unreached))
    moved = moved + xp.matmul(xp.matmul(killed, th), xp.matmul(turned, y))
    if rtol is None or not min(x.shape[-2:]):
        return moved
    u, vh, direct, crossed = _of_dropped(xp, x, rtol)
    inner = xp.matmul(xp.matmul(adjoint(xp, u), tx), adjoint(xp, vh))
    inner = direct * inner + crossed * adjoint(xp, inner)
    return moved + xp.matmul(xp.matmul(adjoint(xp, vh), inner), adjoint(xp, u))


def _to_log_pseudo_det(xp, g, x, rtol):
    inverse = xp.conj(xp.pinv(x, rtol, hermitian=True))
    return to_triangle(xp, xp.expand_dims(g, axis=(-2, -1)) * inverse)


def _log_pseudo_det_tangent(xp, tx, x, rtol):
    inverse = xp.conj(xp.pinv(x, rtol, hermitian=True))
    return xp.real(xp.sum(inverse * from_triangle(xp, tx), axis=(-2, -1)))


@operation(
    to_x=_to_log_pseudo_det, tangent=_log_pseudo_det_tangent, batch=last_axes(2, 0), floats=True
)
def log_pseudo_det(xp, x, rtol=None):
    """The logarithm of the size of the product of those eigenvalues that ``pinv`` inverts.

    x: (..., n, n), Hermitian, whose lower triangle is read; rtol: as ``pinv``'s.  The derivative is
    the pseudoinverse, so that every order is right at constant rank.
    """
    check_square("log_pseudo_det", x)
    values = xp.eigvalsh(x, UPLO="L")
    if not values.shape[-1]:
        return xp.sum(values, axis=-1)
    inverted = _inverted(xp, values, rtol, x.shape)
    return -xp.sum(xp.log(xp.absolute(xp.where(inverted == 0, 1, inverted))), axis=-1)


def _inverted(xp, values, rtol, shape):
    """The inverses of those ``values`` that are not small beside the largest."""
    sizes = xp.absolute(values)
    largest = xp.max(sizes, axis=-1, keepdims=True)
    if rtol is None:
        return inverse_beyond(xp, values, largest * (unit_of(values) * max(shape[-2:])))
    return inverse_beyond(xp, values, largest * xp.expand_dims(rtol, axis=-1))


@operation(to_x=_to_pinv, tangent=_pinv_tangent, batch=last_axes(2, 0), floats=True)
def pinv(xp, x, rtol=None, *, hermitian=False):
    """The pseudoinverses of matrices; singular values up to ``rtol`` times the largest are zero.

    x: (..., m, n); rtol: a number or (...), by default the precision times the larger of m and n.
    hermitian: x is, and its lower triangle is read.  The derivative is that at constant rank, right
    where singular values are equal too, G. Golub and V. Pereyra, SIAM J. Numer. Anal. 10 (1973),
    with a second part where ``rtol`` drops more than rounding.
    """
    (check_square if hermitian else check_matrices)("pinv", x)
    if not min(x.shape[-2:]):
        return xp.matrix_transpose(xp.zeros_like(x))
    if hermitian:
        values, u = xp.eigh(x, UPLO="L")
        v = u
    else:
        u, values, vh = xp.svd(x, full_matrices=False)
        v = adjoint(xp, vh)
    inverted = xp.expand_dims(_inverted(xp, values, rtol, x.shape), axis=-2)
    return xp.matmul(v * inverted, adjoint(xp, u))
