"""Nests: kernels that walk over rows of elements, and may reduce them on the way.

A softmax is one: the largest element of a row, the sum of exponentials, the quotients.  A nest has
parts that run one after another for every row: loops over its elements and what is computed once.
What it adds up over many rows (totals) is there at the end.
"""

from dataclasses import dataclass
from typing import NamedTuple

from .patterns import Pattern
from .text import Kernel

MOST_CHUNKS, LEAST_CHUNK = 16, 1 << 15  # of rows; elements of one
ARRAY, BUFFER, LOCAL, TOTAL = "array", "buffer", "local", "total"  # where an output of a part goes
SUM, MAX, MIN = "sum", "max", "min"  # over a row, which gives a local value


class Operand(NamedTuple):
    """An array: ``rows`` says where a row lies, ``moves`` whether it has an element for each column
    (else one for the row); ``dtype``: of its elements, which may be wider or narrower than what the
    nest computes in."""

    name: str
    rows: Pattern
    moves: bool
    dtype: str

    @property
    def boolean(self) -> bool:
        """Whether it holds truth values."""
        return self.dtype == "bool"


class Part(NamedTuple):
    """A loop over the columns of a row, or, not ``looped``, what is computed once for the row.

    ends: for each output of the kernel where it goes; its name is that of the array, the buffer,
    the local value or the total.
    """

    looped: bool
    kernel: Kernel
    ends: tuple[str, ...]


@dataclass(frozen=True)
class Total:
    """Sums over rows: ``count`` elements; ``rows`` and ``moves`` tell which one a row adds to."""

    name: str
    rows: Pattern
    moves: bool
    count: int
    dtype: str


@dataclass(frozen=True, eq=False)
class Nest:
    """A kernel over ``count`` elements in rows of ``columns``, of which the last may be shorter.

    It computes in ``dtype``, and rounds to another one where it stores.
    """

    count: int
    columns: int
    dtype: str
    reads: tuple[Operand, ...]
    writes: tuple[Operand, ...]
    totals: tuple[Total, ...]
    buffers: tuple[str, ...]
    parts: tuple[Part, ...]
    size: int  # operations that it is made of

    @property
    def name(self) -> str:
        """What a printed graph tells of it."""
        return f"{self.size} operations on {self.rows} x {self.columns}"

    @property
    def rows(self) -> int:
        """The number of rows."""
        return -(-self.count // self.columns)

    @property
    def chunks(self) -> int:
        """The number of runs of rows that are summed apart: the same with any number of threads."""
        sums = max([total.count for total in self.totals], default=1)
        return max(1, min(MOST_CHUNKS, self.rows, self.count // max(LEAST_CHUNK, 4 * sums)))

    @property
    def chunk(self) -> int:
        """Rows of a chunk."""
        return -(-self.rows // self.chunks)
