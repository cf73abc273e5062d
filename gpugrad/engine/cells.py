"""Cells: what a Tensor is to the engine, an array and the node that remembers how it was computed.

The class of a result follows from the classes of the arguments.  A class is closed if operations on
its Tensors give Tensors of that class; results of the others are of the class that they extend.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from ..backend.select import HOST

CELLS: set[type] = set()  # the classes of level 0: their instances hold raw arrays
BOXES: set[type] = set()  # the classes of transforms' boxes, which belong to higher levels
SAME = object()  # in place of a node: the cell keeps the one that it has


class Cell:
    """An array and its node, which both are exchanged, never changed in place."""

    __slots__ = ("__weakref__", "_grad", "data", "node")
    level = 0
    results: type  # the class of what operations on this one give
    process: Any  # process(op, arguments, settings): of a box, how its transform applies ``op``
    if TYPE_CHECKING:  # a Tensor has them

        @property
        def raw(self) -> Any: ...
        @property
        def shape(self) -> tuple[int, ...]: ...
        @property
        def dtype(self) -> Any: ...

    def __init__(self, data: Any, node: Any = None) -> None:
        self.data = data
        self.node = node

    def write(self, data: Any, node: Any = SAME) -> None:
        """Hold another array, with a history of its own if one is given: every change of a cell
        comes through here.  What was saved of the old array, and computed from it, keeps it."""
        self.data = data
        if node is not SAME:
            self.node = node


def register(kind: type, closed: bool) -> None:
    """Let ``kind`` be a class of level 0; ``closed``: operations on it give the same class."""
    if closed:
        kind.results = kind  # type: ignore[attr-defined]
    CELLS.add(kind)


@cache
def made_by(kinds: tuple[type, ...]) -> type:
    """The class of a result of Tensors of ``kinds``: the most special of their results."""
    special = Cell.results
    for kind in kinds:
        results = kind.results  # type: ignore[attr-defined]
        if issubclass(results, special):
            special = results
    return special


def as_tensor(value: Any) -> Any:
    """A raw result as a Tensor; Tensors stay."""
    if isinstance(value, Cell):
        return value
    return Cell.results(value if hasattr(value, "dtype") else HOST.asarray(value))
