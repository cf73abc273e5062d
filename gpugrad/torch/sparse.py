"""torch.sparse: gpugrad.sparse's matrix with torch's methods.

    import gpugrad.torch as torch

    edges = torch.tensor([[0, 1, 2], [1, 0, 2]])
    adjacency = torch.sparse_coo_tensor(edges, torch.ones(3), (3, 3))
    print(torch.sparse.mm(adjacency, torch.eye(3)).sum().item(), adjacency.size())
    # 3.0 torch.Size([3, 3])

There is one kind, a matrix with its rows compressed and its places each once; gradients pass to its
values.
"""

from typing import Any

from .. import sparse as _sparse
from ..backend.maths.sparse import rows_of
from ..engine.cells import host_values
from .both import method
from .converting import to as _to
from .creation import as_tensor
from .tensor import Size

__all__ = [
    "FloatTensor",
    "SparseTensor",
    "addmm",
    "mm",
    "softmax",
    "sparse_coo_tensor",
    "sparse_csr_tensor",
    "spmm",
    "sum",
]


class SparseTensor(_sparse.csr_array):
    """A sparse matrix, as torch.sparse_coo_tensor gives it."""

    __slots__ = ()
    is_sparse = True

    @property
    def shape(self) -> Size:
        """Numbers of rows and columns."""
        return Size(self.pattern.shape)

    @property
    def requires_grad(self) -> bool:
        """Whether its values get a gradient."""
        return self.data.requires_grad

    def size(self, dim: int | None = None) -> Any:
        """Numbers of rows and columns, or one of them."""
        return self.shape if dim is None else self.shape[dim]

    def indices(self) -> Any:  # type: ignore[override]
        """Rows and columns of the values: (2, n)."""
        return as_tensor([self.pattern.rows, self.pattern.columns], device=self.device)

    def values(self) -> Any:
        """The elements that are kept."""
        return self.data

    def coalesce(self) -> "SparseTensor":
        """The matrix itself, whose places are each once."""
        return self

    def is_coalesced(self) -> bool:
        """True."""
        return True

    def to(self, *device_or_dtype: Any, **settings: Any) -> "SparseTensor":
        """The matrix on a device, or with values of a dtype."""
        return self._of(_to(self.data, *device_or_dtype, **settings), self.pattern)

    def to_dense(self) -> Any:
        """The whole matrix, a Tensor."""
        return self.toarray()

    def t(self) -> "SparseTensor":
        """The transposed matrix."""
        return self.transpose()

    def matmul(self, other: Any) -> Any:
        """Product with a vector or a matrix."""
        return self @ other

    mm = mv = matmul


def _made(values: Any, rows: Any, columns: Any, size: Any, settings: dict) -> SparseTensor:
    requires_grad = settings.pop("requires_grad", False)
    for unused in ("is_coalesced", "check_invariants", "layout", "pin_memory"):
        settings.pop(unused, None)
    values = as_tensor(values, **settings)
    if requires_grad:
        values = values.detach().requires_grad_()
    return SparseTensor((values, (rows, columns)), shape=size)


def sparse_coo_tensor(indices: Any, values: Any, size: Any = None, **settings: Any) -> SparseTensor:
    """The matrix of ``values`` at rows and columns, ``indices``: (2, n); repeated places add up.

    settings: dtype, device and requires_grad of the values.
    """
    rows, columns = host_values(as_tensor(indices))
    return _made(values, rows, columns, size, settings)


def sparse_csr_tensor(
    crow_indices: Any, col_indices: Any, values: Any, size: Any = None, **settings: Any
) -> SparseTensor:
    """The matrix of ``values`` in ``col_indices``, whose rows begin at ``crow_indices``."""
    starts, columns = (host_values(as_tensor(x)) for x in (crow_indices, col_indices))
    return _made(values, rows_of(starts), columns, size, settings)


FloatTensor = sparse_coo_tensor


def mm(mat1: Any, mat2: Any) -> Any:
    """Product of matrices, either of them sparse."""
    return mat1 @ mat2


spmm = mm


def addmm(mat: Any, mat1: Any, mat2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """beta mat + alpha mat1 @ mat2, of a sparse mat1."""
    return beta * mat + alpha * (mat1 @ mat2)


def sum(input: SparseTensor, dim: int | None = None) -> Any:
    """Sum of all elements, or those along ``dim``, as a dense Tensor."""
    return _sparse.csr_array.sum(input, dim)


def softmax(input: SparseTensor, dim: int) -> SparseTensor:
    """Softmax of the elements that are kept, along the rows or the columns, as over the edges that
    leave a node or end there."""
    rows, columns = input.places
    ids, count = (rows, input.shape[0]) if dim % 2 else (columns, input.shape[1])
    return input._with(_sparse.segment_softmax(input.data, ids, count))


@method
def to_sparse(self: Any) -> SparseTensor:
    """The matrix of this one's elements that are not zero."""
    return SparseTensor(self)


@method
def to_dense(self: Any) -> Any:
    """This Tensor itself, which is dense."""
    return self
