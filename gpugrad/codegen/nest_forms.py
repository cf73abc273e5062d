"""Forms: how the threads of a device go through a nest.

A form follows from the sizes of the nest alone, so that sums have the same bits on all devices.
Rows that are added to one element of a total are shared out in chunks: a block takes one chunk, and
a second kernel adds up what several chunks of one element gave.
"""

from collections.abc import Iterator
from functools import cache
from math import prod
from typing import NamedTuple

from ..backend.dtypes import as_dtype
from .nests import MAX, MIN, SUM, Nest, Total
from .patterns import Pattern, size

PACK = 16  # bytes that a thread loads at once
TURNS = 4  # packs of a row that one thread takes, where it can have so few
THREADS, WARP, MOST_THREADS = 256, 32, 1024  # of a block of several rows; of one row
ENOUGH_BLOCKS, MOST_BLOCKS = 512, 2**16
CHUNK = 1 << 13  # elements that a block adds up at least, where there are as many
FEWEST_ROWS = 4  # that a block adds up, so that what is added later is little beside it


class Sum(NamedTuple):
    """How a total is found: its parts lie along a pattern, in which what stands still is added up
    later.  ``by_rows``: each row gives a part; else each chunk."""

    total: Total
    parts: Pattern
    by_rows: bool

    @property
    def added(self) -> int:
        """The number of parts of one element."""
        return prod(length for length, _ in self.parts) // size(self.parts)


class Form(NamedTuple):
    """How blocks of ``across`` x ``down`` threads go through a nest.

    A row is ``tiles`` pieces of ``turns`` packs for each of the threads that are side by side; a
    pack is ``width`` elements.  walk: along rows, those that a block must not mix move; each of
    these has ``chunks`` of ``length`` rows.
    """

    width: int
    across: int
    down: int
    turns: int
    tiles: int
    walk: Pattern
    chunks: int
    length: int
    sums: tuple[Sum, ...]

    @property
    def kept(self) -> int:
        """The number of runs of rows that are not mixed."""
        return size(self.walk)

    @property
    def summed(self) -> int:
        """The number of rows of each."""
        return prod(length for length, _ in self.walk) // self.kept

    @property
    def units(self) -> int:
        """The number of chunks of all of them."""
        return self.kept * self.chunks

    @property
    def grid(self) -> tuple[int, int, int]:
        """The blocks."""
        return min(self.units, MOST_BLOCKS), self.tiles, 1

    @property
    def block(self) -> tuple[int, int, int]:
        """The threads of a block."""
        return self.across, self.down, 1

    @property
    def later(self) -> tuple[Sum, ...]:
        """The sums that a second kernel adds up."""
        return tuple(one for one in self.sums if one.added > 1)


@cache
def form(nest: Nest) -> Form:
    """That of a nest."""
    walk = _walk(nest)
    summed = nest.rows // size(walk)
    by_rows = {t.name for t in nest.totals if size(t.rows) > 1 and t.rows != walk}
    reduces = _reduces(nest, by_rows)
    width = _width(nest)
    packs = -(-nest.columns // width)
    across, most = _threads(packs, reduces)
    turns = -(-packs // across)
    tiles = 1 if reduces else -(-turns // TURNS)
    length = _length(nest, size(walk), summed, most)
    down = max(-(-WARP // across), min(most, _power(length)))
    length = length if nest.totals else down
    chunks = -(-summed // length)
    made = Form(width, across, down, -(-turns // tiles), tiles, walk, chunks, length, ())
    return made._replace(sums=tuple(_sums(nest, made, by_rows)))


def _walk(nest: Nest) -> Pattern:
    """The pattern of the first total that has several elements along rows."""
    found = [total.rows for total in nest.totals if size(total.rows) > 1]
    return found[0] if found else ((nest.rows, False),)


def _reduces(nest: Nest, by_rows: set[str]) -> bool:
    """Whether the threads of a row have to combine what they have."""
    ends = [
        (end, name)
        for part in nest.parts
        for (name, _), end in zip(part.kernel.outputs, part.ends, strict=True)
    ]
    sides = {total.name for total in nest.totals if total.name in by_rows and not total.moves}
    return any(end in (SUM, MAX, MIN) or name in sides for end, name in ends)


def _width(nest: Nest) -> int:
    sizes = [as_dtype(o.dtype).itemsize for o in (*nest.reads, *nest.writes) if o.moves]
    width = PACK // max(sizes, default=PACK)
    return 1 if nest.columns % width or nest.count % width else width


def _threads(packs: int, reduces: bool) -> tuple[int, int]:
    """Threads of a row, and the most rows of a block."""
    if reduces and packs > WARP * TURNS:
        return min(max(_power(-(-packs // TURNS)), 2 * WARP), MOST_THREADS), 1
    across = min(_power(packs), WARP if reduces else THREADS)
    return across, THREADS // across


def _power(n: int) -> int:
    """The least power of two that is no less."""
    return 1 << (n - 1).bit_length()


def _length(nest: Nest, kept: int, summed: int, most: int) -> int:
    """Rows of a chunk."""
    if not nest.totals:
        return min(most, -(-summed // ENOUGH_BLOCKS))
    least = max(-(-CHUNK // nest.columns), FEWEST_ROWS)
    return -(-summed // min(-(-summed // least), -(-ENOUGH_BLOCKS // kept)))


def _sums(nest: Nest, made: Form, by_rows: set[str]) -> Iterator[Sum]:
    for total in nest.totals:
        if total.name in by_rows:
            parts = total.rows
        elif size(total.rows) == 1:
            parts = ((made.units, False),)
        else:
            parts = ((made.kept, True), (made.chunks, False))
        tiles = () if total.moves else ((made.tiles, False),)
        yield Sum(total, (*parts, *tiles), total.name in by_rows)
