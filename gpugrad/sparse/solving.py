"""Sparse equations."""

from typing import Any

from ..api import functions as gg
from ..api.creation import asarray
from ..engine.functions import function_of
from ..ops import sparse as ops
from ..tensor.cell import Tensor
from .matrix import csr_array

_solve = function_of(ops.sparse_solve)


def spsolve(A: Any, b: Any) -> Tensor:
    """The x with ``A @ x = b``, as scipy.sparse.linalg.spsolve; b: (n,) or (n, k).

    Gradients pass to A's elements and to ``b``.  The host uses SuperLU, if SciPy is installed;
    elsewhere the whole matrix is made.  LinAlgError for a singular matrix, as gg.errstate says.
    """
    A = A if isinstance(A, csr_array) else csr_array(A)
    b = asarray(b)
    if A.shape[0] != A.shape[1] or b.ndim not in (1, 2) or b.shape[0] != A.shape[0]:
        raise ValueError(f"spsolve: a matrix of shape {A.shape} for right sides of {b.shape}")
    x = _solve(A.data, b if b.ndim == 2 else gg.expand_dims(b, axis=1), *A.tocoo()[1])
    return x if b.ndim == 2 else gg.squeeze(x, axis=1)
