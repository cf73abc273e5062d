"""Norms of vectors and matrices, and what is measured by singular values."""

from math import inf
from typing import Any

from ..api.creation import asarray
from ..backend.dtypes import INEXACT, default_float
from ..backend.maths.linalg_errors import LinAlgError, errstate
from ..backend.select import HOST
from ..engine.anything import ANY
from ..engine.calling import called
from ..ops.axes import axes_of
from ..ops.hermitian import check_matrices, check_square, unit_of
from ..tensor.arguments import astype
from ..tensor.arguments import vector_norm as of_elements
from ..tensor.cell import Tensor
from .decompositions import eigvalsh, svdvals
from .equations import inv

SINGULAR = (2, -2, "nuc")  # orders that are read off the singular values


def _floats(x: Any) -> Any:
    x = asarray(x)
    return x if x.dtype in INEXACT else astype(x, default_float())


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: float = 2) -> Tensor:
    """Norm of order ``ord`` along ``axis``, or of all elements; its gradient at 0 is 0.

    ord: any number.  inf and -inf give the largest and smallest absolute value, and 0 gives the
    number of nonzero elements.
    """
    return of_elements(_floats(x), axis=axis, keepdims=keepdims, ord=ord)


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Tensor:
    """Norms of matrices (..., m, n): one number for each.

    ord: "fro" (the root of the sum of squares), "nuc" (the sum of singular values), 2 and -2 (the
    largest and smallest singular value), 1 and -1 (the largest and smallest column sum of absolute
    values), inf and -inf (the same for rows).  Equal largest ones share the gradient.
    """
    x = _floats(x)
    check_matrices("matrix_norm", x)
    return _of_matrices(x, ord, (x.ndim - 2, x.ndim - 1), keepdims)


@called
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Norm of a vector or a matrix, as numpy.linalg.norm.

    axis: one axis for vectors, two for matrices.  None takes the whole vector or matrix; without
    ``ord`` it takes an array of any shape as a vector.  ord: see vector_norm and matrix_norm.
    """
    x = _floats(x)
    if axis is None and (ord is None or x.ndim == 1):
        return of_elements(x, keepdims=keepdims, ord=2 if ord is None else ord)
    axes = axes_of(axis, x.ndim, "norm")
    if len(axes) == 1:
        return of_elements(x, axis=axes, keepdims=keepdims, ord=2 if ord is None else ord)
    if len(axes) == 2:
        return _of_matrices(x, ord, axes, keepdims)
    raise ValueError(f"norm: {len(axes)} axes of an array of shape {x.shape}; name one or two")


def _of_matrices(x: Any, ord: Any, axes: tuple[int, int], keepdims: bool) -> Any:
    if ord in (None, "fro", "f"):
        return of_elements(x, axis=axes, keepdims=keepdims)
    if ord in SINGULAR:
        s = svdvals(ANY.moveaxis(x, source=axes, destination=(-2, -1)))
        y = ANY.sum(s, axis=-1) if ord == "nuc" else _extreme(s, -1, ord > 0, False)
        return ANY.expand_dims(y, axis=tuple(sorted(axes))) if keepdims else y
    if ord not in (1, -1, inf, -inf):
        raise ValueError(
            f"norm: ord={ord!r} for matrices; use 'fro', 'nuc', 1, -1, 2, -2, inf or -inf"
        )
    added, compared = axes if abs(ord) == 1 else axes[::-1]
    sums = ANY.sum(ANY.absolute(x), axis=added, keepdims=True)
    y = _extreme(sums, compared, ord > 0, True)
    return y if keepdims else ANY.squeeze(y, axis=axes)


def _extreme(x: Any, axis: int, largest: bool, keepdims: bool) -> Any:
    """The largest or smallest along ``axis``; the largest of nothing is 0."""
    if largest and not x.shape[axis]:
        return ANY.sum(x, axis=axis, keepdims=keepdims)
    return (ANY.max if largest else ANY.min)(x, axis=axis, keepdims=keepdims)


def cond(x: Any, p: Any = None) -> Tensor:
    """Condition number: the norm of a matrix times the norm of its inverse.

    x: (..., m, n).  p: the norm, as in ``matrix_norm``; None and 2 compare singular values.  A
    singular matrix gives inf.
    """
    x = _floats(x)
    check_matrices("cond", x)
    if not x.size:
        raise LinAlgError(f"cond: an array of shape {x.shape} has no element")
    with HOST.quiet(), errstate(linalg="nan"):
        if p in (None, 2, -2):
            s = svdvals(x)
            first, last = s[..., 0], s[..., -1]
            y = last / first if p == -2 else first / last
        else:
            check_square("cond", x)
            y = norm(x, p, axis=(-2, -1)) * norm(inv(x), p, axis=(-2, -1))
    lost = ANY.logical_and(ANY.isnan(y), ANY.all(ANY.logical_not(ANY.isnan(x)), axis=(-2, -1)))
    return ANY.where(lost, inf, y)


def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Tensor:
    """Number of singular values that are not small, as numpy.linalg.matrix_rank; an integer.

    tol: values up to it count as small.  rtol: the same as a share of the largest value, by default
    max(m, n) times the precision.  hermitian: ``A`` is Hermitian, and its lower triangle is read.
    """
    if tol is not None and rtol is not None:
        raise ValueError("matrix_rank: tol and rtol are one setting; give one of them")
    x = _floats(A).detach()
    if x.ndim < 2:
        return astype(ANY.any(x != 0), int)
    s = abs(eigvalsh(x)) if hermitian else svdvals(x)
    if tol is None:
        rtol = max(x.shape[-2:]) * unit_of(s) if rtol is None else _beside(rtol)
        small = _extreme(s, -1, True, True) * rtol
    else:
        small = _beside(tol)
    return ANY.count_nonzero(s > small, axis=-1)


def _beside(limit: Any) -> Any:
    """A number for each matrix, beside its singular values."""
    return ANY.expand_dims(asarray(limit), axis=-1) if hasattr(limit, "shape") else limit
