"""Indexing on a device: NumPy's semantics, accumulation in a fixed order."""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import handwritten
from .dtypes import COMPLEX, FLOATS


def indexing(device: Any) -> dict[str, Callable]:
    """The operations that read or write at indices, by name."""
    xp = device.module

    def on_device(index: Any) -> Any:
        if isinstance(index, tuple):
            return tuple(on_device(part) for part in index)
        is_host = isinstance(index, list | np.ndarray)
        return device.asarray(index) if is_host else index

    def getitem(x: Any, index: Any) -> Any:
        return x[on_device(index)]

    def setitem(x: Any, index: Any, value: Any) -> Any:
        y = x.copy()
        y[on_device(index)] = value
        return y

    def add_at(x: Any, index: Any, updates: Any) -> Any:
        index, y = on_device(index), x.copy()
        if _repeats_nothing(index):
            y[index] += updates
            return y
        positions = xp.arange(x.size).reshape(x.shape)[index]
        updates = xp.broadcast_to(updates, positions.shape)
        return _accumulated(device, y, xp.ravel(positions), xp.ravel(updates))

    def scatter_add(x: Any, indices: Any, updates: Any) -> Any:
        if x.dtype not in FLOATS:
            return add_at(x, indices, updates)
        indices = indices.astype(np.int64, copy=False)
        arrays = (xp.ascontiguousarray(a) for a in (x, indices, updates))
        return handwritten.scatter_add(device, *arrays)

    def take(x: Any, indices: Any, axis: Any = None) -> Any:
        return xp.take(x, indices, axis=axis)

    return {
        "getitem": getitem, "setitem": setitem, "add_at": add_at, "scatter_add": scatter_add,
        "take": take, "take_along_axis": lambda x, i, axis=-1: xp.take_along_axis(x, i, axis),
    }  # fmt: skip


def _repeats_nothing(index: Any) -> bool:
    """Whether an index names no element twice: it holds no array of integers."""
    parts = index if isinstance(index, tuple) else (index,)
    return not any(getattr(p, "ndim", 0) and p.dtype != np.bool_ for p in parts)


def _accumulated(device: Any, y: Any, positions: Any, updates: Any) -> Any:
    """``y`` with updates added at positions of its flat form, in the order of the positions."""
    shape, dtype = y.shape, y.dtype
    if dtype in COMPLEX:  # as pairs of floats
        part = np.dtype(f"float{dtype.itemsize * 4}")
        updates = updates.astype(dtype).view(part).reshape(-1, 2)
        flat = y.reshape(-1).view(part).reshape(-1, 2)
        added = handwritten.scatter_add(device, flat, positions, updates)
        return added.reshape(-1).view(dtype).reshape(shape)
    wide = dtype if dtype in FLOATS else np.dtype(np.float64)  # integers are exact to 2**53
    flat = y.reshape(-1, 1).astype(wide, copy=False)
    updates = updates.reshape(-1, 1).astype(wide, copy=False)
    return handwritten.scatter_add(device, flat, positions, updates).astype(dtype).reshape(shape)
