"""Products of vectors and matrices."""

from typing import Any

from .. import linalg as la
from .. import numpy as gnp
from ..api import functions as gg
from .both import alias, both, in_place
from .tensor import owned

# fmt: off
__all__ = [
    "addmm", "addmv", "addr", "baddbmm", "bmm", "cdist", "chain_matmul", "cholesky", "cross",
    "det", "dist", "dot", "einsum", "ger", "inner", "inverse", "kron", "logdet", "matmul",
    "matrix_exp", "matrix_power", "mm", "mv", "outer", "slogdet", "tensordot", "trace",
]
# fmt: on


@both
def matmul(input: Any, other: Any) -> Any:
    """Matrix product of stacks of matrices, or of vectors."""
    return gg.matmul(input, other)


def _axes(name: str, *given: tuple[Any, int]) -> None:
    """RuntimeError for Tensors of other numbers of axes than the product is for."""
    if any(x.ndim != axes for x, axes in given):
        shapes = " and ".join(str(list(x.shape)) for x, _ in given)
        wanted = " and ".join(str(axes) for _, axes in given)
        raise RuntimeError(f"{name}: shapes {shapes}, where {wanted} axes go; matmul takes others")


@both
def mm(input: Any, mat2: Any) -> Any:
    """Product of two matrices."""
    _axes("mm", (input, 2), (mat2, 2))
    return gg.matmul(input, mat2)


@both
def bmm(input: Any, mat2: Any) -> Any:
    """Products of matrices, one each: (B, n, m) and (B, m, p)."""
    _axes("bmm", (input, 3), (mat2, 3))
    return gg.matmul(input, mat2)


@both
def mv(input: Any, vec: Any) -> Any:
    """Product of a matrix and a vector."""
    _axes("mv", (input, 2), (vec, 1))
    return gg.matmul(input, vec)


@both
def dot(input: Any, tensor: Any) -> Any:
    """Sum of the products of two vectors."""
    _axes("dot", (input, 1), (tensor, 1))
    return gg.matmul(input, tensor)


@both
def inner(input: Any, other: Any) -> Any:
    """Sums of products along the last axes."""
    return owned(gnp.inner(input, other))


@both
def outer(input: Any, vec2: Any) -> Any:
    """Products of all pairs of two vectors."""
    return gg.outer(input, vec2)


ger = alias("ger", outer)


@in_place
def addmm(input: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """``beta * input + alpha * (mat1 @ mat2)``."""
    return _scaled(input, beta) + _scaled(mm(mat1, mat2), alpha)


@in_place
def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """``beta * input + alpha * (batch1 @ batch2)``."""
    return _scaled(input, beta) + _scaled(bmm(batch1, batch2), alpha)


@in_place
def addmv(input: Any, mat: Any, vec: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """``beta * input + alpha * (mat @ vec)``."""
    return _scaled(input, beta) + _scaled(mv(mat, vec), alpha)


@in_place
def addr(input: Any, vec1: Any, vec2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """``beta * input + alpha * outer(vec1, vec2)``."""
    return _scaled(input, beta) + _scaled(outer(vec1, vec2), alpha)


def _scaled(x: Any, factor: Any) -> Any:
    return x if type(factor) is int and factor == 1 else factor * x


def einsum(equation: str, *operands: Any) -> Any:
    """Sums of products by Einstein's notation; operands also in one list."""
    given = (
        operands[0] if len(operands) == 1 and isinstance(operands[0], list | tuple) else operands
    )
    return owned(gg.einsum(equation, *given))


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Sums of products over ``dims``: so many last and first axes, or two lists of axes."""
    return owned(gg.tensordot(a, b, axes=dims))


@both
def kron(input: Any, other: Any) -> Any:
    """Kronecker product."""
    return gnp.kron(input, other)


@both
def cross(input: Any, other: Any, dim: int = -1) -> Any:
    """Cross product of vectors of three elements along ``dim``."""
    return gnp.cross(input, other, axis=dim)


@both
def trace(input: Any) -> Any:
    """Sum of the diagonal of a matrix."""
    return la.trace(input)


@both
def det(input: Any) -> Any:
    """Determinants of matrices."""
    return la.det(input)


@both
def logdet(input: Any) -> Any:
    """Logarithms of determinants; NaN where these are negative."""
    sign, value = la.slogdet(input)
    return gg.where(sign > 0, value, gg.where(sign < 0, float("nan"), -float("inf")))


@both
def slogdet(input: Any) -> Any:
    """Signs of determinants and logarithms of their magnitudes."""
    return la.slogdet(input)


@both
def inverse(input: Any) -> Any:
    """Inverse matrices."""
    return la.inv(input)


@both
def cholesky(input: Any, upper: bool = False) -> Any:
    """Lower triangular matrices L with ``input = L @ L.mT``, or upper ones."""
    return la.cholesky(input, upper=upper)


@both
def matrix_power(input: Any, n: int) -> Any:
    """Matrices multiplied with themselves."""
    return la.matrix_power(input, n)


@both
def matrix_exp(input: Any) -> Any:
    """Exponentials of matrices."""
    return la.expm(input)


def cdist(x1: Any, x2: Any, p: float = 2.0, compute_mode: Any = None) -> Any:
    """Distances of all pairs of rows: (..., n, m) and (..., k, m) give (..., n, k)."""
    apart = gg.expand_dims(x1, axis=-2) - gg.expand_dims(x2, axis=-3)
    return owned(la.vector_norm(apart, axis=-1, ord=p))


@both
def dist(input: Any, other: Any, p: float = 2) -> Any:
    """Norm of the difference."""
    return la.vector_norm(input - other, ord=p)


def chain_matmul(*matrices: Any) -> Any:
    """Product of several matrices in the cheapest order."""
    return owned(la.multi_dot(list(matrices))) if len(matrices) > 1 else matrices[0]
