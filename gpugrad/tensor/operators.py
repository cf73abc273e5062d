"""Functions that apply an operation, in the types that checkers see, and operators of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from ..engine import functions
from ..ops.declare import Op

if TYPE_CHECKING:
    from .cell import Tensor

function_of = cast("Callable[[Op], Callable[..., Tensor]]", functions.function_of)
several_of = cast("Callable[[Op], Callable[..., tuple[Tensor, ...]]]", functions.function_of)
number_first = cast("Callable[[Op], Callable[..., Tensor]]", functions.number_first)


def reflected(op: Op) -> "Callable[..., Tensor]":
    """The operator whose arguments change places: ``2 @ x``."""
    function = function_of(op)
    return lambda self, other: function(other, self)


def in_place(op: Op) -> "Callable[..., Tensor]":
    """The operator after which the Tensor is its result: ``x += y``."""
    function = function_of(op)
    return lambda self, other: self._become(function(self, other))
