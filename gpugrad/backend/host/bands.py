"""Weighted sums of few elements along each axis, in one C pass."""

from math import prod
from struct import pack
from typing import Any

import numpy as np

from ..kernels import buffers, pool
from ..kernels.functions import function
from .planes import AXES, in_front, in_singles


def _kernel(name: str, dtype: Any) -> int | None:
    return function("bands.cpp", name, dtype)


@in_singles
def band_sums(x: Any, *tables: Any) -> Any:
    """Sums of elements at places, with weights, along each axis: (N, C, *count)."""
    count = tuple(len(places) for places in tables[::2])
    address = _kernel("gather", x.dtype)
    if address is None:
        for axis, (places, weights) in enumerate(_pairs(tables), 2):
            x = _summed(x, places, weights, axis)
        return x
    y = buffers.empty((*x.shape[:2], *count), x.dtype)
    _run(address, x, y, x.shape[2:], count, tables)
    return y


@in_singles
def band_spread(x: Any, *tables: Any, size: tuple) -> Any:
    """Elements added at places, with weights, along each axis: (N, C, *size)."""
    address = _kernel("spread", x.dtype)
    if address is None:
        for axis, (places, weights) in enumerate(_pairs(tables), 2):
            x = _added(x, places, weights, axis, size[axis - 2])
        return x
    y = buffers.empty((*x.shape[:2], *size), x.dtype)
    _run(address, x, y, size, x.shape[2:], tables)
    return y


def _pairs(tables: tuple) -> Any:
    return zip(tables[::2], tables[1::2], strict=True)


def _run(address: int, x: Any, y: Any, size: tuple, count: tuple, tables: tuple) -> None:
    missing, x = AXES - len(size), np.ascontiguousarray(x)
    whole = (np.zeros((1, 1), np.int64), np.ones((1, 1), x.dtype))  # of an axis that is not there
    pairs = [whole] * missing + [
        (np.ascontiguousarray(p, np.int64), np.ascontiguousarray(w, x.dtype))
        for p, w in _pairs(tables)
    ]
    job = pack(
        "17q",
        *(x.ctypes.data, y.ctypes.data, *in_front(size), *in_front(count)),
        *(places.shape[1] for places, _ in pairs),
        *(places.ctypes.data for places, _ in pairs),
        *(weights.ctypes.data for _, weights in pairs),
    )
    pool.run(address, job, prod(x.shape[:2]), 1)


def _beside(weights: Any, after: int) -> Any:
    """A weight for each element of an axis, in a shape that meets arrays with axes after it."""
    return weights.reshape(-1, *(1,) * after)


def _summed(x: Any, places: Any, weights: Any, axis: int) -> Any:
    after, parts = x.ndim - axis - 1, zip(places.T, weights.T.astype(x.dtype), strict=True)
    return sum(np.take(x, p, axis=axis) * _beside(w, after) for p, w in parts)


def _added(x: Any, places: Any, weights: Any, axis: int, length: int) -> Any:
    after, before = x.ndim - axis - 1, (slice(None),) * axis
    y = np.zeros((*x.shape[:axis], length, *x.shape[axis + 1 :]), x.dtype)
    for p, w in zip(places.T, weights.T.astype(x.dtype), strict=True):
        np.add.at(y, (*before, p), x * _beside(w, after))
    return y
