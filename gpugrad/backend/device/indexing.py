"""Indexing on a device: NumPy's semantics, accumulation in a fixed order.

Indices out of range are an error on the host; here they wrap where elements are read, as CuPy
has it, and are left out where updates are added: seeing them would wait for the device.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ..dtypes import COMPLEX, FLOATS
from ..positions import repeats, restored, whole_rows
from . import launchers


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
        lead = whole_rows(spec, arrays) or len(shape)
        rows, rest = shape[:lead], shape[lead:]
        single = len(spec) == lead == 1
        places = arrays[0] if single else xp.arange(prod(rows)).reshape(rows)[index]
        y, g = y.reshape(prod(rows), *rest), g.reshape(places.size, *rest)
        return scatter_add(y, places.reshape(-1), g).reshape(shape)

    def scatter_add(x: Any, indices: Any, updates: Any) -> Any:
        indices = indices.astype(np.int64, copy=False)
        indices = xp.where(indices < 0, indices + len(x), indices)
        updates = updates.astype(x.dtype, copy=False)
        return _accumulated(device, x, indices, updates)

    def take(x: Any, indices: Any, axis: Any = None) -> Any:
        return xp.take(x, indices, axis=axis)

    return {
        "getitem": getitem,
        "setitem": setitem,
        "unindex": unindex,
        "scatter_add": scatter_add,
        "take": take,
        "take_along_axis": lambda x, i, axis=-1: xp.take_along_axis(x, i, axis),
    }


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
    return launchers.scatter_add(device, x, indices, updates).astype(dtype, copy=False)
