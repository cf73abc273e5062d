"""Sums of arrays on a device over any axes, by the kernels of reduce.cu."""

from collections.abc import Callable
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

from ..dtypes import HALVES, float32
from .launchers import MOST_BLOCKS, function, row_grid

ENOUGH_UNITS = 1024  # independent sums from which a device is busy without a second stage
LEAST_CHUNK = 1024  # elements of a sum's chunk: below it, a second stage costs more than it gives
SUMS = 4096  # that are remembered


class Pass(NamedTuple):
    """One launch: what starts it, the sizes that the kernel takes, shape and dtype of what comes
    out; nothing starts where that is empty."""

    start: Callable[[tuple, tuple], None] | None
    sizes: tuple[int, ...]
    shape: tuple[int, ...]
    dtype: Any


def sum_to(
    backend: Any, x: Any, shape: tuple[int, ...], made: tuple[int, ...] | None = None
) -> Any:
    """Sum the axes of contiguous ``x`` along which ``shape`` was repeated to give its shape.

    made: the shape of the result, ``shape`` or that without axes of 1.  The same bits in every run.
    """
    made = shape if made is None else made
    new = backend.module.ndarray
    for start, sizes, partial, dtype in _passes(backend.driver, x.dtype, x.shape, shape, made):
        y = new(partial, dtype)
        if start is not None:
            start((x.data.ptr, y.data.ptr, *sizes), (x, y))
        x = y
    return x if x.shape == made else x.reshape(made)


@lru_cache(SUMS)
def _passes(
    driver: Any, dtype: Any, shape: tuple[int, ...], target: tuple[int, ...], made: tuple[int, ...]
) -> tuple[Pass, ...]:
    """Each run of neighbouring axes is one pass, or two where it is long, the innermost first."""
    wide = float32 if dtype in HALVES else dtype
    stages: list[tuple[tuple[int, int, int], int, int]] = []
    for outer, reduced, inner in sum_passes(shape, target):
        chunks, length = sum_chunks(outer, reduced, inner)
        if chunks > 1:
            stages.append(((outer, reduced, inner), chunks, length))
            reduced = chunks
        stages.append(((outer, reduced, inner), 1, reduced))
    dtypes = (dtype, *[wide] * (len(stages) - 1), dtype)
    return tuple(
        _pass(driver, *stage, dtypes[i], dtypes[i + 1], made if i + 1 == len(stages) else None)
        for i, stage in enumerate(stages)
    )


def _pass(
    driver: Any,
    sizes: tuple[int, int, int],
    chunks: int,
    length: int,
    x: Any,
    y: Any,
    made: tuple[int, ...] | None,
) -> Pass:
    """The kernel that sums arrays of dtype ``x`` to those of dtype ``y``."""
    outer, reduced, inner = sizes
    shape = (outer, chunks, inner) if made is None else made
    lengths = (outer, reduced) if inner == 1 else (outer, reduced, inner)
    start = None
    if prod(shape):
        kind = "rows" if inner == 1 else "columns"
        handle = function(driver, "reduce.cu", f"sum_{kind}_{x.name}_{y.name}")
        tiles = outer * chunks * -(-inner // 32)
        grid, block = (min(tiles, MOST_BLOCKS), 1, 1), (32, 8, 1)
        if inner == 1:
            grid, block = row_grid(outer * chunks, length)
        start = driver.prepared(handle, grid, block, "QQqqqq" if inner == 1 else "QQqqqqq")
    return Pass(start, (*lengths, chunks, length), shape, y)


@lru_cache(SUMS)
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


@lru_cache(SUMS)
def sum_chunks(outer: int, reduced: int, inner: int) -> tuple[int, int]:
    """How many chunks a sum is cut into, and their length; from the sizes alone."""
    units = outer * -(-inner // 32)
    wanted = min(-(-reduced // LEAST_CHUNK), -(-ENOUGH_UNITS // max(units, 1)))
    length = -(-reduced // max(wanted, 1))
    return (-(-reduced // length), length) if length else (1, 0)
