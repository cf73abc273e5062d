"""Constant folding: what is the same at every call is computed once."""

from typing import Any

from ...backend.protocol import CREATION, CREATION_LIKE
from ..graph import Constant, Graph, Step, Value, mapped

CREATED = frozenset(f"{CREATION} {CREATION_LIKE}".split()) - {"empty", "empty_like", "from_dlpack"}
KEPT = {"copy", "item", "update"}  # whose results are the caller's, numbers, or written
OF_SHAPE = frozenset(CREATION_LIKE.split())  # which read no elements


def folded(graph: Graph) -> Graph:
    """The graph without steps of constants."""
    new: dict[Value, Value] = {}
    kept = []
    for step in graph.steps:
        if _is_constant(step, new):
            new.update(zip(step.outputs, _computed(step, new), strict=True))
        else:
            kept.append(step)
    return graph.replaced(new, kept)


def _is_constant(step: Step, new: dict[Value, Value]) -> bool:
    read = [new.get(value, value) for value in step.values()]
    if step.name in OF_SHAPE and step.name in CREATED:
        return all(isinstance(v, Constant) for v in read[1:])
    known = bool(read) or step.name in CREATED
    return known and step.name not in KEPT and all(isinstance(v, Constant) for v in read)


def _computed(step: Step, new: dict[Value, Value]) -> list[Constant]:
    backend = step.backend

    def array(argument: Any) -> Any:
        value = new.get(argument, argument) if isinstance(argument, Value) else argument
        if isinstance(value, Constant):
            return value.array
        if isinstance(value, Value):  # of which only shape and dtype are read
            return backend.base.natives["empty"](value.shape, dtype=value.dtype)
        return value

    arguments = mapped(array, step.arguments)
    settings = {name: mapped(array, value) for name, value in step.settings.items()}
    y = backend.function(step.name)(*arguments, **settings)
    return [Constant(a.shape, a.dtype, array=a) for a in (y if step.several else (y,))]
