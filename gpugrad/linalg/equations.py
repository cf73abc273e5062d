"""Linear equations, inverses and what stands for them."""

from math import prod
from typing import Any

from ..api.creation import asarray
from ..backend.maths.linalg_errors import LinAlgError, errstate
from ..engine.anything import ANY
from ..engine.calling import called
from ..engine.cells import host_values
from ..engine.functions import function_of
from ..ops import pseudoinverse, solving
from ..ops.hermitian import symmetric, unit_of
from ..tensor.cell import Tensor
from .decompositions import svdvals

TRANSPOSED = {0: "N", "N": "N", 1: "T", "T": "T", 2: "C", "C": "C"}


def solve(a: Any, b: Any) -> Tensor:
    """Solution x of ``a @ x = b``; a singular matrix raises LinAlgError.

    a: (..., n, n); b: (n,) for one vector, else (..., n, k), as in NumPy 2; leading axes broadcast.
    """
    return _beside_vectors(lambda a, b: function_of(solving.solve)(a, b), a, b)


def _beside_vectors(solver: Any, a: Any, b: Any) -> Any:
    """``solver(a, b)``, for which a vector ``b`` is a matrix of one column."""
    a, b = asarray(a), asarray(b)
    if b.ndim != 1:
        return solver(a, b)
    return ANY.squeeze(solver(a, ANY.expand_dims(b, axis=-1)), axis=-1)


def solve_triangular(
    a: Any, b: Any, trans: int | str = 0, lower: bool = False, unit_diagonal: bool = False
) -> Tensor:
    """Solution x of ``a @ x = b`` for a triangular ``a``, as scipy.linalg.solve_triangular.

    a: (..., n, n), of which the upper triangle is read, or with ``lower`` the lower one; with
    ``unit_diagonal`` the diagonal counts as ones.  The gradient lies in the part that is read.
    b: (n,) or (..., n, k).  trans: 1 or "T" solves with the transpose of a, 2 or "C" with the
    conjugate transpose.
    """
    if trans not in TRANSPOSED:
        raise ValueError(f"solve_triangular: trans={trans!r}; use 0, 1, 2, 'N', 'T' or 'C'")
    how = TRANSPOSED[trans]

    def solver(a: Any, b: Any) -> Any:
        a = ANY.conj(a) if how == "C" else a
        return function_of(solving.solve_triangular)(
            a, b, lower=bool(lower), transposed=how != "N", unit_diagonal=bool(unit_diagonal)
        )

    return _beside_vectors(solver, a, b)


def inv(a: Any) -> Tensor:
    """Inverses of square matrices (..., n, n); a singular one raises LinAlgError."""
    return function_of(solving.inv)(a)


def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Tensor:
    """Pseudoinverses of matrices (..., m, n), as numpy.linalg.pinv: (..., n, m).

    rtol, or rcond: singular values up to it times the largest count as 0.  It is a number, or one
    for each matrix; by default it is max(m, n) times the precision, as in the array API standard.
    hermitian: ``a`` is Hermitian, and its lower triangle is read.  The derivative is that at
    constant rank, and is right where singular values are equal.
    """
    if rcond is not None and rtol is not None:
        raise ValueError("pinv: rtol and rcond are one setting; give one of them")
    a = function_of(symmetric)(a) if hermitian else asarray(a)
    rtol = rcond if rtol is None else rtol
    return function_of(pseudoinverse.pinv)(a, rtol, hermitian=bool(hermitian))


@called
def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, Any, Any]:
    """Least squares, as numpy.linalg.lstsq: the shortest x that makes ``a @ x - b`` smallest.

    a: (m, n), b: (m,) or (m, k).  The result is x, the sums of squared residuals, the rank of ``a``
    and its singular values.  The sums are (k,) or (1,), and empty unless m > n and the rank is n.
    Under ``vmap`` they are empty unless that holds for all members.
    rcond: see ``pinv``; below 0 it is the precision.
    """
    a, b = asarray(a), asarray(b)
    if a.ndim != 2 or b.ndim not in (1, 2) or a.shape[0] != b.shape[0]:
        raise LinAlgError(f"lstsq: {a.shape} and {b.shape}; it takes (m, n) and (m,) or (m, k)")
    rows, columns = a.shape
    with errstate(linalg="nan"):  # where s has no derivative, x may have one
        s = svdvals(a)
    rtol = unit_of(s) if rcond is not None and rcond < 0 else rcond
    x = function_of(pseudoinverse.pinv)(a, rtol) @ b
    small = s[:1] * (max(rows, columns) * unit_of(s) if rtol is None else rtol)
    rank = ANY.count_nonzero(s > small, axis=-1)
    left = ANY.reshape(b - a @ x, shape=(rows, prod(b.shape[1:])))
    squares = ANY.sum(ANY.square(ANY.absolute(left)), axis=0)
    if rows <= columns or not _all_equal(rank, columns):
        squares = squares[:0]
    return x, squares, rank, s


def _all_equal(x: Any, number: int) -> bool:
    """Whether an integer, or each member's under ``vmap``, is ``number``."""
    return bool((host_values(x) == number).all())


def tensorinv(a: Any, ind: int = 2) -> Tensor:
    """Inverse of the map that ``tensordot`` makes of ``a`` over its last axes, as NumPy's.

    ind: number of axes before those; the result has the shape ``a.shape[ind:] + a.shape[:ind]``.
    """
    a = asarray(a)
    if not 0 < ind <= a.ndim:
        raise ValueError(f"tensorinv: ind={ind} for an array of {a.ndim} axes; use 1 or more")
    shape = (*a.shape[ind:], *a.shape[:ind])
    inverse = inv(ANY.reshape(a, shape=(prod(a.shape[:ind]), prod(a.shape[ind:]))))
    return ANY.reshape(inverse, shape=shape)


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Tensor:
    """Solution x of ``tensordot(a, x, x.ndim) = b``, as numpy.linalg.tensorsolve.

    axes: axes of ``a`` to move to the end first.
    """
    a, b = asarray(a), asarray(b)
    if axes is not None:
        a = ANY.moveaxis(a, source=tuple(axes), destination=tuple(range(-len(axes), 0)))
    shape = a.shape[b.ndim :]
    if prod(shape) != prod(b.shape) or prod(a.shape[: b.ndim]) != prod(shape):
        raise LinAlgError(f"tensorsolve: {a.shape} is not a square matrix beside {b.shape}")
    matrix = ANY.reshape(a, shape=(prod(b.shape), prod(shape)))
    return ANY.reshape(solve(matrix, ANY.reshape(b, shape=(-1,))), shape=shape)
