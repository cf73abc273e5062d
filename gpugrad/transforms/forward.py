"""Forward mode: ``jvp`` carries a tangent beside every value and keeps nothing of the past."""

from collections.abc import Callable
from typing import Any

from ..backend.select import BACKENDS
from ..engine.anything import ANY, on_anything
from ..engine.cells import Cell, at, below, box_class, like, raw
from ..engine.decisions import Recipe
from ..engine.forward_rule import tangent
from ..engine.levels import new_level
from ..engine.lower import recipe_below
from ..engine.promotion import strong
from ..ops.declare import Op
from ..tensor.given import check_function
from .arguments import (
    aux_in_kind,
    check_tuples,
    direction_of,
    in_kind,
    kind_of,
    leaves_like,
    read_inputs,
    selected,
)
from .boxes import Box, flat, zeros


class Dual(Box):
    """A value within ``jvp``: a lower value and its tangent."""

    __slots__ = ("tangent",)

    def __init__(self, data: Any, tangent: Any, level: int) -> None:
        self.held = data
        self.node = None
        self.tangent = tangent
        self.level = level

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` to the values and to the tangents."""
        found = recipe_below(op, values)
        y, read = found.evaluate(values, settings)
        moved = None
        if op.differentiable:
            tangents = tuple([None if box is None else box.tangent for box in mine])
            moved = _moved(found, values, tangents, y, read, settings)
        if not hasattr(y, "dtype") and getattr(moved, "ndim", 1) == 0:
            moved = like(moved, y)  # beside a number, a number
        if isinstance(y, tuple):
            moved = moved or (None,) * len(y)
            return tuple(self._beside(v, t) for v, t in zip(y, moved, strict=True))
        return self._beside(y, moved)

    def lower_values(self) -> tuple:
        """The value and its tangent."""
        return self.held, self.tangent

    def renewed(self, node: Any, renew: Callable[[Any], Any]) -> "Dual":
        """A box like this with another node, and ``renew`` of each lower value."""
        return type(self)(renew(self.held), renew(self.tangent), self.level)

    def _take(self, new: Any) -> None:
        super()._take(new)
        self.tangent = new.tangent if new.level == self.level else None

    def _beside(self, value: Any, moved: Any) -> Any:
        if moved is None and hasattr(value, "dtype"):  # a number stays weak, in a box
            return value if isinstance(value, Cell) else self.results(value)
        return type(self)(value, moved, self.level)


def _moved(
    found: Recipe, values: tuple, tangents: tuple, y: Any, read: tuple, settings: dict
) -> Any:
    """The tangent of a result; in the backend's own namespace where all is raw and of one kind."""
    space = found.space
    for value, t in zip(values, tangents, strict=True):
        if t is not None and (type(t) is not type(value) or type(t) not in BACKENDS):
            space = None
    with found.backend.quiet():
        if space is None:
            space, one = ANY, raw(y[0] if isinstance(y, tuple) else y)
            tangents = tuple([strong(t, one) for t in tangents])
        compute = found.compute
        return tangent(found.op, space, on_anything, read, tangents, strong(y), settings, compute)


def jvp(function: Callable, primals: Any, tangents: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Value of ``function(*primals)`` and its derivative along ``tangents``, as jax.jvp.

        print(gg.jvp(lambda x: x**2, (3.0,), (1.0,)))  # (9.0, 6.0)

    primals and tangents: tuples of the same structure; a tangent has the shape of its primal, else
    ValueError.
    has_aux: function returns (result, anything), and jvp returns (result, tangent, anything).
    """
    check_function("jvp", function)
    check_tuples("jvp", primals=primals, tangents=tangents)
    chosen, partial = selected(function, range(len(primals)), has_aux, tuple(primals), {}, "jvp")
    inputs, rebuild = flat(chosen)
    directions = leaves_like(chosen, tuple(tangents), "jvp: the tuple of tangents")
    inputs = read_inputs(inputs, "jvp")
    pairs = zip(inputs, directions, strict=True)
    directions = [direction_of(v, t, "jvp: a tangent for a primal") for v, t in pairs]
    (result, aux), moved = pushed(partial, inputs, directions, rebuild)
    leaves, shape = flat(result)
    moved = [
        zeros(v) if t is None else like(t, v)
        for v, t in zip(leaves, moved[: len(leaves)], strict=True)
    ]
    kind = kind_of(primals, tangents)
    found = in_kind(result, kind), in_kind(shape(moved), kind)
    return (*found, aux_in_kind(aux, kind)) if has_aux else found


def pushed(
    function: Callable, inputs: list, directions: list, rebuild: Callable
) -> tuple[Any, list]:
    """``function`` of ``rebuild(inputs)``, and a tangent or None for each leaf of its result;
    ``directions`` has None for inputs that do not move."""
    level = new_level()
    boxes = [
        v if t is None else box_class(Dual, v)(v, t, level)
        for v, t in zip(inputs, directions, strict=True)
    ]
    leaves, shape = flat(function(*rebuild(boxes)))
    moved = [None if below(v, level) else v.tangent for v in leaves]
    return shape([at(v, level) for v in leaves]), moved
