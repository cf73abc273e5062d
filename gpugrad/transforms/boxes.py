"""What the boxes of all transforms share: reading arguments, lower values, containers."""

from collections.abc import Callable, Iterable
from typing import Any

from ..backend.dtypes import INEXACT
from ..backend.protocol import Backend
from ..backend.select import BACKENDS, HOST, backend_of
from ..engine.anything import ANY, prototype
from ..engine.calling import composed
from ..engine.cells import BOXES, as_tensor
from ..engine.promotion import NUMBERS
from ..ops.declare import COMPOSITE, Op
from ..tensor.arguments import innermost
from ..tensor.cell import Tensor


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
        for value in arguments:
            box = None
            if isinstance(value, Tensor):
                if value.level == self.level:
                    box, value = value, value.data
                    if type(value) not in BACKENDS:
                        value = lowest(value)
                else:
                    value = held(lowest(value))
            mine.append(box)
            values.append(value)
        return self.apply_below(op, tuple(mine), tuple(values), settings)

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` to lower ``values``; ``mine`` has the boxes of this level, else None."""
        raise NotImplementedError

    def lower_values(self) -> tuple:
        """The values of lower levels that this box holds."""
        return (self.data,)

    def renewed(self, node: Any, renew: Callable[[Any], Any]) -> "Box":
        """A box like this with another node, and ``renew`` of each lower value."""
        raise NotImplementedError

    def detach(self) -> Tensor:
        """The lower value without a history; of a batch all members."""
        return self.data.detach() if isinstance(self.data, Tensor) else as_tensor(self.data)

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
            self.write(lowest(held(new)), None)

    def beside_nothing(self, value: Any) -> Any:
        """A lower result of which this transform keeps nothing, as its function sees it."""
        return value if isinstance(value, Tensor) else in_kind_of(self, value)


def lowest(value: Any) -> Any:
    """``value``, or the array in a Tensor of which nothing is recorded."""
    plain = isinstance(value, Tensor) and not value.level and value.node is None
    return value.data if plain else value


def held(value: Any) -> Any:
    """``value`` in a cell that nobody else has: what is written into its own does not reach it."""
    if isinstance(value, Box):
        return value.renewed(value.node, lambda lower: lower)
    return Tensor(value.data, value.node) if isinstance(value, Tensor) else value


def below(value: Any, level: int) -> bool:
    """Whether ``value`` belongs to a level lower than ``level``: to it, a constant."""
    return not isinstance(value, Tensor) or value.level != level


def home_of(values: Iterable) -> Backend:
    """The backend of the first array among ``values``; of numbers the host."""
    raws = map(innermost, values)
    return next((backend_of(raw) for raw in raws if hasattr(raw, "dtype")), HOST)


def has_derivative(value: Any) -> bool:
    """Whether ``value`` is a float or complex number, or an array of them."""
    raw = innermost(value)
    return type(raw) in (float, complex) or getattr(raw, "dtype", None) in INEXACT


def ones(value: Any) -> Any:
    """Ones in the shape of ``value``, raw."""
    raw = prototype(value)
    return (
        backend_of(raw).ones(raw)
        if hasattr(raw, "dtype")
        else HOST.asarray(1 + 0j if type(raw) is complex else 1.0)
    )


def zeros(value: Any) -> Any:
    """Zeros in the shape of ``value``, in kind."""
    raw = prototype(value)
    made = backend_of(raw).natives["zeros_like"](raw) if hasattr(raw, "dtype") else 0.0
    return in_kind_of(value, made)


def in_kind_of(like: Any, value: Any) -> Any:
    """``value`` as the caller gave ``like``: a Tensor for a Tensor, an array for an array,
    a number for a number; what is still recorded or boxed stays a Tensor."""
    if isinstance(value, Tensor):
        if isinstance(like, Tensor) or value.level or value.node is not None:
            return value
        value = value.data
    if isinstance(like, Tensor):
        return Tensor(value if hasattr(value, "dtype") else HOST.asarray(value))
    if not hasattr(like, "dtype") and getattr(value, "ndim", 1) == 0:
        return value.item()
    return value


def lower(value: Any, level: int) -> Any:
    """A result of this level as a value for the caller."""
    if below(value, level):
        return value
    data = value.data
    return in_kind_of(value, held(data)) if hasattr(data, "dtype") else data


def lowered_tree(tree: Any, level: int) -> Any:
    """``lower`` of every leaf of nested containers."""
    leaves, shape = flat(tree)
    return shape([lower(v, level) for v in leaves])


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
