"""Convolution by C: one pass over padded images, for float32 and float64.

Kernels: kernels/convolution.cpp and kernels/correlation.cpp.  All results are the same bits for any
number of threads.
"""

import ctypes
from collections.abc import Iterable
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..kernels import functions, pool

Sizes = tuple[int, ...]  # an entry for each axis
Axis = tuple[int, int, int]  # how many, and how far from one to the next in images and in results
PARTS = 16  # of the work on a gradient of kernels at least, so that threads share it
FEW = 128  # windows, which images are taken together for
ROWS, BLOCK_BYTES = 6, 64  # of kernels/convolution.hpp: what it has in registers
# Cycles of a tile, measured on an EPYC with AVX2: ROWS for each tap, twice that in lines of fewer
# outputs, which read twice as much; then its sums are written, vectors of them or one by one.
TOGETHER, APART, DOTS = 20, 120, 8
POINTERS = ("image", "right", "start", "result", "base", "place", "tap")
NUMBERS = (
    *("images", "together", "groups", "image_size", "group_size", "plane", "positions", "length"),
    *("step", "taps", "outputs", "runs"),
)


class _Job(ctypes.Structure):
    """The arguments of the kernels."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in POINTERS),
        *((name, ctypes.c_long) for name in NUMBERS),
    )


class _Plan(NamedTuple):
    """How a C function computes: its name, how many items there are, the columns of a block, the
    arguments that follow the arrays, and the tables of offsets that they point to."""

    name: str
    items: int
    block: int
    arguments: tuple[int, ...]
    tables: tuple[Any, ...]


def products(
    x: Any, weight: Any, bias: Any, y: Any, strides: Sizes, dilation: Sizes, groups: int
) -> None:
    """Write the convolution of padded images into ``y``, whose elements may lie apart.

    bias: what each output's sums begin with, or None.
    """
    if not y.size:
        return
    shapes = (x.shape, _steps(x), weight.shape, y.shape, _steps(y))
    plan = _plan(*shapes, tuple(strides), tuple(dilation), groups, BLOCK_BYTES // x.itemsize)
    start = None if bias is None else _blocks(bias.reshape(-1, 1), groups, plan.block)
    _run(plan, x, _blocks(weight, groups, plan.block), start, y)


def correlated(
    x: Any, share: Any, shape: Sizes, strides: Sizes, dilation: Sizes, groups: int
) -> Any:
    """The gradient of kernels of ``shape`` from padded images."""
    if not share.size:
        return np.zeros(shape, x.dtype)
    shapes = (x.shape, _steps(x), shape, share.shape[2:], _steps(share)[2:])
    plan = _correlation(*shapes, tuple(strides), tuple(dilation), groups, BLOCK_BYTES // x.itemsize)
    outputs, block, taps = shape[0] // groups, plan.block, prod(shape[1:])
    blocks = _tiles(outputs, block)
    partial = np.empty((plan.items // groups // blocks, groups, blocks, taps, block), x.dtype)
    _run(plan, x, share, None, partial)
    whole = partial.sum(axis=0).swapaxes(2, 3).reshape(groups, blocks * block, taps)
    return np.ascontiguousarray(whole[:, :outputs]).reshape(shape)


@lru_cache(256)
def _correlation(
    size: Sizes,
    steps: Sizes,
    shape: Sizes,
    count: Sizes,
    read: Sizes,
    strides: Sizes,
    dilation: Sizes,
    groups: int,
    two: int,
) -> _Plan:
    """For images of ``size`` and kernels of ``shape``; count: windows along each axis."""
    outputs, tap = shape[0] // groups, _offsets(shape[1:], (steps[1], *_times(steps[2:], dilation)))
    *outer, last = axes = _merged(zip(count, _times(steps[2:], strides), read, strict=True))
    lines = prod(count for count, *_ in outer)
    name, block = _cheapest_correlation(lines, last, outputs, two)
    blocks = groups * _tiles(outputs, block)
    runs = min(_tiles(PARTS, blocks), size[0])
    together = _together(size[0] // runs, prod(count)) if name == "correlate" else 1
    axes = [(together, steps[0], 0), *(axes if name == "correlate" else outer)]
    base = _offsets(tuple(axis[0] for axis in axes), tuple(axis[1] for axis in axes))
    numbers = _numbers(size, steps, groups, together=together, outputs=outputs, runs=runs)
    numbers["length"] = last[0]
    return _made(name, runs * blocks, block, (base, base, tap), numbers)


@lru_cache(256)
def _plan(
    size: Sizes,
    steps: Sizes,
    shape: Sizes,
    result: Sizes,
    written: Sizes,
    strides: Sizes,
    dilation: Sizes,
    groups: int,
    two: int,
) -> _Plan:
    """For images of ``size`` and kernels of ``shape``; two: elements of two vectors."""
    outputs, tap = shape[0] // groups, _offsets(shape[1:], (steps[1], *_times(steps[2:], dilation)))
    axes = zip(result[2:], _times(steps[2:], strides), written[2:], strict=True)
    *outer, last = _merged(axes)
    together = _together(size[0], prod(count for count, *_ in (*outer, last)))
    outer = [(together, steps[0], written[1] * shape[0]), *outer]
    name, block = _cheapest(prod(count for count, *_ in outer), last, outputs, len(tap), two)
    counts, reads, writes = zip(*outer, *(() if name.startswith("lines") else (last,)), strict=True)
    numbers = _numbers(size, steps, groups, together=together, outputs=outputs, plane=written[1])
    numbers |= {"length": last[0], "step": last[2]}
    items = _tiles(size[0], together) * groups * _tiles(outputs, block)
    tables = (_offsets(counts, reads), _offsets(counts, writes), tap)
    return _made(name, items, block, tables, numbers)


def _cheapest(lines: int, line: Axis, outputs: int, taps: int, two: int) -> tuple[str, int]:
    """The C function that takes fewest cycles for lines of windows, and its block's columns."""
    length, read, step = line
    cycles = _tiles(outputs, two) * _tiles(lines * length, ROWS) * (ROWS * taps + APART)
    ways = [(cycles, "products", two)]
    for block in (1, 2, 3, ROWS) if read == 1 and length >= two else ():
        each = ROWS * taps * (1 if block == ROWS else 2) + (TOGETHER if step == 1 else APART)
        tiles = _tiles(outputs, block) * _tiles(lines, ROWS // block) * _tiles(length, two)
        ways.append((tiles * each, f"lines{block}", block))
    return min(ways)[1:]


def _cheapest_correlation(lines: int, line: Axis, outputs: int, two: int) -> tuple[str, int]:
    """The same for the gradient of kernels; cycles: of six taps."""
    length, read, _ = line
    ways = [(_tiles(outputs, two) * (ROWS * lines * length + APART), "correlate", two)]
    for block in (1, 2, 3) if read == 1 and length >= two else ():
        tiles = _tiles(outputs, block) * lines * _tiles(length, two)
        ways.append((tiles * block * DOTS, f"dots{block}", block))
    return min(ways)[1:]


def _numbers(size: Sizes, steps: Sizes, groups: int, **others: int) -> dict[str, int]:
    """Numbers among the arguments, with those that describe the images."""
    images = {"images": size[0], "image_size": steps[0]}
    return {**images, "groups": groups, "group_size": size[1] // groups * steps[1], **others}


def _made(
    name: str, items: int, block: int, tables: tuple[Any, ...], numbers: dict[str, int]
) -> _Plan:
    numbers |= {"positions": len(tables[0]), "taps": len(tables[2])}
    arguments = [table.ctypes.data for table in tables] + [numbers.get(n, 0) for n in NUMBERS]
    return _Plan(name, items, block, tuple(arguments), tables)


def _together(images: int, windows: int) -> int:
    """How many images to take together, so that there are not too few windows."""
    return max(1, min(images, FEW // windows))


def _merged(axes: Iterable[Axis]) -> list[Axis]:
    """Axes as few as possible: two become one where the outer goes on as the inner ends."""
    merged = [(1, 0, 0)]
    for count, read, write in axes:
        outer = merged[-1]
        if outer[0] == 1 or outer[1:] == (count * read, count * write):
            merged.pop()
            count *= outer[0]
        if count > 1 or not merged:
            merged.append((count, read, write))
    return merged


def _tiles(n: int, size: int) -> int:
    """How many tiles of a size cover ``n``."""
    return -(-n // size)


def _blocks(weight: Any, groups: int, block: int) -> Any:
    """Kernels as the C pass reads them: (groups, blocks, taps, block), with zeros at the end."""
    outputs, taps = len(weight) // groups, prod(weight.shape[1:])
    flat = weight.reshape(groups, outputs, taps)
    if outputs % block:
        whole = np.zeros((groups, _tiles(outputs, block) * block, taps), weight.dtype)
        whole[:, :outputs] = flat
        flat = whole
    apart = flat.reshape(groups, _tiles(outputs, block), block, taps)
    return np.ascontiguousarray(apart.swapaxes(2, 3))


def _steps(x: Any) -> Sizes:
    """How many elements lie from one to the next, along each axis."""
    return tuple(stride // x.itemsize for stride in x.strides)


def _times(steps: Sizes, factors: Sizes) -> Sizes:
    return tuple(step * factor for step, factor in zip(steps, factors, strict=True))


def _offsets(count: Sizes, steps: Sizes) -> Any:
    """How far the elements of a box lie from its first one."""
    total = np.zeros(1, np.int_)
    for n, step in zip(count, steps, strict=True):
        total = (total[:, None] + np.arange(n, dtype=np.int_) * step).ravel()
    return total


def compiled(dtype: Any) -> bool:
    """Whether the C functions are there for a dtype."""
    return _function("products", dtype) is not None


def _function(name: str, dtype: Any) -> int | None:
    """The address of a compiled function; None without a compiler and for other dtypes."""
    file = "correlation.cpp" if name.startswith(("correlate", "dots")) else "convolution.cpp"
    return functions.function(file, name, dtype)


def _run(plan: _Plan, x: Any, right: Any, start: Any, result: Any) -> None:
    """Call a C function for all items."""
    arrays = (x, right, start, result)
    pointers = map(functions.address, arrays)
    job = _Job(*pointers, *plan.arguments)
    address = _function(plan.name, x.dtype)
    assert address is not None
    pool.run(address, ctypes.addressof(job), plan.items, 1)
