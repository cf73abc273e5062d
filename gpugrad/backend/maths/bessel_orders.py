"""Modified Bessel functions in their order: derivatives by ``v`` of e**-x I_v(x) and e**x K_v(x).

K_v(x) is half of the integral of e**(v t - x cosh t) over all t; in t the integrand is entire and
falls doubly exponentially, so that equal steps give all digits.  I_v(x) is the sum over k of
(x/2)**(2k+v) / (k! Gamma(k+v+1)); where that has its largest terms at large k, steps of more than 1
in k add up to the same.  Each term is differentiated in v as the exponential that it is.

Everything is in float64, on NumPy's or a device's arrays, without a look at their values.
"""

from collections.abc import Callable
from math import inf, nan
from typing import Any

from .exponential import of_exponential
from .incomplete import in_double
from .quadrature import EXTENT, polygammas

STEPS = 128  # of the integral
TERMS = 164  # of the sum; where it begins at 0, more would be below the last digit
WIDTHS = 9.0  # standard deviations of the terms' bell that are added on either side


def bessel_order_natives(xp: Any, library: Callable[[], Any]) -> dict[str, Callable]:
    """Raw operations; ``xp`` is NumPy or what stands for CuPy, ``library()`` its special module."""

    def ive_slope(v: Any, x: Any, times: int) -> Any:
        good = (x > 0) & (x < inf) & (v > -1) & (v < inf)
        y = _of_sum(xp, library(), xp.where(good, v, 1.0), xp.where(good, x, 1.0), times)
        return xp.where(good, y, xp.where((x == 0) & (v > 0), 0.0, nan))

    def kve_slope(v: Any, x: Any, times: int) -> Any:
        good = (x > 0) & (x < inf) & (abs(v) < inf)
        size = xp.where(good, abs(v), 1.0)
        y = _of_integral(xp, size, xp.where(good, x, 1.0), times)
        if times % 2:  # K is even in v
            y = xp.where(v < 0, -y, y)
        return xp.where(good, y, nan)

    return {"ive_slope": in_double(ive_slope), "kve_slope": in_double(kve_slope)}


def _of_integral(xp: Any, v: Any, x: Any, times: int) -> Any:
    """e**x times the derivative of K for v >= 0, about the point where the integrand is highest."""
    height = xp.hypot(v, x)  # x cosh of that point
    apart = x * (x / (height + v))  # height - v
    middle = xp.asinh(v / x)
    right = _reach(xp, EXTENT / height)
    steep = EXTENT / xp.maximum(v, 1e-300)
    left = xp.minimum(_reach(xp, EXTENT / apart), steep / 3 + xp.sqrt(steep * (steep / 9 + 2)))
    total = 0.0
    for k in range(STEPS + 1):
        s = (right + left) * (k / STEPS) - left
        fall = apart * (xp.cosh(s) - 1) + v * (xp.exp(s) - 1 - s)
        total = total + (middle + s) ** times * xp.exp(-fall)
    return total * (right + left) / (2 * STEPS) * xp.exp(v * middle - height + x)


def _reach(xp: Any, depth: Any) -> Any:
    """The s > 0 at which cosh(s) - 1 is ``depth``."""
    return xp.log1p(depth + xp.sqrt(depth) * xp.sqrt(depth + 2))


def _of_sum(xp: Any, library: Any, v: Any, x: Any, times: int) -> Any:
    """e**-x times the derivative of I for v > -1."""
    peak = x * (x / (2 * (xp.hypot(v, x) + v)))  # of the terms, in k
    width = xp.sqrt(peak * (peak + v) / (2 * peak + v))
    step = xp.where(peak > WIDTHS * width + 1, xp.maximum(2 * WIDTHS * width / TERMS, 1.0), 1.0)
    first = xp.where(step > 1, peak - step * (TERMS / 2), 0.0)
    log_half, total = xp.log(x / 2), 0.0
    for i in range(TERMS):
        k = first + step * i
        term = (2 * k + v) * log_half - library.gammaln(k + 1) - library.gammaln(k + v + 1) - x
        derivatives = {(j + 1, 0): -p for j, p in enumerate(polygammas(library, k + v + 1, times))}
        if times:
            derivatives[1, 0] = derivatives[1, 0] + log_half
        total = total + xp.exp(term) * of_exponential(derivatives, times)[times, 0]
    return step * total
