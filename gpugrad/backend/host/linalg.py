"""The host's linear algebra, by operation: NumPy's functions, and what is built on them.

Where one matrix of a stack has no result NumPy raises for all of it.  Under
``errstate(linalg="nan")`` the stack is then done matrix by matrix, and that one gives NaN.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..maths import gaps, matrix_equations, matrix_functions
from ..maths.linalg_errors import LinAlgError, raising
from ..maths.right_sides import solved
from .natives import triu

HOST: Any = np.linalg
BLOCK = 64  # rows of a triangle that LAPACK solves at once; the rest are matrix products


def _guarded(function: Callable, quiet: bool = False) -> Callable:
    """``function`` of matrices, which gives NaN for those without a result where that is asked;
    ``quiet``: always."""

    @wraps(function)
    def run(*arrays: Any, **settings: Any) -> Any:
        try:
            return function(*arrays, **settings)
        except LinAlgError:
            if raising() and not quiet:
                raise
            return _one_by_one(function, arrays, settings)

    return run


def _one_by_one(function: Callable, arrays: tuple, settings: dict) -> Any:
    """``function`` matrix by matrix, NaN for those that have no result."""
    batch = np.broadcast_shapes(*(x.shape[:-2] for x in arrays))
    stacks = [np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in arrays]
    results = [_one(function, [x[place] for x in stacks], settings) for place in np.ndindex(batch)]
    if not isinstance(results[0], tuple):
        return _stacked(results, batch)
    return tuple(_stacked(parts, batch) for parts in zip(*results, strict=True))


def _stacked(results: Any, batch: tuple[int, ...]) -> Any:
    return np.stack(results).reshape(*batch, *np.shape(results[0]))[()]


def _one(function: Callable, matrices: list, settings: dict) -> Any:
    try:
        y = function(*matrices, **settings)
        return tuple(y) if isinstance(y, tuple) else y
    except LinAlgError:
        first, *others = matrices
        sound = function(np.eye(*first.shape, dtype=first.dtype), *others, **settings)
        if isinstance(sound, tuple):
            return tuple(np.full_like(part, np.nan) for part in sound)
        return np.full_like(sound, np.nan)


_solve = _guarded(HOST.solve)


def solve(a: Any, b: Any) -> Any:
    return solved(_solve, np, a, b)


def solve_triangular(
    a: Any, b: Any, *, lower: bool = False, transposed: bool = False, unit_diagonal: bool = False
) -> Any:
    """The x with ``a @ x = b``, or with a's transpose; of ``a`` only one triangle is read."""

    def solve_one_shape(a: Any, b: Any) -> Any:
        return _substituted(a, b, lower, transposed, unit_diagonal)

    return solved(solve_one_shape, np, a, b)


def _substituted(a: Any, b: Any, lower: bool, transposed: bool, unit_diagonal: bool) -> Any:
    failed = None if unit_diagonal else _singular(a)
    a = np.matrix_transpose(a) if transposed else a
    if lower != transposed:  # a lower triangle read from its end is an upper one
        a, b = a[..., ::-1, ::-1], b[..., ::-1, :]
    x = _back(a, b, unit_diagonal, failed is not None)
    x = x[..., ::-1, :] if lower != transposed else x
    return x if failed is None else np.where(failed, x.dtype.type(np.nan), x)


def _singular(a: Any) -> Any:
    """Which triangles have a zero on the diagonal, with axes of length one for the rows; None if
    none has."""
    zero = a.diagonal(0, -2, -1) == 0
    if not zero.any():
        return None
    if raising():
        raise LinAlgError("Singular matrix: a zero on the diagonal")
    return zero.any(-1)[..., None, None]


def _back(a: Any, b: Any, unit_diagonal: bool, singular: bool) -> Any:
    """Back substitution in blocks.  In a triangle LAPACK's elimination finds nothing to do."""
    n = a.shape[-1]
    if n <= BLOCK:
        return HOST.solve(_block(a, unit_diagonal, singular), b)
    x = np.empty(b.shape, b.dtype)
    for stop in range(n, 0, -BLOCK):
        here = slice(max(0, stop - BLOCK), stop)
        known = a[..., here, stop:] @ x[..., stop:, :]
        block = _block(a[..., here, here], unit_diagonal, singular)
        x[..., here, :] = HOST.solve(block, b[..., here, :] - known)
    return x


def _block(a: Any, unit_diagonal: bool, singular: bool) -> Any:
    """The upper triangle, with ones on the diagonal where nothing, or a zero, stands there."""
    block = triu(a, 1 if unit_diagonal else 0)
    if unit_diagonal or singular:
        absent = np.eye(a.shape[-1], dtype=np.bool_) & (block == 0)
        block = np.where(absent, a.dtype.type(1), block)
    return block


def qr(x: Any, *, mode: str) -> tuple:
    return tuple(HOST.qr(x, mode))


def _thin(x: Any) -> tuple:
    return tuple(HOST.svd(x, full_matrices=False))


def _complex(x: Any) -> Any:
    """NumPy's eigenvalues are real where all of them are; ours are always complex."""
    return x.astype(np.result_type(x.dtype, np.complex64), copy=False)


def _checked(message: str, failed: Any, y: Any) -> Any:
    """``y`` if no matrix ``failed``; else an error, or NaN in their place."""
    if not np.any(failed):
        return y
    if raising():
        raise LinAlgError(message)
    return np.where(failed[..., None, None], y.dtype.type(np.nan), y)


def eig(x: Any) -> tuple:
    return tuple(_complex(part) for part in HOST.eig(x))


MATRICES = matrix_functions.Matrices(
    np,
    np.matmul,
    solve,
    _guarded(HOST.inv, quiet=True),
    HOST.det,
    _guarded(_thin, quiet=True),
    float,
)

LINALG_NATIVES: dict[str, Callable] = {
    "solve": solve,
    "solve_triangular": solve_triangular,
    "qr": qr,
    "det": HOST.det,
    "slogdet": lambda x: tuple(HOST.slogdet(x)),
    "cholesky": _guarded(HOST.cholesky),
    "inv": _guarded(HOST.inv),
    "svd": _guarded(lambda x, full_matrices: tuple(HOST.svd(x, full_matrices))),
    "svdvals": _guarded(HOST.svdvals),
    "eigh": _guarded(lambda x, UPLO: tuple(HOST.eigh(x, UPLO))),
    "eigvalsh": _guarded(HOST.eigvalsh),
    "eig": _guarded(eig),
    "eigvals": _guarded(lambda x: _complex(HOST.eigvals(x))),
    **matrix_functions.natives(MATRICES),
    **matrix_equations.natives(MATRICES, _guarded(eig), _checked),
    **gaps.natives(np, _checked, looks=True),
}
