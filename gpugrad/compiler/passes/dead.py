"""Dead code: steps whose results nothing reads."""

from ..graph import Graph, Value


def living(graph: Graph) -> Graph:
    """The graph without steps that no root depends on."""
    wanted: set[Value] = set(graph.roots)
    kept = []
    for step in reversed(graph.steps):
        if not wanted.isdisjoint(step.outputs):
            wanted.update(step.values())
            kept.append(step)
    return Graph(graph.inputs, kept[::-1], list(graph.roots))
