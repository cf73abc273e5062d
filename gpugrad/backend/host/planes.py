"""Planes (N, C, *size) of one axis to three, as kernels in C read them: always with three."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import numpy as np

from ..dtypes import HALVES
from ..kernels import pool, strided
from ..kernels.sources import source

AXES = 3


@cache
def compiled(file: str, name: str, dtype: Any) -> int | None:
    """Address of a function of a kernel; None without a compiler and for other dtypes."""
    if dtype.name not in ("float32", "float64"):
        return None
    library = pool.kernels(source(file), "c++")
    return None if library is None else strided.address(library, f"{name}_{dtype.name}")


def in_front(numbers: tuple, one: int = 1) -> tuple:
    """Entries of three axes; ``one`` for those that are missing in front."""
    return (*(one,) * (AXES - len(numbers)), *numbers)


def in_singles(function: Callable) -> Callable:
    """``function`` of an array, which computes halves in float32."""

    @wraps(function)
    def taking(x: Any, *others: Any, **settings: Any) -> Any:
        if x.dtype not in HALVES:
            return function(x, *others, **settings)
        y = function(x.astype(np.float32), *others, **settings)
        if isinstance(y, tuple):
            return (y[0].astype(x.dtype), *y[1:])
        return y.astype(x.dtype)

    return taking
