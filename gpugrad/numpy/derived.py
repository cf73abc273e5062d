"""Functions of single elements that are made of others, on arguments that are read already."""

from collections.abc import Callable
from functools import wraps
from math import inf, pi
from typing import Any

from ..api import functions as gg


def power(a: Any, b: Any) -> Any:
    """``a`` to the power ``b``."""
    if type(b) in (int, float) and b == 2:
        return gg.square(a)  # a product, where a power would be a logarithm
    return gg.power(a, b)


def divmod_(a: Any, b: Any) -> tuple:
    """How many whole times ``b`` goes into ``a``, and what is left; only that has a gradient."""
    return gg.floor_divide(a, b), gg.remainder(a, b)


def degrees(x: Any) -> Any:
    """Angles of a circle of 2 pi in one of 360."""
    return x * (180 / pi)


def radians(x: Any) -> Any:
    """Angles of a circle of 360 in one of 2 pi."""
    return x * (pi / 180)


def whole(function: Callable) -> Callable:
    """A rounding to whole numbers, which integers are already."""

    @wraps(function)
    def rounded(x: Any) -> Any:
        return +x if x.dtype.kind in "iu" else function(x)

    return rounded


def modf(x: Any) -> tuple:
    """The parts after and before the point, both with the sign of ``x``."""
    return gg.where(gg.isinf(x), gg.copysign(0.0, x), gg.fmod(x, 1.0)), gg.trunc(x)


def spacing(x: Any) -> Any:
    """The distance to the next number of the dtype, away from 0, below 0 of that sign."""
    magnitude = abs(x)
    distance = gg.nextafter(magnitude, inf) - gg.nextafter(magnitude, magnitude)  # no gradient
    return gg.where(x < 0, -distance, distance)
