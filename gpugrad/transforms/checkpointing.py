"""``checkpoint``: forget what a function computed inside, and compute it again in backward.

The function runs as usual, recorded on the tapes of whatever levels are open.  Then each of those
graphs is cut at the function's beginning and replaced by one node, which runs the function again
when a gradient comes and walks the graph of that run.  So what the function closes over gets its
gradient like its arguments.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..backend.random import DEFAULT
from ..backward import PULLING, raw_space, relinked
from ..levels import enable_grad, recording
from ..lowering.plans import Plan, released
from ..ops.declare import operation
from ..tape import Node, Parts, joined, now, pick, walk
from ..tensor import Tensor
from .boxes import Box, flat


@operation(register=False)
def checkpoint_(xp: Any, *arrays: Any) -> Any:
    """A function whose inside is computed again in backward."""


def checkpoint(function: Callable) -> Callable[..., Any]:
    """``function`` with the same results and gradients, which keeps only its arguments and computes
    the rest again when a gradient is wanted, as jax.checkpoint and torch.utils.checkpoint.

    Memory for a second computation.  Random numbers are drawn as in the first one.  The function
    must not have effects, and what it reads must not change before backward.
    """

    @wraps(function)
    def forgetful(*arguments: Any, **keywords: Any) -> Any:
        if not recording():
            return function(*arguments, **keywords)
        given, rebuild = flat((arguments, keywords))
        held = rebuild([_held(value) for value in given])  # the cells may change, these will not
        counter, begin = DEFAULT.counter.get(), now()
        leaves, shape = flat(function(*arguments, **keywords))
        nodes = _nodes(leaves, begin)
        if not nodes:
            return shape(leaves)

        def again() -> tuple[int, list]:
            """Where another run begins, and the leaves of its result."""
            after = DEFAULT.counter.get()
            DEFAULT.counter.set(counter)
            try:
                with enable_grad():
                    return now(), flat(function(*held[0], **held[1]))[0]
            finally:
                DEFAULT.counter.set(after)

        cuts = {level: _Cut(level, some, begin, again) for level, some in nodes.items()}
        return shape([_renewed(value, cuts) for value in leaves])

    return forgetful


def _held(value: Any) -> Any:
    """A value whose cell nobody else has."""
    if isinstance(value, Box):
        return value.renewed(value.node, lambda lower: lower)
    return Tensor(value.data, value.node) if type(value) is Tensor else value


def _below(value: Any) -> tuple:
    """The lower values within a box."""
    return value.lower_values() if isinstance(value, Box) else ()


def _nodes(leaves: list, begin: int) -> dict[int, list[Node]]:
    """The nodes in ``leaves`` and in all values below them that are newer than ``begin``, by level;
    always in the same order."""
    found: dict[int, list[Node]] = {}
    for value in leaves:
        if isinstance(value, Tensor):
            if value.node is not None and value.node.order > begin:
                found.setdefault(value.level, []).append(value.node)
            for level, nodes in _nodes(list(_below(value)), begin).items():
                found.setdefault(level, []).extend(nodes)
    return found


def _renewed(value: Any, cuts: dict[int, "_Cut"]) -> Any:
    """``value`` with the nodes of the cuts in place of those inside the function."""
    if not isinstance(value, Tensor):
        return value
    cut = cuts.get(value.level)
    node = cut.node_of(value) if cut is not None else value.node
    if type(value) is Tensor:
        return value if node is value.node else Tensor(value.data, node)
    return value.renewed(node, lambda lower: _renewed(lower, cuts))  # type: ignore[attr-defined]


class _Cut:
    """One level's graph of a function, replaced by a node that makes it again."""

    def __init__(self, level: int, nodes: list[Node], begin: int, again: Callable) -> None:
        self.level = level
        self.inside = {id(node): i for i, node in enumerate(nodes)}
        self.again = again
        self.parents = _frontier(nodes, begin)
        plan = Plan(checkpoint_, self.pull, lambda *values: (), (), released(checkpoint_))
        self.node = Node(plan, self.parents, ())

    def node_of(self, value: Tensor) -> Any:
        """The node of a result: an output of the cut's, or its own if it was not made inside."""
        i = self.inside.get(id(value.node))
        return value.node if i is None else pick(checkpoint_, self.node, i, value)

    def pull(self, xp: Any, g: Parts, kept: tuple, settings: dict) -> tuple:
        """A share for each parent, by another run and the walk through it."""
        begin, leaves = self.again()
        nodes = _nodes(leaves, begin).get(self.level, [])
        if len(nodes) != len(self.inside):
            raise RuntimeError(
                "checkpoint: the function did something else when it was computed again; it may "
                "depend on its arguments and on random numbers of gg.random only"
            )
        chosen = tuple(nodes[i] for i in g.by_output)
        parts = Parts(dict(enumerate(g.by_output.values())))
        recorded = xp is PULLING
        linked = relinked if recorded and self.level == 0 else None  # then it is walked once more
        space = (lambda g: PULLING) if recorded else raw_space
        root = joined(checkpoint_, chosen)
        arrived = walk(root, parts, space, linked is not None, linked, until=begin)
        return tuple(arrived.get(parent) for parent in self.parents)


def _frontier(nodes: list[Node], begin: int) -> tuple:
    """Where the graph of ``nodes`` meets what is older than ``begin``."""
    found: dict[Any, None] = {}
    pending, seen = list(nodes), set(nodes)
    while pending:
        for parent in pending.pop().parents:
            if parent.order <= begin:
                found[parent] = None
            elif parent not in seen:
                seen.add(parent)
                pending.append(parent)
    return tuple(found)
