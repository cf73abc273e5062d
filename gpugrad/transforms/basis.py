"""All unit directions of an array as one batch, of which only the diagonal is held.

A Jacobian is the image of every unit direction.  Each has one element that is not zero, and stays
so through the scaling that an elementwise function's derivative is, and in sums; a matrix times
it is a scaled row.  What is none of these makes the whole batch and goes on as for any other.
"""

from collections.abc import Callable
from math import prod
from typing import Any

from ..backend.select import BACKENDS
from ..engine.anything import ANY
from ..engine.cells import below, prototype
from ..engine.lower import recipe_below
from ..engine.promotion import strong
from ..engine.pullbacks import shape_of
from ..ops import arithmetic, linalg
from ..ops.declare import Op
from ..tensor.cell import Tensor
from .batched import Batched
from .boxes import Box, ones
from .lines import Lines, rows_of


class Directions(Batched):
    """A batch whose member number i is zero but for its element number i.

    entries: those elements, in the shape of one member; None where all are 1.
    """

    __slots__ = ("_entries", "_like", "_whole")

    def __init__(self, like: Any, entries: Any, level: int) -> None:
        self._like = like  # an array of a member's shape and dtype; None: no more than any batch
        self._entries = entries
        self._whole = None
        self.node = None
        self.level = level

    @property
    def sparse(self) -> bool:
        """Whether the entries are all there is: not after something else was written here."""
        return self._like is not None

    @property
    def entries(self) -> Any:
        """The elements that are not zero, in the shape of one member."""
        return ones(self._like) if self._entries is None else self._entries

    def unit_entries(self) -> Any:
        """The entries, if they are all there is."""
        return self.entries if self.sparse else None

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of one member's axes."""
        return self._like.shape if self.sparse else super().shape

    @property
    def dtype(self) -> Any:
        """Element type."""
        return self._like.dtype if self.sparse else super().dtype

    @property
    def held(self) -> Any:  # type: ignore[override]
        """The whole batch, made when somebody asks for it."""
        if self._whole is None:
            count = prod(self.shape)
            flat = ANY.reshape(self.entries, shape=(count,))
            places = ((None, None, count + 1),)
            square = ANY.unindex(flat, spec=places, shape=(count * count,))
            self._whole = ANY.reshape(square, shape=(count, *self.shape))
        return self._whole

    def _take(self, new: Tensor) -> None:
        if isinstance(new, Directions):
            self._like, self._entries, self._whole = new._like, new._entries, new._whole
        else:
            self._like, self._entries, self._whole = None, None, new.held

    def lower_values(self) -> tuple:
        """The entries, and the whole batch if it was made."""
        return self._entries, self._whole

    def renewed(self, node: Any, renew: Callable[[Any], Any]) -> "Directions":
        """Directions like these with ``renew`` of each lower value."""
        entries = None if self._entries is None else renew(self._entries)
        made = Directions(self._like if entries is None else entries, entries, self.level)
        made._whole = None if self._whole is None else renew(self._whole)
        return made

    def process(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """Apply ``op`` to the diagonal alone where that is enough, else to the whole batch."""
        mine = [None if below(a, self.level) else a for a in arguments]
        for box in mine:
            if isinstance(box, Lines):
                return box.process(op, arguments, settings)
        if all(box is None or (isinstance(box, Directions) and box.sparse) for box in mine):
            known = _structured(self, op, mine, arguments)
            if known is not None:
                return known
        return super().process(op, arguments, settings)


def _structured(one: Directions, op: Op, mine: list, arguments: tuple) -> Batched | None:
    """What ``op`` gives without the whole batch, or None."""
    alone = sum(box is not None for box in mine) == 1
    if alone and op is arithmetic.scale:
        other = arguments[0] if mine[0] is None else arguments[1]
        return _of_entries(one, op, mine, arguments) if _within(other, one.shape) else None
    if op is arithmetic.add and not alone and mine[0].shape == mine[1].shape:
        return _of_entries(one, op, mine, arguments)
    if alone and op is linalg.matrix_vector and mine[1] is not None:
        return rows_of(ANY.matrix_transpose(arguments[0]), one._entries, one.level)
    return None


def _within(value: Any, shape: tuple[int, ...]) -> bool:
    """Whether ``value`` broadcasts to ``shape``."""
    given = shape_of(value)
    pairs = zip(reversed(given), reversed(shape), strict=False)
    return len(given) <= len(shape) and all(n in (1, m) for n, m in pairs)


def _of_entries(one: Directions, op: Op, mine: list, arguments: tuple) -> Directions:
    """``op`` applied to the diagonals."""
    values = [a if box is None else box.entries for a, box in zip(arguments, mine, strict=True)]
    given = tuple(values)
    y = recipe_below(op, given).value(given, {})
    return Directions(y, y, one.level)


def images(push: Callable[[Any], list], like: Any, level: int) -> list:
    """What ``push`` gives for every unit direction of an array like ``like``: for each result an
    array with one more axis, the first, over the directions, without one if ``like`` is a number;
    None for what does not move."""
    size = prod(shape_of(like))
    if not shape_of(like):
        return [strong(y) for y in push(ones(like))]
    if size == 1:  # no batch of one
        results = [strong(y) for y in push(ones(like))]
        return [None if y is None else ANY.expand_dims(y, axis=0) for y in results]
    results = push(Directions(prototype(like), None, level))
    return [_members(y, level, size) for y in results]


def _members(y: Any, level: int, size: int) -> Any:
    """The members of a result as one array that is nobody else's: of a linear map they may be the
    user's own matrix."""
    if y is None:
        return None
    if isinstance(y, Box) and y.level == level:
        whole = y.held
        shared = isinstance(y, Lines) and y.unscaled
    else:
        whole, shared = ANY.broadcast_to(strong(y), shape=(size, *shape_of(y))), True
    if type(whole) in BACKENDS and (shared or getattr(whole, "base", None) is not None):
        return ANY.positive(whole)
    return whole
