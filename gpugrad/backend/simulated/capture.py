"""What a capture recorded, to be launched again and again."""

from collections.abc import Callable
from typing import Any


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
