"""Planes (N, C, *size) of one axis to three, as kernels in C read them: always with three."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..dtypes import HALVES

AXES = 3


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
