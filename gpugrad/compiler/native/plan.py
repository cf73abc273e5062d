"""The plan of a graph on the host: a Python function that calls runs of native operations.

Results that stay in the plan lie in one block of memory, which is there from the first call on.
One thread at a time runs it: who calls sees to that.
"""

from collections.abc import Callable
from typing import Any

from ...backend.kernels.tables import BLOCK, Table
from ..graph import Graph, Step
from ..plan import Hold
from ..report import amount
from .lowering import Lowered
from .memory import planned
from .places import OWN
from .reuse import reuse
from .writer import Writer


class NativePlan:
    """A graph that can be run: ``plan.run(*arrays)`` takes the inputs' and gives the roots' arrays.

    functions: the addresses of nests; before_writing: as of Plan.  memory: bytes of its block.
    """

    def __init__(
        self, graph: Graph, functions: dict[Step, int], before_writing: Hold = None
    ) -> None:
        self.graph = graph
        self.lowered = Lowered(graph, functions)
        reuse(self.lowered.operations)
        storages = list(self.lowered.storages())
        self.memory = planned(storages)
        outside = [storage for storage in storages if storage.kind != OWN]
        for storage in storages:
            storage.number = BLOCK
        for number, storage in enumerate(outside, BLOCK + 1):
            storage.number = number
        writer = Writer(self.lowered, Table(self.memory, len(outside)), before_writing)
        self.text = writer.text()
        exec(compile(self.text, "<plan>", "exec"), writer.names)
        self.names: dict[str, Any] = writer.names
        self.run: Callable[..., tuple] = self.names["run"]
        self._runs = writer.runs

    def told(self) -> list[str]:
        """What ``step.report()`` tells of it."""
        native = sum(operation.kind is not None for operation in self.lowered.operations)
        return [
            f"{'native operations':<22}{native}, in {self._runs} calls",
            f"{'memory planned':<22}{amount(self.memory)}, beside what leaves the plan",
        ]
