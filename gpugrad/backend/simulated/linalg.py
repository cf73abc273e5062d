"""CuPy's linear algebra on the stand-in arrays: no error where there is no result, but what the
GPU's libraries happen to leave, which does not look like NaN everywhere."""

from typing import Any

import numpy as np

from .arrays import computed, ndarray
from .driver import driver

HOST: Any = np.linalg


def _asked(library: str, a: ndarray) -> None:
    """CuPy asks no library about an array without elements."""
    if a.size:
        driver().forbid(library)


def _stacked(function: Any, *arrays: np.ndarray) -> Any:
    """``function`` matrix by matrix."""
    batch = arrays[0].shape[:-2]
    results = [function(*(x[place] for x in arrays)) for place in np.ndindex(batch)]
    return np.stack(results).reshape(*batch, *results[0].shape)


def cholesky(a: ndarray) -> ndarray:
    _asked("cuSOLVER", a)

    def one(x: np.ndarray) -> np.ndarray:
        y = np.tril(x)
        for j in range(len(y)):  # stops, as potrf does, at a pivot that is not positive
            pivot = y[j, j].real - np.sum(np.abs(y[j, :j]) ** 2)
            if not pivot > 0:
                return y
            y[j, j] = np.sqrt(pivot)
            y[j + 1 :, j] = (y[j + 1 :, j] - y[j + 1 :, :j] @ y[j, :j].conj()) / y[j, j]
        return y

    return computed(lambda x: _stacked(one, x) if x.size else x, a)


def solve(a: ndarray, b: ndarray) -> ndarray:
    if a.shape[:-1] != b.shape[:-1] or a.ndim != b.ndim:
        raise ValueError("a must have (..., M, M) shape and b must have (..., M, K)")
    _asked("cuSOLVER" if a.ndim == 2 else "cuBLAS", a)

    def one(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        try:
            return HOST.solve(x, y)
        except np.linalg.LinAlgError:
            return np.full_like(y, np.inf)  # divided by a pivot of zero

    return computed(lambda x, y: _stacked(one, x, y) if x.size else y, a, b)


def det(a: ndarray) -> ndarray:
    _asked("cuBLAS", a)
    return computed(HOST.det, a)


def slogdet(a: ndarray) -> tuple[ndarray, ndarray]:
    _asked("cuBLAS", a)
    return computed(lambda x: tuple(HOST.slogdet(x)), a)


def eigh(a: ndarray, UPLO: str = "L") -> tuple[ndarray, ndarray]:
    _asked("cuSOLVER", a)
    return computed(lambda x: tuple(HOST.eigh(_finite(x), UPLO)), a)


def eigvalsh(a: ndarray, UPLO: str = "L") -> ndarray:
    _asked("cuSOLVER", a)
    return computed(lambda x: HOST.eigvalsh(_finite(x), UPLO), a)


def eig(a: ndarray) -> tuple[ndarray, ndarray]:
    _asked("cuSOLVER", a)
    return computed(lambda x: tuple(map(_complex, HOST.eig(_finite(x)))), a)


def eigvals(a: ndarray) -> ndarray:
    _asked("cuSOLVER", a)
    return computed(lambda x: _complex(HOST.eigvals(_finite(x))), a)


def _finite(x: np.ndarray) -> np.ndarray:
    """Numbers in place of what LAPACK does not take: a result, but of another matrix."""
    return np.where(np.isfinite(x), x, 1)


def _complex(x: np.ndarray) -> np.ndarray:
    return x.astype(np.result_type(x.dtype, np.complex64)) if x.size else x


def qr(a: ndarray, mode: str = "reduced") -> tuple[ndarray, ndarray]:
    _asked("cuSOLVER", a)
    return computed(lambda x: tuple(HOST.qr(x, mode)), a)


def svd(a: ndarray, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    _asked("cuSOLVER", a)

    def run(x: np.ndarray) -> Any:
        result = HOST.svd(_finite(x), full_matrices, compute_uv)
        return tuple(result) if compute_uv else result

    return computed(run, a)
