"""scipy.linalg with gradients: what NumPy's linear algebra lacks, and that with SciPy's arguments.

``overwrite_*``, ``check_finite`` and ``lapack_driver`` are not taken.  Lists and integers are read
as float64; matrices may be stacks, except where a function says so.
"""

from typing import Any

from .. import linalg
from ..api import functions as gg
from ..api.creation import eye
from ..backend.dtypes import COMPLEX
from ..backend.maths.linalg_errors import LinAlgError
from ..backend.select import backend_of
from ..engine.calling import called
from ..engine.cells import raw
from ..engine.functions import function_of
from ..numpy.linalg import (
    det,
    eig,
    eigvals,
    inv,
    lstsq,
    norm,
    pinv,
    svd,
    svdvals,
)
from ..numpy.reading import alike, array, in_float
from ..ops import matrix_equations as equations

__all__ = [
    "LinAlgError",
    "block_diag",
    "cho_factor",
    "cho_solve",
    "cholesky",
    "det",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "expm",
    "inv",
    "logm",
    "lstsq",
    "norm",
    "pinv",
    "qr",
    "solve",
    "solve_banded",
    "solve_sylvester",
    "solve_triangular",
    "sqrtm",
    "svd",
    "svdvals",
    "toeplitz",
]

# Nodes and weights of Gauss and Legendre on [0, 1], of degree 15: log(1 + x), of x up to CLOSE,
# is by them as exact as float64.
GAUSS = (
    (0.019855071751231884, 0.05061426814518813),
    (0.10166676129318664, 0.11119051722668724),
    (0.2372337950418355, 0.15685332293894363),
    (0.4082826787521751, 0.18134189168918100),
)
CLOSE = 0.25
MOST_ROOTS = 64


# --- factors ------------------------------------------------------------------------------------


def cholesky(a: Any, lower: bool = False) -> Any:
    """Cholesky factor: upper U with ``U^H @ U = a``, or lower L with ``L @ L^H = a``."""
    return linalg.cholesky(in_float(a), upper=not lower)


def cho_factor(a: Any, lower: bool = False) -> tuple[Any, bool]:
    """Cholesky factor for ``cho_solve``: the pair of ``cholesky(a, lower)`` and ``lower``."""
    return cholesky(a, lower), lower


@called
def cho_solve(c_and_lower: tuple[Any, bool], b: Any) -> Any:
    """Solution x of ``a @ x = b`` from ``cho_factor(a)``."""
    factor, lower = c_and_lower
    first, then = (0, "C") if lower else ("C", 0)
    return solve_triangular(factor, solve_triangular(factor, b, first, lower), then, lower)


def qr(a: Any, mode: str = "full") -> tuple:
    """(Q, R) with ``Q @ R = a``, as scipy.linalg.qr without pivoting.

    mode: "full" (Q is square), "economic" (Q has no more columns than a), or "r" (only (R,)).
    """
    numpys = {"full": "complete", "economic": "reduced", "r": "complete"}
    if mode not in numpys:
        raise ValueError(f"qr: mode={mode!r}; use one of {', '.join(numpys)}")
    q, r = linalg.qr(in_float(a), numpys[mode])
    return (r,) if mode == "r" else (q, r)


@called
def eigh(a: Any, b: Any = None, *, lower: bool = True, eigvals_only: bool = False) -> Any:
    """Eigenvalues w, ascending, and eigenvectors v of Hermitian matrices: ``a @ v = b @ v * w``.

    b: positive definite, v's columns have ``v^H @ b @ v = 1``; without it, the identity.
    lower: which triangle of a and b is read.
    """
    if b is None:
        a = in_float(a)
        triangle = "L" if lower else "U"
        return linalg.eigvalsh(a, triangle) if eigvals_only else tuple(linalg.eigh(a, triangle))
    a, b = alike(a, b, floats=True)
    if not lower:
        a, b = (gg.conj(gg.matrix_transpose(x)) for x in (a, b))
    factor = cholesky(b, lower=True)
    half = gg.conj(gg.matrix_transpose(solve_triangular(factor, a, lower=True)))
    middle = solve_triangular(factor, half, lower=True)
    if eigvals_only:
        return linalg.eigvalsh(middle)
    w, v = linalg.eigh(middle)
    return w, solve_triangular(factor, v, "C", lower=True)


def eigvalsh(a: Any, b: Any = None, *, lower: bool = True) -> Any:
    """Eigenvalues of ``eigh`` alone."""
    return eigh(a, b, lower=lower, eigvals_only=True)


# --- equations ----------------------------------------------------------------------------------


@called
def solve(a: Any, b: Any, *, assume_a: str | None = None, transposed: bool = False) -> Any:
    """Solution x of ``a @ x = b``, or of the transposed equation.

    assume_a: "pos" uses a Cholesky factor; SciPy's other words are taken and change nothing.
    """
    a, b = alike(a, b, floats=True)
    if assume_a in ("pos", "positive definite"):
        return cho_solve(cho_factor(gg.matrix_transpose(a) if transposed else a, True), b)
    return linalg.solve(gg.matrix_transpose(a) if transposed else a, b)


def solve_triangular(
    a: Any, b: Any, trans: int | str = 0, lower: bool = False, unit_diagonal: bool = False
) -> Any:
    """Solution x of ``a @ x = b`` for a triangular ``a``; see gpugrad.linalg.solve_triangular."""
    a, b = alike(a, b, floats=True)
    return linalg.solve_triangular(a, b, trans, lower, unit_diagonal)


def solve_banded(l_and_u: tuple[int, int], ab: Any, b: Any) -> Any:
    """Solution x of ``a @ x = b`` for a band of ``l`` diagonals below the main one and ``u`` above.

    ab: (l + u + 1, n), ``ab[u + i - j, j] == a[i, j]``; b: (n,) or (n, k); no stacks.
    On the host SciPy's solver is used, if there is one; elsewhere the whole matrix is made.
    """
    ab, b = alike(ab, b, floats=True)
    lower, upper = l_and_u
    columns = gg.expand_dims(b, axis=-1) if b.ndim == 1 else b
    x = function_of(equations.solve_banded)(ab, columns, lower=int(lower), upper=int(upper))
    return gg.squeeze(x, axis=-1) if b.ndim == 1 else x


def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """Solution x of ``a @ x + x @ b = q``; LinAlgError if a and -b share an eigenvalue."""
    return function_of(equations.solve_sylvester)(*alike(a, b, q, floats=True))


# --- functions of matrices ----------------------------------------------------------------------


def expm(a: Any) -> Any:
    """Matrix exponential of square matrices (..., n, n)."""
    return linalg.expm(in_float(a))


def sqrtm(a: Any) -> Any:
    """Principal square root of square matrices (..., n, n).

    It is real for real matrices, unless an eigenvalue is negative, which is read from the values.
    The derivative solves Sylvester's equation, which has no solution at a singular matrix.
    """
    return function_of(equations.sqrtm)(in_float(a))


@called
def logm(a: Any) -> Any:
    """The principal logarithm of square matrices: square roots until close to 1, then a quotient
    of polynomials (N. Higham, "Functions of Matrices", 2008, section 11.5).

    Real or complex as ``sqrtm``'s; LinAlgError for a singular matrix.
    """
    x = in_float(a)
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise LinAlgError(f"logm: an array of shape {x.shape}; give square matrices (..., n, n)")
    one = eye(x.shape[-1], dtype=x.dtype, device=x.device)
    roots = 0
    while not _is_close(x - one):
        if roots == MOST_ROOTS:
            raise LinAlgError("logm: square roots do not come close to 1; the matrix is singular")
        x, roots = sqrtm(x), roots + 1
    x = x - one
    terms = [*GAUSS, *((1 - node, weight) for node, weight in GAUSS)]
    total = sum(weight * linalg.solve(one + node * x, x) for node, weight in terms)
    return total * 2.0**roots


def _is_close(x: Any) -> bool:
    """Whether matrices, all members of a batch too, are smaller than CLOSE."""
    members = raw(x)
    if not members.size:
        return True
    xp = backend_of(members).xp
    rows = xp.sum(xp.absolute(members), axis=-1)
    return not float(xp.max(rows)) > CLOSE


# --- matrices made of parts ---------------------------------------------------------------------


def block_diag(*arrs: Any) -> Any:
    """Block diagonal matrix of the given arrays; a vector is a row."""
    if not arrs:
        return array([[]])
    blocks = [gg.reshape(x, shape=(1,) * (2 - x.ndim) + x.shape) for x in alike(*arrs)]
    if any(block.ndim != 2 for block in blocks):
        raise ValueError("block_diag: a block has at most two axes")
    width, before, rows = sum(block.shape[1] for block in blocks), 0, []
    for block in blocks:
        after = width - before - block.shape[1]
        rows.append(gg.pad(block, [(0, 0), (before, after)]))
        before += block.shape[1]
    return gg.concat(rows, axis=0)


def toeplitz(c: Any, r: Any = None) -> Any:
    """Toeplitz matrix with first column ``c``, first row ``r`` and equal numbers along each
    diagonal; ``r[0]`` is not read.  Without r it is c's conjugate.  c: (m,), r: (n,)."""
    column, row = alike(c, c if r is None else r)
    if r is None and column.dtype in COMPLEX:
        row = gg.conj(column)
    if column.ndim != 1 or row.ndim != 1:
        raise ValueError(f"toeplitz: c of shape {column.shape} and r of {row.shape}; give vectors")
    rows, columns = column.shape[0], row.shape[0]
    along = gg.concat([gg.flip(column), row[1:]])
    places = [rows - 1 - i + j for i in range(rows) for j in range(columns)]
    return gg.reshape(along[places], shape=(rows, columns))
