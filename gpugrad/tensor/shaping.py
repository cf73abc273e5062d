"""Shapes as users may write them: lengths of which one is -1, axes as torch and NumPy name them."""

from typing import Any

from ..engine.functions import function_of
from ..ops import shape as shapes
from ..ops.axes import flattened
from .arguments import astype


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
