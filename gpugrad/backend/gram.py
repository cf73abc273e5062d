"""Products of a matrix with itself, which are symmetric: BLAS does half of the work."""

from typing import Any

import numpy as np

ROWS, ELEMENTS = 16, 10_000  # from which the roots cost less than the half that is saved


def weighted_gram(a: Any, b: Any, weights: Any) -> Any:
    """``(a * weights) @ b.T`` of NumPy's matrices (n, k) that show the same elements, in an order
    of its own; None where that is no faster.

    NumPy takes the symmetric routine for a product with the operand's own transpose, so that the
    roots of the weights go to either side.
    """
    if type(a) is not np.ndarray or type(b) is not np.ndarray or not _same(a, b):
        return None
    if a.shape[0] < ROWS or a.size < ELEMENTS or not (weights >= 0).all():
        return None
    rows = a * np.sqrt(weights)
    y = rows @ rows.T
    return y if np.isfinite(y).all() else None  # what is infinite goes by the rules of zeros


def _same(a: Any, b: Any) -> bool:
    """Whether two arrays show the same elements in the same order."""
    if a.shape != b.shape or a.strides != b.strides or a.dtype != b.dtype:
        return False
    return a.__array_interface__["data"] == b.__array_interface__["data"]
