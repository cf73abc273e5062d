"""The incomplete beta function in its parameters: t**(a-1) (1-t)**(b-1) / B(a, b) is the density.

quadrature.py has the method; the variable is log(t / (1-t)).
"""

from typing import Any, NamedTuple

from .exponential import of_exponential
from .quadrature import EXTENT, RAISED, Side, gauss, polygammas, stepped


class Odds(NamedTuple):
    """The side of x on which the density falls, seen so that it is the one below ``s``.

    turned: whether that took exchanging a and b, x and 1 - x.  p and q are then b and a.
    """

    turned: Any
    p: Any
    q: Any
    s: Any
    r: Any  # 1 - s
    log_s: Any
    log_r: Any


def beta_side(xp: Any, library: Any, a: Any, b: Any, x: Any, orders: tuple[int, int]) -> Side:
    """The side of x on which the density falls, and its derivative of ``orders`` by a and b."""
    odds = _odds(xp, a, b, x)
    p, q = odds.p, odds.q
    small, count = p < RAISED, sum(orders)
    psi = [polygammas(library, z, count) for z in (p + q, p + 1, q + 1)]
    total, derivative, factor = _beta_raised(xp, odds, psi, orders)
    c, factor = xp.where(small, p + RAISED, p), xp.where(small, factor, 1.0)
    psi = [*[polygammas(library, z, count) for z in (c + q, c)], psi[2]]
    rest, rest_derivative = _beta_integral(xp, odds, c, psi, orders)
    total = factor * rest + xp.where(small, total, 0.0)
    derivative = factor * rest_derivative + xp.where(small, derivative, 0.0)
    scale = p * odds.log_s + q * odds.log_r - library.betaln(p + 1, q + 1)
    return Side(odds.turned, scale - xp.log((p + q + 1) * (p + q)), total, derivative)


def _odds(xp: Any, a: Any, b: Any, x: Any) -> Odds:
    turned, y = x * (a + b) > a, 1 - x
    log_x, log_y = xp.log(x), xp.log1p(-x)
    pairs = ((a, b), (b, a), (x, y), (y, x), (log_x, log_y), (log_y, log_x))
    return Odds(turned, *[xp.where(turned, second, first) for first, second in pairs])


def _beta_shares(xp: Any, odds: Odds, psi: list, moved: tuple, orders: tuple[int, int]) -> dict:
    """Derivatives of s**p r**q Gamma(p+q) / (Gamma(p) Gamma(q)) by a and b, over itself.

    psi: psi, psi', ... at the arguments of the three Gammas; moved: log s and log r.
    """
    of_sum, of_p, of_q = psi
    derivatives = {}
    for i in range(orders[0] + 1):
        for j in range(orders[1] + 1):
            if i + j:
                k = i + j - 1
                of_a = 0.0 if j else xp.where(odds.turned, of_q[k], of_p[k])
                of_b = 0.0 if i else xp.where(odds.turned, of_p[k], of_q[k])
                derivatives[i, j] = of_sum[k] - of_a - of_b
    if orders[0]:
        derivatives[1, 0] = derivatives[1, 0] + xp.where(odds.turned, moved[1], moved[0])
    if orders[1]:
        derivatives[0, 1] = derivatives[0, 1] + xp.where(odds.turned, moved[0], moved[1])
    return of_exponential(derivatives, *orders)


def _times_q(xp: Any, odds: Odds, shares: dict, orders: tuple[int, int]) -> Any:
    """The derivative of q times what ``shares`` are of: 1 / Gamma(q) is q / Gamma(q + 1)."""
    m, n = orders
    by_a = m * shares[m - 1, n] if m else 0.0
    by_b = n * shares[m, n - 1] if n else 0.0
    return odds.q * shares[orders] + xp.where(odds.turned, by_a, by_b)


def _beta_raised(xp: Any, odds: Odds, psi: list, orders: tuple[int, int]) -> tuple:
    """The terms of the recurrence in p over the scale; the factor of what is left."""
    total, derivative, factor = 0.0, 0.0, 1.0
    for k in range(RAISED):
        shares = _beta_shares(xp, odds, psi, (odds.log_s, odds.log_r), orders)
        total = total + factor * odds.q
        derivative = derivative + factor * _times_q(xp, odds, shares, orders)
        of_sum, of_p, of_q = psi
        top, bottom = odds.p + odds.q + k, odds.p + k + 1
        psi = [stepped(of_sum, top), stepped(of_p, bottom), of_q]
        factor = factor * odds.s * top / bottom
    return total, derivative, factor


def _beta_integral(xp: Any, odds: Odds, c: Any, psi: list, orders: tuple[int, int]) -> tuple:
    """The integral from s down, with ``c`` for p, and its derivative."""
    extent = _beta_extent(xp, odds, c)
    total, derivative = 0.0, 0.0
    for point, weight in gauss():
        v = point * extent
        off = _log_share(xp, odds, v)
        height = weight * c * xp.exp(-c * v - (c + odds.q) * off)
        shares = _beta_shares(xp, odds, psi, (odds.log_s - v - off, odds.log_r - off), orders)
        total = total + height * odds.q
        derivative = derivative + height * _times_q(xp, odds, shares, orders)
    return extent * total, extent * derivative


def _log_share(xp: Any, odds: Odds, v: Any) -> Any:
    """log(r + s e**-v), near s = 1 and near v = 0 alike."""
    change = odds.s * xp.expm1(-v)
    deep = change < -0.5
    direct = xp.log(odds.r + odds.s * xp.exp(-v))
    return xp.where(deep, direct, xp.log1p(xp.where(deep, 0.0, change)))


def _beta_extent(xp: Any, odds: Odds, c: Any) -> Any:
    """How far below the log-odds of s the integrand is worth adding."""
    both, s = c + odds.q, odds.s
    fall = xp.maximum(c - both * s, 0.0)
    u = 2 * EXTENT / (fall + xp.sqrt(fall * fall + 2 * EXTENT * both * s * odds.r))
    for _ in range(8):
        off = _log_share(xp, odds, u)
        depth = c * u + both * off
        u = u - (depth - EXTENT) / (c - both * s * xp.exp(-u - off))
    return u
