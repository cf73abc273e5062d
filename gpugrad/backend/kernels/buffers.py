"""Large host buffers used again: fresh pages of 16 MB cost more than computing what fills them."""

from collections import defaultdict
from math import prod
from threading import Lock
from typing import Any

import numpy as np

POOLED_FROM = 1 << 20  # bytes; the C library reuses smaller blocks itself
MOST_IDLE = 1 << 28  # bytes kept while nobody uses them


class _Idle:
    """Memory that nobody uses, by size."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.by_size: dict[int, list[np.ndarray]] = defaultdict(list)
        self.bytes = 0

    def take(self, nbytes: int) -> np.ndarray | None:
        with self.lock:
            found = self.by_size.get(nbytes)
            if not found:
                return None
            self.bytes -= nbytes
            return found.pop()

    def give(self, memory: np.ndarray) -> None:
        with self.lock:
            if self.bytes + memory.nbytes > MOST_IDLE:  # sizes that are no longer asked for
                self.by_size.clear()
                self.bytes = 0
            if memory.nbytes <= MOST_IDLE:
                self.by_size[memory.nbytes].append(memory)
                self.bytes += memory.nbytes


IDLE = _Idle()


class _Lent:
    """Memory while an array shows it: NumPy keeps this as the array's base.

    Views of the array keep the array, so that this dies with the last of them.
    """

    __slots__ = ("__array_interface__", "__weakref__", "memory")

    def __init__(self, memory: np.ndarray, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self.memory = memory
        self.__array_interface__ = {
            "data": (memory.ctypes.data, False),
            "shape": shape,
            "typestr": dtype.str,
            "version": 3,
        }

    def __del__(self) -> None:
        IDLE.give(self.memory)


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
