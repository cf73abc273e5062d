"""Sparse products by SciPy's loops and equations by its SuperLU, where it is installed; elsewhere
their plain rules are used."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..maths.linalg_errors import LinAlgError, raising

CHUNK = 2**16  # elements of each factor that are gathered at a time, to stay in the cache


def sparse_product(values: Any, x: Any, rows: Any, columns: Any, *, count: int) -> Any:
    """See ops/sparse.py, sparse_product; a matrix or its transposed one, by rows, needs no sort."""
    from scipy import sparse  # a fifth of a second, needed only here

    shape = count, len(x)
    if _sorted(rows):
        matrix = sparse.csr_array((values, columns, _starts(rows, count)), shape=shape)
    elif _sorted(columns):
        matrix = sparse.csc_array((values, rows, _starts(columns, len(x))), shape=shape)
    else:
        matrix = sparse.coo_array((values, (rows, columns)), shape=shape)
    return matrix @ x


def _sorted(places: np.ndarray) -> bool:
    return bool((places[1:] >= places[:-1]).all())


def _starts(places: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(places, minlength=count))])


def sampled_product(a: Any, b: Any, rows: Any, columns: Any) -> Any:
    """See ops/sparse.py, sampled_product."""
    y = np.empty(len(rows), np.result_type(a, b))
    step = max(CHUNK // max(a.shape[1], 1), 1)
    for i in range(0, len(rows), step):
        part = slice(i, i + step)
        np.einsum("ij,ij->i", a[rows[part]], b[columns[part]], out=y[part])
    return y


def sparse_solve(values: Any, b: Any, rows: Any, columns: Any) -> Any:
    """See ops/sparse.py, sparse_solve."""
    from scipy.sparse import coo_array  # a fifth of a second, needed only here
    from scipy.sparse.linalg import splu

    dtype = np.result_type(values, b)
    matrix = coo_array((values.astype(dtype), (rows, columns)), shape=(len(b), len(b)))
    try:
        return splu(matrix.tocsc()).solve(np.ascontiguousarray(b, dtype))
    except RuntimeError as error:  # the factor is exactly singular
        if raising():
            raise LinAlgError("Singular matrix") from error
        return np.full(b.shape, np.nan, dtype)


NATIVES: dict[str, Callable] = {"sampled_product": sampled_product}
OF_SCIPY: dict[str, Callable] = {"sparse_product": sparse_product, "sparse_solve": sparse_solve}
SPARSE_NATIVES = NATIVES | (OF_SCIPY if find_spec("scipy") else {})
