"""Linear algebra: the array API standard's names, NumPy's others, and SciPy's ``expm`` and
``solve_triangular``; with derivatives, on stacks of matrices, real and complex, on every device.

Matrices are the last two axes.  Where a matrix has no inverse, factor or eigenvalues, LinAlgError
is raised, or the result is NaN: ``gpugrad.errstate`` decides.  Hermitian arguments (those of
``cholesky``, ``eigh`` and ``eigvalsh``, and others with ``hermitian=True``) are read from one
triangle and have the gradient of (x + x^H) / 2, which is Hermitian too.
"""

from ..backend.maths.linalg_errors import LinAlgError
from .decompositions import (
    EighResult,
    EigResult,
    QRResult,
    SVDResult,
    cholesky,
    eig,
    eigh,
    eigvals,
    eigvalsh,
    qr,
    svd,
    svdvals,
)
from .equations import inv, lstsq, pinv, solve, solve_triangular, tensorinv, tensorsolve
from .norms import cond, matrix_norm, matrix_rank, norm, vector_norm
from .numbers import SlogdetResult, det, expm, matrix_power, slogdet
from .products import (
    cross,
    diagonal,
    matmul,
    matrix_transpose,
    multi_dot,
    outer,
    tensordot,
    trace,
    vecdot,
)

__all__ = [
    "EigResult",
    "EighResult",
    "LinAlgError",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "expm",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]
