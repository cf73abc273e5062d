"""The box of reverse mode, and the walk back from a function's results.

Within the function the inputs are boxes of a level of their own, with leaves on a tape of that
level; the walk back computes one level lower, so transforms nest in any order.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..backend.dtypes import EXACT, FLOATS, FREQUENT
from ..backend.select import BACKENDS
from ..engine.apply import as_tensor, general
from ..engine.backward import PULLING, hooked, raw_space
from ..engine.buffers import separate
from ..engine.evaluate import Evaluated, small_floats, strong
from ..engine.levels import new_level
from ..engine.namespace import Namespace
from ..engine.pullbacks import plan
from ..engine.tape import Leaf, Node, Parts, joined, linear_result, never_broadcasts, recorded, walk
from ..ops.declare import BILINEAR, ELEMENTWISE, LINEAR, Op, operation
from ..tensor.arguments import innermost
from ..tensor.cell import Tensor
from .boxes import (
    HOST,
    Box,
    below,
    flat,
    held,
    in_kind_of,
    lower,
    lowered,
    lowered_tree,
    lowest,
    zeros,
)


class Level(int):
    """The number of a level with a tape, which says what the walk back may compute with."""

    mixed = False  # whether nodes keep anything but raw arrays


class Traced(Box):
    """A value within ``grad``: a lower value and the node of this level's tape."""

    __slots__ = ()
    level: Level

    def __init__(self, data: Any, node: Node | Leaf | None, level: Level) -> None:
        self.data = data
        self.node = node
        self.level = level

    def process(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """Apply ``op``, of whose arguments this one has the highest level."""
        y = None
        if op.kind == ELEMENTWISE and not settings and op.differentiable:
            y = self.short(op, arguments)
        elif op.kind == LINEAR or op.kind == BILINEAR:
            y = self._linear(op, arguments, settings)
        return super().process(op, arguments, settings) if y is None else y

    def short(self, op: Op, arguments: Sequence) -> Any:
        """What ``process`` gives, in a third to half of the time, where all that lies below the
        boxes has one shape and one of the frequent dtypes: small arrays, or lower boxes; or None.
        """
        way = self._over_boxes if isinstance(self.data, Tensor) else self._over_arrays
        return way(op, arguments)

    def _read(self, arguments: Sequence) -> tuple[list, list]:
        """What lies below the arguments, and the node of each on this level's tape or None."""
        values, nodes = [], []
        for argument in arguments:
            value, node = argument, None
            if isinstance(argument, Tensor):
                if argument.level == self.level:
                    value, node = argument.data, argument.node
                else:
                    value = held(lowest(argument))
            values.append(value)
            nodes.append(node)
        return values, nodes

    def _over_arrays(self, op: Op, arguments: Sequence) -> Any:
        home = BACKENDS.get(type(self.data))
        if home is None or self.data.size >= home.fuse_from:
            return None
        floats, (values, nodes) = self.data.dtype, self._read(arguments)
        for i, value in enumerate(values):
            if nodes[i] is not None and type(value) is float:
                return None  # a number in a box, which decides no dtype
            if getattr(value, "dtype", None) in EXACT and floats in FLOATS and op.takes_part(i):
                values[i] = value.astype(floats)  # what promotion makes of integers beside floats
        small = small_floats(values)
        if small is None:
            return None
        backend, arrays = small
        return self._noted(op, nodes, arrays, op.forward(backend.xp, *arrays))

    def _over_boxes(self, op: Op, arguments: Sequence) -> Any:
        data = self.data
        shape, dtype = data.shape, data.dtype
        if dtype not in FREQUENT:
            return None
        (values, nodes), read = self._read(arguments), []
        for value, node in zip(values, nodes, strict=True):
            if node is None and (type(value) is float or type(value) is int):
                value = strong(value, data.raw)
            elif getattr(value, "dtype", None) is not dtype or value.shape != shape:
                return None
            read.append(value)
        self.level.mixed = True
        y = data.short(op, values) if isinstance(data, Box) else None
        y = general(op, tuple(values), {}) if y is None else y
        return self._noted(op, nodes, read, y)

    def _noted(
        self, op: Op, nodes: list, read: Sequence, y: Any, settings: dict | None = None
    ) -> Any:
        """A result with a node, which keeps of ``read``, the inputs, what the rules name."""
        parents = tuple([n for n in nodes if n is not None])
        if not parents:
            return self._with(y)
        chosen = plan(op, tuple([n is not None for n in nodes]))
        node = Node(chosen, parents, chosen.keep(*read, y), settings)
        return Traced(y, node, self.level)

    def _linear(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """What ``process`` gives of a linear or bilinear operation, sooner; None where that needs
        a look at dtypes."""
        values, nodes = self._read(arguments)
        given = tuple(values)
        if not any(isinstance(value, Tensor) for value in given):
            return linear_result(op, given, nodes, settings, self._with)
        dtype, parts = self.dtype, given if op.kind == BILINEAR else given[:1]
        if dtype not in FREQUENT or any(getattr(v, "dtype", None) is not dtype for v in parts):
            return None
        self.level.mixed = True
        y = general(op, given, settings)
        if y.dtype is dtype and never_broadcasts(op, given):
            return self._noted(op, nodes, given, y, settings)
        return recorded(op, nodes, given, Evaluated(y, given), settings, self._with)

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` and record it on this level's tape."""
        nodes = [None if box is None else box.node for box in mine]
        needs = tuple([node is not None for node in nodes])
        for value in values:
            if isinstance(value, Tensor):
                self.level.mixed = True
        live = op.differentiable and any(needs)
        result = lowered(op, values, settings, needs if live else ())
        if live:
            return recorded(op, nodes, values, result, settings, self._with)
        y = result.y
        return tuple(self._with(v) for v in y) if isinstance(y, tuple) else self._with(y)

    def renewed(self, node: Any, renew: Callable[[Any], Any]) -> "Traced":
        """A box like this with another node, and ``renew`` of the lower value."""
        return Traced(renew(self.data), node, self.level)

    def register_hook(self, hook: Callable) -> Callable[[], None]:
        """See Tensor; what the hook computes with may be recorded itself."""
        self.level.mixed = True
        return super().register_hook(hook)

    def _with(self, value: Any, node: Any = None) -> Any:
        if node is None and hasattr(value, "dtype"):  # a number stays weak, in a box
            return self.beside_nothing(value)
        return Traced(value, node, self.level)


class Run:
    """``function`` of ``rebuild(inputs)`` at a new level, and the way back through it.

    function returns (result, auxiliary result); ``leaves`` are those of the result there, and
    ``shape`` puts others in their places.
    """

    def __init__(self, function: Callable, inputs: list, rebuild: Callable) -> None:
        self.inputs = inputs
        self.level = level = Level(new_level())
        boxes = [Traced(lowest(held(value)), None, level) for value in inputs]
        self.sources = [Leaf(box) for box in boxes]
        for box, source in zip(boxes, self.sources, strict=True):
            box.node = source
        self.result, self.aux = function(*rebuild(list(boxes)))
        self.leaves, self.shape = flat(self.result)

    def back(self, starts: list, retain: bool) -> list:
        """Gradients of the inputs, given a cotangent or None for each leaf of the result."""
        level, totals = self.level, {}
        pairs = [
            (value.node, strong(start, innermost(value)))
            for value, start in zip(self.leaves, starts, strict=True)
            if start is not None and not below(value, level) and value.node is not None
        ]
        if pairs:
            raw = not level.mixed and all(type(g) in BACKENDS for _, g in pairs)
            with HOST.quiet():
                totals = walk(*start_of(pairs), raw_space if raw else _pulling, retain)
            separate(totals)
        return [
            _gradient(value, source, totals[source], level) if source in totals else zeros(value)
            for value, source in zip(self.inputs, self.sources, strict=True)
        ]

    def lowered(self) -> tuple[Any, Any]:
        """The result and the auxiliary one for the caller."""
        level, aux = self.level, self.aux
        value = self.shape([lower(v, level) for v in self.leaves])
        return value, aux if aux is None else lowered_tree(aux, level)


def _pulling(g: Any) -> Namespace:
    return PULLING


def _gradient(value: Any, source: Leaf, g: Any, level: int) -> Any:
    """What arrived at an input's leaf, after its hooks, in kind of the input; hooks and users'
    rules may have brought in values of the level itself."""
    g = hooked(source.hooks, as_tensor(g)) if source.hooks else g
    found = in_kind_of(value, lower(g, level))
    real = type(value) is float and type(found) is complex
    return found.real if real else found  # a real number moves in the real direction only


@operation(register=False)
def results(xp: Any, *arrays: Any) -> Any:
    """What several results of one function are to a walk: the outputs of one operation."""


def start_of(pairs: list) -> tuple[Any, Any]:
    """Where a walk begins for (node, gradient) of several results, and its gradient."""
    if len(pairs) == 1:
        return pairs[0]
    nodes, gradients = zip(*pairs, strict=True)
    return joined(results, nodes), Parts(dict(enumerate(gradients)))
