"""``checkpoint``: forget what a function computed inside, and compute it again in backward.

The function runs as usual, recorded on the tapes of whatever levels are open.  Then each of those
graphs is cut at the function's beginning and replaced by one node, which runs the function again
when a gradient comes and walks the graph of that run.  So what the function closes over gets its
gradient like its arguments.
"""

from collections.abc import Callable
from contextvars import copy_context
from functools import partial, wraps
from typing import Any, NamedTuple

from ..backend.random.generator import current, drawing_from
from ..backend.select import HOST
from ..engine.backward import PULLING, raw_space, relinked
from ..engine.cells import own_cell
from ..engine.levels import recording
from ..engine.namespace import Namespace
from ..engine.pullbacks import Pullback, released
from ..engine.tape import Leaf, Node, Parts, joined, now, pick, walk
from ..ops.declare import operation
from ..tensor.cell import Tensor
from ..tensor.given import check_function
from .boxes import Box, flat


@operation(register=False)
def checkpoint_(xp: Any, *arrays: Any) -> Any:
    """A function whose inside is computed again in backward."""


def checkpoint(function: Callable) -> Callable[..., Any]:
    """Function that saves memory: it recomputes intermediate values during backward.

        print(gg.grad(gg.checkpoint(lambda x: gg.sin(x) ** 2))(0.0))  # 0.0

    Results and gradients are those of ``function``, as with jax.checkpoint and
    torch.utils.checkpoint.  Only the arguments are kept, and ``function`` is called again when a
    gradient is needed, with the same random numbers.  It must not have side effects, and what it
    reads must not change before backward.
    """
    check_function("checkpoint", function)

    @wraps(function)
    def forgetful(*arguments: Any, **keywords: Any) -> Any:
        if not recording():
            return function(*arguments, **keywords)
        given, rebuild = flat((arguments, keywords))
        kept = [_copied(value) for value in given]
        begin, where, numbers = now(), copy_context(), current().repeating()
        leaves, shape = flat(function(*arguments, **keywords))
        nodes = _nodes(leaves, begin)

        def again() -> tuple[int, list]:
            """Where another run begins, and the leaves of its result."""
            positional, named = rebuild([_copied(value) for value in kept])  # it may change them
            with drawing_from(numbers.repeating()), HOST.quiet():
                return now(), flat(function(*positional, **named))[0]

        cuts = {
            level: _Cut(level, some, begin, lambda: where.copy().run(again))
            for level, some in nodes.items()
        }
        return shape([_renewed(value, cuts) for value in leaves])

    return forgetful


def _copied(value: Any) -> Any:
    """``value`` with cells and boxes of its own at every level."""
    return value.renewed(value.node, _copied) if isinstance(value, Box) else own_cell(value)


def _below(value: Any) -> tuple:
    """The lower values within a box."""
    return value.lower_values() if isinstance(value, Box) else ()


def _nodes(leaves: list, begin: int) -> dict[int, dict[Node, None]]:
    """The nodes in ``leaves`` and in all values below them that are newer than ``begin``, by level;
    always in the same order."""
    found: dict[int, dict[Node, None]] = {}
    for value in leaves:
        if isinstance(value, Tensor):
            if value.node is not None and value.node.order > begin:
                found.setdefault(value.level, {})[value.node] = None
            for level, nodes in _nodes(list(_below(value)), begin).items():
                found.setdefault(level, {}).update(nodes)
    return found


def _renewed(value: Any, cuts: dict[int, "_Cut"]) -> Any:
    """``value`` with the nodes of the cuts in place of those inside the function."""
    if not isinstance(value, Tensor):
        return value
    cut = cuts.get(value.level)
    node = cut.node_of(value) if cut is not None else value.node
    if isinstance(value, Box):
        return value.renewed(node, lambda lower: _renewed(lower, cuts))
    return value if node is value.node else Tensor(value.held, node)


class _Cut:
    """One level's graph of a function, replaced by a node that makes it again."""

    def __init__(self, level: int, nodes: dict[Node, None], begin: int, again: Callable) -> None:
        self.places = {id(node): i for i, node in enumerate(nodes)}
        parents = _frontier(nodes, begin)
        pull = partial(_pull, _Run(level, len(nodes), parents, again))
        pullback = Pullback(checkpoint_, pull, lambda *values: (), (), released(checkpoint_))
        self.node = Node(pullback, parents, ())

    def node_of(self, value: Tensor) -> Node | Leaf | None:
        """The node of a result: an output of the cut's, or its own if it was not made inside."""
        i = self.places.get(id(value.node))
        return value.node if i is None else pick(checkpoint_, self.node, i, value)


class _Run(NamedTuple):
    """What another run of one level's graph is: how many nodes its results have, where they lead
    to, and how to make it."""

    level: int
    results: int
    parents: tuple
    again: Callable[[], tuple[int, list]]


def _pull(run: _Run, xp: Namespace, g: Parts, kept: tuple, settings: dict) -> tuple:
    """A share for each parent, by another run and the walk through it."""
    begin, leaves = run.again()
    nodes = list(_nodes(leaves, begin).get(run.level, ()))
    if len(nodes) != run.results:
        raise RuntimeError(
            "checkpoint: the function did something else when it was computed again; it may "
            "depend on its arguments and on random numbers of gg.random only"
        )
    root = joined(checkpoint_, tuple(nodes[i] for i in g.by_output))
    parts = Parts(dict(enumerate(g.by_output.values())))
    recorded = xp is PULLING
    linked = relinked if recorded and run.level == 0 else None  # then it is walked once more
    space = (lambda g: PULLING) if recorded else raw_space
    arrived = walk(root, parts, space, linked is not None, linked, until=begin)
    return tuple(arrived.get(parent) for parent in run.parents)


def _frontier(nodes: dict[Node, None], begin: int) -> tuple:
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
