"""Elementary functions of one element, and of two that belong together."""

from math import factorial, pi
from math import log as number_log

from .declare import elementwise
from .shares import per_length

LOG_2, LOG_10 = number_log(2), number_log(10)


@elementwise(dx=lambda xp, y: y)
def exp(xp, x):
    """Exponential e**x."""
    return xp.exp(x)


@elementwise(dx=lambda xp, y: LOG_2 * y)
def exp2(xp, x):
    """Exponential 2**x."""
    return xp.exp2(x)


@elementwise(dx=lambda xp, y: y + 1)
def expm1(xp, x):
    """e**x - 1, accurate near 0."""
    return xp.expm1(x)


@elementwise(dx=lambda xp, x: 1 / x)
def log(xp, x):
    """Natural logarithm."""
    return xp.log(x)


@elementwise(dx=lambda xp, x: 1 / (1 + x))
def log1p(xp, x):
    """log(1 + x), accurate near 0."""
    return xp.log1p(x)


@elementwise(dx=lambda xp, x: 1 / (LOG_2 * x))
def log2(xp, x):
    """Logarithm to the base 2."""
    return xp.log2(x)


@elementwise(dx=lambda xp, x: 1 / (LOG_10 * x))
def log10(xp, x):
    """Logarithm to the base 10."""
    return xp.log10(x)


def _difference(xp, a, b):
    """a - b, but 0 where both are the same infinity."""
    endless = xp.logical_and(a == b, xp.isinf(a))
    return xp.where(endless, 0, a) - xp.where(endless, 0, b)


@elementwise(
    real=True,
    da=lambda xp, a, b: xp.sigmoid(_difference(xp, a, b)),
    db=lambda xp, a, b: xp.sigmoid(_difference(xp, b, a)),
)
def logaddexp(xp, a, b):
    """log(e**a + e**b), computed without overflow."""
    return xp.maximum(a, b) + xp.log1p(xp.exp(-abs(_difference(xp, a, b))))


@elementwise(
    real=True,
    da=lambda xp, a, b: xp.sigmoid(LOG_2 * _difference(xp, a, b)),
    db=lambda xp, a, b: xp.sigmoid(LOG_2 * _difference(xp, b, a)),
)
def logaddexp2(xp, a, b):
    """log2(2**a + 2**b), computed without overflow."""
    return xp.maximum(a, b) + xp.log1p(xp.exp2(-abs(_difference(xp, a, b)))) / LOG_2


@elementwise(dx=lambda xp, y: 0.5 / y)
def sqrt(xp, x):
    """Square root."""
    return xp.sqrt(x)


@elementwise(dx=lambda xp, y: 1 / (3 * y * y))
def cbrt(xp, x):
    """Cube root."""
    return xp.cbrt(x)


@elementwise(
    da=lambda xp, a, y: per_length(xp, a, y),
    db=lambda xp, b, y: per_length(xp, b, y),
)
def hypot(xp, a, b):
    """sqrt(a**2 + b**2), computed without overflow; at the origin its gradient is 0."""
    return xp.hypot(a, b)


@elementwise(dx=lambda xp, x: xp.cos(x))
def sin(xp, x):
    """Sine."""
    return xp.sin(x)


@elementwise(dx=lambda xp, x: -xp.sin(x))
def cos(xp, x):
    """Cosine."""
    return xp.cos(x)


# of (sin t / t)' / t as a polynomial in t * t, to 1e-17 below 1
SINC_SERIES = [(-1) ** k * 2 * k / factorial(2 * k + 1) for k in range(10, 0, -1)]


def _sinc_slope(xp, x, y):
    near = abs(x) < 1 / pi  # where the difference of cos and sinc would cancel
    squared = xp.where(near, (pi * x) * (pi * x), 0)
    series = SINC_SERIES[0]
    for coefficient in SINC_SERIES[1:]:
        series = series * squared + coefficient
    far = (xp.cos(pi * x) - y) / xp.where(near, 1, x)
    return xp.where(near, series * (pi * pi * x), far)


@elementwise(dx=_sinc_slope, real=True)
def sinc(xp, x):
    """sin(pi x) / (pi x), which is 1 at 0."""
    inside = xp.where(x == 0, 1, x) * pi
    return xp.where(x == 0, 1, xp.sin(inside) / inside)


@elementwise(dx=lambda xp, y: 1 + y * y)
def tan(xp, x):
    """Tangent."""
    return xp.tan(x)


@elementwise(dx=lambda xp, x: 1 / xp.sqrt((1 - x) * (1 + x)))  # 1 - x*x loses digits near 1
def asin(xp, x):
    """Inverse sine."""
    return xp.asin(x)


@elementwise(dx=lambda xp, x: -1 / xp.sqrt((1 - x) * (1 + x)))
def acos(xp, x):
    """Inverse cosine."""
    return xp.acos(x)


@elementwise(dx=lambda xp, x: 1 / (1 + x * x))
def atan(xp, x):
    """Inverse tangent."""
    return xp.atan(x)


def _turn(xp, x, a, b):
    """x / (a*a + b*b), whose sum could overflow."""
    length = xp.hypot(a, b)
    return per_length(xp, per_length(xp, x, length), length)


@elementwise(
    da=lambda xp, a, b: _turn(xp, b, a, b),
    db=lambda xp, a, b: _turn(xp, -a, a, b),
)
def atan2(xp, a, b):
    """Angle of the point with coordinates (b, a), from -pi to pi; its gradient at (0, 0) is 0."""
    return xp.atan2(a, b)


@elementwise(dx=lambda xp, x: xp.cosh(x))
def sinh(xp, x):
    """Hyperbolic sine."""
    return xp.sinh(x)


@elementwise(dx=lambda xp, x: xp.sinh(x))
def cosh(xp, x):
    """Hyperbolic cosine."""
    return xp.cosh(x)


@elementwise(dx=lambda xp, y: 1 - y * y)  # 0 beyond 19, as torch's: else one more exponential
def tanh(xp, x):
    """Hyperbolic tangent."""
    return xp.tanh(x)


@elementwise(dx=lambda xp, x: 1 / xp.sqrt(1 + x * x))
def asinh(xp, x):
    """Inverse hyperbolic sine."""
    return xp.asinh(x)


@elementwise(dx=lambda xp, x: 1 / (xp.sqrt(x - 1) * xp.sqrt(x + 1)))  # the complex branch too
def acosh(xp, x):
    """Inverse hyperbolic cosine."""
    return xp.acosh(x)


@elementwise(dx=lambda xp, x: 1 / ((1 - x) * (1 + x)))
def atanh(xp, x):
    """Inverse hyperbolic tangent."""
    return xp.atanh(x)


@elementwise(dx=lambda xp, x: (2 / pi**0.5) * xp.exp(-x * x), real=True)
def erf(xp, x):
    """Error function erf."""
    return xp.erf(x)


@elementwise(dx=lambda xp, x: (-2 / pi**0.5) * xp.exp(-x * x), real=True)
def erfc(xp, x):
    """Complementary error function 1 - erf(x), accurate where it is small."""
    return xp.erfc(x)
