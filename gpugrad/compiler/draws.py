"""Random numbers in a recording: seeds and positions of generators are inputs of the graph."""

from collections.abc import Callable
from typing import Any

from ..backend.random.generator import WORD, Generator
from .graph import Input
from .lines import where
from .sources import Position, Seed


class Draws:
    """What a recorded function draws, see ``Taker``.

    A generator that the function makes begins anew at every call, so that its numbers are the same;
    one that repeats another goes on where that one stood.
    """

    def __init__(self, make: Callable[[tuple, Any, Any], Input]) -> None:
        self._make = make  # an input of a shape and a dtype, read from a source
        self._drawn: dict[Generator, int] = {}
        self._seeds: dict[Generator, Input] = {}
        self._made: set[Generator] = set()  # by the function
        self._origins: dict[Generator, tuple[Generator, int]] = {}  # of those that repeat another

    def made(self, generator: Generator, seed: int | None) -> None:
        """See Taker; without a seed it is refused."""
        if seed is None:
            self._refuse("a generator without a seed is another one at every call")
        self._made.add(generator)

    def seeded(self, generator: Generator) -> None:
        """See Taker; refused unless the function has made it."""
        if generator not in self._made:
            self._refuse("a seed is set, which a replay would not do")

    def take(self, generator: Generator, blocks: int) -> tuple[Any, Any]:
        """See Taker."""
        before = self._drawn.get(generator, 0)
        self._drawn[generator] = before + blocks
        origin, start = self._origins.get(generator, (generator, 0))
        if origin in self._made:
            return origin.seed, (origin.counter.get() + start + before) % WORD
        if origin not in self._seeds:
            self._seeds[origin] = self._make((), int, Seed(origin))
        return self._seeds[origin], self._make((), int, Position(origin, start + before))

    def repeating(self, generator: Generator) -> Generator:
        """See Taker."""
        origin, start = self._origins.get(generator, (generator, 0))
        repeated = Generator(origin.seed)
        self._origins[repeated] = origin, start + self._drawn.get(generator, 0)
        return repeated

    def blocks(self) -> dict[Generator, int]:
        """Of each generator that was there before, the number of blocks that were drawn."""
        return {one: blocks for one, blocks in self._drawn.items() if one not in self._made}

    def _refuse(self, what: str) -> None:
        raise RuntimeError(
            f"compile: {where()}{what}; do it outside of the function, and let it draw from "
            "gg.random or from a generator that it closes over"
        )
