"""The tape: nodes that remember how to walk back, and the walk.

The tape is held only by the tensors that need it: a node holds raw arrays and edges to its
parents, nothing holds its children, so memory goes by reference counting.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from heapq import heappop, heappush
from typing import Any
from weakref import ref

from ..backend.dtypes import INEXACT, float32, float64
from ..ops.declare import BILINEAR, ELEMENTWISE, LINEAR, Op
from ..ops.linalg import matrix_product, matrix_vector
from .buffers import next_number, overwritten
from .evaluate import Evaluated, run, strong, uniform
from .pullbacks import Plan, fitted, plan, released, shape_of

PRODUCTS = {matrix_product, matrix_vector}


class Node:
    """One recorded operation: its plan, the parents that need a gradient, what was kept."""

    __slots__ = ("__weakref__", "kept", "order", "parents", "plan", "settings")

    def __init__(self, plan: Plan, parents: tuple, kept: tuple, settings: dict | None = None):
        self.plan = plan
        self.parents = parents
        self.kept = kept
        self.settings = settings
        self.order = next_number()  # newer nodes have larger numbers

    @property
    def name(self) -> str:
        """The operation's name."""
        return self.plan.op.name

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Leaf:
    """Where a gradient arrives: stands for a tensor that nobody computed."""

    __slots__ = ("__weakref__", "cell", "hooks")
    name = "leaf"
    parents = ()
    order = 0

    def __init__(self, cell: Any) -> None:
        self.cell = ref(cell)  # weak, so that a gradient with a graph of its own makes no cycle
        self.hooks: dict[int, Callable] = {}

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
    owned: set[Node] = set()  # nodes whose pending sum lies in a buffer that this walk allocated
    node: Any = root
    g, seen, xp = gradient, None, None
    while True:
        if type(g) is not seen:
            xp, seen = space(g), type(g)
        if node.order < overwritten.latest:
            overwritten.check(node)
        plan, parents = node.plan, node.parents
        kept = saved(node) if saved else node.kept
        shares = (plan.pull if retain else plan.last)(xp, g, kept, node.settings)
        if not retain:
            node.plan, node.parents, node.kept = plan.released, (), ()
        if not heap and len(parents) == 1 and parents[0].order > until and shares[0] is not None:
            node, g = parents[0], shares[0]  # a chain needs no heap
            continue
        for parent, share in zip(parents, shares):  # noqa: B905 - as long, and strict costs 2%
            if share is None:
                continue
            if parent.order <= until:
                leaves[parent] = leaves[parent] + share if parent in leaves else share
            elif parent not in pending:
                pending[parent] = share
                heappush(heap, (-parent.order, parent))
            elif parent in owned and type(share) is type(pending[parent]):
                pending[parent] += share
            else:
                pending[parent] = pending[parent] + share
                owned.add(parent)
        if not heap:
            return leaves
        node = heappop(heap)[1]
        g = pending.pop(node)


def now() -> int:
    """A number that all nodes so far are below and all later ones above."""
    return next_number()


def joined(op: Op, nodes: tuple) -> Node:
    """A node above several, which walks them with the ``Parts`` of its gradient."""

    def pull(xp: Any, g: Parts, kept: tuple, settings: dict) -> tuple:
        return g.as_tuple(len(nodes))

    return Node(Plan(op, pull, lambda *values: (), ()), nodes, ())


def pick(op: Op, node: Node, i: int, value: Any) -> Node | None:
    """The node of ``value``, output number ``i`` of several; None if it has no gradient."""
    dtype = getattr(value, "dtype", float64)  # of a Python number
    return Node(_pick_plan(op, i), (node,), ()) if dtype in INEXACT else None


@cache
def _pick_plan(op: Op, i: int) -> Plan:
    def pull(xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        return (Parts({i: g}),)

    return Plan(op, pull, lambda *values: (), (), released(op))


@cache
def of_outputs(inner: Plan, outputs: int) -> Plan:
    """``inner`` for an operation with several outputs: its gradient comes in parts."""

    def pull(xp: Any, g: Parts, kept: tuple, settings: dict) -> tuple:
        return inner.pull(xp, g.as_tuple(outputs), kept, settings)

    return replace(inner, pull=pull, last=pull)


def recorded(
    op: Op,
    nodes: Sequence,
    values: tuple,
    result: Evaluated,
    settings: dict,
    make: Callable[[Any, Node | None], Any],
) -> Any:
    """``make(y, node)`` with a new node; with several outputs one node for each, picking it.

    values: the inputs as they were given; ``result`` has them as rules read them.
    """
    y, read, compute, saved = result
    several = isinstance(y, tuple)
    if not several and getattr(y, "dtype", float32) not in INEXACT:
        return make(y, None)
    needs, parents, likes, fits = _recorded_inputs(op, nodes, values, y)
    if saved is not None:
        chosen, keep = saved
    else:
        chosen = plan(op, needs)
        keep = chosen.keep(*read, strong(y))
    if several or compute is not None or not fits:
        chosen, keep = fitted(chosen), (*keep, (compute, likes))
    if several:
        chosen = of_outputs(chosen, len(y))
    node = Node(chosen, parents, keep, settings)
    if several:
        return tuple(make(part, pick(op, node, i, part)) for i, part in enumerate(y))
    return make(y, node)


def linear_value(op: Op, arguments: tuple, settings: dict) -> Any:
    """What a linear or bilinear operation gives, without a look at what is rare: if all arguments
    are raw arrays of one device, and those that take part have one of the frequent dtypes; else
    None."""
    backend = uniform(arguments if op.kind == BILINEAR else arguments[:1])
    if backend is None:
        return None
    kind = type(arguments[0])
    for other in arguments[1:]:  # of a linear operation, indices
        if type(other) is not kind:
            return None
    return run(op, backend, arguments, settings)


def linear_result(
    op: Op, arguments: tuple, nodes: Sequence, settings: dict, make: Callable[..., Any]
) -> Any:
    """A linear or bilinear operation evaluated and recorded, ``make(y, node)``, in two thirds of
    the time that ``evaluate`` and ``recorded`` take; None where ``linear_value`` is."""
    y = linear_value(op, arguments, settings)
    if y is None:
        return None
    dtype, needs = arguments[0].dtype, tuple([node is not None for node in nodes])
    if not any(needs) or y.dtype not in INEXACT:
        return make(y, None)
    chosen, parents = plan(op, needs), tuple([node for node in nodes if node is not None])
    kept = chosen.keep(*arguments, y)
    if y.dtype is not dtype or not never_broadcasts(op, arguments):
        likes = [(a.shape, dtype) for a, need in zip(arguments, needs, strict=True) if need]
        chosen, kept = fitted(chosen), (*kept, (None, tuple(likes)))
    return make(y, Node(chosen, parents, kept, settings))


def never_broadcasts(op: Op, values: Sequence) -> bool:
    """Whether shares have the shapes of the inputs by themselves: those of a linear operation, and
    of a product of matrices and vectors; a bilinear operation of a user may broadcast any."""
    if op.kind == LINEAR:
        return True
    return op in PRODUCTS and all(len(shape_of(value)) <= 2 for value in values)


def _recorded_inputs(op: Op, nodes: Sequence, values: tuple, y: Any) -> tuple:
    """Which inputs have a node, these nodes, the shapes and dtypes of those inputs, and whether
    shares come out of the rules with them."""
    needs, parents, likes = [], [], []
    fits = op.kind == ELEMENTWISE or never_broadcasts(op, values)
    shape = shape_of(y) if op.kind == ELEMENTWISE else None
    dtype = getattr(y, "dtype", None)
    for value, node in zip(values, nodes):  # noqa: B905 - as long, and strict costs 2%
        needs.append(node is not None)
        if node is not None:
            own, size = getattr(value, "dtype", None), getattr(value, "shape", ())
            parents.append(node)
            likes.append((size, own))
            fits = fits and own is dtype and (shape is None or size == shape)
    return tuple(needs), tuple(parents), tuple(likes), fits
