"""Sparse equations by SuperLU, where SciPy is installed; elsewhere their plain rule is used."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..maths.linalg_errors import LinAlgError, raising


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


SPARSE_NATIVES: dict[str, Callable] = {"sparse_solve": sparse_solve} if find_spec("scipy") else {}
