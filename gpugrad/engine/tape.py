"""The tape: nodes that remember how to walk back, and the walk.

The tape is held only by the tensors that need it: a node holds raw arrays and edges to its
parents, nothing holds its children, so memory goes by reference counting.
"""

from collections.abc import Callable
from dataclasses import replace
from heapq import heappop, heappush
from typing import Any
from weakref import ref

from ..backend.dtypes import INEXACT, float64
from ..backend.kept import kept
from ..ops.declare import Op
from .buffers import next_number, overwritten
from .pieces import Pieces, added, wholes
from .pullbacks import Pullback, released


class Node:
    """One recorded operation: its pullback, the parents that need a gradient, what was kept."""

    __slots__ = ("__weakref__", "kept", "order", "parents", "pullback", "settings")

    def __init__(
        self, pullback: Pullback, parents: tuple, kept: tuple, settings: dict | None = None
    ):
        self.pullback = pullback
        self.parents = parents
        self.kept = kept
        self.settings = settings
        self.order = next_number()  # newer nodes have larger numbers

    @property
    def name(self) -> str:
        """The operation's name."""
        return self.pullback.op.name

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Leaf:
    """Where a gradient arrives: stands for a tensor that nobody computed."""

    __slots__ = ("__weakref__", "added", "cell", "hooks")
    name = "leaf"
    parents = ()
    order = 0

    def __init__(self, cell: Any) -> None:
        self.cell = ref(cell)  # weak, so that a gradient with a graph of its own makes no cycle
        self.hooks: dict[int, Callable] = {}
        self.added: Any = None  # the gradient, if it lies in a buffer of walks alone

    def __repr__(self) -> str:
        return "<leaf>"


class Parts:
    """Gradients of some of an operation's several outputs, by output number."""

    __slots__ = ("by_output",)

    def __init__(self, by_output: dict[int, Any]) -> None:
        self.by_output = by_output

    def __add__(self, other: "Parts") -> "Parts":
        both = dict(self.by_output)
        for i, g in other.by_output.items():
            both[i] = both[i] + g if i in both else g
        return Parts(both)

    def as_tuple(self, outputs: int) -> tuple:
        """One entry an output, None where no gradient came."""
        return tuple(self.by_output.get(i) for i in range(outputs))


def walk(  # long: the loop of every backward, in which a call more costs 5%
    root: Node | Leaf,
    gradient: Any,
    space: Callable[[Any], Any],
    retain: bool,
    saved: Callable[[Node], tuple] | None = None,
    until: int = 0,
) -> dict[Any, Any]:
    """Carry ``gradient`` from ``root`` back to the leaves and return what arrives there.

    space(g) is the namespace that the rules compute in; saved(node) is what they read, if that
    is not what the node kept.  The newest pending node goes first: every user of a node is newer.
    Nodes of an order up to ``until`` (see ``now``) are leaves to this walk.
    """
    if root.order <= until:
        return {root: gradient}
    leaves: dict[Any, Any] = {}
    pending: dict[Node, Any] = {}
    heap: list[tuple[int, Node]] = []
    owned: set[Any] = set()  # those whose sum lies in a buffer that this walk allocated
    node: Any = root
    g, seen, xp = gradient, None, None
    while True:
        if type(g) is not seen:
            g = g.whole() if type(g) is Pieces else g
            xp, seen = space(g), type(g)
        if node.order < overwritten.latest:
            overwritten.check(node)
        pullback, parents = node.pullback, node.parents
        kept = saved(node) if saved else node.kept
        shares = (pullback.pull if retain else pullback.last)(xp, g, kept, node.settings)
        if not retain:
            node.pullback, node.parents, node.kept = pullback.released, (), ()
        if not heap and len(parents) == 1 and parents[0].order > until and shares[0] is not None:
            node, g = parents[0], shares[0]  # a chain needs no heap
            continue
        for parent, share in zip(parents, shares):  # noqa: B905 - as long, and strict costs 2%
            if share is None:
                continue
            sums = pending if parent.order > until else leaves
            if parent not in sums:
                sums[parent] = share
                if sums is pending:
                    heappush(heap, (-parent.order, parent))
            elif parent in owned and type(share) is type(sums[parent]):
                sums[parent] += share
            else:
                sums[parent] = added(sums[parent], share)
                owned.add(parent)
        if not heap:
            return leaves if Pieces not in map(type, leaves.values()) else wholes(leaves)
        node = heappop(heap)[1]
        g = pending.pop(node)


def now() -> int:
    """A number that all nodes so far are below and all later ones above."""
    return next_number()


def joined(op: Op, nodes: tuple) -> Node:
    """A node above several, which walks them with the ``Parts`` of its gradient."""

    def pull(xp: Any, g: Parts, kept: tuple, settings: dict) -> tuple:
        return g.as_tuple(len(nodes))

    return Node(Pullback(op, pull, lambda *values: (), ()), nodes, ())


def pick(op: Op, node: Node, i: int, value: Any) -> Node | None:
    """The node of ``value``, output number ``i`` of several; None if it has no gradient."""
    dtype = getattr(value, "dtype", float64)  # of a Python number
    return Node(_picking(op, i), (node,), ()) if dtype in INEXACT else None


@kept
def _picking(op: Op, i: int) -> Pullback:
    def pull(xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        return (Parts({i: g}),)

    return Pullback(op, pull, lambda *values: (), (), released(op))


@kept
def of_outputs(inner: Pullback, outputs: int) -> Pullback:
    """``inner`` for an operation with several outputs: its gradient comes in parts."""

    def pull(xp: Any, g: Parts, kept: tuple, settings: dict) -> tuple:
        return inner.pull(xp, g.as_tuple(outputs), kept, settings)

    return replace(inner, pull=pull, last=pull)
