"""Convolution by NumPy, without a compiler: windows as columns, of a few images at a time."""

from math import prod
from typing import Any

import numpy as np

COLUMN_BYTES = 2**20  # of windows that are multiplied at a time, so that they stay in cache


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


def products(
    x: Any, weight: Any, bias: Any, y: Any, strides: tuple, dilation: tuple, groups: int
) -> None:
    """Write the convolution of padded images into ``y``; ``bias``: added to outputs, or None."""
    flat = weight.reshape(groups, len(weight) // groups, prod(weight.shape[1:]))
    count = y.shape[2:]
    for first, last, columns in _column_runs(x, weight.shape[2:], count, strides, dilation, groups):
        product = flat @ columns
        apart = product.reshape(len(weight), last - first, *count)
        y[first:last] = apart.swapaxes(0, 1)
    if bias is not None:
        y += bias.reshape(-1, *(1,) * len(count))


def correlated(
    x: Any, share: Any, shape: tuple, strides: tuple, dilation: tuple, groups: int
) -> Any:
    """The gradient of kernels of ``shape`` from padded images."""
    outputs, count = share.shape[1] // groups, share.shape[2:]
    total = np.zeros((groups, outputs, prod(shape[1:])), x.dtype)
    for first, last, columns in _column_runs(x, shape[2:], count, strides, dilation, groups):
        places = (last - first) * prod(count)
        part = share[first:last].swapaxes(0, 1).reshape(groups, outputs, places)
        total += part @ columns.swapaxes(1, 2)
    return total.reshape(shape)
