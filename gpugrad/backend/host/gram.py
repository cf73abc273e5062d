"""Products of a matrix with itself, which are symmetric: half of the work of a general product."""

import ctypes
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ...settings import settings
from ..kernels import host, pool
from ..kernels.cache import NoCompiler
from ..kernels.sources import source

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


def weighted_gram(a: Any, b: Any, weights: Any) -> Any:
    """``(a * weights) @ b.T`` of NumPy's matrices (n, k) that show the same elements; None where a
    general product does as well, without a compiler, and if the result is not finite."""
    if type(a) is not np.ndarray or not _same(a, b):
        return None
    kernel = _kernel(a.dtype) if a.size * a.shape[0] >= LEAST else None
    if kernel is None:
        return None
    whole = not a.strides[1] % a.itemsize  # not so in a field of records
    x = a.T if a.strides[0] == a.itemsize and whole else np.ascontiguousarray(a.T)
    count, columns = x.shape
    weights, y = np.ascontiguousarray(weights), np.empty((columns, columns), x.dtype)
    stride = x.strides[0] // x.itemsize
    job = _Job(x.ctypes.data, weights.ctypes.data, y.ctypes.data, count, columns, stride)
    groups = -(-columns // kernel.rows)
    if a.size * columns < SHARE_FROM:
        kernel.function(ctypes.byref(job), 0, groups)
    else:
        chunk = -(-groups // (SHARES * settings.threads))
        pool.run(kernel.address, ctypes.addressof(job), groups, chunk)
    return y if np.isfinite(y).all() else None


def _same(a: Any, b: Any) -> bool:
    """Whether two arrays show the same elements in the same order."""
    if type(b) is not np.ndarray or a.dtype != b.dtype:
        return False
    if a.shape != b.shape or a.strides != b.strides:
        return False
    return a.__array_interface__["data"] == b.__array_interface__["data"]


@cache
def _kernel(dtype: Any) -> _Kernel | None:
    """None for other dtypes than float32 and float64, and without a compiler."""
    if dtype.name not in ("float32", "float64"):
        return None
    try:
        library = host.library(source("gram.cpp"), "c++")
    except NoCompiler:
        return None
    function = getattr(library, f"gram_{dtype.name}")
    function.argtypes, function.restype = (ctypes.c_void_p, ctypes.c_long, ctypes.c_long), None
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return _Kernel(function, address, ctypes.c_long.in_dll(library, "gram_rows").value)
