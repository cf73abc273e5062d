"""Common subexpressions: what is computed twice from the same values."""

from collections.abc import Hashable
from typing import Any

from ..graph import Constant, Graph, Step, Value, mapped, with_values


def shared(graph: Graph) -> Graph:
    """The graph with each step once; of equal ones the first stays.

    Draws read positions of their own, so no two of them are equal.
    """
    first: dict[Hashable, Step] = {}
    new: dict[Value, Value] = {}
    kept = []
    for old in graph.steps:
        step = with_values(old, new)
        same = first.setdefault(_key(step), step)
        if same is step:
            kept.append(step)
        else:
            new.update(zip(step.outputs, same.outputs, strict=True))
    return graph.replaced(new, kept)


def _key(step: Step) -> Hashable:
    """What tells whether two steps do the same: literals by type too, since 1 == 1.0 == True."""
    key = (
        step.name,
        id(step.backend),
        mapped(_typed, step.arguments),
        tuple((name, mapped(_typed, value)) for name, value in step.settings.items()),
    )
    try:
        hash(key)
    except TypeError:  # an argument without a hash, such as a slice: equal to itself alone
        return id(step)
    return key


def _typed(argument: Any) -> Any:
    if isinstance(argument, Constant) and argument.is_number:
        return argument.dtype, repr(argument.item)  # 0.0 == -0.0, but their texts differ
    if isinstance(argument, Value):
        return argument
    return type(argument), repr(argument) if type(argument) is float else argument
