"""Banded equations by LAPACK, where SciPy is installed; elsewhere their plain rule is used."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..maths.linalg_errors import LinAlgError, raising


def solve_banded(ab: Any, b: Any, *, lower: int, upper: int) -> Any:
    """See ops/matrix_equations.py, solve_banded."""
    from scipy import linalg  # a fifth of a second, needed only here

    try:
        return linalg.solve_banded((lower, upper), ab, b, check_finite=False)
    except LinAlgError:
        if raising():
            raise
        return np.full_like(b, np.nan)


BANDED_NATIVES: dict[str, Callable] = {"solve_banded": solve_banded} if find_spec("scipy") else {}
