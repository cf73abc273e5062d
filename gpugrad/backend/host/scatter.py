"""Deterministic scatter-add on the host: one C pass in index order, NumPy without a compiler."""

import ctypes
from functools import cache
from math import prod
from typing import Any

import numpy as np

from ..dtypes import HALVES, float32
from ..kernels import pool
from ..kernels.sources import source

COMPILED = ("float32", "float64")
SHARE_FROM = 65_536  # elements of updates from which the host's threads share the columns
LEAST_COLUMNS = 64  # of one thread, so that no two write to one cache line


class _Job(ctypes.Structure):
    """The arguments of kernels/scatter_add.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("y", "indices", "updates")),
        *((name, ctypes.c_longlong) for name in ("count", "columns")),
    )


def scatter_add(x: np.ndarray, indices: np.ndarray, updates: np.ndarray) -> np.ndarray:
    """A copy of ``x`` with ``updates`` added into its rows, in the order of the indices.

    x: (rows, ...), indices: (k,) of integers in -rows .. rows - 1 (IndexError for others),
    updates: (k, ...).  Halves are summed in float32 and rounded once.
    """
    if x.dtype in HALVES:
        return scatter_add(x.astype(float32), indices, updates).astype(x.dtype)
    y = np.array(x, order="C")
    updates = np.ascontiguousarray(updates, x.dtype)
    kernel = _kernel(x.dtype.name) if updates.size else None
    if kernel is None or updates.shape != (len(indices), *x.shape[1:]):
        np.add.at(y, indices, updates)
    else:
        _run(kernel, y, _checked(indices, len(x)), updates)
    return y


@cache
def _kernel(dtype: str) -> tuple[Any, int] | None:
    """The compiled function and its address; None for other dtypes and without a compiler."""
    if dtype not in COMPILED:
        return None
    library = pool.kernels(source("scatter_add.cpp"), "c++")
    if library is None:
        return None
    function = getattr(library, f"scatter_add_{dtype}")
    function.argtypes, function.restype = (ctypes.c_void_p, ctypes.c_long, ctypes.c_long), None
    return function, ctypes.cast(function, ctypes.c_void_p).value or 0


def _checked(indices: np.ndarray, rows: int) -> np.ndarray:
    """The indices as contiguous int64 in 0 .. rows - 1."""
    indices = np.ascontiguousarray(indices, np.int64)
    low, high = indices.min(initial=0), indices.max(initial=-1)
    if low < -rows or high >= rows:
        wrong = int(low if low < -rows else high)
        raise IndexError(f"scatter_add: index {wrong} is out of bounds for {rows} rows")
    return np.where(indices < 0, indices + rows, indices) if low < 0 else indices


def _run(kernel: tuple[Any, int], y: np.ndarray, indices: np.ndarray, updates: np.ndarray) -> None:
    function, address = kernel
    columns = prod(y.shape[1:])
    job = _Job(y.ctypes.data, indices.ctypes.data, updates.ctypes.data, len(indices), columns)
    if updates.size < SHARE_FROM:
        function(ctypes.byref(job), 0, columns)
    else:
        pool.run(address, ctypes.addressof(job), columns, LEAST_COLUMNS)
