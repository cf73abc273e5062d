"""Inverses of the error function, and the normal distribution's functions."""

from functools import partial
from math import pi

from .declare import elementwise

special = partial(elementwise, real=True, fusible=False)

ROOT_HALF, ROOT_PI, ROOT_2_PI = 0.5**0.5, pi**0.5, (2 * pi) ** 0.5
FAR = 50.0  # from here on erfcx is its asymptotic series, and that series gives its derivative


def _erfcx_slope(xp, x, y):
    """2 x y - 2 / sqrt(pi), whose terms cancel for large x; there the series of the difference."""
    far = x > FAR
    t = 0.5 / xp.square(xp.where(far, x, FAR))
    series = t * (1 - t * (3 - t * (15 - t * (105 - t * 945))))
    return xp.where(far, (-2 / ROOT_PI) * series, 2 * xp.where(far, 0, x) * y - 2 / ROOT_PI)


@special(dx=_erfcx_slope)
def erfcx(xp, x):
    """Scaled error function e**(x**2) erfc(x), without underflow or cancellation."""
    return xp.erfcx(x)


@special(dx=lambda xp, y: (ROOT_PI / 2) * xp.exp(y * y))
def erfinv(xp, x):
    """Inverse of erf, for x from -1 to 1."""
    return xp.erfinv(x)


@special(dx=lambda xp, y: (-ROOT_PI / 2) * xp.exp(y * y))
def erfcinv(xp, x):
    """Inverse of erfc, for x from 0 to 2."""
    return xp.erfcinv(x)


@elementwise(dx=lambda xp, x: xp.exp(-0.5 * x * x) / ROOT_2_PI, real=True)
def ndtr(xp, x):
    """The probability that a normal number is below x, with full precision where it is small."""
    return 0.5 * xp.erfc(-ROOT_HALF * x)


@special(dx=lambda xp, y: ROOT_2_PI * xp.exp(0.5 * y * y))
def ndtri(xp, x):
    """The inverse of ndtr, from 0 to 1."""
    return xp.ndtri(x)


@special(dx=lambda xp, x: (2 / pi) ** 0.5 / xp.erfcx(-ROOT_HALF * x))
def log_ndtr(xp, x):
    """The logarithm of ndtr, also where that underflows."""
    return xp.log_ndtr(x)
