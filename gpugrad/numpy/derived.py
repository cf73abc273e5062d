"""Functions of single elements that are made of others, on arguments that are read already."""

from collections.abc import Callable
from functools import wraps
from math import inf, pi
from typing import Any

from ..api import functions as gg


def power(a: Any, b: Any) -> Any:
    """Power ``a ** b``."""
    if type(b) in (int, float) and b == 2:
        return gg.square(a)  # a product, where a power would be a logarithm
    return gg.power(a, b)


def divmod_(a: Any, b: Any) -> tuple:
    """Quotient rounded down and remainder of ``a / b``; only the remainder has a gradient."""
    return gg.floor_divide(a, b), gg.remainder(a, b)


def degrees(x: Any) -> Any:
    """Radians converted to degrees."""
    return x * (180 / pi)


def radians(x: Any) -> Any:
    """Degrees converted to radians."""
    return x * (pi / 180)


def whole(function: Callable) -> Callable:
    """A rounding to whole numbers, which integers are already."""

    @wraps(function)
    def rounded(x: Any) -> Any:
        return +x if x.dtype.kind in "iu" else function(x)

    return rounded


def modf(x: Any) -> tuple:
    """Fractional and whole parts, both with the sign of ``x``, as numpy.modf."""
    return gg.where(gg.isinf(x), gg.copysign(0.0, x), gg.fmod(x, 1.0)), gg.trunc(x)


def spacing(x: Any) -> Any:
    """The distance to the next number of the dtype, away from 0, below 0 of that sign."""
    magnitude = abs(x)
    distance = gg.nextafter(magnitude, inf) - gg.nextafter(magnitude, magnitude)  # no gradient
    return gg.where(x < 0, -distance, distance)
