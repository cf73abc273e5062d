"""Shapes as users may write them: lengths of which one is -1, axes as torch and NumPy name them."""

from typing import TYPE_CHECKING, Any

from ..engine.functions import function_of
from ..ops import shape as shapes
from ..ops.axes import flattened
from .arguments import astype

if TYPE_CHECKING:
    from .cell import Tensor


def reshape(x: Any, shape: Any, *, copy: bool | None = None) -> Any:
    """The same elements in another shape; one length may be -1.

    copy: True gives an array of its own; no other value copies what need not be copied.
    """
    return function_of(shapes.reshape)(astype(x, x.dtype) if copy else x, shape=shape)


def flatten(x: Any, start_dim: Any = 0, end_dim: int = -1, *, order: str = "C") -> Any:
    """Axes ``start_dim`` to ``end_dim`` as one, as torch's, all of them without; a string is
    NumPy's ``order`` of all."""
    if isinstance(start_dim, str):
        start_dim, order = 0, start_dim
    if order == "C":
        return reshape(x, flattened(x.shape, start_dim, end_dim, "flatten"))
    if (start_dim, end_dim) != (0, -1):
        raise TypeError(f"flatten: order={order!r} is of all axes; leave out start_dim")
    return x.ravel(order)


def meshgrid(*arrays: Any, indexing: str = "xy") -> "list[Tensor]":
    """Coordinate arrays of a grid from vectors: one array for each, all of the grid's shape.

    indexing: "xy" exchanges the first two axes, "ij" does not.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing={indexing!r}; use 'xy' or 'ij'")
    order = list(range(len(arrays)))
    if indexing == "xy" and len(order) > 1:
        order[:2] = 1, 0
    lines = [
        function_of(shapes.reshape)(x, shape=tuple(-1 if i == place else 1 for i in order))
        for x, place in zip(arrays, range(len(arrays)), strict=True)
    ]
    return list(function_of(shapes.broadcast_arrays)(*lines))
