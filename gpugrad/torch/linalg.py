"""torch.linalg: gpugrad's linear algebra with torch's words."""

from functools import partial as _partial
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any

from .. import linalg as _la
from ..linalg import norms as _norms
from ..numpy.absent import refuse as _refuse
from .absent import LINALG as _LINALG
from .both import numpys_words
from .factoring import vander as _vander
from .owning import owning, owning_all
from .reductions import _axis

globals().update(owning_all(_la))
__all__ = sorted({*_la.__all__, "matrix_exp", "matrix_norm", "norm", "vander", "vector_norm"})
matrix_exp = owning(_la.expm)


@numpys_words
def vector_norm(
    x: Any, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Norm of the elements over ``dim``, or of all."""
    y = x if dtype is None else x.astype(dtype)
    return _norms.vector_norm(y, axis=_axis(dim), keepdims=keepdim, ord=ord)


@numpys_words
def matrix_norm(A: Any, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False) -> Any:
    """Norm of matrices on the last two axes."""
    return _norms.matrix_norm(A, keepdims=keepdim, ord=ord)


@numpys_words
def norm(A: Any, ord: Any = None, dim: Any = None, keepdim: bool = False) -> Any:
    """Norm of vectors along one axis, or of matrices where ``ord`` and two axes ask for it."""
    two = isinstance(dim, tuple | list) and len(dim) == 2
    if ord is not None and (two or (dim is None and A.ndim == 2)):
        return matrix_norm(A, ord, keepdim=keepdim)
    return vector_norm(A, 2 if ord is None else ord, dim, keepdim)


def vander(x: Any, *, N: int | None = None) -> Any:
    """Matrix of the powers of a vector, from the 0th on."""
    return _vander(x, N, increasing=True)


if not _TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_refuse, "gpugrad.torch.linalg", _LINALG)
