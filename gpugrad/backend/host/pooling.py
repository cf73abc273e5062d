"""Pooling on the host: the largest elements in one C pass, sums by slices."""

import ctypes
from functools import cache
from math import prod
from typing import Any

import numpy as np

from ..kernels import buffers, pool, strided
from ..kernels.sources import source

Pairs = tuple[tuple[int, int], tuple[int, int]]


class _Job(ctypes.Structure):
    """The arguments of kernels/pooling.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("x", "result", "places")),
        *((name, ctypes.c_long) for name in ("rows", "columns", "windows_down", "windows_across")),
        *((name, ctypes.c_long * 2) for name in ("kernel", "strides", "padding", "dilation")),
    )


@cache
def _kernel(name: str, dtype: Any) -> int | None:
    """Address of the compiled function; None without a compiler and for other dtypes."""
    if dtype.name not in ("float32", "float64"):
        return None
    library = pool.kernels(source("pooling.cpp"), "c++")
    return None if library is None else strided.address(library, f"{name}_{dtype.name}")


def _run(address: int, planes: int, arrays: tuple, sizes: tuple, *pairs: Any) -> None:
    pointers = (array.ctypes.data for array in arrays)
    job = _Job(*pointers, *sizes, *((ctypes.c_long * 2)(*two) for two in pairs))
    pool.run(address, ctypes.addressof(job), planes, 1)


def max_pool(x: Any, *, kernel: tuple, strides: tuple, padding: Pairs, dilation: tuple) -> tuple:
    """The largest element of every window and its flat place in its plane, int32."""
    count = _count(x.shape[2:], kernel, strides, padding, dilation)
    address = _kernel("largest", x.dtype)
    if address is None:
        return _max_pool_in_numpy(x, count, kernel, strides, padding, dilation)
    x = np.ascontiguousarray(x)
    y, places = (buffers.empty((*x.shape[:2], *count), dtype) for dtype in (x.dtype, np.int32))
    before = (padding[0][0], padding[1][0])
    sizes = (*x.shape[2:], *count)
    _run(address, prod(x.shape[:2]), (x, y, places), sizes, kernel, strides, before, dilation)
    return y, places


def collected(x: Any, places: Any, *, size: tuple, windows: tuple | None = None) -> Any:
    """Each element of ``x`` added at its place in planes of ``size``."""
    address, planes = _kernel("collect", x.dtype), prod(x.shape[:2])
    if address is None:
        whole = np.zeros((planes, prod(size)), x.dtype)
        rows = np.arange(planes)[:, None]
        np.add.at(whole, (rows, places.reshape(planes, -1)), x.reshape(planes, -1))
        return whole.reshape(*x.shape[:2], *size)
    y = buffers.empty((*x.shape[:2], *size), x.dtype)
    arrays = (np.ascontiguousarray(x), y, np.ascontiguousarray(places))
    none = (0, 0)
    _run(address, planes, arrays, (*size, *x.shape[2:]), none, none, none, none)
    return y


def chosen(x: Any, places: Any) -> Any:
    """Elements of the planes of ``x`` at flat ``places``."""
    flat = x.reshape(*x.shape[:2], -1)
    found = np.take_along_axis(flat, places.reshape(*places.shape[:2], -1), axis=2)
    return found.reshape(places.shape)


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
    columns, least = x.shape[3], -np.inf if x.dtype.kind not in "iu" else np.iinfo(x.dtype).min
    framed = np.pad(x, ((0, 0), (0, 0), *padding), constant_values=least)
    down, across = (
        np.arange(n) * s - pad[0] for n, s, pad in zip(count, strides, padding, strict=True)
    )
    starts = (down[:, None] * columns + across).astype(np.int32)
    y, places = (np.full((*x.shape[:2], *count), v, d) for v, d in ((least, x.dtype), (-1, "i4")))
    for i, j in np.ndindex(*kernel):
        at = (i * dilation[0], j * dilation[1])
        value = framed[_slices(at, count, strides)]
        row, column = down + at[0], across + at[1]
        inside = ((row >= 0) & (row < x.shape[2]))[:, None] & (column >= 0) & (column < columns)
        larger = inside & ((places < 0) | (value > y) | ((value != value) & (y == y)))
        y = np.where(larger, value, y)
        places = np.where(larger, starts + np.int32(at[0] * columns + at[1]), places)
    return y, places


def sum_pool(x: Any, *, kernel: tuple, strides: tuple, padding: Pairs) -> Any:
    """The sum of every window."""
    count = _count(x.shape[2:], kernel, strides, padding, (1, 1))
    if any(map(any, padding)):
        x = np.pad(x, ((0, 0), (0, 0), *padding))
    y = None
    for at in np.ndindex(*kernel):
        value = x[_slices(at, count, strides)]
        y = value.copy() if y is None else np.add(y, value, out=y)
    return y


def sum_pool_gradient(
    share: Any, *, size: tuple, kernel: tuple, strides: tuple, padding: Pairs
) -> Any:
    """Each element added to all of its window in planes of ``size``."""
    (top, bottom), (left, right) = padding
    framed = (size[0] + top + bottom, size[1] + left + right)
    y = buffers.zeros((*share.shape[:2], *framed), share.dtype)
    for at in np.ndindex(*kernel):
        y[_slices(at, share.shape[2:], strides)] += share
    return y[:, :, top : top + size[0], left : left + size[1]]
