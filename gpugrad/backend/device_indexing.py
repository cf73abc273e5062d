"""Indexing on a device: NumPy's semantics, accumulation in a fixed order.

Indices out of range are an error on the host; here they wrap where elements are read, as CuPy
has it, and are left out where updates are added: seeing them would wait for the device.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import handwritten
from .dtypes import COMPLEX, FLOATS
from .positions import repeats, restored


def indexing(device: Any) -> dict[str, Callable]:
    """The operations that read or write at indices, by name."""
    xp = device.module

    def getitem(x: Any, *arrays: Any, spec: tuple) -> Any:
        return x[restored(spec, arrays)]

    def setitem(x: Any, v: Any, *arrays: Any, spec: tuple) -> Any:
        y = x.copy()
        y[restored(spec, arrays)] = v
        return y

    def unindex(g: Any, *arrays: Any, spec: tuple, shape: tuple) -> Any:
        y, index = xp.zeros(shape, dtype=g.dtype), restored(spec, arrays)
        if not repeats(arrays):
            y[index] = g
            return y
        if len(spec) == 1:  # whole rows
            return scatter_add(y, arrays[0].reshape(-1), g.reshape(-1, *shape[1:]))
        places = xp.arange(y.size).reshape(shape)[index]
        return scatter_add(y.reshape(-1), places.reshape(-1), g.reshape(-1)).reshape(shape)

    def scatter_add(x: Any, indices: Any, updates: Any) -> Any:
        indices = indices.astype(np.int64, copy=False)
        indices = xp.where(indices < 0, indices + len(x), indices)
        updates = updates.astype(x.dtype, copy=False)
        return _accumulated(device, x, indices, updates)

    def take(x: Any, indices: Any, axis: Any = None) -> Any:
        return xp.take(x, indices, axis=axis)

    return {
        "getitem": getitem, "setitem": setitem, "unindex": unindex, "scatter_add": scatter_add,
        "take": take, "take_along_axis": lambda x, i, axis=-1: xp.take_along_axis(x, i, axis),
    }  # fmt: skip


def _accumulated(device: Any, x: Any, indices: Any, updates: Any) -> Any:
    """The kernel takes floats: complex numbers go in as pairs, integers as float64."""
    xp, dtype = device.module, x.dtype
    if dtype in COMPLEX:
        part = np.dtype(f"float{dtype.itemsize * 4}")
        pairs = (xp.ascontiguousarray(a).reshape(*a.shape, 1).view(part) for a in (x, updates))
        x, updates = pairs
        return _accumulated(device, x, indices, updates).view(dtype).reshape(x.shape[:-1])
    wide = dtype if dtype in FLOATS else np.dtype(np.float64)  # exact to 2**53
    arrays = (xp.ascontiguousarray(a.astype(wide, copy=False)) for a in (x, updates))
    x, updates = arrays
    return handwritten.scatter_add(device, x, indices, updates).astype(dtype, copy=False)
