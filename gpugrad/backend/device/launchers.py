"""Launchers of the hand-written kernels, which handwritten.py lists.

A launcher takes a device backend and its arrays, allocates what comes out and starts the kernel.
Rows means contiguous (rows, columns): callers move the axis to the end and flatten the others.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from math import prod
from typing import Any

import numpy as np

from ..dtypes import HALVES, float32
from ..kernels.sources import source

MOST_BLOCKS = 2**16  # of threads, where a kernel strides over the rest
ENOUGH_UNITS = 1024  # independent sums from which a device is busy without a second stage
SORT_TILE, SORT_DIGITS = 2048, 16  # keys of a block, and digits of a pass, of sort.cu
LEAST_CHUNK = 1024  # elements of a sum's chunk: below it, a second stage costs more than it gives


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


def cross_entropy(
    backend: Any,
    x: Any,
    labels: Any,
    weight: Any = None,
    *,
    ignored: int = -100,
    smoothing: float = 0.0,
) -> tuple[Any, Any, Any]:
    """Loss of every row, and the row statistics that cross_entropy_backward wants.

    x: (rows, columns), labels: (rows,) int64, weight: (columns,) or None.  Losses, statistics and
    weight are float32 (float64 for float64).  Losses are not averaged.
    """
    rows, columns = x.shape
    wide = _wide(x)
    loss, largest, log_sum = (_empty(backend, (rows,), wide) for _ in range(3))
    sizes = map(np.int64, (rows, columns, ignored))
    arguments = (x, labels, weight, loss, largest, log_sum, *sizes, wide.type(smoothing))
    _over_rows(backend, "cross_entropy.cu", "cross_entropy_forward", x, arguments)
    return loss, largest, log_sum


def cross_entropy_backward(
    backend: Any,
    g: Any,
    x: Any,
    labels: Any,
    weight: Any = None,
    largest: Any = None,
    log_sum: Any = None,
    *,
    ignored: int = -100,
    smoothing: float = 0.0,
) -> Any:
    """The gradient of the logits ``x`` from that of every row's loss, ``g``: (rows,).

    Row statistics that are None are found again.
    """
    rows, columns = x.shape
    wide, gradient = _wide(x), _empty(backend, x.shape, x.dtype)
    arrays = (g, x, labels, weight, largest, log_sum, gradient)
    sizes = map(np.int64, (rows, columns, ignored))
    arguments = (*arrays, *sizes, wide.type(smoothing))
    _over_rows(backend, "cross_entropy.cu", "cross_entropy_backward", x, arguments)
    return gradient


def sum_to(backend: Any, x: Any, shape: tuple[int, ...]) -> Any:
    """Sum the axes of contiguous ``x`` along which ``shape`` was repeated to give its shape.

    The same bits in every run.  Each run of neighbouring axes is one pass, the innermost first.
    """
    dtype = x.dtype
    passes = sum_passes(tuple(x.shape), tuple(shape))
    for i, (outer, reduced, inner) in enumerate(passes):
        last = i == len(passes) - 1
        x = _sum_middle(backend, x, (outer, reduced, inner), dtype if last else _wide(x))
    return x.reshape(shape)


def scatter_add(backend: Any, x: Any, indices: Any, updates: Any) -> Any:
    """A copy of ``x`` with ``updates`` added into its rows, in the order of the indices.

    x: (rows, ...), indices: (k,) int64 in 0 .. rows - 1 (others are left out), updates: (k, ...).
    """
    y = x.copy()
    count, rows = len(indices), len(x)
    columns = prod(x.shape[1:])
    if not count or not y.size:
        return y
    order = argsort(backend, indices, rows)
    across = min(32, 1 << (columns - 1).bit_length())
    down = 256 // across
    grid = (min(-(-count // down), MOST_BLOCKS), min(-(-columns // across), 1024), 1)
    arguments = (y, indices, order, updates, *map(np.int64, (rows, count, columns)))
    symbol = f"scatter_add_{x.dtype.name}"
    launch(backend, "scatter_add.cu", symbol, grid, (across, down, 1), arguments)
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


@lru_cache(1024)
def sum_passes(shape: tuple[int, ...], target: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """(outer, reduced, inner) of every pass that sums ``shape`` to ``target``."""
    kept = (1,) * (len(shape) - len(target)) + target
    passes, current = [], list(shape)
    end = len(shape)
    while end:
        if current[end - 1] == kept[end - 1]:
            end -= 1
            continue
        begin = end
        while begin and kept[begin - 1] == 1:
            begin -= 1
        passes.append((prod(current[:begin]), prod(current[begin:end]), prod(current[end:])))
        current[begin:end] = [1] * (end - begin)
        end = begin
    return passes


@lru_cache(1024)
def sum_chunks(outer: int, reduced: int, inner: int) -> tuple[int, int]:
    """How many chunks a sum is cut into, and their length; from the sizes alone."""
    units = outer * -(-inner // 32)
    wanted = min(-(-reduced // LEAST_CHUNK), -(-ENOUGH_UNITS // max(units, 1)))
    length = -(-reduced // max(wanted, 1))
    return (-(-reduced // length), length) if length else (1, 0)


def _sum_middle(backend: Any, x: Any, sizes: tuple[int, int, int], dtype: Any) -> Any:
    outer, reduced, inner = sizes
    chunks, length = sum_chunks(*sizes)
    if chunks > 1:
        x = _launch_sum(backend, x, sizes, chunks, length, _wide(x))
        return _launch_sum(backend, x, (outer, chunks, inner), 1, chunks, dtype)
    return _launch_sum(backend, x, sizes, 1, reduced, dtype)


def _launch_sum(
    backend: Any, x: Any, sizes: tuple[int, int, int], chunks: int, length: int, dtype: Any
) -> Any:
    outer, reduced, inner = sizes
    y = backend.module.ndarray((outer, chunks, inner), dtype)
    if y.size:
        start = _sum_start(backend.driver, x.dtype, dtype, sizes, chunks, length)
        lengths = (outer, reduced) if inner == 1 else (outer, reduced, inner)
        start((x.data.ptr, y.data.ptr, *lengths, chunks, length), (x, y))
    return y


@lru_cache(1024)
def _sum_start(
    driver: Any, x: Any, y: Any, sizes: tuple[int, int, int], chunks: int, length: int
) -> Callable[[tuple, tuple], None]:
    """What starts the kernel that sums arrays of dtype ``x`` to those of dtype ``y``."""
    outer, _, inner = sizes
    kind, tiles = ("rows", 0) if inner == 1 else ("columns", outer * chunks * -(-inner // 32))
    handle = function(driver, "reduce.cu", f"sum_{kind}_{x.name}_{y.name}")
    grid, block = (min(tiles, MOST_BLOCKS), 1, 1), (32, 8, 1)
    if inner == 1:
        grid, block = _row_grid(outer * chunks, length)
    return driver.prepared(handle, grid, block, "QQqqqq" if inner == 1 else "QQqqqqq")


def _row_map(backend: Any, file: str, name: str, *arrays: Any) -> Any:
    first = arrays[0]
    y, (rows, columns) = backend.module.ndarray(first.shape, first.dtype), first.shape
    if rows:
        every = (*arrays, y)
        start = _row_start(backend.driver, file, name, first.dtype, rows, columns, len(every))
        start((*[a.data.ptr for a in every], rows, columns), every)
    return y


@lru_cache(1024)
def _row_start(
    driver: Any, file: str, name: str, dtype: Any, rows: int, columns: int, arrays: int
) -> Callable[[tuple, tuple], None]:
    handle = function(driver, file, f"{name}_{dtype.name}")
    return driver.prepared(handle, *_row_grid(rows, columns), f"{'Q' * arrays}qq")


def _over_rows(backend: Any, file: str, name: str, x: Any, arguments: tuple) -> None:
    rows, columns = x.shape
    if rows:
        grid, block = _row_grid(rows, columns)
        launch(backend, file, f"{name}_{x.dtype.name}", grid, block, arguments)


def _row_grid(rows: int, columns: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """A warp for each short row, eight to a block; else a block for each row."""
    if columns <= 256:
        return (min(-(-rows // 8), MOST_BLOCKS), 1, 1), (32, 8, 1)
    threads = min(1024, 1 << (columns // 4 - 1).bit_length())
    return (min(rows, MOST_BLOCKS), 1, 1), (threads, 1, 1)


def _wide(x: Any) -> np.dtype:
    return float32 if x.dtype in HALVES else x.dtype


def _empty(backend: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    return backend.natives["empty"](shape, dtype=dtype)
