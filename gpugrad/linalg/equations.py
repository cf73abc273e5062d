"""Linear equations, inverses and what stands for them."""

from math import prod
from typing import Any

from ..api.creation import asarray
from ..backend.maths.linalg_errors import LinAlgError, errstate
from ..engine.anything import ANY
from ..engine.cells import host_values
from ..engine.functions import function_of
from ..ops import pseudoinverse, solving
from ..ops.hermitian import symmetric, unit_of
from .decompositions import svdvals

TRANSPOSED = {0: "N", "N": "N", 1: "T", "T": "T", 2: "C", "C": "C"}


def solve(a: Any, b: Any) -> Any:
    """The x with ``a @ x = b``; a singular matrix is a LinAlgError.

    a: (..., n, n), b: (n,) for a vector, else (..., n, k), as in NumPy 2; leading axes broadcast.
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
) -> Any:
    """The x with ``a @ x = b`` for triangular ``a``, as scipy.linalg.solve_triangular.

    a: (..., n, n), of which the upper triangle is read, or the ``lower`` one; with a
    ``unit_diagonal`` ones stand for the diagonal.  The gradient lies in what is read.
    b: (n,) or (..., n, k).  trans: 1 or "T" solves with the transpose of a, 2 or "C" with the
    conjugate one.
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


def inv(a: Any) -> Any:
    """The inverses of square matrices (..., n, n); a singular one is a LinAlgError."""
    return function_of(solving.inv)(a)


def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The pseudoinverses of matrices (..., m, n), as numpy.linalg.pinv.

    rtol, or rcond: singular values up to it times the largest count as zero; a number or one for
    each matrix, by default max(m, n) times the precision, as the array API standard has it.
    hermitian: ``a`` is, and its lower triangle is read.
    The derivative is that at constant rank, right where singular values are equal too.
    """
    if rcond is not None and rtol is not None:
        raise ValueError("pinv: rtol and rcond are one setting; give one of them")
    a = function_of(symmetric)(a) if hermitian else asarray(a)
    rtol = rcond if rtol is None else rtol
    return function_of(pseudoinverse.pinv)(a, rtol, hermitian=bool(hermitian))


def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, Any, Any]:
    """The shortest x that makes ``a @ x - b`` shortest, the sums of squares that are left, the rank
    of ``a`` and its singular values, as numpy.linalg.lstsq.

    a: (m, n), b: (m,) or (m, k).  The sums are (k,) or (1,), and empty, as NumPy's, unless m > n
    and the rank is n, for which the rank is read; under ``vmap``, unless it is n for all members.
    rcond: as ``pinv``'s; below 0, the precision.  The derivative is the pseudoinverse's.
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


def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of what ``tensordot`` does with ``a`` over its last axes, as NumPy's.

    ind: how many axes are before those; the result has shape ``a.shape[ind:] + a.shape[:ind]``.
    """
    a = asarray(a)
    if not 0 < ind <= a.ndim:
        raise ValueError(f"tensorinv: ind={ind} for an array of {a.ndim} axes; use 1 or more")
    shape = (*a.shape[ind:], *a.shape[:ind])
    inverse = inv(ANY.reshape(a, shape=(prod(a.shape[:ind]), prod(a.shape[ind:]))))
    return ANY.reshape(inverse, shape=shape)


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """The x with ``tensordot(a, x, x.ndim) = b``, as numpy.linalg.tensorsolve.

    axes: axes of ``a`` to put last before.
    """
    a, b = asarray(a), asarray(b)
    if axes is not None:
        a = ANY.moveaxis(a, source=tuple(axes), destination=tuple(range(-len(axes), 0)))
    shape = a.shape[b.ndim :]
    if prod(shape) != prod(b.shape) or prod(a.shape[: b.ndim]) != prod(shape):
        raise LinAlgError(f"tensorsolve: {a.shape} is no square matrix beside {b.shape}")
    matrix = ANY.reshape(a, shape=(prod(b.shape), prod(shape)))
    return ANY.reshape(solve(matrix, ANY.reshape(b, shape=(-1,))), shape=shape)
