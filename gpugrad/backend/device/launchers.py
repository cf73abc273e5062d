"""Launchers of the hand-written kernels, which handwritten.py lists.

A launcher takes a device backend and its arrays, allocates what comes out and starts the kernel.
Rows means contiguous (rows, columns): callers move the axis to the end and flatten the others.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from math import prod
from typing import Any

import numpy as np

from ..kernels.sources import source

MOST_BLOCKS = 2**16  # of threads, where a kernel strides over the rest
SORT_TILE, SORT_DIGITS = 2048, 16  # keys of a block, and digits of a pass, of sort.cu


@cache
def function(driver: Any, file: str, symbol: str) -> Any:
    """A driver's handle of one kernel, compiled on first use."""
    return driver.function(source(file), symbol)


def launch(
    backend: Any,
    file: str,
    symbol: str,
    grid: tuple[int, int, int],
    block: tuple[int, int, int],
    arguments: tuple,
) -> None:
    """Start the kernel ``symbol`` of ``file``."""
    handle = function(backend.driver, file, symbol)
    backend.driver.launch(handle, grid, block, arguments)


def softmax(backend: Any, x: Any) -> Any:
    """Softmax of rows."""
    return _row_map(backend, "softmax.cu", "softmax_forward", x)


def softmax_backward(backend: Any, g: Any, y: Any) -> Any:
    """The gradient of softmax's input, from that of its output ``y``."""
    return _row_map(backend, "softmax.cu", "softmax_backward", g, y)


def log_softmax(backend: Any, x: Any) -> Any:
    """Logarithm of the softmax of rows."""
    return _row_map(backend, "softmax.cu", "log_softmax_forward", x)


def log_softmax_backward(backend: Any, g: Any, y: Any) -> Any:
    """The gradient of log_softmax's input, from that of its output ``y``."""
    return _row_map(backend, "softmax.cu", "log_softmax_backward", g, y)


def scatter_add(backend: Any, x: Any, indices: Any, updates: Any) -> Any:
    """A copy of ``x`` with ``updates`` added into its rows, in the order of the indices.

    x: (rows, ...), indices: (k,) int64 in 0 .. rows - 1 (others are left out), updates: (k, ...).
    """
    y = x.copy()
    count, rows = len(indices), len(x)
    columns = prod(x.shape[1:])
    if not count or not y.size:
        return y
    order = argsort(backend, indices, rows) if count > 1 else None
    arguments = (y, indices, order, updates, *map(np.int64, (rows, count, columns)))
    symbol = f"scatter_add_{x.dtype.name}"
    launch(backend, "scatter_add.cu", symbol, *tiles(count, columns), arguments)
    return y


def argsort(backend: Any, keys: Any, limit: int) -> Any:
    """The stable order that sorts int64 ``keys`` in 0 .. limit - 1; all others go last."""
    count = len(keys)
    order, tiles = None, max(-(-count // SORT_TILE), 1)
    totals = _empty(backend, (SORT_DIGITS, tiles), "int64")
    for shift in range(0, max(limit.bit_length(), 1), 4):
        common = (keys, order, np.int64(count), np.int64(limit), np.int32(shift), totals)
        order = _empty(backend, (count,), "int64")
        block, entries = (256, 1, 1), np.int64(totals.size)
        launch(backend, "sort.cu", "sort_count", (tiles, 1, 1), block, common)
        launch(backend, "sort.cu", "sort_offsets", (1, 1, 1), block, (totals, entries))
        launch(backend, "sort.cu", "sort_place", (tiles, 1, 1), block, (*common, order))
    return order


def _row_map(backend: Any, file: str, name: str, *arrays: Any) -> Any:
    first = arrays[0]
    y = backend.module.ndarray(first.shape, first.dtype)
    over_rows(backend, file, name, first, (*arrays, y))
    return y


def over_rows(
    backend: Any, file: str, name: str, x: Any, arrays: tuple, numbers: tuple = (), form: str = ""
) -> None:
    """Start a kernel on the rows of ``x``: its arguments are the addresses of ``arrays``, None for
    a null pointer, the numbers of rows and columns, and ``numbers`` as ``form`` says."""
    rows, columns = x.shape
    if rows:
        whole = f"{'Q' * len(arrays)}qq{form}"
        start = _row_start(backend.driver, file, name, x.dtype, rows, columns, whole)
        start((*addresses(arrays), rows, columns, *numbers), arrays)


def addresses(arrays: tuple) -> list[int]:
    """Where arrays lie, 0 for None."""
    return [0 if a is None else a.data.ptr for a in arrays]


@lru_cache(1024)
def _row_start(
    driver: Any, file: str, name: str, dtype: Any, rows: int, columns: int, form: str
) -> Callable[[tuple, tuple], None]:
    handle = function(driver, file, f"{name}_{dtype.name}")
    return driver.prepared(handle, *row_grid(rows, columns), form)


def row_grid(rows: int, columns: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """A warp for each short row, eight to a block; else a block for each row."""
    if columns <= 256:
        return (min(-(-rows // 8), MOST_BLOCKS), 1, 1), (32, 8, 1)
    threads = min(1024, 1 << (columns // 4 - 1).bit_length())
    return (min(rows, MOST_BLOCKS), 1, 1), (threads, 1, 1)


def tiles(rows: int, columns: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Blocks of 256 threads, as many of them side by side as there are columns, up to a warp."""
    across = min(32, 1 << (columns - 1).bit_length())
    down = 256 // across
    grid = (min(-(-rows // down), MOST_BLOCKS), min(-(-columns // across), 1024), 1)
    return grid, (across, down, 1)


def _empty(backend: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    return backend.natives["empty"](shape, dtype=dtype)
