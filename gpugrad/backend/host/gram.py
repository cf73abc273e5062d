"""The host's products with diagonal matrices: of a matrix with itself, which is symmetric and half
of the work of a general product, and of the rows of a matrix."""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ...settings import settings
from ..dtypes import float32, float64
from ..kernels import pool
from ..kernels.sources import source
from .natives import scale

LEAST = 100_000  # products from which a call of the kernel costs less than it saves
SHARE_FROM = 1 << 27  # products from which threads pay
SHARES = 3  # of a thread: later ones are longer, and each reads all of the matrix


class _Job(ctypes.Structure):
    """The arguments of kernels/gram.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("x", "weights", "y")),
        *((name, ctypes.c_long) for name in ("count", "columns", "stride")),
    )


class _Kernel(NamedTuple):
    """A compiled function, its address, and how many rows of the result it does at once."""

    function: Any
    address: int
    rows: int


def weighted_gram(a: Any, w: Any) -> Any:
    """``a.T @ diag(w) @ a``; a general product where that does as well, without a compiler, and
    if a result is not finite."""
    if a.ndim < 2 or w.shape != a.shape[:-1]:
        raise ValueError(f"weighted_gram: weights of shape {w.shape} for rows of {a.shape}")
    y = _by_kernel(a, w) if a.ndim == 2 and a.dtype == w.dtype else None
    return np.matmul(scale(a.mT, w[..., None, :]), a) if y is None else y


def _by_kernel(a: Any, w: Any) -> Any:
    """The product by kernels/gram.cpp, or None."""
    kernel = _kernel(a.dtype) if a.size * a.shape[1] >= LEAST else None
    if kernel is None:
        return None
    lies = a.strides[1] == a.itemsize and a.flags.aligned  # not so in a field of records
    x, weights = a if lies else np.ascontiguousarray(a), np.ascontiguousarray(w)
    count, columns = x.shape
    y, stride = np.empty((columns, columns), x.dtype), x.strides[0] // x.itemsize
    job = _Job(x.ctypes.data, weights.ctypes.data, y.ctypes.data, count, columns, stride)
    groups = -(-columns // kernel.rows)
    if a.size * columns < SHARE_FROM:
        kernel.function(ctypes.byref(job), 0, groups)
    else:
        chunk = -(-groups // (SHARES * settings.threads))
        pool.run(kernel.address, ctypes.addressof(job), groups, chunk)
    return y if np.isfinite(y).all() else None


def scale_add_diagonal(x: Any, scales: Any, diagonal: Any) -> Any:
    """``diag(scales) @ x + diag(diagonal)``; the diagonal goes into the new array."""
    if x.shape != (*scales.shape, x.shape[-1]) or x.shape != (*diagonal.shape, *scales.shape[-1:]):
        raise ValueError(
            f"scale_add_diagonal: scales of shape {scales.shape} and a diagonal of shape "
            f"{diagonal.shape} for matrices of {x.shape}"
        )
    y = scale(x, scales[..., None])
    places = np.arange(x.shape[-1])
    y[..., places, places] += diagonal
    return y


@cache
def _kernel(dtype: Any) -> _Kernel | None:
    """None for other dtypes than float32 and float64, and without a compiler."""
    if dtype not in (float32, float64):
        return None
    library = pool.kernels(source("gram.cpp"), "c++")
    if library is None:
        return None
    function = getattr(library, f"gram_{dtype.name}")
    function.argtypes, function.restype = (ctypes.c_void_p, ctypes.c_long, ctypes.c_long), None
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return _Kernel(function, address, ctypes.c_long.in_dll(library, "gram_rows").value)


GRAM_NATIVES: dict[str, Callable] = {
    "weighted_gram": weighted_gram,
    "scale_add_diagonal": scale_add_diagonal,
}
