"""Large host buffers used again: fresh pages of 16 MB cost more than computing what fills them."""

from collections import deque
from math import prod
from typing import Any

import numpy as np

POOLED_FROM = 1 << 17  # bytes; the C library reuses smaller blocks itself
MOST_IDLE = 1 << 28  # bytes kept while nobody uses them


class _Idle:
    """Memory that nobody uses, by size.

    There is no lock: the cyclic collector may start at any line here, and the arrays that it ends
    give their memory back, on the same thread.  So each line leaves what the others can go on with.
    """

    def __init__(self) -> None:
        self.by_size: dict[int, deque[np.ndarray]] = {}

    def take(self, nbytes: int) -> np.ndarray | None:
        try:
            return self.by_size[nbytes].pop()
        except LookupError:
            return None

    def give(self, memory: np.ndarray) -> None:
        if self._bytes() + memory.nbytes > MOST_IDLE:  # sizes that are no longer asked for
            self.by_size.clear()
        if memory.nbytes <= MOST_IDLE:
            self.by_size.setdefault(memory.nbytes, deque()).append(memory)

    def _bytes(self) -> int:
        sizes = list(self.by_size)  # at once, since others may come meanwhile
        return sum(size * len(self.by_size.get(size, ())) for size in sizes)


IDLE = _Idle()


class _Lent:
    """Memory while an array shows it: NumPy keeps this as the array's base.

    Views of the array keep the array, so that this dies with the last of them.
    """

    __slots__ = ("__array_interface__", "__weakref__", "memory")

    def __init__(self, memory: np.ndarray, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self.memory = memory
        self.__array_interface__ = {
            "data": memory.__array_interface__["data"],
            "shape": shape,
            "typestr": dtype.str,
            "version": 3,
        }

    def __del__(self) -> None:
        IDLE.give(self.memory)


def zeros(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """A C-contiguous array of zeros, in memory used before where it is large."""
    y = empty(shape, dtype)
    y.fill(0)
    return y


def empty(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An uninitialised C-contiguous array, in memory used before where it is large."""
    dtype = np.dtype(dtype)
    nbytes = prod(shape) * dtype.itemsize
    if nbytes < POOLED_FROM:
        return np.empty(shape, dtype)
    memory = IDLE.take(nbytes)
    if memory is None:
        memory = np.empty(nbytes, np.uint8)
    if dtype.kind == "V":  # bfloat16 has no name in NumPy's own protocol
        return np.asarray(_Lent(memory, shape, np.dtype(np.uint16))).view(dtype)
    return np.asarray(_Lent(memory, shape, dtype))
