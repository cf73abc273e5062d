"""Convolution on the host: one C pass over padded images, or NumPy's windows and products.

Kernels: kernels/convolution.cpp, for float32 and float64.  All results are the same bits for any
number of threads.
"""

import ctypes
from functools import cache, lru_cache
from math import prod
from typing import Any

import numpy as np

from ..kernels import pool
from ..kernels.sources import source

Pairs = tuple[tuple[int, int], ...]
RUNS = 8  # of images, whose weight gradients are summed apart
BLOCK_BYTES = 64
COLUMN_BYTES = 2**20  # of windows that NumPy multiplies at a time, so that they stay in cache


class _Job(ctypes.Structure):
    """The arguments of kernels/convolution.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("image", "right", "start", "result", "base", "tap")),
        *(
            (name, ctypes.c_long)
            for name in (
                "images",
                "groups",
                "image_size",
                "group_size",
                "positions",
                "taps",
                "outputs",
                "runs",
            )
        ),
    )


def padded(x: Any, padding: Pairs) -> Any:
    """C-contiguous images within a frame of zeros; a negative length cuts."""
    if not any(map(any, padding)):
        return np.ascontiguousarray(x)
    size = tuple(n + sum(pair) for n, pair in zip(x.shape[2:], padding, strict=True))
    y = np.zeros((*x.shape[:2], *size), x.dtype)
    y[_within(size, padding)] = x[_within(x.shape[2:], [(-i, -j) for i, j in padding])]
    return y


def _within(size: tuple, frame: Any) -> Any:
    """Where images are within a frame of that size; a negative length counts as none."""
    lengths = zip(size, frame, strict=True)
    return (..., *(slice(max(i, 0), n - max(j, 0)) for n, (i, j) in lengths))


def convolution(
    x: Any, weight: Any, *, strides: tuple, padding: Pairs, dilation: tuple, groups: int
) -> Any:
    """Images (N, C, *size) by kernels (O, C / groups, *kernel)."""
    return _products(padded(x, padding), weight, None, strides, dilation, groups)


def convolution_from(
    x: Any, weight: Any, bias: Any, *, strides: tuple, padding: Pairs, dilation: tuple, groups: int
) -> Any:
    """The same plus a number for each output channel, where the sums begin."""
    return _products(padded(x, padding), weight, bias, strides, dilation, groups)


def convolution_to_input(
    share: Any,
    weight: Any,
    *,
    size: tuple,
    strides: tuple,
    padding: Pairs,
    dilation: tuple,
    groups: int,
) -> Any:
    """The gradient of the images: kernels turned, their inputs and outputs exchanged."""
    outputs, inputs, *kernel = weight.shape
    frame = []
    for n, (before, _), k, d, count, s in zip(
        size, padding, kernel, dilation, share.shape[2:], strides, strict=True
    ):
        reach = d * (k - 1)
        spread = (count - 1) * s + 1
        frame.append((reach - before, n + before - spread))
    turned = weight.reshape(groups, outputs // groups, inputs, *kernel).swapaxes(1, 2)
    turned = np.flip(turned, tuple(range(3, turned.ndim)))
    turned = turned.reshape(groups * inputs, outputs // groups, *kernel)
    x, ones = padded(_spread(share, strides), tuple(frame)), (1,) * len(size)
    return _products(x, turned, None, ones, dilation, groups)


def _spread(share: Any, strides: tuple) -> Any:
    """``share`` with zeros between its elements where windows were more than one step apart."""
    if max(strides) == 1:
        return share
    size = ((n - 1) * s + 1 for n, s in zip(share.shape[2:], strides, strict=True))
    y = np.zeros((*share.shape[:2], *size), share.dtype)
    places: Any = (..., *(slice(None, None, s) for s in strides))
    y[places] = share
    return y


def convolution_to_weight(
    x: Any,
    share: Any,
    *,
    kernel: tuple,
    strides: tuple,
    padding: Pairs,
    dilation: tuple,
    groups: int,
) -> Any:
    """The gradient of the kernels."""
    x = padded(x, padding)
    shape = (share.shape[1], x.shape[1] // groups, *kernel)
    if _kernel("correlate", x.dtype) is None or not share.size:
        return _columns_by_share(x, share, shape, strides, dilation, groups)
    taps, outputs = _taps(x.shape[1:], shape[1:], dilation), shape[0] // groups
    base = _bases(x.shape[2:], share.shape[2:], strides)
    block = BLOCK_BYTES // x.itemsize
    blocks, runs = -(-outputs // block), min(RUNS, len(x))
    partial = np.empty((runs, groups, blocks, len(taps), block), x.dtype)
    _run("correlate", x, np.ascontiguousarray(share), partial, base, taps, groups, outputs, runs)
    whole = partial.sum(axis=0).swapaxes(2, 3).reshape(groups, blocks * block, len(taps))
    return np.ascontiguousarray(whole[:, :outputs]).reshape(shape)


def _products(x: Any, weight: Any, bias: Any, strides: tuple, dilation: tuple, groups: int) -> Any:
    """Convolution of padded images; ``bias`` may be None."""
    count = tuple(
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(x.shape[2:], weight.shape[2:], strides, dilation, strict=True)
    )
    y = np.empty((len(x), len(weight), *count), x.dtype)
    if _kernel("products", x.dtype) is None or not y.size:
        y = _weight_by_columns(x, weight, y, strides, dilation, groups)
        return y if bias is None else y + bias.reshape(-1, *(1,) * len(count))
    taps = _taps(x.shape[1:], weight.shape[1:], dilation)
    base = _bases(x.shape[2:], count, strides)
    right, outputs = _blocks(weight, groups), len(weight) // groups
    start = None if bias is None else _blocks(bias.reshape(-1, 1), groups)
    _run("products", x, right, y, base, taps, groups, outputs, 0, start)
    return y


def _blocks(weight: Any, groups: int) -> Any:
    """Kernels as the C pass reads them: (groups, blocks, taps, block), with zeros at the end."""
    block, outputs = BLOCK_BYTES // weight.itemsize, len(weight) // groups
    blocks = -(-outputs // block)
    flat = weight.reshape(groups, outputs, prod(weight.shape[1:]))
    if blocks * block != outputs:
        whole = np.zeros((groups, blocks * block, flat.shape[2]), weight.dtype)
        whole[:, :outputs] = flat
        flat = whole
    apart = flat.reshape(groups, blocks, block, flat.shape[2])
    return np.ascontiguousarray(apart.swapaxes(2, 3))


@lru_cache(256)
def _taps(image: tuple, kernel: tuple, dilation: tuple) -> Any:
    """Offsets of a window's elements from its first one, in the order of a kernel's weights."""
    return _offsets(image[1:], kernel, (1, *dilation))


@lru_cache(256)
def _bases(size: tuple, count: tuple, strides: tuple) -> Any:
    """Offsets of the windows' first elements."""
    return _offsets(size[1:], count, strides)


def _offsets(inner: tuple, count: tuple, steps: tuple) -> Any:
    """How far the elements at multiples of ``steps`` lie from the first; ``inner``: the lengths of
    all axes after the first."""
    total: Any = 0
    for n, step, grid in zip((1, *inner), steps, np.ogrid[tuple(map(slice, count))], strict=True):
        total = total * n + grid * step
    return total.astype(np.int_).ravel()


@cache
def _kernel(name: str, dtype: Any) -> tuple[Any, int] | None:
    """The compiled function and its address; None without a compiler and for other dtypes."""
    if dtype.name not in ("float32", "float64"):
        return None
    library = pool.kernels(source("convolution.cpp"), "c++")
    if library is None:
        return None
    function = getattr(library, f"{name}_{dtype.name}")
    return function, ctypes.cast(function, ctypes.c_void_p).value or 0


def _run(
    name: str,
    x: Any,
    right: Any,
    result: Any,
    base: Any,
    taps: Any,
    groups: int,
    outputs: int,
    runs: int,
    start: Any = None,
) -> None:
    arrays = (x, right, start, result, base, taps)
    group_size = x.shape[1] // groups * prod(x.shape[2:])
    pointers = (a if a is None else a.ctypes.data for a in arrays)
    sizes = (len(x), groups, group_size * groups, group_size, len(base), len(taps), outputs, runs)
    job = _Job(*pointers, *sizes)
    found = _kernel(name, x.dtype)
    assert found is not None
    pool.run(found[1], ctypes.addressof(job), runs or len(x) * groups, 1)


# --- without a compiler --------------------------------------------------------------------------


def _windows(x: Any, kernel: tuple, count: tuple, strides: tuple, dilation: tuple) -> Any:
    """The windows of padded images as a view: (N, C, *kernel, *count)."""
    batch, channel, *lines = x.strides
    steps = [
        line * step for how in (dilation, strides) for line, step in zip(lines, how, strict=True)
    ]
    shape = (*x.shape[:2], *kernel, *count)
    return np.lib.stride_tricks.as_strided(x, shape, (batch, channel, *steps), writeable=False)


def _column_runs(x: Any, kernel: tuple, count: tuple, strides: tuple, dilation: tuple, groups: int):
    """(first, last, columns) of runs of images; columns: (groups, taps, images, positions)."""
    view = _windows(x, kernel, count, strides, dilation)
    apart = _in_groups(view, groups)
    taps, positions = x.shape[1] // groups * prod(kernel), prod(count)
    size = max(taps * groups * positions * x.itemsize, 1)
    step = max(COLUMN_BYTES // size, 1)
    for first in range(0, len(x), step):
        part = apart[first : first + step]
        columns = np.moveaxis(part, 0, 2 + len(kernel))
        yield first, first + len(part), columns.reshape(groups, taps, len(part) * positions)


def _in_groups(view: Any, groups: int) -> Any:
    batch, channels, *rest = view.shape
    strides = (view.strides[0], view.strides[1] * (channels // groups), *view.strides[1:])
    shape = (batch, groups, channels // groups, *rest)
    return np.lib.stride_tricks.as_strided(view, shape, strides, writeable=False)


def _weight_by_columns(
    x: Any, weight: Any, y: Any, strides: tuple, dilation: tuple, groups: int
) -> Any:
    flat = weight.reshape(groups, len(weight) // groups, prod(weight.shape[1:]))
    count = y.shape[2:]
    for first, last, columns in _column_runs(x, weight.shape[2:], count, strides, dilation, groups):
        product = flat @ columns
        apart = product.reshape(len(weight), last - first, *count)
        y[first:last] = apart.swapaxes(0, 1)
    return y


def _columns_by_share(
    x: Any, share: Any, shape: tuple, strides: tuple, dilation: tuple, groups: int
) -> Any:
    outputs, count = share.shape[1] // groups, share.shape[2:]
    total = np.zeros((groups, outputs, prod(shape[1:])), x.dtype)
    for first, last, columns in _column_runs(x, shape[2:], count, strides, dilation, groups):
        places = (last - first) * prod(count)
        part = share[first:last].swapaxes(0, 1).reshape(groups, outputs, places)
        total += part @ columns.swapaxes(1, 2)
    return total.reshape(shape)
