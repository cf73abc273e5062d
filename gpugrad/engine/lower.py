"""Recipes of operations whose values belong to lower levels: Tensors and boxes of other transforms.

The operation is applied one level down; what is decided here is how rules of this level read the
values.
"""

from typing import Any

from ..backend.dtypes import HALVES
from ..ops.declare import Op
from .anything import ANY
from .cells import Cell, home_of, made_by, raw
from .decisions import PLAIN, Recipe, table_of
from .dispatch import dispatch
from .promotion import common_dtype, computed_in, exact_numbers, for_values, strong
from .pullbacks import fastest
from .recipes import ReadsNumbers, recipe_of, signature


class OfLower(ReadsNumbers):
    """How an operation is done on values of which one at least is a Tensor."""

    def __init__(self, op: Op, values: tuple, needs: tuple[bool, ...]) -> None:
        raws = exact_numbers([raw(v) for v in values], [isinstance(v, Cell) for v in values])
        make = made_by(tuple([type(v) for v in values if isinstance(v, Cell)]))
        raws = (
            raws
            if make.brought is None
            else make.brought(op, tuple(raws), needs or (False,) * len(raws))
        )
        op = for_values(op, raws)
        self.op, self.needs, self.space = op, needs, None
        self.dtype = dtype = common_dtype(op, raws) if op.differentiable else None
        self.backend = home_of(*values)
        self.compute = computed_in(op, dtype, self.backend) if dtype in HALVES else None
        self.numbers = [i for i, v in enumerate(values) if type(v) in PLAIN and v is not None]
        self.casts = [i for i, array in enumerate(raws) if self._differs(i, array)]
        self.pullback = fastest(op, needs) if any(needs) else None
        self._note_inputs(values)

    def _differs(self, i: int, array: Any) -> bool:
        """Whether rules read value number ``i`` in another dtype than its own."""
        if self.dtype is None or self.op.moves or not self.op.takes_part(i):
            return False
        return getattr(array, "dtype", self.dtype) != self.dtype

    def value(self, values: tuple, settings: dict) -> Any:
        """The result alone."""
        return dispatch(self.op, values, settings)

    def evaluate(self, values: tuple, settings: dict) -> tuple[Any, tuple]:
        """The result, and the values as rules read them."""
        y = dispatch(self.op, values, settings)
        if not self.casts and not self.numbers:
            return y, values
        read, like = list(values), raw(y[0] if isinstance(y, tuple) else y)
        for i in self.casts:
            read[i] = ANY.astype(read[i], dtype=self.dtype)
        for i in self.numbers:
            read[i] = strong(read[i], like)
        return y, tuple(read)


def recipe_below(op: Op, values: tuple, needs: tuple[bool, ...] = ()) -> Recipe:
    """How ``op`` is done on the values below a box; ``needs``: which want a gradient there."""
    key = signature(values)
    for value in values if key is None else ():
        if isinstance(value, Cell):
            break
    else:
        return recipe_of(op, values, needs, key)
    whole = (*map(_signature, values), needs)
    table = table_of(op)
    return table.get(whole) or table.note(whole, OfLower(op, values, needs))


def _signature(value: Any) -> Any:
    """What of one value decides how rules of a higher level read it."""
    array = raw(value)
    dtype = getattr(array, "dtype", None)
    return type(value), type(array), dtype, getattr(value, "shape", None)
