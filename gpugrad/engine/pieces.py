"""Gradients that reads of parts give piece by piece: put together in one array, however many."""

from typing import Any

from ..backend.positions import restored
from ..backend.select import backend_of


class Pieces:
    """A gradient of ``shape`` that is 0 but for its pieces, each with the spec that it was read by.

    A sum takes the other one in: further pieces, and a whole gradient as what is beside them.
    """

    __slots__ = ("beside", "pieces", "shape")

    def __init__(self, g: Any, spec: tuple, shape: tuple[int, ...]) -> None:
        self.pieces = [(g, spec)]
        self.shape = shape
        self.beside: Any = None

    def __add__(self, other: Any) -> "Pieces":
        if type(other) is Pieces:
            self.pieces += other.pieces
            other = other.beside
        if other is not None:
            self.beside = other if self.beside is None else self.beside + other
        return self

    __iadd__ = __add__

    def whole(self) -> Any:
        """One raw array."""
        (first, spec), *others = self.pieces
        total = backend_of(first).natives["unindex"](first, spec=spec, shape=self.shape)
        for g, spec in others:
            total[restored(spec, ())] += g
        return total if self.beside is None else total + self.beside


def added(total: Any, share: Any) -> Any:
    """The sum of two gradients, either of which may be in pieces."""
    return share + total if type(share) is Pieces else total + share


def wholes(arrived: dict[Any, Any]) -> dict[Any, Any]:
    """What arrived, without pieces."""
    return {leaf: g.whole() if type(g) is Pieces else g for leaf, g in arrived.items()}
