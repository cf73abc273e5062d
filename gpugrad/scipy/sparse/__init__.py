"""scipy.sparse with gradients in the elements: gpugrad.sparse's matrix under SciPy's names.

    import gpugrad as gg
    from gpugrad.scipy import sparse

    A = sparse.csr_matrix(([1.0, 2.0], ([0, 1], [1, 0])), shape=(2, 2))
    print(gg.grad(lambda x: gg.sum((A * x) ** 2))(gg.tensor([1.0, 1.0])).tolist())  # [8.0, 2.0]

Every format is rows compressed: coo_array and others give a csr_array.  ``*`` multiplies elements
of csr_array and is the product of csr_matrix, as in SciPy, whose sums keep both axes.  SciPy itself
is not needed, except for ``linalg.spsolve`` on the host to stay sparse.
"""

from . import linalg as linalg
from .construction import block_diag, diags, diags_array, eye, eye_array, hstack, identity, vstack
from .matrices import coo_array, coo_matrix, csr_array, csr_matrix, issparse

__all__ = [
    "block_diag",
    "coo_array",
    "coo_matrix",
    "csr_array",
    "csr_matrix",
    "diags",
    "diags_array",
    "eye",
    "eye_array",
    "hstack",
    "identity",
    "issparse",
    "linalg",
    "vstack",
]
