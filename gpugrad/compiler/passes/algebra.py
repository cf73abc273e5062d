"""Algebra that keeps every bit: steps that give one of their arguments."""

from typing import Any

from ...backend.positions import ALL
from ...backend.select import HOST
from ..graph import Constant, Graph, Step, Value, with_values

ADDING = (ALL, None, ...)  # parts of an index that take nothing away
SHAPING = ("reshape", "sum_to", "broadcast_to", "astype", "squeeze", "expand_dims")
REDUCING = ("sum", "total", "mean", "max", "min")  # of axes of length one


def simplified(graph: Graph) -> Graph:
    """The graph without steps that change nothing."""
    new: dict[Value, Value] = {}
    kept = []
    for old in graph.steps:
        step = _reshaping(with_values(old, new))
        same = _same(step)
        if same is None:
            kept.append(step)
        else:
            new[step.outputs[0]] = same
    return graph.replaced(new, kept)


def _reshaping(step: Step) -> Step:
    """A step; as a reshape where it only adds axes of length one, or takes such away again."""
    spec = step.settings.get("spec")
    if step.name not in ("getitem", "unindex") or not all(part in ADDING for part in spec or (0,)):
        return step
    x, (y,) = step.arguments[0], step.outputs
    how = {"shape": y.shape}
    return Step("reshape", (x,), how, (y,), False, step.backend, step.line)


def _like(x: Any, y: Value) -> bool:
    return isinstance(x, Value) and (x.shape, x.dtype) == (y.shape, y.dtype)


def _number(argument: Any) -> float | None:
    if isinstance(argument, Constant):
        return float(argument.item) if argument.is_number else None
    return argument if type(argument) in (int, float) else None


def _same(step: Step) -> Value | None:
    """The argument that a step gives as it is."""
    if not step.arguments or len(step.outputs) != 1:
        return None
    x, y = step.arguments[0], step.outputs[0]
    other = step.arguments[1] if len(step.arguments) == 2 else None
    if step.name == "scale" and _is_ones(x) and _like(other, y):
        return other
    return x if _like(x, y) and _keeps(step, _number(other)) else None


def _keeps(step: Step, other: float | None) -> bool:
    """Whether a step, of another argument that is a number, gives the first as it is, provided that
    this has the shape and the dtype of the result."""
    if step.name in SHAPING or step.name in REDUCING:
        return True
    if step.name == "permute_dims":
        axes = step.settings.get("axes")
        return axes is not None and tuple(axes) == tuple(range(len(axes)))
    if step.name == "subtract":
        return other == 0 and str(other)[0] != "-"
    return step.name in ("multiply", "divide", "raised", "power", "scale") and other == 1


def _is_ones(argument: Any) -> bool:
    """Whether an argument is 1, or an array of the host's with nothing but ones."""
    if _number(argument) is not None:
        return _number(argument) == 1
    array: Any = argument.array if isinstance(argument, Constant) else None
    return type(array) is HOST.array_types[0] and bool(HOST.natives["all"](array == 1))
