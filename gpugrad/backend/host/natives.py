"""The host's raw operations by name: plain functions of NumPy arrays.

A name is an operation's own where NumPy has it, or where its rule refers to itself; every other
operation is composed of these by its rule.
"""

from collections.abc import Callable
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from ..dtypes import HALVES, INEXACT, default_float, float64
from ..kernels import buffers
from ..kernels.total import FROM as TOTAL_FROM
from ..kernels.total import total
from ..maths.error_function import erf, erfc
from ..positions import repeats, restored, whole_rows
from .scatter import scatter_add

SMALL_MATRIX = 4096  # elements
LARGE_PRODUCT = 32_768  # elements, of which fresh pages cost more than looking for used ones
ONE_THREAD = 10_000  # elements up to which BLAS's dot wakes no thread, which may be long in coming
_reduce: Any = np.add.reduce  # np.sum without a microsecond of wrapping
_maximum: Any = np.maximum.reduce
_minimum: Any = np.minimum.reduce


def chosen(condition: Any, a: Any, b: Any) -> Any:
    """``a`` where ``condition`` holds, else ``b``; of scalars a scalar, which has no device."""
    y = np.where(condition, a, b)
    return y if y.ndim else y[()]


def scale(g: Any, p: Any) -> Any:
    """``g * p`` in which a zero, or a false ``p``, gives 0 whatever the other is."""
    product = g * p
    if type(product) is type(g) is not np.ndarray and product == product:
        return product  # a number of g's own type
    if type(g) in (int, float):  # a rule's own number
        g = np.asarray(g, getattr(product, "dtype", None))
        product = np.asarray(product)
    if product.dtype is not g.dtype:
        product = product.astype(g.dtype)
    flat = product.ravel("K")  # in whatever order it lies: no copy
    if flat.size <= ONE_THREAD:
        total = flat.dot(flat)  # a NaN anywhere, and nothing else, makes a sum of squares NaN
    else:
        total = _reduce(flat)  # infinities of both signs too, which costs no more than a repair
    return product if total == total else chosen((g == 0) | (p == 0), g.dtype.type(0), product)


def matmul(a: Any, b: Any) -> Any:
    """``a @ b``; that of two large matrices in memory used before."""
    if a.ndim == b.ndim == 2 and len(a) * b.shape[1] >= LARGE_PRODUCT and a.dtype is b.dtype:
        return np.matmul(a, b, out=buffers.empty((len(a), b.shape[1]), a.dtype))
    return np.matmul(a, b)


def added_up(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Sum over ``axis``; all elements of a large array on several threads, halves in double
    precision a block at a time."""
    if x.dtype in HALVES:
        return _reduce(x, axis=axis, keepdims=keepdims, dtype=float64).astype(x.dtype)
    whole = total(x) if axis is None and not keepdims and x.size >= TOTAL_FROM else None
    return _reduce(x, axis=axis, keepdims=keepdims) if whole is None else whole


def averaged(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Mean over ``axis``; of integers, a float, which are summed as halves are."""
    if not x.ndim and axis not in (None, ()):  # NumPy's reduce takes 0 for one
        raise np.exceptions.AxisError(f"axis {axis} of a 0-d array")
    wide = x.dtype in HALVES or x.dtype.kind in "biu"
    if wide:
        total = _reduce(x, axis=axis, keepdims=keepdims, dtype=float64)
    else:
        total = added_up(x, axis, keepdims)
    mean = total / (x.size // max(total.size, 1))
    return mean.astype(x.dtype if x.dtype in HALVES else default_float()) if wide else mean


def largest(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _maximum(x, axis=axis, keepdims=keepdims)


def smallest(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _minimum(x, axis=axis, keepdims=keepdims)


def sum_to(x: Any, shape: tuple[int, ...]) -> Any:
    """Sum the axes along which ``shape`` was repeated to give ``x``'s shape."""
    extra = x.ndim - len(shape)
    repeated = tuple(extra + i for i, n in enumerate(shape) if n == 1 and x.shape[extra + i] != 1)
    if extra or repeated:
        x = added_up(x, (*range(extra), *repeated), keepdims=True)
    return x.reshape(shape)


def astype(x: Any, dtype: Any) -> Any:
    """The elements in another dtype; of complex ones in a real dtype, the real parts."""
    if x.dtype.kind == "c" and np.dtype(dtype).kind != "c":
        x = x.real
    return x.astype(dtype)


def power(a: Any, b: Any) -> Any:
    """``a`` to the power ``b``; where all exponents are one 0.5, NumPy takes roots, which differ
    from powers at -inf and -0.0, so that each element gets its own."""
    lone = getattr(b, "ndim", 1) == 0 and b == 0.5
    return a ** _halves(a.shape, b.dtype) if lone and a.ndim else a**b


@lru_cache(16)
def _halves(shape: tuple[int, ...], dtype: np.dtype) -> Any:
    return np.full(shape, 0.5, dtype)


def rounded(x: Any) -> Any:
    """The nearest whole numbers; integers, which are whole, keep their dtype."""
    return np.rint(x) if x.dtype in INEXACT else x.copy()


def broadcast_to(x: Any, shape: tuple[int, ...]) -> Any:
    """``x`` repeated along new axes and those of length one; one number is written out where that
    is cheaper than NumPy's making of a view."""
    if x.ndim or type(shape) is not tuple or prod(shape) > SMALL_MATRIX:
        return np.broadcast_to(x, shape)
    y = np.empty(shape, x.dtype)
    y.fill(x)
    return y


def diagonal(x: Any, offset: int, axis1: int, axis2: int) -> Any:
    return x.diagonal(offset, axis1, axis2)


def expand_dims(x: Any, axis: Any) -> Any:
    return x[..., None] if axis == -1 else np.expand_dims(x, axis)


def matrix_transpose(x: Any) -> Any:
    return x.mT if x.ndim > 1 else np.matrix_transpose(x)


def pad(x: Any, pad_width: tuple, value: Any) -> Any:
    """``x`` within a frame of ``value``."""
    shape = tuple(n + sum(ends) for n, ends in zip(x.shape, pad_width, strict=True))
    y = np.full(shape, value, x.dtype)
    y[
        tuple(slice(before, before + n) for n, (before, _) in zip(x.shape, pad_width, strict=True))
    ] = x
    return y


def tril(x: Any, k: int = 0) -> Any:
    """Zeros above the diagonal number ``k``."""
    return _triangle(np.tril, x, k)


def triu(x: Any, k: int = 0) -> Any:
    """Zeros below the diagonal number ``k``."""
    return _triangle(np.triu, x, k)


def _triangle(part: Callable, x: Any, k: int) -> Any:
    """A triangle of the last two axes; places of small ones are kept, which NumPy finds anew."""
    if x.ndim < 2 or x.shape[-1] * x.shape[-2] > SMALL_MATRIX:
        return part(x, k)
    return np.where(_places(part, x.shape[-2], x.shape[-1], k), x, x.dtype.type(0))


@lru_cache(256)
def _places(part: Callable, rows: int, columns: int, k: int) -> Any:
    return part(np.ones((rows, columns), np.bool_), k)


def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """NumPy's roll, which along one axis only puts two parts the other way round."""
    if type(axis) is not int or type(shift) is not int or not -x.ndim <= axis < x.ndim:
        return np.roll(x, shift, axis)
    n = x.shape[axis]
    start = n - shift % n if n else 0
    before = (slice(None),) * (axis % x.ndim)
    parts = x[(*before, slice(start, None))], x[(*before, slice(start))]
    return np.concatenate(parts, axis)


def getitem(x: Any, *arrays: Any, spec: tuple) -> Any:
    return x[restored(spec, arrays)]


def setitem(x: Any, v: Any, *arrays: Any, spec: tuple) -> Any:
    y = np.array(x)
    y[restored(spec, arrays)] = v
    return y[()]


def unindex(g: Any, *arrays: Any, spec: tuple, shape: tuple) -> Any:
    """Zeros of ``shape`` with ``g`` added where ``getitem`` would read it, in a fixed order."""
    y = np.zeros(shape, g.dtype)
    index = restored(spec, arrays)
    if not repeats(arrays):
        y[index] = g
        return y[()]
    lead = whole_rows(spec, arrays) or len(shape)
    rows, rest = shape[:lead], shape[lead:]
    places = arrays[0] if len(spec) == lead == 1 else np.arange(prod(rows)).reshape(rows)[index]
    y, g = y.reshape(prod(rows), *rest), g.reshape(places.size, *rest)
    return scatter_add(y, places.reshape(-1), g).reshape(shape)


def within(indices: Any, size: int, what: str, whole: str) -> Any:
    """The indices; IndexError for one that is not 0 to size - 1."""
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{what} of {indices.dtype}; give integers")
    unsigned = indices.view(indices.dtype.str.replace("i", "u"))  # where -1 is a large number
    if indices.size and unsigned.max() >= size:
        wrong = indices[unsigned >= size].flat[0]
        raise IndexError(f"{what} {wrong} of {size} {whole}; give 0 to {size - 1}")
    return indices


def embedding(weight: Any, indices: Any, padding_idx: int | None = None) -> Any:
    inside = within(indices, len(weight), "embedding: index", "rows")
    return np.take(weight, inside, axis=0)


def argsort(x: Any, axis: int, descending: bool) -> Any:
    """Where the elements of a stable sort come from; descending, equal ones keep their order."""
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    turned = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    return np.flip(x.shape[axis] - 1 - turned, axis)


def unique_all(x: Any) -> tuple:
    return tuple(
        np.unique(x, return_index=True, return_inverse=True, return_counts=True, equal_nan=False)
    )


UFUNCS = (
    "absolute acos acosh asin asinh atan atan2 atanh bitwise_and bitwise_or bitwise_xor "
    "bitwise_invert bitwise_left_shift bitwise_right_shift cbrt ceil conj copysign cos cosh equal "
    "exp exp2 expm1 floor floor_divide fmod gcd greater greater_equal hypot isfinite isinf isnan "
    "lcm ldexp less less_equal log log10 log1p log2 logical_and logical_not logical_or logical_xor "
    "maximum minimum nextafter not_equal remainder sign signbit sin sinh sqrt "
    "tan tanh trunc"
)
OTHERS = "real imag flip repeat prod any all count_nonzero argmax argmin cumsum nonzero"
CREATION = "zeros ones full empty arange eye linspace zeros_like ones_like full_like empty_like"

NATIVES: dict[str, Callable] = {
    **{name: getattr(np, name) for name in f"{UFUNCS} {OTHERS} {CREATION}".split()},
    # methods: NumPy's functions of these names look them up in more time than they take
    "reshape": lambda x, shape: x.reshape(shape),
    "squeeze": lambda x, axis=None: x.squeeze(axis),
    "permute_dims": lambda x, axes=None: x.transpose(axes),
    "matrix_transpose": matrix_transpose,
    "expand_dims": expand_dims,
    "broadcast_to": broadcast_to,
    "diagonal": diagonal,
    "arange_like": lambda x, n: np.arange(n),
    "binary_exponent": lambda x: np.frexp(x)[1],
    "roll": roll,
    "where": chosen,
    "scale": scale,
    "power": power,
    "matmul": matmul,
    "round": rounded,
    "erf": erf,
    "erfc": erfc,
    "sum": added_up,
    "mean": averaged,
    "sum_to": sum_to,
    "astype": astype,
    "pad": pad,
    "scatter_add": scatter_add,
    "concat": lambda *arrays, axis: np.concatenate(arrays, axis=axis),
    "getitem": getitem,
    "setitem": setitem,
    "unindex": unindex,
    "within": within,
    "embedding": embedding,
    "take": lambda x, indices, axis: np.take(x, indices, axis=axis),
    "running_product": lambda x: np.cumprod(x, axis=-1),
    "argsort": argsort,
    "unique_all": unique_all,
    "from_dlpack": np.from_dlpack,
    "searchsorted": lambda x, v, side: np.searchsorted(x, v, side=side),
    "tril": tril,
    "triu": triu,
    "max": largest,
    "min": smallest,
}
