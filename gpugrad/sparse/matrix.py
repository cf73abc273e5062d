"""csr_array: a sparse matrix whose elements have gradients."""

from typing import Any

from ..api import functions as gg
from ..api.creation import asarray, zeros
from ..backend.maths import sparse as sites
from ..engine.functions import function_of
from ..ops import sparse as ops
from ..tensor.cell import Tensor
from .pattern import Pattern
from .reading import read

_product = function_of(ops.sparse_product)


class csr_array:
    """Sparse matrix of compressed rows, with scipy.sparse.csr_array's arguments and meaning.

        A = csr_array((values, (rows, columns)), shape=(m, n))    # repeated places add up
        A = csr_array((values, indices, indptr), shape=(m, n))
        A = csr_array(matrix)    # of scipy.sparse or cupyx.scipy.sparse, or a dense one

    ``data`` holds the elements that are kept, a Tensor; gradients pass to it, and from it to the
    values given.  ``A @ x`` is the product with a vector, a matrix of columns or another
    csr_array, ``x @ A`` that from the left.  ``A * x`` multiplies elements, by a number or by an
    array that broadcasts.  Sums of matrices, ``.T`` and ``sum`` are there; other functions take
    ``A.toarray()``.  Elements cannot be read or written by an index.
    """

    __slots__ = ("data", "pattern", "places")
    __array_ufunc__ = None  # NumPy's arrays leave operators to this class
    ndim = 2

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        values, rows, columns, size = read(arg1, shape)
        made = self._merged(values, *sites.read(rows, columns, size), size)
        self.pattern, self.places = made.pattern, made.places
        self.data = gg.astype(made.data, dtype, copy=copy) if dtype is not None else made.data

    @classmethod
    def _of(cls, data: Any, pattern: Pattern, places: tuple | None = None) -> Any:
        """The matrix of elements ``data`` in ``pattern``; places: its Tensors, if they are made."""
        made = object.__new__(cls)
        made.data, made.pattern = data, pattern
        made.places = places or pattern.on(data.device)
        return made

    def _with(self, data: Any) -> Any:
        """The matrix of other elements at the same places."""
        return self._of(data, self.pattern, self.places)

    @classmethod
    def _merged(cls, values: Any, rows: Any, columns: Any, shape: tuple[int, int]) -> Any:
        """The matrix of values at places in any order, which may repeat."""
        rows, columns, order, owner = sites.merged(rows, columns)
        values = gg.take(values, asarray(order, device=values.device), axis=0)
        if owner is not None:
            owners = asarray(owner, device=values.device)
            none = zeros((len(rows),), dtype=values.dtype, device=values.device)
            values = gg.scatter_add(none, owners, values)
        return cls._of(values, Pattern(rows, columns, shape))

    # --- what it is

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        return self.pattern.shape

    @property
    def nnz(self) -> int:
        """How many elements are kept, zeros among them."""
        return len(self.pattern.rows)

    @property
    def dtype(self) -> Any:
        """The dtype of its elements."""
        return self.data.dtype

    @property
    def device(self) -> str:
        """Where its elements are."""
        return self.data.device

    @property
    def indices(self) -> Tensor:
        """The column of each element."""
        return self.places[1]

    @property
    def indptr(self) -> Tensor:
        """Where each row begins among the elements, and where the last one ends."""
        return asarray(self.pattern.indptr, device=self.device)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} of shape {self.shape}, {self.nnz} elements of {self.dtype}, "
            f"device={self.device!r}>"
        )

    # --- other forms

    def tocoo(self) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """(elements, (rows, columns)), of which csr_array makes the matrix again."""
        return self.data, self.places

    def tocsr(self) -> Any:
        """The matrix itself."""
        return self

    def toarray(self) -> Tensor:
        """The dense matrix, a Tensor."""
        rows, columns = self.places
        m, n = self.shape
        flat = zeros((m * n,), dtype=self.dtype, device=self.device)
        return gg.reshape(gg.scatter_add(flat, rows * n + columns, self.data), shape=(m, n))

    todense = toarray

    def astype(self, dtype: Any) -> Any:
        """The matrix with elements of ``dtype``."""
        return self._with(gg.astype(self.data, dtype))

    def to(self, device: str) -> Any:
        """The matrix on ``device``."""
        return self._of(self.data.to(device), self.pattern)

    def transpose(self) -> Any:
        """The transposed matrix; its places are sorted once for all matrices that share them."""
        pattern, order = self.pattern.transposed()
        order = asarray(order, device=self.device)
        return self._of(gg.take(self.data, order, axis=0), pattern)

    T = property(transpose)

    # --- products

    def __matmul__(self, other: Any) -> Any:
        if isinstance(other, csr_array):
            return self._times_sparse(other)
        rows, columns = self.places
        return self._times(other, rows, columns, self.shape[0], self.shape[1])

    def __rmatmul__(self, other: Any) -> Any:
        rows, columns = self.places
        x = asarray(other)
        y = self._times(x.T if x.ndim == 2 else x, columns, rows, self.shape[1], self.shape[0])
        return y.T

    dot = __matmul__

    def _times(self, x: Any, rows: Any, columns: Any, count: int, length: int) -> Any:
        x = asarray(x)
        if x.ndim not in (1, 2) or x.shape[0] != length:
            raise ValueError(
                f"@: an array of shape {x.shape} beside a sparse matrix of {self.shape}; give a "
                f"vector or a matrix that fits its {length}"
            )
        matrix = x if x.ndim == 2 else gg.expand_dims(x, axis=1)
        y = _product(self.data, matrix, rows, columns, count=count)
        return y if x.ndim == 2 else gg.squeeze(y, axis=1)

    def _times_sparse(self, other: "csr_array") -> Any:
        if self.shape[1] != other.shape[0]:
            raise ValueError(f"@: sparse matrices of shapes {self.shape} and {other.shape}")
        left, right = sites.factors(self.pattern.columns, other.pattern.indptr)
        values = gg.take(self.data, asarray(left, device=self.device), axis=0) * gg.take(
            other.data, asarray(right, device=self.device), axis=0
        )
        rows, columns = self.pattern.rows[left], other.pattern.columns[right]
        return self._merged(values, rows, columns, (self.shape[0], other.shape[1]))

    def process(self, op: Any, arguments: tuple, settings: dict) -> Any:
        """What gpugrad's operation ``op`` makes of this matrix and another argument."""
        left, right = arguments if len(arguments) == 2 else (None, None)
        other = right if left is self else left
        if op.name == "multiply":
            return self.multiply(other)
        if op.name not in ("matmul", "matrix_product", "matrix_vector"):
            raise TypeError(f"{op.name}: a sparse matrix; use its own methods, or toarray()")
        return self @ other if left is self else self.__rmatmul__(other)

    # --- element by element

    def multiply(self, other: Any) -> Any:
        """Elements times those of a number or an array, dense, that broadcasts against it."""
        if isinstance(other, csr_array):
            if other.pattern is not self.pattern:
                raise NotImplementedError(
                    "multiply: two sparse matrices with places of their own; give other.toarray()"
                )
            return self._with(self.data * other.data)
        return self._with(self.data * self._met(other))

    __mul__ = __rmul__ = multiply

    def __truediv__(self, other: Any) -> Any:
        return self._with(self.data / self._met(other))

    def _met(self, other: Any) -> Any:
        """For each element that of a dense array which it meets."""
        if not getattr(other, "shape", None) and not isinstance(other, list | tuple):
            return other
        x = asarray(other)
        pairs = zip(reversed(x.shape), reversed(self.shape), strict=False)
        if x.ndim > 2 or any(n not in (1, m) for n, m in pairs):
            raise ValueError(f"an array of shape {x.shape} beside a sparse matrix of {self.shape}")
        x = gg.reshape(x, shape=(1,) * (2 - x.ndim) + x.shape)
        rows, columns = self.places
        return x[rows if x.shape[0] > 1 else 0, columns if x.shape[1] > 1 else 0]

    def __neg__(self) -> Any:
        return self._with(-self.data)

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, csr_array) or other.shape != self.shape:
            what = getattr(other, "shape", type(other).__name__)
            raise ValueError(
                f"+: {what} beside a sparse matrix of {self.shape}; add another one of its shape, "
                "or use toarray()"
            )
        if other.pattern is self.pattern:
            return self._with(self.data + other.data)
        rows, columns = sites.joined(self.pattern, other.pattern)
        return self._merged(gg.concat([self.data, other.data]), rows, columns, self.shape)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def power(self, n: Any) -> Any:
        """Elements to the power ``n``."""
        return self._with(self.data**n)

    # --- sums

    def sum(self, axis: int | None = None) -> Tensor:
        """Sum of all elements, or a vector of those along ``axis``."""
        if axis is None:
            return gg.sum(self.data)
        if axis not in (0, 1, -1, -2):
            raise ValueError(f"sum: axis={axis} of a matrix; use 0, 1 or None")
        kept = 1 - axis % 2
        none = zeros((self.shape[kept],), dtype=self.dtype, device=self.device)
        return gg.scatter_add(none, self.places[kept], self.data)

    def diagonal(self) -> Tensor:
        """Elements of equal row and column, 0 where none is kept."""
        rows, columns = self.places
        on = gg.where(rows == columns, self.data, 0)
        none = zeros((self.shape[0],), dtype=self.dtype, device=self.device)
        return gg.scatter_add(none, rows, on)[: min(self.shape)]
