"""Incomplete gamma and beta functions as raw operations: logarithms, derivatives by parameters.

Both sides of x, without underflow, in float64, on NumPy's or a device's arrays, whose values
nothing here looks at.
"""

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np

from .incomplete_beta import beta_side
from .incomplete_gamma import gamma_shares, gamma_side
from .quadrature import Side, polygammas

FAR_DOWN = -60.0  # below this log x, the incomplete gamma function is its first term
TINY = 1e-280  # values below it may have lost digits, or all


def incomplete_natives(xp: Any, library: Callable[[], Any]) -> dict[str, Callable]:
    """Raw operations; ``xp`` is NumPy or what stands for CuPy, ``library()`` its special module."""

    def gamma_value(a: Any, x: Any, upper: bool) -> Any:
        return library().gammaincc(a, x) if upper else library().gammainc(a, x)

    def beta_value(a: Any, b: Any, x: Any, upper: bool) -> Any:
        return complement(xp, library(), a, b, x) if upper else library().betainc(a, b, x)

    def log_gammainc(a: Any, x: Any, upper: bool) -> Any:
        a, x, value, good = _gamma_inputs(xp, a, x, gamma_value, upper)
        other = gamma_value(a, x, not upper)
        return _logarithm(xp, gamma_side(xp, library(), a, x, 0), value, other, upper, good)

    def gammainc_ratio(a: Any, x: Any, times: int, upper: bool) -> Any:
        a, x, value, good = _gamma_inputs(xp, a, x, gamma_value, upper)
        return _ratio(xp, gamma_side(xp, library(), a, x, times), value, upper, good)

    def log_betainc(a: Any, b: Any, x: Any, upper: bool) -> Any:
        a, b, x, value, good = _beta_inputs(xp, a, b, x, beta_value, upper)
        other = beta_value(a, b, x, not upper)
        return _logarithm(xp, beta_side(xp, library(), a, b, x, (0, 0)), value, other, upper, good)

    def betainc_ratio(a: Any, b: Any, x: Any, times: tuple, upper: bool) -> Any:
        a, b, x, value, good = _beta_inputs(xp, a, b, x, beta_value, upper)
        return _ratio(xp, beta_side(xp, library(), a, b, x, times), value, upper, good)

    def gamma_sample_ratio(a: Any, log_x: Any, times: int) -> Any:
        return _sample_ratio(xp, library(), a, log_x, times)

    functions = (log_gammainc, gammainc_ratio, log_betainc, betainc_ratio, gamma_sample_ratio)
    return {function.__name__: in_double(function) for function in functions}


def complement(xp: Any, library: Any, a: Any, b: Any, x: Any) -> Any:
    """1 - betainc(a, b, x): by exchanging the sides, but where 1 - x forgets too much of x."""
    below, y = library.betainc(a, b, x), 1 - x
    near = ((x < 0.01) & (below < 0.999)) | (y == 1)
    return xp.where(near, 1 - below, library.betainc(b, a, y))


def in_double(function: Callable) -> Callable:
    """``function`` computed in float64, its result in the dtype of the last array."""

    def wide(*arrays: Any, **settings: Any) -> Any:
        dtype = arrays[-1].dtype
        with np.errstate(all="ignore"):
            y = function(*[x.astype(np.float64) for x in arrays], **settings)
            return y.astype(dtype)

    return wide


def _gamma_inputs(xp: Any, a: Any, x: Any, value: Callable, upper: bool) -> tuple:
    """The arguments, made harmless where there is nothing to integrate; the function's value."""
    good = (a >= 0) & (a < inf) & (x > 0) & (x < inf)
    y = value(a, x, upper)
    return xp.where(good, a, 1.0), xp.where(good, x, 1.0), y, good


def _beta_inputs(xp: Any, a: Any, b: Any, x: Any, value: Callable, upper: bool) -> tuple:
    good = (a > 0) & (a < inf) & (b > 0) & (b < inf) & (x > 0) & (x < 1)
    y = value(a, b, x, upper)
    return *[xp.where(good, v, 0.5) for v in (a, b, x)], y, good


def _ratio(xp: Any, side: Side, value: Any, upper: bool, good: Any) -> Any:
    """The derivative of the wanted side's integral over the integral itself."""
    there = side.upper == upper  # else the other side's, with its sign turned
    r = xp.where(
        there, side.derivative / side.total, -xp.exp(side.log_scale) * side.derivative / value
    )
    return xp.where(good, r, xp.where((value == 0) | (value == 1), 0.0, nan))


def _sample_ratio(xp: Any, library: Any, a: Any, log_x: Any, times: int) -> Any:
    """The derivative of the integral over x times the density, which is ``a`` times its scale; far
    down that of x**a / Gamma(a + 1), which the integral is there."""
    good = (a > 0) & (a < inf) & (log_x < inf)
    a, log_x = xp.where(good, a, 1.0), xp.where(good, log_x, 0.0)
    far = log_x < FAR_DOWN
    side = gamma_side(xp, library, a, xp.exp(xp.where(far, 0.0, log_x)), times)
    near = xp.where(side.upper, -side.derivative, side.derivative)
    share = gamma_shares(polygammas(library, a + 1, times), log_x, times)[times, 0]
    return xp.where(good, xp.where(far, share, near) / a, nan)


def _logarithm(xp: Any, side: Side, value: Any, other: Any, upper: bool, good: Any) -> Any:
    """The logarithm of the wanted side's integral, exact where that underflows or is nearly 1."""
    common = xp.where(value > 0.5, xp.log1p(-other), xp.log(value))
    far = (side.upper == upper) & (value < TINY)
    y = xp.where(far, side.log_scale + xp.log(side.total), common)
    return xp.where(good, y, xp.log(xp.where((value == 0) | (value == 1), value, nan)))
