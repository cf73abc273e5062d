"""Products with logarithms in which 0 log 0 is 0, entropies, logit and exprel."""

from functools import partial
from math import inf

from .declare import elementwise

special = partial(elementwise, real=True, fusible=False)

NEAR, TERMS = 12, 56  # exprel's derivatives: up to which number by a series, and of how many terms


@special(da=lambda xp, b: xp.log(b), db=lambda xp, a, b: xp.scale(a, 1 / b))
def xlogy(xp, a, b):
    """a log(b), 0 where a is 0 unless b is NaN."""
    return xp.xlogy(a, b)


@special(da=lambda xp, b: xp.log1p(b), db=lambda xp, a, b: xp.scale(a, 1 / (1 + b)))
def xlog1py(xp, a, b):
    """a log(1 + b), 0 where a is 0 unless b is NaN."""
    return xp.xlog1py(a, b)


@special(dx=lambda xp, x: xp.where(x < 0, 0, -1 - xp.log(x)))
def entr(xp, x):
    """Entropy -x log(x), which is 0 at 0 and -inf for negative x."""
    return xp.entr(x)


def _log_ratio(xp, a, b):
    """log(a / b) where both are positive; -inf where only a is 0; elsewhere 0."""
    inside = xp.logical_and(a > 0, b > 0)
    edge = xp.where(xp.logical_and(a == 0, b > 0), xp.full_like(b, -inf), 0)
    return xp.where(inside, xp.log(xp.where(inside, a / b, 1)), edge)


def _positive(xp, a, b):
    """1 where a / b is that of a finite entropy, elsewhere 0."""
    return xp.where(xp.logical_and(a >= 0, b > 0), xp.ones_like(b), 0)


@special(
    da=lambda xp, a, b: _log_ratio(xp, a, b) + _positive(xp, a, b),
    db=lambda xp, a, b: xp.scale(-_positive(xp, a, b), a / b),
)
def rel_entr(xp, a, b):
    """a log(a / b), 0 where a is 0 and b is not negative, infinite where one of them is."""
    return xp.rel_entr(a, b)


@special(
    da=lambda xp, a, b: _log_ratio(xp, a, b),
    db=lambda xp, a, b: xp.scale(_positive(xp, a, b), 1 - a / b),
)
def kl_div(xp, a, b):
    """Kullback-Leibler divergence rel_entr(a, b) - a + b."""
    return xp.kl_div(a, b)


@special(dx=lambda xp, x: 1 / (x * (1 - x)))
def logit(xp, x):
    """log(x / (1 - x)), the inverse of the sigmoid."""
    return xp.logit(x)


@special(dx=lambda xp, x: xp.exprel_slope(x, times=1))
def exprel(xp, x):
    """(e**x - 1) / x, which is 1 at 0."""
    return xp.exprel(x)


def _near_slope(xp, x, times):
    """The series for numbers up to ``NEAR + times``, all of whose terms are positive."""
    up, down = xp.maximum(x, 0), xp.maximum(-x, 0)
    above, below, term, other = 0.0, 0.0, xp.ones_like(x), xp.ones_like(x) / (times + 1)
    for k in range(TERMS + 4 * times):
        above, below = above + term / (k + times + 1), below + other
        term, other = term * up / (k + 1), other * down / (k + times + 2)
    return xp.where(x > 0, above, below * xp.exp(xp.minimum(x, 0)))


@special(dx=lambda xp, x, *, times: xp.exprel_slope(x, times=times + 1))
def exprel_slope(xp, x, *, times):
    """exprel differentiated ``times`` above 0: the integral of t**times e**(x t), t from 0 to 1."""
    near = abs(x) <= NEAR + times
    far = xp.where(near, NEAR + times, x)
    y, e = xp.exprel(far), xp.exp(far)
    for k in range(1, times + 1):
        y = (e - k * y) / far
    return xp.where(near, _near_slope(xp, xp.where(near, x, 0), times), y)
