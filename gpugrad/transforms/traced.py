"""The box of reverse mode, and the walk back from a function's results.

Within the function the inputs are boxes of a level of their own, with leaves on a tape of that
level; the walk back computes one level lower, so transforms nest in any order.
"""

from collections.abc import Callable
from typing import Any

from ..backend.select import BACKENDS
from ..engine.backward import PULLING, hooked, raw_space
from ..engine.buffers import separate
from ..engine.cells import Cell, at, bare, below, box_class, cell, home_of, like, own_cell, raw
from ..engine.levels import new_level
from ..engine.lower import OfLower, recipe_below
from ..engine.namespace import Namespace
from ..engine.promotion import strong
from ..engine.recipes import with_node
from ..engine.tape import Leaf, Node, Parts, joined, walk
from ..ops.declare import Op, operation
from .boxes import Box, flat, zeros


class Level(int):
    """The number of a level with a tape, which says what the walk back may compute with."""

    holds_tensors = False  # whether nodes keep Tensors, not raw arrays alone


class Traced(Box):
    """A value within ``grad``: a lower value and the node of this level's tape."""

    __slots__ = ()
    level: Level

    def __init__(self, data: Any, node: Node | Leaf | None, level: Level) -> None:
        self.held = data
        self.node = node
        self.level = level

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` and record it on this level's tape."""
        parents = tuple([box.node for box in mine if box is not None and box.node is not None])
        live = parents and op.differentiable
        needs = tuple([box is not None and box.node is not None for box in mine]) if live else ()
        found = recipe_below(op, values, needs)
        if isinstance(found, OfLower):
            self.level.holds_tensors = True
        if live:
            y, pullback, kept = found.record(values, settings)
            return with_node(found.op, y, pullback, kept, parents, settings, self._with)
        y = found.value(values, settings)
        return tuple(map(self._with, y)) if isinstance(y, tuple) else self._with(y)

    def renewed(self, node: Node | Leaf | None, renew: Callable[[Any], Any]) -> "Traced":
        """A box like this with another node, and ``renew`` of the lower value."""
        return type(self)(renew(self.held), node, self.level)

    def register_hook(self, hook: Callable) -> Callable[[], None]:
        """See Tensor; what the hook computes with may be recorded itself."""
        self.level.holds_tensors = True
        return super().register_hook(hook)

    def _with(self, value: Any, node: Node | None = None) -> Any:
        if node is None and hasattr(value, "dtype"):  # a number stays weak, in a box
            return value if isinstance(value, Cell) else self.results(value)
        return type(self)(value, node, self.level)


class Run:
    """``function`` of ``rebuild(inputs)`` at a new level, and the way back through it.

    function returns (result, auxiliary result); ``leaves`` are those of the result there, and
    ``shape`` puts others in their places.
    """

    def __init__(self, function: Callable, inputs: list, rebuild: Callable) -> None:
        self.inputs = inputs
        self.level = level = Level(new_level())
        boxes = [box_class(Traced, v)(own_cell(bare(v)), None, level) for v in inputs]
        self.sources = [Leaf(box) for box in boxes]
        for box, source in zip(boxes, self.sources, strict=True):
            box.node = source
        self.result, self.aux = function(*rebuild(list(boxes)))
        self.leaves, self.shape = flat(self.result)

    def back(self, starts: list, retain: bool) -> list:
        """Gradients of the inputs, given a cotangent or None for each leaf of the result."""
        level, totals = self.level, {}
        pairs = [
            (value.node, strong(start, raw(value)))
            for value, start in zip(self.leaves, starts, strict=True)
            if start is not None and not below(value, level) and value.node is not None
        ]
        if pairs:
            plain = not level.holds_tensors and all(type(g) in BACKENDS for _, g in pairs)
            with home_of(*self.inputs).quiet():
                totals = walk(*start_of(pairs), raw_space if plain else _pulling, retain)
            separate(totals)
        return [
            _gradient(value, source, totals[source], level) if source in totals else zeros(value)
            for value, source in zip(self.inputs, self.sources, strict=True)
        ]

    def lowered(self) -> tuple[Any, Any]:
        """The result and the auxiliary one for the caller."""
        level = self.level
        result = self.shape([at(v, level) for v in self.leaves])
        if self.aux is None:
            return result, None
        others, shape = flat(self.aux)
        return result, shape([at(v, level) for v in others])


def _pulling(g: Any) -> Namespace:
    return PULLING


def _gradient(value: Any, source: Leaf, g: Any, level: int) -> Any:
    """What arrived at an input's leaf, after its hooks, in kind of the input; hooks and users'
    rules may have brought in values of the level itself."""
    g = hooked(source.hooks, cell(g)) if source.hooks else g
    found = like(at(g, level), value)
    if type(found) is complex and type(value) is float:
        return found.real  # a real number moves in the real direction only
    return complex(found) if type(found) is float and type(value) is complex else found


@operation(register=False)
def results(xp: Any, *arrays: Any) -> Any:
    """What several results of one function are to a walk: the outputs of one operation."""


def start_of(pairs: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Where a walk begins for (node, gradient) of several results, and its gradient."""
    if len(pairs) == 1:
        return pairs[0]
    nodes, gradients = zip(*pairs, strict=True)
    return joined(results, nodes), Parts(dict(enumerate(gradients)))
