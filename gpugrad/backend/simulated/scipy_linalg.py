"""What CuPy has of scipy.linalg, on the stand-in arrays."""

from typing import Any

import numpy as np

from .arrays import computed, ndarray
from .driver import driver


def solve_triangular(
    a: ndarray,
    b: ndarray,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = False,
) -> ndarray:
    if a.shape[:-2] != b.shape[: a.ndim - 2]:
        raise ValueError("incompatible batch count")
    if a.shape[-1] != a.shape[-2] or b.ndim < a.ndim - 1 or a.shape[-2] != b.shape[a.ndim - 2]:
        raise ValueError("incompatible dimensions")
    if overwrite_b or check_finite or trans not in (0, 1):
        raise NotImplementedError("the device backend does not ask for this")
    driver().forbid("cuBLAS")

    def run(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        triangle = np.tril(x) if lower else np.triu(x)
        places = np.arange(x.shape[-1])
        if unit_diagonal:
            triangle[..., places, places] = 1
        zero = triangle[..., places, places] == 0
        triangle[..., places, places] = np.where(zero, 1, triangle[..., places, places])
        triangle = np.matrix_transpose(triangle) if trans else triangle
        solved = np.linalg.solve(triangle, y)
        return np.where(zero[..., None], np.inf, solved)  # trsm divides by it

    return computed(run, a, b)
