"""What the boxes of all transforms share: reading arguments, lower values, containers."""

from collections.abc import Callable
from typing import Any

from ..backend.dtypes import INEXACT
from ..backend.select import BACKENDS, HOST, backend_of
from ..engine.anything import ANY
from ..engine.calling import composed
from ..engine.cells import BOXES, bare, cell, element_type, like, own_cell, prototype
from ..engine.promotion import NUMBERS, exact_numbers
from ..engine.tape import Leaf, Node
from ..ops.declare import COMPOSITE, Op
from ..tensor.cell import Tensor

DERIVABLE = INEXACT | {float, complex}  # the types of elements that have a derivative


class Box(Tensor, box=True):
    """A value of one open transform: a lower value, and what the transform keeps beside it."""

    __slots__ = ("level",)

    def __init_subclass__(cls) -> None:
        """A box is no Tensor of level 0."""
        BOXES.add(cls)

    def process(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """Apply ``op``, of whose arguments this one has the highest level."""
        if op.kind == COMPOSITE:
            return composed(op, ANY, arguments, settings)
        mine: list = []
        values: list = []
        number = False
        for value in arguments:
            box = None
            if isinstance(value, Tensor):
                if value.level == self.level:
                    box, value = value, value.held
                    if type(value) not in BACKENDS:
                        value = bare(value)
                        number = number or type(value) in NUMBERS
                else:
                    value = own_cell(bare(value))
            mine.append(box)
            values.append(value)
        if number:
            values = exact_numbers(values, [box is not None for box in mine])
        return self.apply_below(op, tuple(mine), tuple(values), settings)

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` to lower ``values``; ``mine`` has the boxes of this level, else None."""
        raise NotImplementedError

    def lower_values(self) -> tuple:
        """The values of lower levels that this box holds."""
        return (self.held,)

    def renewed(self, node: Node | Leaf | None, renew: Callable[[Any], Any]) -> "Box":
        """A box like this with another node, and ``renew`` of each lower value."""
        raise NotImplementedError

    def detach(self) -> Tensor:
        """The lower value without a history; of a batch all members."""
        return self.held.detach() if isinstance(self.held, Tensor) else cell(self.held)

    def __float__(self) -> float:
        return float(self._number("float"))

    def __complex__(self) -> complex:
        return complex(self._number("complex"))

    def _number(self, asker: str) -> Any:
        """The only element, if no derivative is lost with the box: NumPy asks for a float where
        ``array[i] = box`` is written, and Python's math where a function of it is called."""
        number = self.item()
        if self.dtype in INEXACT:
            raise TypeError(
                f"{asker}: this value belongs to a transform (grad, jvp, vmap), and a number of "
                "Python's would drop its derivative; use gg.sin in place of math.sin, gg.stack in "
                "place of writing into a NumPy array, or .item() to go on without"
            )
        return number

    def backward(self, *arguments: Any, **keywords: Any) -> None:
        """Refused: the walk belongs to the transform."""
        raise RuntimeError(
            "backward: this value belongs to a transform (grad, jvp, vmap), which computes its "
            "derivatives itself; call backward outside of it, or gg.grad within"
        )

    def _take(self, new: Tensor) -> None:
        """See Tensor; ``new`` is a lower value where nothing of it belongs to this transform."""
        if new.level == self.level:
            super()._take(new)
        else:
            self.write(own_cell(bare(new)), None)


def has_derivative(value: Any) -> bool:
    """Whether ``value`` is a float or complex number, or an array of them."""
    return element_type(value) in DERIVABLE


def ones(value: Any) -> Any:
    """Ones in the shape of ``value``, raw."""
    one = prototype(value)
    if hasattr(one, "dtype"):
        return backend_of(one).ones(one)
    return HOST.asarray(1 + 0j if type(one) is complex else 1.0)


def zeros(value: Any) -> Any:
    """Zeros in the shape of ``value``, in kind."""
    one = prototype(value)
    if hasattr(one, "dtype"):
        return like(backend_of(one).natives["zeros_like"](one), value)
    return like(0j if type(one) is complex else 0.0, value)


def is_leaf(tree: Any) -> bool:
    """Whether ``tree`` is no container, but a Tensor, an array or a number."""
    kind = type(tree)
    return kind in BACKENDS or kind in NUMBERS or isinstance(tree, Tensor)


def flat(tree: Any) -> tuple[list, Callable[[list], Any]]:
    """The leaves of nested containers and a function that puts others in their places."""
    if is_leaf(tree):
        return [tree], _only
    if tree is None:
        return [], _nothing
    if type(tree) is tuple:
        leaves = [v for v in tree if v is not None]
        for value in leaves:
            if not is_leaf(value):
                break
        else:
            return leaves, tuple if len(leaves) == len(tree) else _rebuilding(tree)
    import optree  # a container came: only now is its reader worth loading

    leaves, structure = optree.tree_flatten(tree)
    return leaves, lambda new: optree.tree_unflatten(structure, new)


def _only(leaves: list) -> Any:
    return leaves[0]


def _nothing(leaves: list) -> None:
    return None


def _rebuilding(like: tuple) -> Callable[[list], tuple]:
    """Puts leaves where ``like`` has something."""
    present = [v is not None for v in like]

    def rebuild(leaves: list) -> tuple:
        following = iter(leaves)
        return tuple([next(following) if there else None for there in present])

    return rebuild
