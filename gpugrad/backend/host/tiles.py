"""Convolution by C, kernels/convolution.cpp: one pass over padded images, for float32 and float64.

All results are the same bits for any number of threads.
"""

import ctypes
from functools import cache, lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..kernels import pool, strided
from ..kernels.sources import source

Sizes = tuple[int, ...]  # an entry for each axis
Axis = tuple[int, int, int]  # how many, and how far from one to the next in images and in results
PARTS = 16  # of the work on a gradient of kernels at least, so that threads share it
FEW = 128  # windows, which images are taken together for
ROWS, BLOCK_BYTES = 6, 64  # of kernels/convolution.cpp: what it has in registers
# Cycles of a tile, measured on an EPYC with AVX2: ROWS for each tap, twice that in lines of fewer
# outputs, which read twice as much; then its sums are written, vectors of them or one by one.
TOGETHER, APART = 20, 120
POINTERS = ("image", "right", "start", "result", "base", "place", "tap")
NUMBERS = (
    *("images", "together", "groups", "image_size", "group_size", "plane", "positions", "length"),
    *("step", "taps", "outputs", "runs"),
)


class _Job(ctypes.Structure):
    """The arguments of kernels/convolution.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in POINTERS),
        *((name, ctypes.c_long) for name in NUMBERS),
    )


class _Plan(NamedTuple):
    """How a C function computes: its name, the columns of a block, how many images it takes
    together, and tables of offsets."""

    name: str
    block: int
    together: int
    base: Any
    place: Any
    length: int = 1
    step: int = 1


def products(
    x: Any, weight: Any, bias: Any, y: Any, strides: Sizes, dilation: Sizes, groups: int
) -> None:
    """Write the convolution of padded images into ``y``, whose elements may lie apart.

    bias: what each output's sums begin with, or None.
    """
    if not y.size:
        return
    read, written, outputs = _steps(x), _steps(y), len(weight) // groups
    taps = _offsets(weight.shape[1:], (read[1], *_times(read[2:], dilation)))
    axes = tuple(zip(y.shape[2:], _times(read[2:], strides), written[2:], strict=True))
    images = (len(x), read[0], written[1] * len(weight))
    plan = _plan(images, axes, len(taps), outputs, BLOCK_BYTES // x.itemsize)
    arrays = {"image": x, "right": _blocks(weight, groups, plan.block), "result": y}
    arrays |= {"base": plan.base, "place": plan.place, "tap": taps}
    if bias is not None:
        arrays["start"] = _blocks(bias.reshape(-1, 1), groups, plan.block)
    sizes = {"plane": written[1], "positions": len(plan.base), "length": plan.length}
    sizes |= {"together": plan.together, "step": plan.step, "taps": len(taps), "outputs": outputs}
    items = _tiles(len(x), plan.together) * groups * _tiles(outputs, plan.block)
    _run(plan.name, items, groups, arrays, sizes)


def correlated(
    x: Any, share: Any, shape: Sizes, strides: Sizes, dilation: Sizes, groups: int
) -> Any:
    """The gradient of kernels of ``shape`` from padded images."""
    if not share.size:
        return np.zeros(shape, x.dtype)
    steps, block, outputs = _steps(x), BLOCK_BYTES // x.itemsize, shape[0] // groups
    taps = _offsets(shape[1:], (steps[1], *_times(steps[2:], dilation)))
    blocks, windows = _tiles(outputs, block), prod(share.shape[2:])
    runs = min(_tiles(PARTS, groups * blocks), len(x))
    together = _together(len(x) // runs, windows)
    base = _offsets((together, *share.shape[2:]), (steps[0], *_times(steps[2:], strides)))
    partial = np.empty((runs, groups, blocks, len(taps), block), x.dtype)
    sizes = {"positions": len(base), "taps": len(taps), "outputs": outputs, "runs": runs}
    sizes["together"] = together
    arrays = {"image": x, "right": share, "result": partial, "base": base, "tap": taps}
    _run("correlate", runs * groups * blocks, groups, arrays, sizes)
    whole = partial.sum(axis=0).swapaxes(2, 3).reshape(groups, blocks * block, len(taps))
    return np.ascontiguousarray(whole[:, :outputs]).reshape(shape)


def _together(images: int, windows: int) -> int:
    """How many images to take together, so that there are not too few windows."""
    return max(1, min(images, FEW // windows))


@lru_cache(1024)
def _plan(images: Axis, axes: tuple[Axis, ...], taps: int, outputs: int, two: int) -> _Plan:
    """The fastest way, with the numbers that it computes and nobody reads.

    two: how many elements two vectors have.
    """
    *outer, (length, read, step) = inner = _merged(axes)
    together = _together(images[0], prod(count for count, *_ in inner))
    outer, inner = ([(together, *images[1:]), *axes] for axes in (outer, inner))
    lines, positions = prod(count for count, *_ in outer), prod(count for count, *_ in inner)
    least = _tiles(outputs, two) * _tiles(positions, ROWS) * (ROWS * taps + APART)
    best = 0
    for block in (1, 2, 3, ROWS) if read == 1 and length >= two else ():
        each = taps * (ROWS if block == ROWS else 2 * ROWS) + (TOGETHER if step == 1 else APART)
        tiles = _tiles(outputs, block) * _tiles(lines, ROWS // block) * _tiles(length, two)
        if tiles * each < least:
            least, best = tiles * each, block
    kept = outer if best else inner
    counts = tuple(axis[0] for axis in kept)
    base, place = (_offsets(counts, tuple(axis[i] for axis in kept)) for i in (1, 2))
    if not best:
        return _Plan("products", two, together, base, place)
    return _Plan(f"lines{best}", best, together, base, place, length, step)


def _merged(axes: tuple[Axis, ...]) -> list[Axis]:
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
    return np.ascontiguousarray(flat.reshape(groups, -1, block, taps).swapaxes(2, 3))


def _steps(x: Any) -> Sizes:
    """How many elements lie from one to the next, along each axis."""
    return tuple(stride // x.itemsize for stride in x.strides)


def _times(steps: Sizes, factors: Sizes) -> Sizes:
    return tuple(step * factor for step, factor in zip(steps, factors, strict=True))


@lru_cache(1024)
def _offsets(count: Sizes, steps: Sizes) -> Any:
    """How far the elements of a box lie from its first one."""
    lines = (np.arange(n, dtype=np.int_) * step for n, step in zip(count, steps, strict=True))
    total = np.zeros(1, np.int_)
    for line in lines:
        total = (total[:, None] + line).ravel()
    return total


def compiled(dtype: Any) -> bool:
    """Whether the C functions are there for a dtype."""
    return _function("products", dtype) is not None


@cache
def _function(name: str, dtype: Any) -> int | None:
    """The address of a compiled function; None without a compiler and for other dtypes."""
    if dtype.name not in ("float32", "float64"):
        return None
    library = pool.kernels(source("convolution.cpp"), "c++")
    return None if library is None else strided.address(library, f"{name}_{dtype.name}")


def _run(name: str, items: int, groups: int, arrays: dict[str, Any], sizes: dict[str, int]) -> None:
    """Call a C function for all items."""
    x = arrays["image"]
    image, channel = _steps(x)[:2]
    group_size = x.shape[1] // groups * channel
    pointers = {key: array.ctypes.data for key, array in arrays.items()}
    job = _Job(images=len(x), groups=groups, image_size=image, group_size=group_size)
    for key, value in (pointers | sizes).items():
        setattr(job, key, value)
    address = _function(name, x.dtype)
    assert address is not None
    pool.run(address, ctypes.addressof(job), items, 1)
