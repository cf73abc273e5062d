"""Which steps of a graph may write into what they read.

An optimizer's step may write into the arrays of cells if its results are what the same cells hold
after the call, and a step that changes a part of an array into that array if the plan made it; if
nothing reads the old values later: neither they nor what shows the same memory.
"""

from typing import NamedTuple

from ..backend.kept import kept
from .graph import Graph, Step, Value
from .sources import Held

# Steps that may give a view of their first argument.
VIEWS = {
    *("reshape", "permute_dims", "matrix_transpose", "part", "getitem", "broadcast_to", "squeeze"),
    *("expand_dims", "flat", "real", "imag", "diagonal", "flip", "asarray"),
}


def last(graph: Graph) -> Graph:
    """The graph with optimizers' steps, and what depends on them, after everything else."""
    late: set[Value] = set()
    early, rest = [], []
    for step in graph.steps:
        if step.name == "update" or not late.isdisjoint(step.values()):
            late.update(step.outputs)
            rest.append(step)
        else:
            early.append(step)
    return Graph(graph.inputs, [*early, *rest], list(graph.roots))


def in_place(step: Step, graph: Graph) -> bool:
    """Whether an optimizer's step may write into what it reads."""
    before = step.arguments[0]
    held = all(isinstance(getattr(value, "source", None), Held) for value in before)
    alone = len(set(before)) == len(before) and set(step.outputs) <= set(graph.roots)
    return held and alone and not _read_later(set(before), step, graph)


def overwrites(step: Step, graph: Graph) -> bool:
    """Whether a step may change a part of the array that it reads, in place of a copy of it."""
    x = step.arguments[0]
    maker = _uses(graph).makers.get(x)
    made = maker is not None and maker.name not in VIEWS and x not in graph.roots and x.shape != ()
    return made and x not in step.arguments[1:] and not _read_later({x}, step, graph)


class Uses(NamedTuple):
    """Where the steps of a graph stand, and who makes and reads each value."""

    places: dict[Step, int]
    makers: dict[Value, Step]
    readers: dict[Value, list[Step]]


@kept
def _uses(graph: Graph) -> Uses:
    """Those of a graph that is complete: asked for by every step that may write."""
    uses = Uses({}, {}, {})
    for i, step in enumerate(graph.steps):
        uses.places[step] = i
        uses.makers.update(dict.fromkeys(step.outputs, step))
        for value in step.values():
            uses.readers.setdefault(value, []).append(step)
    return uses


def _read_later(shown: set[Value], step: Step, graph: Graph) -> bool:
    """Whether a later step, or the caller, reads values or what shows the same memory."""
    uses, own = _uses(graph), set(shown)
    pending = list(shown)
    while pending:
        for other in uses.readers.get(pending.pop(), ()):
            if uses.places[other] > uses.places[step]:
                return True
            if other.name in VIEWS and shown.isdisjoint(other.outputs):
                shown.update(other.outputs)
                pending += other.outputs
    return not (shown - own).isdisjoint(graph.roots)
