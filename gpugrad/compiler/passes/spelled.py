"""Spelling out: operations that have kernels of their own, as the steps of their rule.

Fusing puts these steps together again, with what is computed before and after them.
"""

from collections.abc import Callable
from math import prod
from typing import Any

from ...backend.dtypes import FLOATS, bool_, float32, float64
from ...backend.select import HOST
from ...codegen.primitives import PRIMITIVES
from ...ops.declare import REGISTRY
from ..arrays import BINARY, COMPARED, UNARY
from ..graph import Graph, Step, Value

SPELLED = {
    *("softmax", "softmax_gradient", "log_softmax", "log_softmax_gradient"),
    *("standardise", "standardise_gradient", "mean", "linear"),
}


def spelled(graph: Graph) -> Graph:
    """The graph with the rules of operations in place of them."""
    new: dict[Value, Value] = {}
    steps: list[Step] = []
    for step in graph.steps:
        if step.name not in SPELLED or not _is_spelled(step):
            steps.append(step)
            continue
        speller = Speller(step)
        given = [speller.array(a) if isinstance(a, Value) else a for a in step.arguments]
        rule = speller.linear if step.name == "linear" else REGISTRY[step.name].forward
        result: Any = rule(speller, *given, **step.settings)
        made = result if step.several else (result,)
        new.update(zip(step.outputs, [array.at for array in made], strict=True))
        steps += speller.steps
    return graph.replaced(new, steps)


def _is_spelled(step: Step) -> bool:
    """Whether the rule is one of floats of one type."""
    dtypes = {v.dtype for v in (*step.values(), *step.outputs)}
    known = (
        FLOATS if "softmax" in step.name else {float32, float64}
    )  # halves are to be rounded once
    full = all(prod(v.shape) for v in step.values())
    return len(dtypes) == 1 and dtypes <= known and full and not _has_better(step)


def _has_better(step: Step) -> bool:
    """Whether a device has a kernel of its own that is better: for rows that do not lie along the
    last axis, which are no rows of a nest."""
    rank = len(step.outputs[0].shape)
    along = step.settings.get("axis") if "softmax" in step.name else rank - 1
    return step.backend.base is not HOST and along not in (-1, rank - 1)


class Speller:
    """Reads a rule as the operations' namespace does, and notes the steps."""

    def __init__(self, step: Step) -> None:
        self.step, self.steps = step, list[Step]()

    def array(self, value: Value) -> "Spelled":
        """What stands for a value."""
        return Spelled(value, self)

    def note(
        self, name: str, given: tuple, shape: tuple[int, ...], how: dict[str, Any] | None = None
    ) -> "Spelled":
        """The result of one step, of ``shape``."""
        arrays = [a for a in given if isinstance(a, Spelled)]
        is_test = name in PRIMITIVES and PRIMITIVES[name].boolean
        y = Value(shape, bool_ if is_test else arrays[0].at.dtype)
        arguments = tuple([a.at if isinstance(a, Spelled) else a for a in given])
        backend, line = self.step.backend, self.step.line
        self.steps.append(Step(name, arguments, how or {}, (y,), False, backend, line))
        return Spelled(y, self)

    def elementwise(self, name: str, *given: Any) -> "Spelled":
        """The result of an elementwise step."""
        shapes = [a.shape for a in given if isinstance(a, Spelled)]
        return self.note(name, given, _broadcast(*shapes))

    def sum(self, x: "Spelled", *, axis: Any = None, keepdims: bool = False) -> "Spelled":
        """The sum along axes."""
        return self._reduced("sum", x, axis, keepdims)

    def max(self, x: "Spelled", *, axis: Any = None, keepdims: bool = False) -> "Spelled":
        """The largest elements along axes."""
        return self._reduced("max", x, axis, keepdims)

    def _reduced(self, name: str, x: "Spelled", axis: Any, keepdims: bool) -> "Spelled":
        rank = len(x.shape)
        axes = range(rank) if axis is None else (axis,) if isinstance(axis, int) else axis
        gone = {one % rank for one in axes}
        kept = tuple(
            1 if i in gone else n for i, n in enumerate(x.shape) if keepdims or i not in gone
        )
        return self.note(name, (x,), kept, {"axis": axis, "keepdims": keepdims})

    def linear(self, xp: Any, x: "Spelled", weight: "Spelled", bias: Any = None) -> "Spelled":
        """A product of matrices, and the bias added."""
        (*rows, features), outputs = x.shape, weight.shape[0]
        flat = self.reshape(x, shape=(prod(rows), features))
        turned = self.note("matrix_transpose", (weight,), (features, outputs))
        y = self.note("matmul", (flat, turned), (prod(rows), outputs))
        y = y if bias is None else self.elementwise("add", y, bias)
        return self.reshape(y, shape=(*rows, outputs))

    def reshape(self, x: "Spelled", *, shape: tuple[int, ...]) -> "Spelled":
        """The same elements in another shape."""
        return x if x.shape == shape else self.note("reshape", (x,), shape, {"shape": shape})

    def __getattr__(self, name: str) -> Callable:
        if name not in PRIMITIVES:
            raise AttributeError(f"{self.step.name}: its rule has {name}, which nests do not know")
        return lambda *given: self.elementwise(name, *given)


class Spelled:
    """A value, as rules compute with arrays."""

    def __init__(self, at: Value, speller: Speller) -> None:
        self.at, self.shape, self.dtype, self.speller = at, at.shape, at.dtype, speller


def _operator(name: str, turned: bool) -> Callable:
    def method(self: Spelled, *other: Any) -> Spelled:
        return self.speller.elementwise(name, *((*other, self) if turned else (self, *other)))

    return method


for _names, _turned in ((BINARY, False), (COMPARED, False), (UNARY, False), (BINARY, True)):
    for _python, _name in _names.items():
        setattr(Spelled, f"__{'r' * _turned}{_python}__", _operator(_name, _turned))


def _broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that all broadcast to, which they do."""
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    return tuple(max(lengths) for lengths in zip(*padded, strict=True))
