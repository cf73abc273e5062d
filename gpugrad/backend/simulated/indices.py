"""Indices as CuPy takes them: integer arrays wrap instead of raising."""

from collections.abc import Callable
from typing import Any

import numpy as np


def unwrapped(index: Any, raw: Callable[[Any], Any]) -> tuple:
    """An index as a tuple, its device arrays as NumPy's."""
    parts = index if isinstance(index, tuple) else (index,)
    return tuple(p if isinstance(p, slice) or p is Ellipsis else raw(p) for p in parts)


def selects(parts: tuple) -> bool:
    """Whether an index has booleans, arrays or single ones."""
    return any(isinstance(p, bool) or getattr(p, "dtype", None) == np.bool_ for p in parts)


def wrapped(parts: tuple, shape: tuple[int, ...]) -> tuple:
    """``parts`` with the integers of their arrays taken modulo their axis' length."""
    used = sum(_axes(p) for p in parts)
    axis, result = 0, []
    for part in parts:
        if part is Ellipsis:
            axis += len(shape) - used
        if isinstance(part, np.ndarray) and part.dtype.kind in "iu" and axis < len(shape):
            part = part % max(shape[axis], 1)
        axis += _axes(part)
        result.append(part)
    return tuple(result)


def _axes(part: Any) -> int:
    """How many axes one part of an index takes up."""
    if part is None or part is Ellipsis or isinstance(part, bool | np.bool_):
        return 0
    if isinstance(part, np.ndarray) and part.dtype == np.bool_:
        return part.ndim
    return 1
