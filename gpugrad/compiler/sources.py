"""Where the inputs of a graph are read at every call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..backend.random.generator import WORD, Generator
from ..engine.cells import Cell


@dataclass(eq=False, slots=True)
class Argument:
    """The array of an argument: the leaf of that number."""

    number: int

    def read(self, leaves: Sequence[Any]) -> Any:
        """The array."""
        leaf = leaves[self.number]
        return leaf.held if isinstance(leaf, Cell) else leaf

    def cell(self, leaves: Sequence[Any]) -> Any:
        """The Tensor."""
        return leaves[self.number]

    def __str__(self) -> str:
        return f"argument {self.number}"


@dataclass(eq=False, slots=True)
class Held:
    """The array of a cell that the function reaches otherwise: a parameter, a state.

    node: the class of its node: whether it wants a gradient.
    """

    owner: Cell
    node: type

    def read(self, leaves: Sequence[Any]) -> Any:
        """The array."""
        return self.owner.held

    def cell(self, leaves: Sequence[Any]) -> Any:
        """The cell."""
        return self.owner

    def __str__(self) -> str:
        return "cell"


@dataclass(eq=False, slots=True)
class GradientOf:
    """The array of a cell's gradient."""

    of: "Argument | Held"

    def read(self, leaves: Sequence[Any]) -> Any:
        """The array; AttributeError where there is no gradient."""
        return self.of.cell(leaves)._grad.held

    def __str__(self) -> str:
        return "gradient"


@dataclass(eq=False, slots=True)
class Outside:
    """An array of NumPy's or CuPy's that the function closes over; it may be changed in place."""

    array: Any

    def read(self, leaves: Sequence[Any]) -> Any:
        """The array."""
        return self.array

    def __str__(self) -> str:
        return "array"


@dataclass(eq=False, slots=True)
class Seed:
    """The seed of a generator, an integer."""

    generator: Generator

    def read(self, leaves: Sequence[Any]) -> Any:
        """The seed."""
        return self.generator.seed

    def __str__(self) -> str:
        return "seed"


@dataclass(eq=False, slots=True)
class Position:
    """Where a draw begins: blocks past the generator's counter at the call."""

    generator: Generator
    offset: int

    def read(self, leaves: Sequence[Any]) -> Any:
        """The position, an integer."""
        return (self.generator.counter.get() + self.offset) % WORD

    def __str__(self) -> str:
        return f"random position + {self.offset}"


@dataclass(eq=False, slots=True)
class Given:
    """An array that the plan is called with: a gradient, or what a forward pass kept."""

    number: int
    what: str = "kept"

    def __str__(self) -> str:
        return f"{self.what} {self.number}"
