"""Forward mode: ``jvp`` carries a tangent beside every value and keeps nothing of the past."""

from collections.abc import Callable
from typing import Any

from ..apply import ANY, on_anything
from ..calls import innermost
from ..levels import new_level
from ..lowering.evaluate import strong
from ..lowering.tangents import tangent
from ..ops.declare import Op
from ..tensor import Tensor
from .boxes import HOST, Box, below, differentiable, flat, in_kind_of, lowered, zeros


class Dual(Box):
    """A value within ``jvp``: a lower value and its tangent."""

    __slots__ = ("tangent",)

    def __init__(self, data: Any, tangent: Any, level: int) -> None:
        self.data = data
        self.node = None
        self.tangent = tangent
        self.level = level

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` to the values and to the tangents."""
        tangents = tuple(None if box is None else box.tangent for box in mine)
        y, read, *_ = lowered(op, values, settings)
        moved = None
        if op.differentiable:
            with HOST.quiet():
                like = innermost(y[0] if isinstance(y, tuple) else y)
                tangents = tuple(strong(t, like) for t in tangents)
                moved = tangent(op, ANY, on_anything, read, tangents, strong(y), settings)
        if not hasattr(y, "dtype") and getattr(moved, "ndim", 1) == 0:
            moved = in_kind_of(y, moved)  # beside a number, a number
        if isinstance(y, tuple):
            moved = moved or (None,) * len(y)
            return tuple(self._beside(v, t) for v, t in zip(y, moved, strict=True))
        return self._beside(y, moved)

    def _take(self, new: Tensor) -> None:
        super()._take(new)
        self.tangent = new.tangent if isinstance(new, Dual) else zeros(new)

    def _beside(self, value: Any, moved: Any) -> Any:
        if moved is None and hasattr(value, "dtype"):  # a number stays weak, in a box
            return self.beside_nothing(value)
        return Dual(value, moved, self.level)


def jvp(function: Callable, primals: Any, tangents: Any) -> tuple[Any, Any]:
    """``function(*primals)`` and its directional derivative along ``tangents``, as jax.jvp.

    primals and tangents: tuples of the same structure; a tangent has its primal's shape.
    """
    inputs, rebuild = flat(tuple(primals))
    directions, _ = flat(tuple(tangents))
    if len(inputs) != len(directions):
        raise ValueError(f"jvp: {len(inputs)} primals but {len(directions)} tangents")
    level = new_level()
    boxes = [_dual(v, t, level) for v, t in zip(inputs, directions, strict=True)]
    result = function(*rebuild(boxes))
    leaves, shape = flat(result)
    values = [v if below(v, level) else in_kind_of(v, v.data) for v in leaves]
    moved = [
        zeros(v) if below(v, level) or v.tangent is None else in_kind_of(v, v.tangent)
        for v in leaves
    ]
    if all(type(innermost(v)) is float for v in inputs):
        values = [_number(v) for v in values]
        moved = [_number(t) for t in moved]
    return shape(values), shape(moved)


def _dual(value: Any, direction: Any, level: int) -> Dual:
    differentiable(value, "jvp")
    have, given = getattr(value, "shape", ()), getattr(direction, "shape", ())
    if have != given:
        raise ValueError(f"jvp: a tangent of shape {given} for a primal of shape {have}")
    if type(direction) is int:
        direction = float(direction)
    lowest = isinstance(direction, Tensor) and not direction.level and direction.node is None
    return Dual(value, direction.data if lowest else direction, level)


def _number(value: Any) -> Any:
    """A plain 0-d Tensor as the Python number that it came from; boxes stay."""
    plain = isinstance(value, Tensor) and not value.level and value.node is None
    return value.item() if plain and value.ndim == 0 else value
