"""Where the elements of a sparse matrix stand."""

from typing import Any

from ..api.creation import asarray
from ..backend.maths import sparse as places
from ..tensor.cell import Tensor


class Pattern:
    """The places of a matrix by row and then column, each of them once; matrices share it.

    ``rows``, ``columns`` and ``indptr`` are arrays on the host.
    """

    __slots__ = ("_transposed", "columns", "indptr", "rows", "shape")

    def __init__(self, rows: Any, columns: Any, shape: tuple[int, int]) -> None:
        self.rows, self.columns, self.shape = rows, columns, shape
        self.indptr = places.starts(rows, shape[0])
        self._transposed: tuple[Pattern, Any] | None = None

    def on(self, device: Any) -> tuple[Tensor, Tensor]:
        """Rows and columns as Tensors."""
        return asarray(self.rows, device=str(device)), asarray(self.columns, device=str(device))

    def transposed(self) -> "tuple[Pattern, Any]":
        """The pattern with rows and columns exchanged, and the order of elements in it."""
        if self._transposed is None:
            rows, columns, order, _ = places.merged(self.columns, self.rows)
            self._transposed = Pattern(rows, columns, self.shape[::-1]), order
        return self._transposed
