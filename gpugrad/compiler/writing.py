"""Which steps of a graph may write into the arrays that cells hold.

Only an optimizer's step does.  It may if its results are what the same cells hold after the call,
and if nothing reads the old values later: neither they nor what shows the same memory.
"""

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
    if not held or len(set(before)) < len(before):
        return False
    shown: set[Value] = set(before)
    later = False
    for other in graph.steps:
        if other is step:
            later = True
        elif later and not shown.isdisjoint(other.values()):
            return False
        elif other.name in VIEWS and not shown.isdisjoint(other.values()):
            shown.update(other.outputs)
    return set(step.outputs) <= set(graph.roots)
