"""What a function may not do while it is recorded, because a replay would not do it."""

from collections.abc import Sequence
from typing import Any

from ..engine.tape import Node
from ..tensor.cell import Tensor
from .arrays import Noted
from .guards import look
from .numbers import Number
from .reaching import State


class Effects:
    """How everything that a function can reach is before it is recorded.

    leaves: its arguments.  RuntimeError where the function names an iterator.
    """

    def __init__(self, function: Any, objects: Sequence[Any], leaves: Sequence[Any]) -> None:
        self.name = getattr(function, "__name__", function)
        self.state = State(function, *objects)
        for path in self.state.iterators:
            raise RuntimeError(
                f"compile: {path} is an iterator, from which a replay of {self.name} would take "
                "nothing; take the element outside, and give it as an argument"
            )
        nodes = [leaf.node for leaf in leaves if isinstance(leaf, Tensor)]
        self.outer = [(node, node.pullback) for node in nodes if isinstance(node, Node)]

    def check(self) -> None:
        """RuntimeError where the function changed something."""
        for guard in self.state.changed():
            raise RuntimeError(
                f"compile: {guard.path} changed while {self.name} was recorded, which a replay "
                "would not do; return the value, or keep it in a gg.tensor made outside"
            )
        for guard in self.state.drawn:
            if not guard.holds():
                raise RuntimeError(
                    f"compile: random numbers of {guard.path} were drawn while {self.name} was "
                    "recorded, and a replay would have the same again; use gg.random, or draw "
                    "outside and give them as an argument"
                )
        if any(node.pullback is not pullback for node, pullback in self.outer):
            raise RuntimeError(
                "compile: backward() within the function went on into the graph that an argument "
                "was computed by outside; give the argument's .detach(), or call backward() outside"
            )

    def undo(self) -> None:
        """Put back what was where a value of the recording, which is over, was left."""
        for container, key, value, _ in self.state.changed():
            if is_recorded(look(container, key)) and isinstance(container, dict | list):
                container[key] = value


def is_recorded(value: Any) -> bool:
    """Whether a value belongs to a recording, or a tuple has such a one."""
    if type(value) is tuple:
        return any(map(is_recorded, value))
    data = value.held if type(value) is Tensor else value
    return isinstance(data, Noted) or type(data) is Number
