"""The gamma function and its kin: logarithms, polygammas, zeta, beta.

Values are those of scipy.special and cupyx.scipy.special; real numbers only.
"""

from functools import partial
from math import log, pi

from .declare import elementwise

special = partial(elementwise, real=True, fusible=False)

LOG_2_PI = log(2 * pi)
# B(2k) / (2k)! of Bernoulli's numbers: the terms of the formula of Euler and Maclaurin.
BERNOULLI = (
    1 / 12,
    -1 / 720,
    1 / 30240,
    -1 / 1209600,
    1 / 47900160,
    -691 / 1307674368000,
    1 / 74724249600,
    -3617 / 10670622842880000,
    43867 / 5109094217170944000,
)
ADDED = 12  # terms of the sum that are added one by one before the formula takes over


@special(dx=lambda xp, x, y: y * xp.digamma(x))
def gamma(xp, x):
    """Gamma function, which is (x - 1)! for whole numbers."""
    return xp.gamma(x)


@special(dx=lambda xp, x: xp.digamma(x))
def gammaln(xp, x):
    """Logarithm of the absolute value of the gamma function."""
    return xp.gammaln(x)


@special(dx=lambda xp, x: xp.digamma(x))
def loggamma(xp, x):
    """The logarithm of the gamma function; NaN where that is negative."""
    return xp.loggamma(x)


def _rgamma_slope(xp, x, y):
    """Where gamma has a pole, y is 0 and digamma infinite: reflected, both are finite."""
    low = x < 0.5
    turned = 1 - xp.where(low, x, 0)
    angle = pi * xp.where(low, x, 0)
    reflected = xp.gamma(turned) * (xp.cos(angle) - xp.sin(angle) * xp.digamma(turned) / pi)
    return xp.where(low, reflected, -y * xp.digamma(xp.where(low, 1, x)))


@special(dx=_rgamma_slope)
def rgamma(xp, x):
    """One over the gamma function; 0 where that has a pole, with a derivative of its own."""
    return xp.rgamma(x)


@special(floats=True)
def gammasgn(xp, x):
    """Sign of the gamma function."""
    return xp.gammasgn(x)


@special(dx=lambda xp, x: xp.polygamma(1, x))
def digamma(xp, x):
    """Digamma function, the derivative of log(gamma(x))."""
    return xp.digamma(x)


@special(dx=lambda xp, n, x: xp.polygamma(n + 1, x))
def polygamma(xp, n, x):
    """The ``n``-th derivative of digamma; ``n`` are whole numbers from 0 on, without a gradient."""
    return xp.polygamma(n, x)


def _zeta_by_x(xp, x, q):
    """The derivative of the sum of (q + k)**-x, k from 0: the formula of Euler and Maclaurin."""
    total = 0.0
    for k in range(ADDED):
        log_w = xp.log(q + k)
        total = total - log_w * xp.exp(-x * log_w)
    w, log_w = q + ADDED, xp.log(q + ADDED)
    power = xp.exp(-x * log_w)  # w**-x
    above = x - 1
    total = total - power * w * (above * log_w + 1) / (above * above) - power * log_w / 2
    rising, derivative, power = x, 1.0, power / w  # x (x + 1) ... and its derivative
    for k, number in enumerate(BERNOULLI):
        total = total + number * power * (derivative - rising * log_w)
        for step in (x + (2 * k + 1), x + (2 * k + 2)):
            rising, derivative = rising * step, derivative * step + rising
        power = power / (w * w)
    return total


@special(dx=_zeta_by_x, dq=lambda xp, x, q: -x * xp.zeta(x + 1, q))
def zeta(xp, x, q):
    """Hurwitz's zeta function, the sum of (q + k)**-x over k from 0, for x > 1."""
    return xp.zeta(x, q)


def _riemann_slope(xp, x):
    """From -1 on by the formula, below it by the functional equation."""
    low = x < -1
    up, down = xp.where(low, 2, x), xp.where(low, x, -2)
    angle, turned = pi / 2 * down, 1 - down
    factor = 2 * xp.exp((down - 1) * LOG_2_PI) * xp.gamma(turned)
    one = xp.ones_like(x)
    value, derivative = xp.zeta(turned, one), _zeta_by_x(xp, turned, one)
    inner = (LOG_2_PI - xp.digamma(turned)) * value - derivative
    reflected = factor * (inner * xp.sin(angle) + pi / 2 * value * xp.cos(angle))
    return xp.where(low, reflected, _zeta_by_x(xp, up, one))


@special(dx=_riemann_slope)
def riemann_zeta(xp, x):
    """Riemann's zeta function of any real number but 1."""
    return xp.riemann_zeta(x)


@special(
    da=lambda xp, a, b, y: y * (xp.digamma(a) - xp.digamma(a + b)),
    db=lambda xp, a, b, y: y * (xp.digamma(b) - xp.digamma(a + b)),
)
def beta(xp, a, b):
    """Beta function gamma(a) gamma(b) / gamma(a + b)."""
    return xp.beta(a, b)


@special(
    da=lambda xp, a, b: xp.digamma(a) - xp.digamma(a + b),
    db=lambda xp, a, b: xp.digamma(b) - xp.digamma(a + b),
)
def betaln(xp, a, b):
    """Logarithm of the absolute value of the beta function."""
    return xp.betaln(a, b)
