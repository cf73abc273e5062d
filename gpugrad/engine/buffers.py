"""The buffers behind arrays: which show the same memory, and which were written since, by numbers
that nodes and writes share."""

from collections.abc import Iterable
from itertools import count
from typing import Any
from weakref import ref

from ..backend.locks import WRITING
from ..backend.select import backend_of
from .cells import raw

next_number = count(1).__next__  # atomic, so threads may share it


def separate(arrived: dict[Any, Any]) -> None:
    """Copy gradients that show one buffer, or one element many times: who changes one of them in
    place must not change another."""
    buffers: set[int] = set()
    several = len(arrived) > 1
    for leaf, g in arrived.items():
        strides = getattr(g, "strides", ())
        if not strides:  # one number, or recorded itself
            continue
        if 0 in strides or (several and id(_buffer(g)) in buffers):
            g = arrived[leaf] = backend_of(g).asarray(g, copy=True)
        if several:
            buffers.add(id(_buffer(g)))


class Overwritten:
    """Which buffers were written in place, and when, so that a stale saved value is noticed.

    Writing is rare (optimizers) and comes after the graphs that read the old values are gone, so
    a walk only compares its nodes' numbers with the latest write.
    """

    def __init__(self) -> None:
        self.latest = 0
        self._by_id: dict[int, tuple[Any, int]] = {}

    def mark(self, array: Any) -> None:
        """Note that ``array``'s buffer was just written in place."""
        buffer = _buffer(array)
        key = id(buffer)
        with WRITING:
            self.latest = next_number()
            self._by_id[key] = (ref(buffer, lambda _: self._by_id.pop(key, None)), self.latest)

    def check(self, node: Any) -> None:
        """Raise if ``node`` kept a value whose buffer was written after it was recorded."""
        self.check_values(node.kept, node.order, node.name)

    def check_values(self, values: Iterable, order: int, name: str) -> None:
        """The same of the values that ``name`` saved when ``order`` was the newest."""
        for value in values:
            array = raw(value)  # a Tensor's, where transforms nest
            entry = self._by_id.get(id(_buffer(array)))
            if entry and entry[1] > order:
                raise RuntimeError(
                    f"backward: a value of shape {array.shape} that {name} saved was "
                    "overwritten in place since (by an optimizer step?); "
                    "call backward before the step, or compute the value anew"
                )


def _buffer(array: Any) -> Any:
    """The array that owns the memory that ``array`` shows, or was first made on another's."""
    while type(base := getattr(array, "base", None)) is type(array) and base is not None:
        array = base
    return array


overwritten = Overwritten()
