"""Indexing on a device: NumPy's semantics, accumulation in a fixed order.

Indices outside of an axis are an error on the host.  Here, where seeing them would wait for the
device, they never wrap: NaN is read there (0 and False in other dtypes), and what would be written
or added there is left out.
"""

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..dtypes import COMPLEX, FLOATS, int64
from ..positions import restored
from . import launchers
from .gather import gather, joined, last_of_places
from .reading import Reading


def indexing(device: Any) -> dict[str, Callable]:
    """The operations that read or write at indices, by name."""
    return {
        "getitem": partial(_getitem, device),
        "getitem_or_zero": partial(_getitem, device, zeros=True),
        "setitem": partial(_setitem, device),
        "unindex": partial(_unindex, device),
        "scatter_add": partial(_scatter_add, device),
        "take": partial(_take, device),
        "take_along_axis": partial(_take_along_axis, device),
    }


def _has_integers(arrays: tuple) -> bool:
    return any(a.dtype.kind != "b" for a in arrays)


def _getitem(device: Any, x: Any, *arrays: Any, spec: tuple, zeros: bool = False) -> Any:
    if not _has_integers(arrays):
        return x[restored(spec, arrays)]
    read = Reading(device, x, arrays, spec)
    return read.result(gather(device, read.lines, read.places, zeros=zeros))


def _setitem(device: Any, x: Any, v: Any, *arrays: Any, spec: tuple) -> Any:
    if not _has_integers(arrays):
        y = x.copy()
        y[restored(spec, arrays)] = v
        return y
    read = Reading(device, x, arrays, spec)
    if not hasattr(v, "dtype"):
        v = device.driver.keep(device.constant(v, x.dtype))
    v = v.astype(x.dtype, copy=False)
    writer = last_of_places(device, read.places, read.lines.shape[1])
    old = device.module.ascontiguousarray(read.lines)
    return read.within(gather(device, read.lines_of(v), writer, old), x.copy)


def _unindex(device: Any, g: Any, *arrays: Any, spec: tuple, shape: tuple) -> Any:
    zeros = device.module.zeros(shape, dtype=g.dtype)
    if not _has_integers(arrays):
        zeros[restored(spec, arrays)] = g
        return zeros
    read = Reading(device, zeros, arrays, spec)
    lines = read.lines.transpose(1, 0, 2), read.lines_of(g).transpose(1, 0, 2)
    added = _scatter_add(device, lines[0], read.places, lines[1])
    return read.within(added.transpose(1, 0, 2), lambda: zeros)


def _scatter_add(device: Any, x: Any, indices: Any, updates: Any) -> Any:
    xp, dtype = device.module, x.dtype
    places = joined(device, [xp.ascontiguousarray(indices, int64)], x.shape[:1])
    updates = xp.ascontiguousarray(updates.astype(dtype, copy=False))
    return _accumulated(device, xp.ascontiguousarray(x), updates, places)


def _accumulated(device: Any, x: Any, updates: Any, places: Any) -> Any:
    """The kernel takes floats: complex numbers go in as pairs, integers as float64."""
    dtype = x.dtype
    if dtype in COMPLEX:
        part = np.dtype(f"float{dtype.itemsize * 4}")
        pairs, more = (a.reshape(*a.shape, 1).view(part) for a in (x, updates))
        return _accumulated(device, pairs, more, places).view(dtype).reshape(x.shape)
    wide = dtype if dtype in FLOATS else np.dtype(np.float64)  # exact to 2**53
    x, updates = (a.astype(wide, copy=False) for a in (x, updates))
    return launchers.scatter_add(device, x, places, updates).astype(dtype, copy=False)


def _take(device: Any, x: Any, indices: Any, axis: int | None = None) -> Any:
    if indices.dtype.kind not in "iu":
        raise TypeError(f"take: indices of {indices.dtype}; use integers")
    x, axis = (x.reshape(-1), 0) if axis is None else (x, axis)
    before, n, after = _around(x.shape, axis)
    lines = x.reshape(prod(before), n, prod(after))
    y = gather(device, lines, indices.astype(int64, copy=False).reshape(-1))
    return y.reshape((*before, *indices.shape, *after))


def _take_along_axis(device: Any, x: Any, indices: Any, axis: int = -1) -> Any:
    around = [_around(a.shape, axis) for a in (x, indices)]
    before, after = (np.broadcast_shapes(*pair) for pair in list(zip(*around, strict=True))[::2])

    def lines(a: Any, n: int) -> Any:
        a = device.module.broadcast_to(a, (*before, n, *after))
        return a.reshape(prod(before), n, prod(after))

    (_, n, _), (_, count, _) = around
    y = gather(device, lines(x, n), lines(indices.astype(int64, copy=False), count))
    return y.reshape((*before, count, *after))


def _around(shape: tuple[int, ...], axis: int) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
    """The lengths before an axis, its own, and those after it."""
    axis = normalize_axis_index(axis, len(shape))
    return shape[:axis], shape[axis], shape[axis + 1 :]
