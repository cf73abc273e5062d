"""check_grads: derivatives compared with finite differences."""

from collections.abc import Callable, Sequence
from typing import Any

from ..testing import gradcheck
from ..transforms.boxes import flat
from .differential_operators import of_one_argument

__all__ = ["check_grads"]

MODES = {"rev": "reverse", "fwd": "forward"}


@of_one_argument
def check_grads(
    function: Callable, x: Any, modes: Sequence[str] = ("fwd", "rev"), order: int = 2
) -> None:
    """``check_grads(fun, argnum)(*arguments)`` raises AssertionError where a derivative up to
    ``order`` is wrong, in forward or reverse mode or a pairing of them."""
    leaves, rebuild = flat(x)

    def of_leaves(*given: Any) -> Any:
        return function(rebuild(list(given)))

    gradcheck(of_leaves, tuple(leaves), [MODES[mode] for mode in modes], order)
