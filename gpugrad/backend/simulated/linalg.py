"""CuPy's linear algebra on the stand-in arrays: NaN, and no error, where there is no solution."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import computed, ndarray

HOST: Any = np.linalg


def _quiet(function: Callable, a: np.ndarray, *others: Any, **settings: Any) -> Any:
    """``function``, matrix by matrix where one of them has no solution; that one gives NaN."""
    try:
        return function(a, *others, **settings)
    except np.linalg.LinAlgError:
        if a.ndim > 2:
            pairs = zip(a, *others, strict=True)
            return np.stack([_quiet(function, *pair, **settings) for pair in pairs])
        sound = function(np.eye(len(a), dtype=a.dtype), *others, **settings)
        return np.full_like(sound, np.nan)


def cholesky(a: ndarray) -> ndarray:
    return computed(lambda x: _quiet(HOST.cholesky, x), a)


def solve(a: ndarray, b: ndarray) -> ndarray:
    return computed(lambda x, y: _quiet(HOST.solve, x, y), a, b)


def inv(a: ndarray) -> ndarray:
    return computed(lambda x: _quiet(HOST.inv, x), a)


def det(a: ndarray) -> ndarray:
    return computed(HOST.det, a)


def slogdet(a: ndarray) -> tuple[ndarray, ndarray]:
    return computed(lambda x: tuple(HOST.slogdet(x)), a)


def eigh(a: ndarray, UPLO: str = "L") -> tuple[ndarray, ndarray]:
    return computed(lambda x: tuple(HOST.eigh(x, UPLO)), a)


def eigvalsh(a: ndarray, UPLO: str = "L") -> ndarray:
    return computed(lambda x: HOST.eigvalsh(x, UPLO), a)


def qr(a: ndarray, mode: str = "reduced") -> tuple[ndarray, ndarray]:
    return computed(lambda x: tuple(HOST.qr(x, mode)), a)


def svd(a: ndarray, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    def run(x: np.ndarray) -> Any:
        result = HOST.svd(x, full_matrices, compute_uv)
        return tuple(result) if compute_uv else result

    return computed(run, a)


def pinv(a: ndarray, rcond: float = 1e-15) -> ndarray:
    return computed(lambda x: HOST.pinv(x, rcond), a)
