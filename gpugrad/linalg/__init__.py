"""Linear algebra: the names of numpy.linalg, ``expm`` and ``solve_triangular``.

    import gpugrad as gg

    a, b = gg.tensor([[2.0, 0.0], [0.0, 4.0]]), gg.tensor([2.0, 2.0])
    print(gg.linalg.solve(a, b).tolist(), gg.grad(gg.linalg.det)(a).tolist())
    # [1.0, 0.5] [[4.0, 0.0], [0.0, 2.0]]

Functions work on stacks of matrices, which are the last two axes, real or complex, on every
device.  Integers first become the default float.

Where a matrix has no inverse, factor or eigenvalues, LinAlgError is raised.  Inside
``with gg.errstate(linalg="nan"):`` the result is NaN instead, for that matrix alone.

A Hermitian argument (of ``cholesky``, ``eigh`` and ``eigvalsh``, and of others with
``hermitian=True``) is read from one triangle.  Its gradient is that of (x + x^H) / 2, which is
Hermitian too.

Where eigenvalues or singular values are equal up to rounding, a derivative is right or raises
LinAlgError.  Reverse mode has the derivative of a result that does not depend on the choice of
vectors.  It does not have that of ``v @ diag(f(w)) @ v.T``; use ``expm``, ``pinv``,
``gg.scipy.linalg.sqrtm`` or another function that needs no vectors.
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
