"""The device's linear algebra, by operation, written on CuPy's functions.

CuPy leaves what it happens to find where a matrix has no result: here every result is looked at
on the device.  Under ``errstate(linalg="raise")`` that look is read, which waits for the device;
in a capture nothing can be read, and what has no result gives NaN, as under ``linalg="nan"``.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..maths import gaps, matrix_equations, matrix_functions
from ..maths.linalg_errors import LinAlgError, raising
from ..maths.right_sides import solved
from . import products

SLACK = 8  # of rounding in a Cholesky factor's rows, in units of precision times their length


def linalg(device: Any) -> dict[str, Callable]:
    """The linear algebra of ``device`` by operation."""
    xp, driver = device.module, device.driver
    checked = partial(_checked, xp, driver)
    solve = partial(_solve, xp, checked)
    matrices = _matrices(xp, driver, solve)
    spectra = _spectra(xp, checked)
    return {
        "cholesky": partial(_cholesky, xp, checked),
        "solve": solve,
        "solve_triangular": partial(_solve_triangular, xp, driver, checked),
        "inv": lambda x: solve(x, _identities(xp, x)),
        "det": xp.linalg.det,
        "slogdet": lambda x: tuple(xp.linalg.slogdet(x)),
        "qr": lambda x, mode: tuple(xp.linalg.qr(x, mode)),
        **spectra,
        **matrix_functions.natives(matrices),
        **matrix_equations.natives(matrices, spectra["eig"], checked),
        **gaps.natives(xp, checked, looks=False),
    }


def _matrices(xp: Any, driver: Any, solve: Callable) -> matrix_functions.Matrices:
    """The operations that functions of matrices are written on."""
    return matrix_functions.Matrices(
        xp,
        partial(products.matmul, driver, xp),
        solve,
        partial(_quiet_inverse, xp),
        xp.linalg.det,
        lambda x: xp.linalg.svd(x, False),
        lambda x: None if driver.capturing else x.item(),
    )


def _spectra(xp: Any, checked: Callable) -> dict[str, Callable]:
    """Eigenvalues and singular values, which only finite matrices have."""

    def of_finite(function: Callable, what: str) -> Callable:
        def run(x: Any, **settings: Any) -> Any:
            y = function(x, **settings)
            parts = y if isinstance(y, tuple) else (y,)
            values = min(parts, key=lambda part: len(part.shape))
            failed = ~xp.all(xp.isfinite(x), axis=(-2, -1)) | ~xp.all(xp.isfinite(values), axis=-1)
            return checked(f"{what} did not converge", failed, y)

        return run

    def svd(x: Any, full_matrices: bool) -> tuple:
        return tuple(xp.linalg.svd(x, full_matrices))

    def eig(x: Any) -> tuple:
        return tuple(_complex(part) for part in xp.linalg.eig(x))

    return {
        "eigh": of_finite(lambda x, UPLO: tuple(xp.linalg.eigh(x, UPLO)), "Eigenvalues"),
        "eigvalsh": of_finite(xp.linalg.eigvalsh, "Eigenvalues"),
        "eig": of_finite(eig, "Eigenvalues"),
        "eigvals": of_finite(lambda x: _complex(xp.linalg.eigvals(x)), "Eigenvalues"),
        "svd": of_finite(svd, "SVD"),
        "svdvals": of_finite(lambda x: xp.linalg.svd(x, compute_uv=False), "SVD"),
    }


def _complex(x: Any) -> Any:
    return x.astype(np.result_type(x.dtype, np.complex64), copy=False)


def _checked(xp: Any, driver: Any, message: str, failed: Any, y: Any, *given: Any) -> Any:
    """``y``, an array or several, if no matrix ``failed``; else an error, or NaN in their place.

    given: what has to be finite for an error, where NumPy raises none for NaN and infinities.
    """
    if raising() and not driver.capturing:
        for x in given:
            failed = failed & xp.all(xp.isfinite(x), axis=(-2, -1))
        if xp.any(failed).item():
            raise LinAlgError(message)
        return y
    if isinstance(y, tuple):
        return tuple(_with_nan(xp, failed, part) for part in y)
    return _with_nan(xp, failed, y)


def _with_nan(xp: Any, failed: Any, y: Any) -> Any:
    where = failed.reshape(*failed.shape, *(1,) * (len(y.shape) - len(failed.shape)))
    return xp.where(where, y.dtype.type("nan"), y)


def _cholesky(xp: Any, checked: Callable, x: Any) -> Any:
    """The lower factor.  cuSOLVER stops at the first pivot that is not positive and leaves the
    rest: that shows on the diagonal, or in a row whose squares do not add up to x's diagonal."""
    y = xp.linalg.cholesky(x)
    if not x.size:
        return y
    wanted, pivots = (xp.real(xp.diagonal(a, 0, -2, -1)) for a in (x, y))
    found = xp.sum(abs(y) * abs(y), axis=-1)
    unit = 2.0**-23 if wanted.dtype.itemsize == 4 else 2.0**-52
    slack = wanted * (SLACK * (x.shape[-1] + 2) * unit)
    sound = (pivots > 0) & (abs(found - wanted) <= slack)
    return checked("Matrix is not positive definite", ~xp.all(sound, axis=-1), y, x)


def _solve(xp: Any, checked: Callable, a: Any, b: Any) -> Any:
    def solve_one_shape(a: Any, b: Any) -> Any:
        x = xp.linalg.solve(a, b)
        failed = ~xp.all(xp.isfinite(x), axis=(-2, -1))  # a zero pivot divides
        return checked("Singular matrix", failed, x, a, b)

    return solved(solve_one_shape, xp, a, b)


def _identities(xp: Any, x: Any) -> Any:
    return xp.broadcast_to(xp.eye(x.shape[-1], dtype=x.dtype), x.shape)


def _quiet_inverse(xp: Any, x: Any) -> Any:
    return xp.linalg.solve(x, _identities(xp, x))


def _solve_triangular(
    xp: Any,
    driver: Any,
    checked: Callable,
    a: Any,
    b: Any,
    *,
    lower: bool = False,
    transposed: bool = False,
    unit_diagonal: bool = False,
) -> Any:
    def solve_one_shape(a: Any, b: Any) -> Any:
        solve = driver.scipy_linalg().solve_triangular
        x = solve(a, b, trans=int(transposed), lower=lower, unit_diagonal=unit_diagonal)
        if unit_diagonal:
            return x
        zero = xp.any(xp.diagonal(a, 0, -2, -1) == 0, axis=-1)
        return checked("Singular matrix: a zero on the diagonal", zero, x)

    return solved(solve_one_shape, xp, a, b)
