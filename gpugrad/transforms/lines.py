"""What becomes of unit directions in a product with a matrix: its rows, scaled, and a diagonal.

Elementwise steps scale the rows by vectors, and unit directions that arrive beside them only touch
the diagonal: the whole batch is made once, at the end.  A second product with the same matrix,
which ends a Hessian, is symmetric.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from ..apply import ANY
from ..backend.gram import weighted_gram
from ..backend.select import BACKENDS
from ..ops import arithmetic, linalg
from ..ops.declare import Op
from .batched import Batched
from .boxes import HOST, lowest


class Parts(NamedTuple):
    """The batch ``scales[:, None] * matrix * weights`` with ``diagonal`` added; None: nothing.

    All are raw arrays of one dtype: matrix (members, n), scales (members,), weights (n,).
    """

    matrix: Any
    scales: Any = None
    weights: Any = None
    diagonal: Any = None

    def whole(self) -> Any:
        """The batch as one array."""
        y, scales, diagonal = self.matrix, self.scales, self.diagonal
        if self.weights is not None:
            y = ANY.scale(y, self.weights)
        if scales is not None:
            y = ANY.scale(y, ANY.reshape(scales, shape=(-1, 1)))
        if diagonal is None:
            return y
        if y is self.matrix:
            y = ANY.positive(y)
        places = ANY.arange_like(diagonal, len(diagonal))
        y[places, places] += diagonal  # ours alone: it was made here
        return y


class Lines(Batched):
    """A batch of vectors that is held in parts until somebody asks for the whole of it."""

    __slots__ = ("_parts", "_whole")

    def __init__(self, parts: Parts, level: int) -> None:
        self._parts: Parts | None = parts  # None: no more than any batch
        self._whole = None
        self.node = None
        self.level = level

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of one member's axes."""
        return super().shape if self._parts is None else self._parts.matrix.shape[1:]

    @property
    def dtype(self) -> Any:
        """Element type."""
        return super().dtype if self._parts is None else self._parts.matrix.dtype

    @property
    def data(self) -> Any:  # type: ignore[override]
        """The whole batch, made when somebody asks for it."""
        if self._whole is None and self._parts is not None:
            with HOST.quiet():  # who asks may be no longer in the walk
                self._whole = self._parts.whole()
        return self._whole

    def _take(self, new: Any) -> None:
        lines = isinstance(new, Lines)
        self._parts, self._whole = (new._parts, new._whole) if lines else (None, new.data)

    def renewed(self, node: Any, renew: Callable[[Any], Any]) -> Batched:
        """A batch like this with ``renew`` of the lower value; it has no node."""
        return Batched(renew(self.data), self.level)

    def process(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """Apply ``op`` to the parts where that is enough, else to the whole batch."""
        y = None
        if self._parts is not None and len(arguments) == 2:
            a, b = arguments
            other = b if a is self else a
            if op is arithmetic.scale:
                y = self._scaled(self._parts, other)
            elif op is arithmetic.add:
                y = self._added(self._parts, other)
            elif op is linalg.matrix_vector and b is self:
                y = self._multiplied(self._parts, a)
        return super().process(op, arguments, settings) if y is None else y

    def _scaled(self, parts: Parts, factor: Any) -> Any:
        factor, matrix = lowest(factor), parts.matrix
        if not fits(factor, matrix) or factor.shape != matrix.shape[1:]:
            return None
        weights, diagonal = factor, parts.diagonal
        if parts.weights is not None:
            weights = ANY.scale(parts.weights, factor)
        if diagonal is not None:
            if not ANY.all(ANY.isfinite(factor)).item():
                return None  # a zero that is a sum of both parts stays zero
            diagonal = ANY.scale(diagonal, factor)
        return Lines(parts._replace(weights=weights, diagonal=diagonal), self.level)

    def _multiplied(self, parts: Parts, matrix: Any) -> Any:
        if parts.weights is None or parts.scales is not None or parts.diagonal is not None:
            return None
        y = weighted_gram(lowest(matrix), parts.matrix, parts.weights)
        return None if y is None else Batched(y, self.level)

    def _added(self, parts: Parts, other: Any) -> Any:
        same = isinstance(other, Batched) and other.level == self.level
        entries = lowest(other.unit_entries()) if same else None
        if entries is None or not fits(entries, parts.matrix):
            return None
        if entries.shape != parts.matrix.shape[1:] or entries.shape != parts.matrix.shape[:1]:
            return None
        both = entries if parts.diagonal is None else parts.diagonal + entries
        return Lines(parts._replace(diagonal=both), self.level)


def fits(value: Any, matrix: Any) -> bool:
    """Whether ``value`` is a raw array of the kind and dtype of ``matrix``."""
    return type(value) is type(matrix) and value.dtype == matrix.dtype


def rows_of(matrix: Any, scales: Any, level: int) -> Batched:
    """The batch of the rows of a matrix, each times its element of ``scales`` unless that is
    None."""
    matrix, scales = lowest(matrix), lowest(scales)
    if type(matrix) in BACKENDS and (scales is None or fits(scales, matrix)):
        return Lines(Parts(matrix, scales), level)
    if scales is not None:
        matrix = matrix * ANY.reshape(scales, shape=(-1, 1))
    return Batched(matrix, level)
