"""What computes the steps of a plan on raw arrays."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from ..backend.kernels import strided, ufuncs
from ..backend.multi_tensor import MultiTensor
from ..backend.positions import restored
from ..backend.select import HOST
from ..codegen import launch
from ..codegen.launch import Unit
from ..codegen.nest_launch import Nested
from ..engine.buffers import overwritten
from .graph import Graph, Step
from .writing import in_place, overwrites


def runner(step: Step, graph: Graph) -> tuple[Callable[..., Any], dict[str, Any], bool]:
    """The function that computes a step, the settings that it is called with, and whether it gives
    a tuple."""
    if step.name == "update":
        return Updating(step, in_place(step, graph)), {}, True
    if "nest" in step.settings:
        return _nested(step), {}, True
    if step.name == "fused":
        small = _as_ufunc(step)
        return (small, {}, len(step.outputs) > 1) if small is not None else (Fused(step), {}, True)
    if writes_in_place(step, graph):
        return WRITERS[step.name], step.settings, False
    return step.backend.function(step.name), step.settings, step.several


def _nested(step: Step) -> Callable[..., tuple]:
    """A nest on a device."""
    made = [(y.shape, y.dtype) for y in step.outputs]
    return Nested(step.backend.base, step.settings["nest"], step.settings["unit"], made)


def writes_in_place(step: Step, graph: Graph) -> bool:
    """Whether a step changes a part of the array that it reads, in place of a copy."""
    return step.name in WRITERS and step.backend.base is HOST and overwrites(step, graph)


def _write(x: Any, v: Any, index: Any) -> Any:
    """The array with a part changed where it is."""
    x[index] = v
    return x


def _set(x: Any, v: Any, *arrays: Any, spec: tuple) -> Any:
    """The same, of an operation's form of an index."""
    return _write(x, v, restored(spec, arrays))


WRITERS: dict[str, Callable[..., Any]] = {"written": _write, "setitem": _set}


def _as_ufunc(step: Step) -> Callable[..., Any] | None:
    """A kernel of small arrays on the host as NumPy calls it, in a tenth of the time; None of
    others, and without a compiler."""
    how, kernel = step.settings, step.settings["kernel"]
    address = kernel.answers.get(how["dtype"])
    if step.backend.base.driver is not None or prod(how["shape"]) >= strided.THREADS_FROM:
        return None
    kinds = tuple(value.dtype for value in (*step.arguments, *step.outputs))
    if type(address) is not int or not step.arguments or len(kinds) > ufuncs.MOST_OPERANDS:
        return None
    return ufuncs.ufunc(kernel.name, [(address, kinds)], len(step.arguments))


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
        for array in lists[0] if self.in_place else ():
            overwritten.mark(array)
        return after
