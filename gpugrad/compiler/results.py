"""How the result of a call is put together again."""

from collections.abc import Callable, Sequence
from typing import Any

import optree

from ..engine.cells import Cell
from ..engine.tape import Node
from .arrays import Noted
from .numbers import Number
from .recording import Recording


class Result:
    """What a function gave: new Tensors, cells and arguments as they are, anything else.

    places: what stands at each place of the result's ``structure``.
    made: what makes each new Tensor of its array; these arrays are the first roots of the graph.
    hanging: the numbers of new Tensors from which gradients can still walk back.  The Tensors
    themselves hold all that was recorded: they go to the list ``tensors`` of who makes this, and
    not longer.
    """

    def __init__(
        self, result: Any, given: Sequence[Any], recording: Recording, tensors: list[Any]
    ) -> None:
        leaves, self.structure = optree.tree_flatten(result)
        self.alone = len(leaves) == 1 and leaves[0] is result
        self.made: list[Callable[[Any, Any], Any]] = []
        self.hanging: list[int] = []
        arguments = {id(leaf): i for i, leaf in enumerate(given) if isinstance(leaf, Cell)}
        new: dict[int, int] = {}
        self.places = [self._place(leaf, arguments, new, recording) for leaf in leaves]
        made = {id(leaf): leaf for leaf in leaves}
        by_number = {number: made[key] for key, number in new.items()}
        tensors += [by_number[number] for number in self.hanging]

    def _place(self, leaf: Any, arguments: dict, new: dict, recording: Recording) -> tuple:
        """What stands at one place: ("argument" or "new", its number) or ("object", it)."""
        if id(leaf) in arguments:
            return "argument", arguments[id(leaf)]
        is_cell = isinstance(leaf, Cell)
        if not (recording.made_here(leaf) if is_cell else isinstance(leaf, Noted | Number)):
            return "object", leaf
        if id(leaf) not in new:
            number = new[id(leaf)] = len(self.made)
            if is_cell and isinstance(leaf.node, Node) and leaf.node.parents:  # else backward() ran
                self.hanging.append(number)
            self.made.append(type(leaf) if is_cell else _as_it_is)
            recording.graph.roots.append(leaf.held.at if is_cell else leaf.at)
        return "new", new[id(leaf)]


def _as_it_is(value: Any, node: None) -> Any:
    """A result that is a number or an array."""
    return value
