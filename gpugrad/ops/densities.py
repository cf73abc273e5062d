"""Densities that are products of powers, with derivatives of any order at the ends of their range.

The exponential of a logarithm would be 0 there with a slope of 0, since a zero stays zero; so
whatever power is 0 is multiplied as a power, and only the others are added up as logarithms.
"""

from functools import partial
from math import comb

from .declare import elementwise

special = partial(elementwise, real=True, fusible=False)


def _falling(b, m, n):
    """b (b-1) ... (b-m+1) and its derivatives, up to the ``n``-th."""
    table = [1.0, *[0.0] * n]
    for i in range(m):
        before = [0.0, *table]
        table = [(b - i) * own + k * before[k] for k, own in enumerate(table)]
    return table


@special(
    dx=lambda xp, x, b, *, by_x, by_b: xp.power_slope(x, b, by_x=by_x + 1, by_b=by_b),
    db=lambda xp, x, b, *, by_x, by_b: xp.power_slope(x, b, by_x=by_x, by_b=by_b + 1),
)
def power_slope(xp, x, b, *, by_x, by_b):
    """x**b for x >= 0, differentiated ``by_x`` times by x and ``by_b`` times by b; limits at 0."""
    log, falling = xp.xlogy(1, x), _falling(b, by_x, by_b)  # a logarithm without a warning at 0
    y = falling[0] * xp.ones_like(x)
    for k in range(1, by_b + 1):  # a polynomial in the logarithm, which may be infinite
        y = xp.scale(y, log) + comb(by_b, k) * falling[k]
    return xp.scale(y, xp.exp(xp.xlogy(b - by_x, x)))


def _vanishing(xp, x, b):
    """Where x**b is 0, and the power there, elsewhere 1."""
    end = xp.logical_and(x == 0, b > 0)
    return end, xp.power_slope(xp.where(end, x, 1), b, by_x=0, by_b=0)


def gamma_density(xp, a, x, log_of=0):
    """x**(a-1) e**-x / gamma(a), 0 at infinity; over the number whose logarithm is ``log_of``."""
    start, power = _vanishing(xp, x, a - 1)
    endless = xp.isinf(x)
    log = xp.xlogy(a - 1, xp.where(xp.logical_or(start, endless), 1, x)) - x - xp.gammaln(a)
    return power * xp.exp(log - log_of)


def beta_density(xp, a, b, x, log_of=0):
    """x**(a-1) (1-x)**(b-1) / beta(a, b); over the number whose logarithm is ``log_of``."""
    start, low = _vanishing(xp, x, a - 1)
    end, high = _vanishing(xp, 1 - x, b - 1)
    log = xp.xlogy(a - 1, xp.where(start, 1, x)) + xp.xlog1py(b - 1, -xp.where(end, 0, x))
    return low * high * xp.exp(log - xp.betaln(a, b) - log_of)


def powers_density(xp, x, b, log_of):
    """The product of x**b over the first axis; over the number whose logarithm is ``log_of``."""
    nothing, powers = _vanishing(xp, x, b)
    log = xp.sum(xp.xlogy(b, xp.where(nothing, 1, x)), axis=0)
    return xp.prod(powers, axis=0) * xp.exp(log - log_of)
