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


def _sound(m: Matrices, x: Any, inverse: Any) -> Any:
    """Which matrices are far enough from singular for half of the digits, as (..., 1, 1)."""
    xp = m.xp
    size = xp.max(xp.sum(abs(x), axis=-2), axis=-1) * xp.max(xp.sum(abs(inverse), axis=-2), axis=-1)
    unit = 2.0**-23 if size.dtype.itemsize == 4 else 2.0**-52
    return (size < unit**-0.5)[..., None, None]


def _chosen(m: Matrices, x: Any, by_inverse: Callable, by_singular_values: Callable) -> Any:
    """The quick formula for matrices that have an inverse, and the one that is always right for
    the others; that is only computed if there are any, or if that cannot be read."""
    xp, inverse = m.xp, m.inverse(x)
    sound = _sound(m, x, inverse)
    all_sound = m.number(xp.all(sound))
    if all_sound:
        return by_inverse(inverse)
    slow = by_singular_values(*m.svd(x))
    if all_sound is not None and not m.number(xp.any(sound)):
        return slow
    return xp.where(sound, by_inverse(inverse), slow)


def cofactors(m: Matrices, x: Any) -> Any:
    """The derivative of a determinant by each element: right for singular matrices too."""
    xp = m.xp
    if not x.size:
        return x.copy()

    def by_inverse(inverse: Any) -> Any:
        return m.det(x)[..., None, None] * xp.matrix_transpose(inverse)

    def by_singular_values(u: Any, s: Any, vh: Any) -> Any:
        but_one, _ = _products_without(xp, s)
        turn = (m.det(u) * m.det(vh))[..., None, None]
        return turn * m.matmul(xp.conj(u) * but_one[..., None, :], xp.conj(vh))

    return _chosen(m, x, by_inverse, by_singular_values)


def cofactor_change(m: Matrices, x: Any, t: Any) -> Any:
    """How ``cofactors(x)`` moves with ``x`` along ``t``."""
    xp = m.xp
    if not x.size or not t.size:
        batch = batch_shape(tuple(x.shape[:-2]), tuple(t.shape[:-2]))
        return xp.zeros((*batch, *x.shape[-2:]), dtype=x.dtype)

    def by_inverse(inverse: Any) -> Any:
        moved = m.matmul(inverse, t)
        trace = xp.sum(_diagonal(xp, moved), axis=-1)[..., None, None]
        change = trace * inverse - m.matmul(moved, inverse)
        return m.det(x)[..., None, None] * xp.matrix_transpose(change)

    def by_singular_values(u: Any, s: Any, vh: Any) -> Any:
        _, but_two = _products_without(xp, s)
        turned = m.matmul(
            m.matmul(xp.matrix_transpose(xp.conj(u)), t), xp.matrix_transpose(xp.conj(vh))
        )
        along = m.matmul(but_two.astype(x.dtype), _diagonal(xp, turned)[..., None])
        one = xp.eye(s.shape[-1], dtype=x.dtype)
        middle = along * one - but_two * xp.matrix_transpose(turned)
        turn = (m.det(u) * m.det(vh))[..., None, None]
        return turn * m.matmul(m.matmul(xp.conj(u), middle), xp.conj(vh))

    return _chosen(m, x, by_inverse, by_singular_values)


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
