"""The steps of a plan, each called through a function of ours; the plan itself stays as it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from gpugrad.backend.kernels.tables import Table
from gpugrad.compiler.native.lowering import Operation
from gpugrad.compiler.native.plan import NativePlan
from gpugrad.compiler.native.writer import Writer
from gpugrad.compiler.plan import Plan

Watch = Callable[[Any, Callable[..., Any]], Callable[..., Any]]


@contextmanager
def watched(replay: Any, watch: Watch) -> Iterator[None]:
    """Within the ``with`` calls run ``watch(step, function)`` for the function of each step."""
    text, names, steps = opened(replay.plan, replay._hold)
    for name, step in steps.items():
        names[name] = watch(step, names[name])
    exec(compile(text, "<watched plan>", "exec"), names)
    kept, replay._built = replay._built, SimpleNamespace(run=names["run"])
    try:
        yield
    finally:
        replay._built = kept


def opened(plan: Any, hold: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The text of such a plan, what it names, and of these names the steps that they compute.

    Native operations are called one by one; on a device nothing is captured.
    """
    if isinstance(plan, NativePlan):
        writer = Apart(plan, hold)
        return writer.text(), writer.names, writer.steps
    plain = Plan(plan.graph, hold)
    return plain.text, plain.names, {f"f{i}": step for i, step in enumerate(plain.graph.steps)}


class Apart(Writer):
    """Writes a native plan with each operation in a call of its own; ``steps``: by those' names."""

    def __init__(self, plan: NativePlan, hold: Any) -> None:
        numbers = [storage.number for storage in plan.lowered.storages()]
        super().__init__(plan.lowered, Table(plan.memory, max(numbers, default=0)), hold)
        self.steps: dict[str, Any] = {}

    def _operation(self, number: int, operation: Operation) -> None:
        known = set(self.names)
        super()._operation(number, operation)
        self._call()
        made = [name for name in self.names if name not in known and name[0] in "fp"]
        self.steps.update(dict.fromkeys(made, operation.step))
