"""What is drawn of a compiled function: its inputs and its steps, from left to right in time."""

from ..compiler.graph import Constant, Input, Step, Value, fused_operations
from ..compiler.graph import Graph as Recorded
from .graph import LEAF, OPERATION, Graph, Vertex


def graph_of_steps(recorded: Recorded, limit: int) -> Graph:
    """The steps of a recorded function; ValueError for more than ``limit`` vertices."""
    read = {value for step in recorded.steps for value in step.values()}
    ends = [v for v in (*recorded.inputs, *recorded.constants()) if v in read and not _is_number(v)]
    if len(ends) + len(recorded.steps) > limit:
        raise ValueError(
            f"draw: the function has {len(ends)} inputs and {len(recorded.steps)} steps; give a "
            f"larger limit than {limit}, or print its .graph"
        )
    roots = set(recorded.roots)
    vertices = [Vertex(LEAF, _title(value), layouts=(_layout(value),)) for value in ends]
    places: dict[Value, int] = {value: i for i, value in enumerate(ends)}
    edges = []
    for step in recorded.steps:
        sources = dict.fromkeys(places[v] for v in step.values() if v in places)
        edges += [(source, len(vertices)) for source in sources]
        places.update(dict.fromkeys(step.outputs, len(vertices)))
        final = not roots.isdisjoint(step.outputs)
        layouts = tuple(map(_layout, step.outputs[:1]))
        vertices.append(Vertex(OPERATION, _name(step), layouts=layouts, final=final))
    return Graph(vertices, edges)


def _is_number(value: Value) -> bool:
    return isinstance(value, Constant) and value.is_number


def _title(value: Value) -> str:
    return str(value.source) if isinstance(value, Input) else "constant"


def _name(step: Step) -> str:
    """An operation, or how many of them a kernel is made of."""
    if step.name != "fused":
        return step.name
    return f"{fused_operations(step)} operations"


def _layout(value: Value) -> str:
    return value.dtype.__name__ if value.is_pythons else f"{value.shape} {value.dtype.name}"
