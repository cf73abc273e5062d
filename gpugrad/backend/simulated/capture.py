"""What a capture recorded, to be launched again and again, and what CuPy refuses inside one."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from .faults import DeviceFault
from .memory import Allocation, Arena

LIBRARIES = ("cuBLAS", "cuSOLVER")
TRANSFERS = ("H2D", "D2H")  # to the device, to the host


class Pool:
    """Memory of captures: what is given up in one is handed out again, as by a pool of CuPy's.

    So a replay overwrites what nothing held to its end.
    """

    def __init__(self, arena: Arena) -> None:
        self.memory, self._arena = arena.memory, arena
        self._held: list[Allocation] = []
        self._unused: defaultdict[int, list[int]] = defaultdict(list)  # bytes -> offsets

    def allocate(self, nbytes: int) -> Allocation:
        """Memory that lives as long as the pool."""
        if self._unused[nbytes]:
            return Allocation(self, self._unused[nbytes].pop(), nbytes)
        self._held.append(self._arena.allocate(nbytes))
        return Allocation(self, self._held[-1].offset, nbytes)

    def free(self, offset: int, nbytes: int) -> None:
        """Take memory back."""
        self._unused[nbytes].append(offset)


class Graph:
    """The work of one capture, the pool that its memory is from and what else it reads.

    Other arrays from before the capture are not kept alive, as on a device: launching the graph
    after one was freed is an error.
    """

    def __init__(self, pool: Pool) -> None:
        self.work: list[Callable[[], None]] = []
        self.pool = pool
        self.kept: list[Any] = []

    def launch(self) -> None:
        """Do all of it, in the order in which it was recorded."""
        for step in self.work:
            step()


class Capturing(threading.local):
    """The graph that this thread captures, if any."""

    graph: Graph | None = None


def refusal(what: str) -> Exception:
    """The error of CuPy 14 for a library, a transfer or anything else that no stream captures."""
    if what in LIBRARIES:
        words = f"calling {what} API during stream capture is currently unsupported"
        return NotImplementedError(words)
    if what in TRANSFERS:
        return DeviceFault(f"the current stream is capturing, so {what} transfers are disallowed")
    return DeviceFault(f"{what}: operation not permitted when stream is capturing")
