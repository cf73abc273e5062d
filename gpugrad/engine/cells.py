"""Cells: what a Tensor is to the engine, an array and the node that remembers how it was computed.

The class of a result follows from the classes of the arguments.  A class is closed if operations on
its Tensors give Tensors of that class; results of the others are of the class that they extend.  A
closed class may have a promotion of its own, ``brought``.

A value is an array or a number, a Tensor of one, or a transform's box around any of these.  From
one kind to another:

    raw(x)          the array, or the number, under the Tensor and all boxes
    cell(x)         a Tensor of an array or a number; Tensors and boxes stay
    at(x, level)    what is left of ``x`` below the transform of that level
    like(x, y)      ``x`` as the caller gave ``y``: a Tensor, an array or a number
    bare(x)         the array of a Tensor of which nothing is recorded; anything else stays
    own_cell(x)     the same value in a cell that nobody else has
    handed(x)       a lower value as users' functions are given it
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from ..backend.dtypes import as_dtype
from ..backend.protocol import Backend
from ..backend.select import HOST, backend_of

CELLS: set[type] = set()  # the classes of level 0: their instances hold raw arrays
BOXES: set[type] = set()  # the classes of transforms' boxes, which belong to higher levels
WEAK: set[type] = set()  # types of arrays that stand for one number, with which no dtype comes
SAME = object()  # in place of a node: the cell keeps the one that it has


class Cell:
    """An array and its node, which both are exchanged, never changed in place."""

    __slots__ = ("__weakref__", "_grad", "held", "node")
    level = 0
    results: "type[Cell]"  # the class of what operations on this one give
    brought: Any = None  # brought(op, values, needs): raw values in the dtypes that ``op`` finds
    as_dtype = staticmethod(as_dtype)  # the dtype that a name or a type of Python's means to it
    boxes: Any = None  # boxes(kind): the class of transforms' boxes, with methods of its own
    process: Any  # process(op, arguments, settings): of a box, how its transform applies ``op``
    if TYPE_CHECKING:  # a Tensor has them

        @property
        def shape(self) -> tuple[int, ...]: ...
        @property
        def dtype(self) -> Any: ...
        def numpy(self) -> Any: ...

    def __init__(self, held: Any, node: Any = None) -> None:
        self.held = held
        self.node = node

    def write(self, held: Any, node: Any = SAME) -> None:
        """Hold another array, with a history of its own if one is given: every change of a cell
        comes through here.  What was saved of the old array, and computed from it, keeps it."""
        self.held = held
        if node is not SAME:
            self.node = node


def register(kind: type, closed: bool) -> None:
    """Let ``kind`` be a class of level 0; ``closed``: operations on it give the same class."""
    if closed:
        kind.results = kind  # type: ignore[attr-defined]
    CELLS.add(kind)


@cache
def made_by(kinds: tuple[type, ...]) -> type[Cell]:
    """The class of a result of Tensors of ``kinds``: the most special of their results."""
    special = Cell.results
    for kind in kinds:
        results = kind.results  # type: ignore[attr-defined]
        if issubclass(results, special):
            special = results
    return special


def box_class(kind: type, x: Any) -> Any:
    """The class of a box around ``x``: ``kind``, or that of ``kind`` with the methods of ``x``."""
    boxes = getattr(x, "boxes", None)
    return kind if boxes is None else boxes(kind)


def raw(x: Any) -> Any:
    """The array, or the number, under the Tensor and the boxes of all transforms."""
    while isinstance(x, Cell):
        x = x.held
    return x


def cell(x: Any) -> Any:
    """An array or a number as a Tensor; Tensors and boxes stay."""
    if isinstance(x, Cell):
        return x
    return Cell.results(_as_array(x))


def _as_array(x: Any) -> Any:
    if hasattr(x, "dtype"):
        return x
    return x.as_array(weak=False) if hasattr(x, "as_array") else HOST.asarray(x)


def bare(x: Any) -> Any:
    """The array of a Tensor of which nothing is recorded; anything else stays."""
    plain = isinstance(x, Cell) and not x.level and x.node is None
    return x.held if plain else x


def own_cell(x: Any) -> Any:
    """``x`` in a cell that nobody else has: what is written into its own does not reach it."""
    if type(x) in BOXES:
        return x.renewed(x.node, _itself)
    return x.results(x.held, x.node) if isinstance(x, Cell) else x


def _itself(x: Any) -> Any:
    return x


def below(x: Any, level: int) -> bool:
    """Whether ``x`` belongs to a level lower than ``level``: to it, a constant."""
    return not isinstance(x, Cell) or x.level != level


def handed(x: Any) -> Any:
    """A lower value as users' functions are given it: an array as a Tensor, in a cell that nobody
    else has; a number stays one, and None."""
    return cell(own_cell(x)) if hasattr(x, "dtype") else x


def at(x: Any, level: int) -> Any:
    """What is left of ``x`` below the transform of ``level``: of its boxes the lower value, as
    users' functions are given it; anything else stays."""
    return x if below(x, level) else handed(x.held)


def like(x: Any, y: Any) -> Any:
    """``x`` as the caller gave ``y``: a Tensor for a Tensor, an array for an array, a number for a
    number; what is still recorded or boxed stays a Tensor."""
    if isinstance(y, Cell):
        return x if isinstance(x, Cell) else y.results(_as_array(x))
    x = bare(x)
    if isinstance(x, Cell) or not is_number(y):
        return x
    return x.item() if getattr(x, "ndim", 1) == 0 else x


def is_number(x: Any) -> bool:
    """Whether ``x`` is a number, or an array that stands for one."""
    return not hasattr(x, "dtype") or type(x) in WEAK


def prototype(x: Any) -> Any:
    """A raw array, or a number, of the shape, dtype and device of ``x``; its elements are not those
    of ``x`` where a transform has more than one value in its place."""
    if not isinstance(x, Cell):
        return x
    found, shape = raw(x), x.shape
    if getattr(found, "shape", shape) == shape:
        return found
    return backend_of(found).natives["empty"](shape, dtype=found.dtype)


def element_type(x: Any) -> Any:
    """The dtype of an array, the type of a number, under the Tensor and all boxes."""
    found = raw(x)
    return found.dtype if hasattr(found, "dtype") else type(found)


def home_of(*values: Any) -> Backend:
    """The backend of the first array among ``values``; of numbers the host."""
    for found in map(raw, values):
        if hasattr(found, "dtype"):
            return backend_of(found)
    return HOST


def host_values(x: Any) -> Any:
    """The elements under the Tensor and all boxes, as an array on the host."""
    found = raw(x)
    return backend_of(found).to_host(found) if hasattr(found, "dtype") else HOST.asarray(found)


def sequence(read: Callable[[Any], Any], data: Any) -> Any:
    """``read(data)``, by NumPy, which asks the Tensors in a sequence for their values: those on a
    device give copies here, and a derivative is not lost."""
    try:
        return read(data)
    except TypeError:
        if not isinstance(data, list | tuple):
            raise
    return read(_on_host(data))


def _on_host(data: Any) -> Any:
    if isinstance(data, list | tuple):
        return [_on_host(part) for part in data]
    return cell(data.numpy()) if isinstance(data, Cell) else data
