"""What is drawn: the operations and leaves that a Tensor was computed from, and its gradients.

The walk here carries a gradient of ones from the Tensor to all its nodes, as ``backward`` does, but
it releases nothing, calls no hooks and leaves every ``.grad`` alone.  A node keeps no shape; the
gradient that arrives at it has the shape and the dtype of what it computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..backend.dtypes import COMPLEX
from ..backend.select import HOST
from ..engine.anything import ANY
from ..engine.backward import PULLING, raw_space
from ..engine.buffers import overwritten
from ..engine.cells import element_type, host_values, raw
from ..engine.levels import no_grad
from ..engine.promotion import strong
from ..engine.tape import Leaf, Node, Parts
from ..tensor.arguments import vector_norm
from ..tensor.cell import Tensor
from ..transforms.boxes import ones

LEAF, OPERATION, OUTPUT = "leaf", "operation", "output"  # OUTPUT: one of an operation's several


@dataclass(slots=True)
class Vertex:
    """One leaf or operation, and what is known of its value and its gradient."""

    kind: str
    title: str
    name: str = ""
    layouts: tuple[str, ...] = ()  # shape and dtype of what it computed, of each of its outputs
    value: Any = None  # the number, if it is one
    gradient: Any = None  # the number, if it is one
    norm: Any = None  # of a gradient of several elements
    final: bool = False  # what was drawn, rather than what it came from


class Graph(NamedTuple):
    """Vertices, older before newer, and edges from what was computed to what was computed of it."""

    vertices: list[Vertex]
    edges: list[tuple[int, int]]


def graph_of(y: Tensor, named: list[tuple[str, Tensor]], limit: int) -> Graph:
    """What ``y`` was computed from.

    named: names and the Tensors that have them.  ValueError for more than ``limit`` vertices,
    RuntimeError where the graph was released.
    """
    if y.node is None:
        name = next((name for name, tensor in named if tensor is y), "")
        return Graph([Vertex(LEAF, "tensor", name, (_layout(y),), _number(y), final=True)], [])
    nodes = _history(y.node, limit)
    vertices = {node: _vertex(node) for node in nodes}
    for name, tensor in named:
        vertex = vertices.get(tensor.node)
        if vertex is not None and not vertex.name:
            vertex.name, vertex.value = name, _number(tensor)
    vertices[y.node].final, vertices[y.node].value = True, _number(y)
    with HOST.quiet(), no_grad():
        _describe_gradients(y, nodes, vertices)
    numbers = {node: i for i, node in enumerate(nodes)}
    edges = [(numbers[parent], numbers[node]) for node in nodes for parent in node.parents]
    return Graph(list(vertices.values()), edges)


def _history(root: Node | Leaf, limit: int) -> list:
    """All leaves, in the order of their first use, and all nodes, oldest first."""
    seen, pending = {root}, [root]
    while pending:
        node = pending.pop()
        if node.order and not node.parents:
            raise RuntimeError(
                f"draw: the graph through {node.name} was released by backward; draw before "
                "backward, or give that one retain_graph=True"
            )
        pending += [parent for parent in set(node.parents) if parent not in seen]
        seen.update(node.parents)
        if len(seen) > limit:
            raise ValueError(
                f"draw: the graph has more than {limit} operations and leaves; draw an earlier "
                f"value, or give a larger limit, for example limit={10 * limit}"
            )
    nodes = sorted((node for node in seen if node.order), key=lambda node: node.order)
    leaves = [leaf for node in (*nodes, root) for leaf in (*node.parents, node) if not leaf.order]
    return [*dict.fromkeys(leaves), *nodes]


def _vertex(node: Node | Leaf) -> Vertex:
    if isinstance(node, Node):
        return Vertex(OPERATION, node.name)
    cell = node.cell()
    if cell is None:  # nobody holds the leaf any more
        return Vertex(LEAF, "leaf")
    return Vertex(LEAF, "leaf", layouts=(_layout(cell),), value=_number(cell))


def _describe_gradients(y: Tensor, nodes: list, vertices: dict) -> None:
    """Carry a gradient of ones from ``y`` through ``nodes`` and note what arrives where."""
    gradients: dict[Any, Any] = {y.node: strong(ones(y), raw(y))}
    for node in reversed(nodes):
        g, vertex = gradients.pop(node, None), vertices[node]
        if g is None:
            continue
        _note(vertex, g, turned=y.level == 0)
        for parent, share in _shares(node, g, within=y.level > 0):
            if isinstance(share, Parts):
                vertex.kind, vertex.title = OUTPUT, f"output {next(iter(share.by_output))}"
            gradients[parent] = gradients[parent] + share if parent in gradients else share


def _shares(node: Node | Leaf, g: Any, within: bool) -> Iterator[tuple[Any, Any]]:
    """The parents of ``node`` that get a gradient, with what they get.

    within: this is the tape of a transform, whose values may be boxes of others.
    """
    if isinstance(node, Leaf):
        return
    overwritten.check(node)
    pull = getattr(node.pullback.pull, "unhooked", node.pullback.pull)
    shares = pull(PULLING if within else raw_space(g), g, node.kept, node.settings)
    for parent, share in zip(node.parents, shares, strict=True):
        if share is not None:
            yield parent, share


def _note(vertex: Vertex, g: Any, turned: bool) -> None:
    """Write down what the gradient ``g`` tells; ``turned``: it is shown as ``.grad`` would be."""
    if isinstance(g, Parts):
        vertex.layouts = tuple(_layout(g.by_output[i]) for i in sorted(g.by_output))
        return
    vertex.layouts = (_layout(g),)
    if turned and getattr(g, "dtype", None) in COMPLEX:
        g = ANY.conj(g)
    vertex.gradient = _number(g)
    if vertex.gradient is None:
        vertex.norm = _number(vector_norm(g))


def _layout(value: Any) -> str:
    """Shape and dtype of an array, or the type of a number."""
    found = element_type(value)
    return found.__name__ if isinstance(found, type) else f"{value.shape} {found.name}"


def _number(value: Any) -> Any:
    """The one element of ``value`` as a Python number; None if it has more, or none to be read."""
    several = getattr(value, "size", 1) != 1 or getattr(raw(value), "size", 1) != 1
    return None if several else host_values(value).item()
