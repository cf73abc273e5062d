"""The simulated device's memory: one reserved range, handed out between guard zones.

Fresh memory holds 0xFF bytes, NaN in every float type.  A shadow byte for each 8 bytes says how
many of them belong to a live array, so that a kernel's access beside one, or to one that was
freed, is refused.
"""

import mmap
import sys
import threading
from collections import deque
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..locks import GROWING

LARGEST, SMALLEST = 1 << 36, 1 << 30  # address space only: pages are made when touched
ALIGNMENT = 512  # CuPy's own
GUARD = 512
PAGES_FROM = 1 << 16  # from here on an allocation fills whole pages, given back when freed
POISON = 0xFF


class DeviceId(NamedTuple):
    """A device; in a ``with`` this thread's current one, where operators put their results."""

    id: int = 0

    def __enter__(self) -> "DeviceId":
        _entered.devices = (*getattr(_entered, "devices", ()), self)
        return self

    def __exit__(self, *error: Any) -> None:
        _entered.devices = _entered.devices[:-1]


_entered = threading.local()
_FIRST = DeviceId()


def current_device() -> DeviceId:
    """The device of this thread, as cupy.cuda.Device()."""
    return (getattr(_entered, "devices", None) or (_FIRST,))[-1]


class Arena:
    """A range of addresses from which arrays are allocated."""

    def __init__(self) -> None:
        self._pages, self.memory, self.shadow = reserve()
        self.address = self.memory.ctypes.data
        self.live: dict[int, int] = {}  # offset -> bytes
        self.freed: deque[tuple[int, int]] = deque(maxlen=10_000)  # (offset, bytes), newest last
        self._free: dict[int, deque[int]] = {}  # slot size -> offsets
        self._top = ALIGNMENT

    def allocate(self, nbytes: int) -> "Allocation":
        """Poisoned memory that lives as long as the object given back."""
        size = _slot(nbytes)
        try:
            offset = self._free[size].popleft()
        except LookupError:
            offset = self._grow(size)
        self.memory[offset : offset + nbytes] = POISON
        self.shadow[offset // 8 : (offset + nbytes) // 8] = 8
        if nbytes % 8:
            self.shadow[(offset + nbytes) // 8] = nbytes % 8
        self.live[offset] = nbytes
        return Allocation(self, offset, nbytes)

    def _grow(self, size: int) -> int:
        with GROWING:
            offset, self._top = self._top, self._top + size
            if size > PAGES_FROM:
                offset = -(-offset // mmap.PAGESIZE) * mmap.PAGESIZE
                self._top = offset + size
        if self._top > len(self.memory):
            raise MemoryError(f"the simulated device's {len(self.memory)} bytes are used up")
        return offset

    def free(self, offset: int, nbytes: int) -> None:
        """Take memory back; a kernel that touches it from now on is stopped."""
        self.shadow[offset // 8 : (offset + nbytes + 7) // 8] = 0
        del self.live[offset]
        self.freed.append((offset, nbytes))
        size = _slot(nbytes)
        if size > PAGES_FROM:
            self._pages.madvise(mmap.MADV_DONTNEED, offset, size)
        self._free.setdefault(size, deque()).append(offset)

    def holds(self, address: int, nbytes: int) -> bool:
        """Whether all ``nbytes`` from ``address`` on belong to one live array."""
        offset = address - self.address
        if not 0 <= offset <= len(self.memory) - nbytes:
            return False
        begin, end = offset // 8, (offset + nbytes) // 8
        whole = self.shadow[begin:end].min(initial=8) == 8
        return bool(whole and self.shadow[end] >= (offset + nbytes) % 8)

    def where(self, address: int) -> str:
        """An address in words: how it lies to the nearest array."""
        offset = address - self.address
        if not 0 <= offset < len(self.memory):
            return "outside of device memory"
        live, freed = self.live.copy(), self.freed.copy()  # arrays may end meanwhile
        near = min(live, key=lambda s: _distance(offset, s, live[s]), default=None)
        owned = near is not None and near <= offset < near + _slot(live[near])
        for start, nbytes in () if owned else reversed(freed):
            if start <= offset < start + nbytes:
                return f"in {nbytes} bytes that were freed"
        if near is None:
            return "where no array is"
        if offset < near:
            return f"{near - offset} bytes before an array of {live[near]} bytes"
        return f"{offset - near - live[near]} bytes after the end of {live[near]} bytes"


class Allocation:
    """Memory of one array and of the views of it, on the device that is current.

    source: the arena, or the pool, that takes it back.
    """

    __slots__ = ("_source", "device", "nbytes", "offset")

    def __init__(self, source: Any, offset: int, nbytes: int) -> None:
        self._source, self.offset, self.nbytes = source, offset, nbytes
        self.device = current_device()

    def __del__(self, ending: Any = sys.is_finalizing) -> None:
        if not ending():  # the random state lives longer than this module's names
            self._source.free(self.offset, self.nbytes)

    def array(self, shape: tuple[int, ...], dtype: Any, strides: Any = None) -> np.ndarray:
        """The memory as a NumPy array, for the stand-ins' own use."""
        return np.ndarray(shape, dtype, self._source.memory, self.offset, strides)


class MemoryPointer(NamedTuple):
    """Where an array begins, as an address of the device."""

    ptr: int


@cache
def arena() -> Arena:
    """The simulated device's memory, reserved on first use."""
    return Arena()


def reserve() -> tuple[mmap.mmap, np.ndarray, np.ndarray]:
    """The largest range that the system grants, its bytes, and their shadow."""
    size = LARGEST
    while True:
        try:
            pages = _pages(size)
            return pages, np.frombuffer(pages, np.uint8), zeros(size // 8 + 8)
        except OSError:
            size //= 2
            if size < SMALLEST:
                raise


def zeros(size: int) -> np.ndarray:
    """``size`` bytes of address space, zero until written."""
    return np.frombuffer(_pages(size), np.uint8)


def _pages(size: int) -> mmap.mmap:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
    return mmap.mmap(-1, size, flags=flags)


def _slot(nbytes: int) -> int:
    unit = mmap.PAGESIZE if nbytes + GUARD > PAGES_FROM else ALIGNMENT
    return -(-(nbytes + GUARD) // unit) * unit


def _distance(offset: int, start: int, nbytes: int) -> int:
    return max(start - offset, offset - start - nbytes + 1, 0)
