"""Functions of matrices that both backends compute in the same way from their own products and
solvers: the matrix exponential, and the minors that are the derivatives of a determinant."""

from collections.abc import Callable
from functools import partial
from math import ceil, log2
from typing import Any, NamedTuple

from ..shapes import batch_shape


class Matrices(NamedTuple):
    """A backend's linear algebra.

    xp: its array module; inverse: NaN for what has none; svd: thin; number: reads an array of one
    element, None where nothing can be read.
    """

    xp: Any
    matmul: Callable[[Any, Any], Any]
    solve: Callable[[Any, Any], Any]
    inverse: Callable[[Any], Any]
    det: Callable[[Any], Any]
    svd: Callable[[Any], tuple]
    number: Callable[[Any], float | None]


def natives(m: Matrices) -> dict[str, Callable]:
    """The operations that are computed here, by name."""
    return {
        "expm": partial(expm, m),
        "cofactors": partial(cofactors, m),
        "cofactor_change": partial(cofactor_change, m),
        "cofactor_curvature": partial(cofactor_curvature, m),
    }


# --- the exponential: N. Higham, SIAM J. Matrix Anal. Appl. 26 (2005), 1179, of degree 13 ---------

PADE = (
    64764752532480000.0,
    32382376266240000.0,
    7771770303897600.0,
    1187353796428800.0,
    129060195264000.0,
    10559470521600.0,
    670442572800.0,
    33522128640.0,
    1323241920.0,
    40840800.0,
    960960.0,
    16380.0,
    182.0,
    1.0,
)
LARGEST = 5.37  # 1-norm up to which the quotient is exact to float64
MOST_SQUARINGS = 32  # where the norm cannot be read: e to the power of a larger one overflows


def expm(m: Matrices, x: Any) -> Any:
    """e to the power of matrices, scaled by a power of two each and squared as often."""
    if not x.size:
        return x.copy()
    xp = m.xp
    norm = xp.max(xp.sum(abs(x), axis=-2), axis=-1)[..., None, None]
    usable = xp.isfinite(norm)
    x = xp.where(usable, x, x.dtype.type("nan"))
    norm = xp.where(usable, norm, norm.dtype.type(0))
    squarings = _squarings(m.number(xp.max(norm)))
    times = xp.ceil(xp.log2(xp.maximum(norm / LARGEST, norm.dtype.type(1))))
    y = _quotient(m, x * xp.exp2(-times))
    for i in range(squarings):
        y = xp.where(times > i, m.matmul(y, y), y)
    return y


def _squarings(largest: float | None) -> int:
    if largest is None:
        return MOST_SQUARINGS
    return ceil(log2(largest / LARGEST)) if largest > LARGEST else 0


def _quotient(m: Matrices, a: Any) -> Any:
    """The Padé approximation of e**a: numerator and denominator share even and odd parts."""
    one = m.xp.eye(a.shape[-1], dtype=a.dtype)
    a2 = m.matmul(a, a)
    a4 = m.matmul(a2, a2)
    a6 = m.matmul(a2, a4)
    b = PADE
    odd = m.matmul(a6, a6 * b[13] + a4 * b[11] + a2 * b[9])
    odd = m.matmul(a, odd + a6 * b[7] + a4 * b[5] + a2 * b[3] + one * b[1])
    even = m.matmul(a6, a6 * b[12] + a4 * b[10] + a2 * b[8])
    even = even + a6 * b[6] + a4 * b[4] + a2 * b[2] + one * b[0]
    return m.solve(even - odd, even + odd)


# --- minors -------------------------------------------------------------------------------------


def _sound(m: Matrices, x: Any, inverse: Any, det: Any, order: int) -> Any:
    """Which matrices are so far from singular that half of the digits stay where as many inverses
    as ``order`` are multiplied and all but one cancel, and whose determinant has room: as
    (..., 1, 1)."""
    xp = m.xp
    size = xp.max(xp.sum(abs(x), axis=-2), axis=-1) * xp.max(xp.sum(abs(inverse), axis=-2), axis=-1)
    digits, least = (23, 2.0**-126) if size.dtype.itemsize == 4 else (52, 2.0**-1022)
    room = (abs(det) > least) & xp.isfinite(det)
    return ((size < 2.0 ** (digits / 2 / order)) & room)[..., None, None]


def _chosen(m: Matrices, x: Any, order: int, by_inverse: Callable, of_diagonal: Callable) -> Any:
    """A derivative of the determinant of ``x``, whose order is given: by the quick formula for
    matrices that have an inverse, by the one that is always right for the others; that is only
    computed if there are any, or if that cannot be read.

    by_inverse(inverse): the transposed derivative, divided by the determinant.
    of_diagonal(s, turned): that of a diagonal matrix; ``turned`` brings a matrix beside it.
    """
    xp, inverse, det = m.xp, m.inverse(x), m.det(x)
    sound = _sound(m, x, inverse, det, order)

    def quick() -> Any:
        return det[..., None, None] * xp.matrix_transpose(by_inverse(inverse))

    all_sound = m.number(xp.all(sound))
    if all_sound:
        return quick()
    u, s, vh = m.svd(x)
    left, right = xp.conj(u), xp.conj(vh)

    def turned(t: Any) -> Any:
        return m.matmul(m.matmul(xp.matrix_transpose(left), t), xp.matrix_transpose(right))

    turn = (m.det(u) * m.det(vh))[..., None, None]
    slow = turn * m.matmul(m.matmul(left, of_diagonal(s, turned)), right)
    if all_sound is not None and not m.number(xp.any(sound)):
        return slow
    return xp.where(sound, quick(), slow)


def cofactors(m: Matrices, x: Any) -> Any:
    """The derivative of a determinant by each element: right for singular matrices too."""
    xp = m.xp
    if not x.size:
        return x.copy()

    def of_diagonal(s: Any, turned: Callable) -> Any:
        but_one, _ = _products_without(xp, s)
        return (but_one[..., None] * xp.eye(s.shape[-1], dtype=s.dtype)).astype(x.dtype)

    return _chosen(m, x, 1, lambda inverse: inverse, of_diagonal)


def cofactor_change(m: Matrices, x: Any, t: Any) -> Any:
    """How ``cofactors(x)`` moves with ``x`` along ``t``."""
    xp = m.xp
    if not x.size or not t.size:
        return _none(xp, x, t)

    def by_inverse(inverse: Any) -> Any:
        moved = m.matmul(inverse, t)
        return _trace(xp, moved) * inverse - m.matmul(moved, inverse)

    def of_diagonal(s: Any, turned: Callable) -> Any:
        _, but_two = _products_without(xp, s)
        beside = turned(t)
        along = m.matmul(but_two.astype(x.dtype), _diagonal(xp, beside)[..., None])
        return along * xp.eye(s.shape[-1], dtype=x.dtype) - but_two * xp.matrix_transpose(beside)

    return _chosen(m, x, 2, by_inverse, of_diagonal)


def cofactor_curvature(m: Matrices, x: Any, a: Any, b: Any) -> Any:
    """How ``cofactor_change(x, b)`` moves with ``x`` along ``a``, and the other way round."""
    xp = m.xp
    if not x.size or not a.size or not b.size:
        return _none(xp, x, a, b)

    def by_inverse(inverse: Any) -> Any:
        one, other = m.matmul(inverse, a), m.matmul(inverse, b)
        both = m.matmul(one, other)
        traces = _trace(xp, one), _trace(xp, other)
        turned = both + m.matmul(other, one) - one * traces[1] - other * traces[0]
        return (traces[0] * traces[1] - _trace(xp, both)) * inverse + m.matmul(turned, inverse)

    def of_diagonal(s: Any, turned: Callable) -> Any:
        return _diagonal_curvature(xp, s, turned(a), turned(b))

    return _chosen(m, x, 3, by_inverse, of_diagonal)


def _diagonal_curvature(xp: Any, s: Any, a: Any, b: Any) -> Any:
    """The same of a diagonal matrix: for each element (k, l) that moves, a sum over the minors of
    three different rows i, k, l."""
    one = xp.eye(s.shape[-1], dtype=s.dtype)
    _, without = _products_without(xp, xp.where(one != 0, s.dtype.type(1), s[..., None, :]))
    without = without * (1 - one[:, :, None]) * (1 - one[:, None, :])  # (..., i, k, l)
    a_turned, b_turned = xp.matrix_transpose(a), xp.matrix_transpose(b)
    a_own, b_own = _diagonal(xp, a), _diagonal(xp, b)

    def over_rows(x: Any) -> Any:
        return xp.sum(without * x, axis=-3)

    beside = over_rows(a_turned[..., :, None, :] * b[..., None])
    beside = beside + over_rows(b_turned[..., :, None, :] * a[..., None])
    beside = beside - a_turned * over_rows(b_own[..., None, None])
    beside = beside - b_turned * over_rows(a_own[..., None, None])
    minors = a_own[..., None] * b_own[..., None, :] - a * b_turned
    return beside + one * xp.sum(without * minors[..., None, :, :], axis=(-2, -1))[..., None]


def _none(xp: Any, x: Any, *others: Any) -> Any:
    """What there is of matrices without elements."""
    shape = tuple(x.shape[:-2])
    for other in others:
        shape = batch_shape(shape, tuple(other.shape[:-2]))
    return xp.zeros((*shape, *x.shape[-2:]), dtype=x.dtype)


def _trace(xp: Any, x: Any) -> Any:
    return xp.sum(_diagonal(xp, x), axis=-1)[..., None, None]


def _diagonal(xp: Any, x: Any) -> Any:
    return xp.diagonal(x, 0, -2, -1)


def _products_without(xp: Any, s: Any) -> tuple[Any, Any]:
    """Products of all numbers but number i, (..., n), and but numbers i and j, (..., n, n) with a
    zero diagonal; nothing is divided, so that zeros do no harm."""
    n = s.shape[-1]
    one = xp.ones_like(s[..., :1])
    before = xp.cumprod(xp.concatenate((one, s[..., :-1]), axis=-1), axis=-1)
    after = xp.flip(
        xp.cumprod(xp.concatenate((one, xp.flip(s, -1)[..., :-1]), axis=-1), axis=-1), -1
    )
    upper = xp.triu(xp.ones((n, n), dtype=s.dtype), 1)
    rows = xp.where(upper != 0, s[..., None, :], s.dtype.type(1))
    between = xp.cumprod(rows, axis=-1)  # of i + 1 to j
    between = xp.concatenate((xp.ones_like(between[..., :1]), between[..., :-1]), axis=-1)
    pairs = upper * before[..., :, None] * between * after[..., None, :]
    return before * after, pairs + xp.matrix_transpose(pairs)
