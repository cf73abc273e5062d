"""Decompositions of matrices and equations with them."""

from typing import Any

from .. import linalg as la
from .. import numpy as gnp
from .both import both
from .owning import owning
from .reductions import Found
from .tensor import owned

# fmt: off
__all__ = [
    "broadcast_shapes", "cholesky_inverse", "cholesky_solve", "diagflat", "dsplit", "hsplit",
    "mode", "nanmedian", "pinverse", "qr", "svd", "trapezoid", "trapz", "unravel_index",
    "vander", "vdot", "vsplit",
]
# fmt: on

_svd = owning(la.svd)


@both
def svd(input: Any, some: bool = True, compute_uv: bool = True) -> Any:
    """Matrices U, S and V with ``input = U @ diag(S) @ V.mH``; V, not its transpose."""
    u, s, vh = _svd(input, full_matrices=not some)
    return u, s, vh.mT


@both
def qr(input: Any, some: bool = True) -> Any:
    """Orthogonal Q and upper triangular R with ``input = Q @ R``."""
    return owning(la.qr)(input, mode="reduced" if some else "complete")


@both
def pinverse(input: Any, rcond: float = 1e-15) -> Any:
    """Pseudoinverse of matrices."""
    return owned(la.pinv(input, rtol=rcond))


@both
def cholesky_solve(input: Any, L: Any, upper: bool = False) -> Any:
    """Solution x of ``A @ x = input`` from the Cholesky factor of A."""
    lower = L.mT if upper else L
    return owned(la.solve(lower @ lower.mT, input))


@both
def cholesky_inverse(L: Any, upper: bool = False) -> Any:
    """Inverse of A from its Cholesky factor."""
    lower = L.mT if upper else L
    return owned(la.inv(lower @ lower.mT))


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Matrix of the powers of a vector."""
    return owned(gnp.vander(x, N, increasing)).astype(x.dtype)


def trapezoid(y: Any, x: Any = None, *, dx: float = 1.0, dim: int = -1) -> Any:
    """Integral along ``dim`` by trapezoids."""
    return owned(gnp.trapezoid(y, x, dx, dim))


trapz = trapezoid


@both
def vdot(input: Any, other: Any) -> Any:
    """Sum of the products of two vectors, the first one conjugated."""
    return owned(gnp.vdot(input, other))


@both
def diagflat(input: Any, offset: int = 0) -> Any:
    """Matrix with all elements on a diagonal."""
    return owned(gnp.diagflat(input, offset))


@both
def hsplit(input: Any, indices_or_sections: Any) -> tuple:
    """Parts side by side."""
    return tuple(map(owned, gnp.hsplit(input, indices_or_sections)))


@both
def vsplit(input: Any, indices_or_sections: Any) -> tuple:
    """Parts one below the other."""
    return tuple(map(owned, gnp.vsplit(input, indices_or_sections)))


@both
def dsplit(input: Any, indices_or_sections: Any) -> tuple:
    """Parts one behind the other."""
    return tuple(map(owned, gnp.dsplit(input, indices_or_sections)))


def broadcast_shapes(*shapes: Any) -> Any:
    """The shape that Tensors of several shapes have together."""
    return gnp.broadcast_shapes(*[tuple(s) if not isinstance(s, int) else (s,) for s in shapes])


def unravel_index(indices: Any, shape: Any) -> tuple:
    """Indices of each axis from those of the flat Tensor."""
    return tuple(map(owned, gnp.unravel_index(indices, tuple(shape))))


@both
def nanmedian(input: Any) -> Any:
    """Median of the elements that are not NaN, the lower one of two."""
    flat = input.reshape(-1)
    return flat[~flat.isnan()].median()


@both
def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent element along ``dim``, the smallest of several, and its last index."""
    rows = input.movedim(dim, -1)
    counts = (rows.unsqueeze(-1) == rows.unsqueeze(-2)).sum(-1)
    frequent = rows.masked_fill(counts < counts.amax(-1, keepdim=True), rows.max().item())
    values = frequent.amin(-1, keepdim=True)
    n = rows.shape[-1]
    places = n - 1 - (rows == values).flip(-1).long().argmax(-1, keepdim=True)
    found = (values, places) if keepdim else (values.squeeze(-1), places.squeeze(-1))
    return Found(*found)
