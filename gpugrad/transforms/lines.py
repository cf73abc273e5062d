"""What becomes of unit directions in a product with a matrix: its rows, scaled, and a diagonal.

Elementwise steps scale the rows by vectors, and unit directions that arrive beside them only touch
the diagonal: the whole batch is made once, at the end.  A second product with the same matrix,
which ends a Hessian, is symmetric.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from ..backend.select import BACKENDS
from ..engine.anything import ANY
from ..engine.cells import bare
from ..ops import arithmetic, linalg
from ..ops.declare import Op
from ..tensor.cell import Tensor
from .batched import Batched
from .boxes import HOST, ones


class ScaledRows(NamedTuple):
    """The batch ``scales[:, None] * matrix * weights`` with ``diagonal`` added; None: nothing.

    All are raw arrays of one dtype: matrix (members, n), scales (members,), weights (n,).
    """

    matrix: Any
    scales: Any = None
    weights: Any = None
    diagonal: Any = None

    def whole(self) -> Any:
        """The batch as one array; the matrix itself if there is nothing else."""
        y = self.matrix if self.weights is None else ANY.scale(self.matrix, self.weights)
        if self.diagonal is None:
            return scaled_rows(y, self.scales)
        scales = ones(self.diagonal) if self.scales is None else self.scales
        return ANY.scale_add_diagonal(y, scales, self.diagonal)


class Lines(Batched):
    """A batch of vectors that is held in parts until somebody asks for the whole of it."""

    __slots__ = ("_rows", "_whole")

    def __init__(self, rows: ScaledRows, level: int) -> None:
        self._rows: ScaledRows | None = rows  # None: no more than any batch
        self._whole = None
        self.node = None
        self.level = level

    @property
    def unscaled(self) -> bool:
        """Whether the batch is the matrix itself."""
        return self._rows is not None and all(part is None for part in self._rows[1:])

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of one member's axes."""
        return super().shape if self._rows is None else self._rows.matrix.shape[1:]

    @property
    def dtype(self) -> Any:
        """Element type."""
        return super().dtype if self._rows is None else self._rows.matrix.dtype

    @property
    def held(self) -> Any:  # type: ignore[override]
        """The whole batch, made when somebody asks for it."""
        if self._whole is None and self._rows is not None:
            with HOST.quiet():  # who asks may be no longer in the walk
                self._whole = self._rows.whole()
        return self._whole

    def _take(self, new: Tensor) -> None:
        if isinstance(new, Lines):
            self._rows, self._whole = new._rows, new._whole
        else:
            self._rows, self._whole = None, new.held

    def renewed(self, node: Any, renew: Callable[[Any], Any]) -> Batched:
        """A batch like this with ``renew`` of the lower value; it has no node."""
        return Batched(renew(self.held), self.level)

    def process(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """Apply ``op`` to the parts where that is enough, else to the whole batch."""
        y: Batched | None = None
        if self._rows is not None and len(arguments) == 2:
            a, b = arguments
            other = b if a is self else a
            if op is arithmetic.scale:
                y = self._scaled(self._rows, other)
            elif op is arithmetic.add:
                y = self._added(self._rows, other)
            elif op is linalg.matrix_vector and b is self:
                y = self._multiplied(self._rows, a)
        return super().process(op, arguments, settings) if y is None else y

    def _scaled(self, rows: ScaledRows, factor: Any) -> "Lines | None":
        factor, matrix = bare(factor), rows.matrix
        if rows.diagonal is not None:
            return None  # a zero that is a sum of both parts stays zero, by whatever it is scaled
        if not matches(factor, matrix) or factor.shape != matrix.shape[1:]:
            return None
        weights = factor if rows.weights is None else ANY.scale(rows.weights, factor)
        return Lines(rows._replace(weights=weights), self.level)

    def _multiplied(self, rows: ScaledRows, matrix: Any) -> Batched | None:
        if rows.weights is None or rows.scales is not None or rows.diagonal is not None:
            return None
        if not _same(bare(matrix), rows.matrix):
            return None
        y = ANY.weighted_gram(ANY.matrix_transpose(rows.matrix), rows.weights)
        return Batched(y, self.level)

    def _added(self, rows: ScaledRows, other: Any) -> "Lines | None":
        same = isinstance(other, Batched) and other.level == self.level
        entries = bare(other.unit_entries()) if same else None
        if entries is None or not matches(entries, rows.matrix):
            return None
        if entries.shape != rows.matrix.shape[1:] or entries.shape != rows.matrix.shape[:1]:
            return None
        both = entries if rows.diagonal is None else ANY.add(rows.diagonal, entries)
        return Lines(rows._replace(diagonal=both), self.level)


def matches(value: Any, matrix: Any) -> bool:
    """Whether ``value`` is a raw array of the kind and dtype of ``matrix``."""
    return type(value) is type(matrix) and value.dtype == matrix.dtype


def _same(a: Any, b: Any) -> bool:
    """Whether two arrays show the same elements in the same order, as two transposes of one array
    do; arrays that do not say where they lie count as different."""
    if not matches(a, b) or a.shape != b.shape:
        return False
    lies = getattr(a, "__array_interface__", None)
    return lies is not None and lies == b.__array_interface__


def scaled_rows(matrix: Any, scales: Any) -> Any:
    """The rows of a matrix, each times its element of ``scales`` unless that is None."""
    return matrix if scales is None else ANY.scale(matrix, ANY.reshape(scales, shape=(-1, 1)))


def rows_of(matrix: Any, scales: Any, level: int) -> Batched:
    """The batch of those rows."""
    matrix, scales = bare(matrix), bare(scales)
    if type(matrix) in BACKENDS and (scales is None or matches(scales, matrix)):
        return Lines(ScaledRows(matrix, scales), level)
    return Batched(scaled_rows(matrix, scales), level)
