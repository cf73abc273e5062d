"""Pooling on the host: the largest elements and sums of windows, each in one C pass."""

from functools import lru_cache
from math import prod
from struct import pack
from typing import Any

import numpy as np

from ..kernels import buffers, pool
from ..kernels.functions import function
from .planes import AXES, in_front, in_singles

NONE = ((1,), (1,), ((0, 0),), (1,))  # windows, where places say all
Pairs = tuple[tuple[int, int], ...]


def _kernel(name: str, dtype: Any) -> int | None:
    return function("pooling.cpp", name, dtype)


def _run(address: int, arrays: tuple, size: tuple, count: tuple, windows: tuple) -> None:
    """Call a function of the kernel on arrays (N, C, ...); windows: what max_pool has."""
    job = pack("3q", *(array.ctypes.data for array in arrays)) + _geometry(size, count, windows)
    pool.run(address, job, prod(arrays[0].shape[:2]), 1)


@lru_cache(256)
def _geometry(size: tuple, count: tuple, windows: tuple) -> bytes:
    """The numbers of a job of kernels/pooling.cpp, each with an entry for three axes."""
    kernel, strides, padding, dilation = windows
    before = tuple(first for first, _ in padding)
    axes = zip((size, count, kernel, strides, before, dilation), (1, 1, 1, 1, 0, 1), strict=True)
    return b"".join(pack(f"{AXES}q", *in_front(numbers, one)) for numbers, one in axes)


@in_singles
def max_pool(x: Any, *, kernel: tuple, strides: tuple, padding: Pairs, dilation: tuple) -> tuple:
    """The largest element of every window and its flat place in its plane, int32."""
    count = _count(x.shape[2:], kernel, strides, padding, dilation)
    address = _kernel("largest", x.dtype)
    windows = (kernel, strides, padding, dilation)
    if address is None:
        return _max_pool_in_numpy(x, count, *windows)
    x = np.ascontiguousarray(x)
    y, places = (buffers.empty((*x.shape[:2], *count), dtype) for dtype in (x.dtype, np.int32))
    _run(address, (x, y, places), x.shape[2:], count, windows)
    return y, places


@in_singles
def collected(x: Any, places: Any, *, size: tuple, windows: tuple | None = None) -> Any:
    """Each element of ``x`` added at its place in planes of ``size``."""
    address, planes = _kernel("collect", x.dtype), prod(x.shape[:2])
    if address is None:
        whole = np.zeros((planes, prod(size)), x.dtype)
        rows = np.arange(planes)[:, None]
        np.add.at(whole, (rows, places.reshape(planes, -1)), x.reshape(planes, -1))
        return whole.reshape(*x.shape[:2], *size)
    y = buffers.empty((*x.shape[:2], *size), x.dtype)
    arrays = (np.ascontiguousarray(x), y, np.ascontiguousarray(places, np.int32))
    _run(address, arrays, (prod(size),), (prod(x.shape[2:]),), NONE)
    return y


def chosen(x: Any, places: Any) -> Any:
    """Elements of the planes of ``x`` at flat ``places``."""
    address = _kernel("choose", x.dtype)
    if address is None:
        flat = x.reshape(*x.shape[:2], -1)
        found = np.take_along_axis(flat, places.reshape(*places.shape[:2], -1), axis=2)
        return found.reshape(places.shape)
    y = buffers.empty(places.shape, x.dtype)
    arrays = (np.ascontiguousarray(x), y, np.ascontiguousarray(places, np.int32))
    _run(address, arrays, (prod(x.shape[2:]),), (prod(places.shape[2:]),), NONE)
    return y


def _count(size: tuple, kernel: tuple, strides: tuple, padding: Pairs, dilation: tuple) -> tuple:
    return tuple(
        (n + sum(pad) - d * (k - 1) - 1) // s + 1
        for n, k, s, pad, d in zip(size, kernel, strides, padding, dilation, strict=True)
    )


def _slices(first: tuple, count: tuple, strides: tuple) -> tuple:
    """Where in padded planes the windows have the element that ``first`` has in the first."""
    return (
        ...,
        *(
            slice(at, at + (n - 1) * s + 1, s)
            for at, n, s in zip(first, count, strides, strict=True)
        ),
    )


def _max_pool_in_numpy(
    x: Any, count: tuple, kernel: tuple, strides: tuple, padding: Pairs, dilation: tuple
) -> tuple:
    size, least = x.shape[2:], -np.inf if x.dtype.kind not in "iu" else np.iinfo(x.dtype).min
    framed = np.pad(x, ((0, 0), (0, 0), *padding), constant_values=least)
    y, places = (np.full((*x.shape[:2], *count), v, d) for v, d in ((least, x.dtype), (-1, "i4")))
    for element in np.ndindex(*kernel):
        first = tuple(i * d for i, d in zip(element, dilation, strict=True))
        value = framed[_slices(first, count, strides)]
        here, inside = _met(first, size, count, strides, padding)
        larger = inside & ((places < 0) | (value > y) | ((value != value) & (y == y)))
        y, places = np.where(larger, value, y), np.where(larger, here, places)
    return y, np.maximum(places, 0)


def _met(first: tuple, size: tuple, count: tuple, strides: tuple, padding: Pairs) -> tuple:
    """The flat places (*count) that one element of a kernel meets, and whether they are inside."""
    flat: Any = np.int32(0)
    within: Any = np.True_
    each = zip(first, size, count, strides, padding, strict=True)
    for axis, (at, length, number, stride, pad) in enumerate(each):
        line = np.arange(number, dtype=np.int32) * np.int32(stride) + np.int32(at - pad[0])
        line = line.reshape(-1, *(1,) * (len(size) - 1 - axis))
        flat, within = flat * np.int32(length) + line, within & (line >= 0) & (line < length)
    return flat, within


def sum_pool(x: Any, *, kernel: tuple, strides: tuple, padding: Pairs) -> Any:
    """The sum of every window."""
    count = _count(x.shape[2:], kernel, strides, padding, (1,) * len(kernel))
    each = zip(x.shape[2:], count, kernel, strides, padding, strict=True)
    return _sums(x, [_met_by_windows(n, m, k, s, pad[0]) for n, m, k, s, pad in each])


def sum_pool_gradient(
    share: Any, *, size: tuple, kernel: tuple, strides: tuple, padding: Pairs
) -> Any:
    """Each element added to all of its window in planes of ``size``."""
    each = zip(size, share.shape[2:], kernel, strides, padding, strict=True)
    return _sums(share, [_meeting_elements(n, m, k, s, pad[0]) for n, m, k, s, pad in each])


def adaptive_sum(x: Any, *, sizes: tuple) -> Any:
    """The sums of so many windows as cover all."""
    return _sums(x, [_covering(*pair) for pair in zip(x.shape[2:], sizes, strict=True)])


Line = tuple[np.ndarray, np.ndarray]  # where the parts of an axis begin and end


@lru_cache(32)
def _met_by_windows(length: int, count: int, kernel: int, stride: int, pad: int) -> Line:
    """The elements that each of ``count`` windows meets."""
    start = np.arange(count) * stride - pad
    return np.clip(start, 0, length), np.clip(start + kernel, 0, length)


@lru_cache(32)
def _meeting_elements(length: int, count: int, kernel: int, stride: int, pad: int) -> Line:
    """The windows that meet each of ``length`` elements."""
    place = np.arange(length) + pad
    first, last = -((kernel - 1 - place) // stride), place // stride + 1
    return np.clip(first, 0, count), np.clip(last, 0, count)


@lru_cache(32)
def _covering(length: int, count: int) -> Line:
    """The elements of ``count`` windows that cover all."""
    numbers = np.arange(count)
    return numbers * length // max(count, 1), -((-1 - numbers) * length // max(count, 1))


@in_singles
def _sums(x: Any, lines: list[Line]) -> Any:
    """The sum of every box of planes (N, C, *size), whose sides are parts of the axes."""
    address = _kernel("total", x.dtype)
    if address is None:
        for axis, line in enumerate(lines, 2):
            x = _sums_along(x, axis, *line)
        return x
    x = np.ascontiguousarray(x)
    y = buffers.empty((*x.shape[:2], *(len(begin) for begin, _ in lines)), x.dtype)
    sides = [_WHOLE] * (AXES - len(lines)) + lines
    job = pack(
        "14q",
        *(x.ctypes.data, y.ctypes.data, *in_front(x.shape[2:], 1), *in_front(y.shape[2:], 1)),
        *(part.ctypes.data for parts in zip(*sides, strict=True) for part in parts),
    )
    pool.run(address, job, prod(x.shape[:2]), 1)
    return y


_WHOLE = _covering(1, 1)  # of an axis that is not there


def _sums_along(x: Any, axis: int, begin: Any, end: Any) -> Any:
    """The sum of every part of an axis; that of none is 0."""
    frame = [(0, 0)] * x.ndim
    frame[axis] = (0, 1)  # for parts that begin at the end
    pairs = np.stack([begin, end], axis=1).reshape(-1)
    y = np.add.reduceat(np.pad(x, frame), pairs, axis=axis, dtype=x.dtype)
    y = y[(slice(None),) * axis + (slice(None, None, 2),)]
    y[(slice(None),) * axis + (begin >= end,)] = 0
    return y
