"""The parts of weight normalisation and spectral normalisation."""

from typing import Any

from ...api import functions as F
from ...engine.levels import no_grad
from ...linalg import vector_norm
from ...tensor.cell import Tensor
from ..functional import normalize


def norm_except(x: Any, dim: int) -> Tensor:
    """Norms over all axes but ``dim``, which have length one; -1: the norm of all, no axes."""
    if dim == -1:
        return vector_norm(F.reshape(x, (-1,)))
    axes = tuple(i for i in range(x.ndim) if i != dim % x.ndim)
    shape = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    flat = F.reshape(F.moveaxis(x, dim, 0), (x.shape[dim], -1))
    return F.reshape(vector_norm(flat, axis=1), shape)


def scaled_to(v: Any, g: Any, dim: int) -> Tensor:
    """``v`` with the norms ``g``."""
    return v * (g / norm_except(v, dim))


def as_matrix(weight: Any, dim: int) -> Tensor:
    """The axis ``dim`` and all others, (n, rest)."""
    return F.reshape(F.moveaxis(weight, dim, 0), (weight.shape[dim], -1))


def unit(x: Any, eps: float) -> Tensor:
    """A vector of length 1; of a length below ``eps``, x / eps."""
    return normalize(x, dim=0, eps=eps)


def iterated(matrix: Any, u: Tensor, v: Tensor, count: int, eps: float, left_first: bool) -> None:
    """Move ``u`` and ``v`` towards the singular vectors of the largest singular value.

    left_first: ``u`` moves before ``v`` in each iteration.
    """
    with no_grad():
        matrix = matrix.detach()
        left, right = u.detach(), v.detach()
        for _ in range(count):
            if left_first:
                left = unit(matrix @ right, eps)
                right = unit(matrix.T @ left, eps)
            else:
                right = unit(matrix.T @ left, eps)
                left = unit(matrix @ right, eps)
        u[...] = left
        v[...] = right


def largest(matrix: Any, u: Tensor, v: Tensor) -> Tensor:
    """The singular value that belongs to ``u`` and ``v``, which get no gradient."""
    return F.sum(u.detach() * (matrix @ v.detach()))
