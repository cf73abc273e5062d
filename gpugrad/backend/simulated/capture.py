"""What a capture recorded, to be launched again and again, and what CuPy refuses inside one."""

from collections.abc import Callable
from typing import Any

from .faults import DeviceFault

LIBRARIES = ("cuBLAS", "cuSOLVER")
TRANSFERS = ("H2D", "D2H")  # to the device, to the host


class Graph:
    """The work of one capture and the memory that was made in it.

    Arrays from before the capture are not kept alive, as on a device: launching the graph after
    one was freed is an error.
    """

    def __init__(self, arena: Any) -> None:
        self.work: list[Callable[[], None]] = []
        self.memory: list[Any] = []

    def launch(self) -> None:
        """Do all of it, in the order in which it was recorded."""
        for step in self.work:
            step()


def refusal(what: str) -> Exception:
    """The error of CuPy 14 for a library, a transfer or anything else that no stream captures."""
    if what in LIBRARIES:
        words = f"calling {what} API during stream capture is currently unsupported"
        return NotImplementedError(words)
    if what in TRANSFERS:
        return DeviceFault(f"the current stream is capturing, so {what} transfers are disallowed")
    return DeviceFault(f"{what}: operation not permitted when stream is capturing")
