"""Algebra that keeps every bit: steps that give one of their arguments."""

from typing import Any

from ..graph import Constant, Graph, Step, Value, with_values


def simplified(graph: Graph) -> Graph:
    """The graph without steps that change nothing."""
    new: dict[Value, Value] = {}
    kept = []
    for old in graph.steps:
        step = with_values(old, new)
        same = _same(step)
        if same is None:
            kept.append(step)
        else:
            new[step.outputs[0]] = same
    return graph.replaced(new, kept)


def _number(argument: Any) -> float | None:
    if isinstance(argument, Constant):
        return float(argument.item) if argument.is_number else None
    return argument if type(argument) in (int, float) else None


def _same(step: Step) -> Value | None:
    """The argument that a step gives as it is."""
    x = step.arguments[0] if step.arguments else None
    y = step.outputs[0]
    if not isinstance(x, Value) or (x.shape, x.dtype) != (y.shape, y.dtype):
        return None
    if step.name in ("reshape", "sum_to", "broadcast_to", "astype", "squeeze", "expand_dims"):
        return x
    if step.name == "permute_dims":
        axes = step.settings.get("axes")
        return x if axes is not None and tuple(axes) == tuple(range(len(x.shape))) else None
    other = _number(step.arguments[1]) if len(step.arguments) == 2 else None
    if other is not None and (
        (step.name in ("multiply", "divide", "raised", "power", "scale") and other == 1)
        or (step.name == "subtract" and other == 0 and str(other)[0] != "-")
    ):
        return x
    return None
