"""Bessel functions; their derivatives are those of other orders (DLMF 10.6 and 10.29).

Derivatives by a real order are sums and integrals: backend/maths/bessel_orders.py.
"""

from functools import partial

from .declare import elementwise

special = partial(elementwise, real=True, fusible=False)

TERMS = 14  # of the series of J1(x)/x and I1(x)/x for |x| <= 2, which leave full precision


def _over_x(xp, x, first, turn):
    """``first(x) / x`` for a function of order 1, smooth at 0: there the series in x**2."""
    near = abs(x) <= 2
    square = xp.square(xp.where(near, x, 0)) * (0.25 * turn)
    series, term = 0.5, 0.5
    for k in range(1, TERMS):
        term = term * square / (k * (k + 1))
        series = series + term
    apart = xp.where(near, 2, x)
    return xp.where(near, series, first(apart) / apart)


@special(dx=lambda xp, x: -xp.j1(x))
def j0(xp, x):
    """Bessel function of the first kind of order 0."""
    return xp.j0(x)


@special(dx=lambda xp, x: xp.j0(x) - _over_x(xp, x, xp.j1, -1))
def j1(xp, x):
    """Bessel function of the first kind of order 1."""
    return xp.j1(x)


@special(dx=lambda xp, x: -xp.y1(x))
def y0(xp, x):
    """Bessel function of the second kind of order 0."""
    return xp.y0(x)


@special(dx=lambda xp, x, y: xp.y0(x) - y / x)
def y1(xp, x):
    """Bessel function of the second kind of order 1."""
    return xp.y1(x)


@special(dx=lambda xp, n, x: (xp.yn(n - 1, x) - xp.yn(n + 1, x)) / 2)
def yn(xp, n, x):
    """Bessel function of the second kind of the whole order ``n``, which gets no gradient."""
    return xp.yn(n, x)


@special(dx=lambda xp, x: xp.i1(x))
def i0(xp, x):
    """Modified Bessel function of the first kind of order 0."""
    return xp.i0(x)


@special(dx=lambda xp, x: xp.i0(x) - _over_x(xp, x, xp.i1, 1))
def i1(xp, x):
    """Modified Bessel function of the first kind of order 1."""
    return xp.i1(x)


@special(dx=lambda xp, x, y: xp.i1e(x) - xp.sign(x) * y)
def i0e(xp, x):
    """e**-abs(x) times ``i0``; at 0 the gradient is 0."""
    return xp.i0e(x)


def _i1e_slope(xp, x, y):
    near = abs(x) <= 2
    series = _over_x(xp, xp.where(near, x, 0), xp.i1, 1) * xp.exp(-abs(x))
    share = xp.where(near, series, y / xp.where(near, 1, x))
    return xp.i0e(x) - share - xp.sign(x) * y


@special(dx=_i1e_slope)
def i1e(xp, x):
    """e**-abs(x) times ``i1``."""
    return xp.i1e(x)


@special(dx=lambda xp, x: -xp.k1(x))
def k0(xp, x):
    """Modified Bessel function of the second kind of order 0."""
    return xp.k0(x)


@special(dx=lambda xp, x, y: -xp.k0(x) - y / x)
def k1(xp, x):
    """Modified Bessel function of the second kind of order 1."""
    return xp.k1(x)


@special(dx=lambda xp, v, x: (xp.jv(v - 1, x) - xp.jv(v + 1, x)) / 2)
def jv(xp, v, x):
    """Bessel function of the first kind of the real order ``v``, in which it has no rule."""
    return xp.jv(v, x)


@special(dx=lambda xp, v, x: (xp.yv(v - 1, x) - xp.yv(v + 1, x)) / 2)
def yv(xp, v, x):
    """Bessel function of the second kind of the real order ``v``, in which it has no rule."""
    return xp.yv(v, x)


@special(
    dv=lambda xp, v, x: xp.exp(x) * xp.ive_slope(v, x, times=1),
    dx=lambda xp, v, x: (xp.iv(v - 1, x) + xp.iv(v + 1, x)) / 2,
)
def iv(xp, v, x):
    """Modified Bessel function of the first kind of the real order ``v``.

    Its derivative by ``v`` is NaN for a negative ``x`` or an order of -1 or less.
    """
    return xp.iv(v, x)


@special(
    dv=lambda xp, v, x: xp.ive_slope(v, x, times=1),
    dx=lambda xp, v, x, y: (xp.ive(v - 1, x) + xp.ive(v + 1, x)) / 2 - xp.sign(x) * y,
)
def ive(xp, v, x):
    """e**-abs(x) times ``iv``."""
    return xp.ive(v, x)


def _ive_slope_by_x(xp, v, x, y, *, times):
    """I'(x) = I of the order v + 1, plus v I / x, differentiated in v."""
    lower = xp.ive(v, x) if times == 1 else xp.ive_slope(v, x, times=times - 1)
    return xp.ive_slope(v + 1, x, times=times) + (v * y + times * lower) / x - y


@special(
    dv=lambda xp, v, x, *, times: xp.ive_slope(v, x, times=times + 1),
    dx=_ive_slope_by_x,
)
def ive_slope(xp, v, x, *, times):
    """e**-x times ``iv`` differentiated ``times`` above 0 by its order, for x > 0 and v > -1."""
    return xp.ive_slope(v, x, times=times)


@special(
    dv=lambda xp, v, x: xp.exp(-x) * xp.kve_slope(v, x, times=1),
    dx=lambda xp, v, x: (xp.kv(v - 1, x) + xp.kv(v + 1, x)) / -2,
)
def kv(xp, v, x):
    """Modified Bessel function of the second kind of the real order ``v``."""
    return xp.kv(v, x)


@special(
    dv=lambda xp, v, x: xp.kve_slope(v, x, times=1),
    dx=lambda xp, v, x, y: y - (xp.kve(v - 1, x) + xp.kve(v + 1, x)) / 2,
)
def kve(xp, v, x):
    """e**x times ``kv``."""
    return xp.kve(v, x)


@special(
    dv=lambda xp, v, x, *, times: xp.kve_slope(v, x, times=times + 1),
    dx=lambda xp, v, x, y, *, times: (
        y - (xp.kve_slope(v - 1, x, times=times) + xp.kve_slope(v + 1, x, times=times)) / 2
    ),
)
def kve_slope(xp, v, x, *, times):
    """e**x times ``kv`` differentiated ``times`` above 0 by its order."""
    return xp.kve_slope(v, x, times=times)
