"""What computes the steps of a plan on raw arrays."""

from collections.abc import Callable, Sequence
from typing import Any

from ..backend.multi_tensor import MultiTensor
from ..codegen import launch
from ..codegen.launch import Unit
from .graph import Graph, Step
from .writing import in_place


def runner(step: Step, graph: Graph) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The function that computes a step, and the settings that it is called with."""
    if step.name == "update":
        return Updating(step, in_place(step, graph)), {}
    if step.name == "fused":
        return Fused(step), {}
    return step.backend.function(step.name), step.settings


class Fused:
    """A kernel in a plan: it gives its outputs as a tuple."""

    def __init__(self, step: Step) -> None:
        how = step.settings
        self.backend, self.kernel, self.shape = step.backend.base, how["kernel"], how["shape"]
        self.dtype: Any = how["dtype"]
        self.unit = how.get("unit") or Unit((self.kernel,), self.dtype.name)

    def __call__(self, *arrays: Any) -> tuple:
        """The arrays that the kernel makes."""
        return launch.run(
            self.backend, lambda: self.unit, self.kernel, arrays, self.shape, self.dtype, ()
        )


class Updating:
    """An optimizer's step in a plan: it gives the arrays of parameters and state after it.

    in_place: they are those before it, written into; else copies.
    """

    def __init__(self, step: Step, in_place: bool) -> None:
        self.backend, self.settings, self.in_place = step.backend.base, step.settings, in_place
        self.count = len(step.arguments[1])
        self.batch: MultiTensor | None = None

    def __call__(self, before: Sequence[Any], gradients: Any, rate: Any, steps: Any) -> list:
        """The arrays after the step, in the order of those before it."""
        after = list(before) if self.in_place else [array.copy() for array in before]
        lists = [after[i : i + self.count] for i in range(0, len(after), self.count)]
        how, batch = self.settings, self.batch
        if batch is None or not batch.holds(how["kernel"], *lists):
            batch = MultiTensor(self.backend, how["kernel"], lists[0], lists[1:], how["places"])
            self.batch = batch if self.in_place else None
        batch.step(gradients, rate, steps, how["numbers"])
        return after
