"""The incomplete gamma function in its parameter: the density is t**(a-1) e**-t / Gamma(a).

quadrature.py has the method; the variable is log t.
"""

from math import pi
from typing import Any

from .exponential import of_exponential
from .quadrature import EXTENT, RAISED, Side, gauss, polygammas, stepped

# Of log(Gamma(a + 1) / (a**a e**-a sqrt(2 pi a))) in powers of 1/a, 1, 3, 5, ...
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
NEAR = 2.0  # up to here the density is integrated from 0, whatever a


def gamma_side(xp: Any, library: Any, a: Any, x: Any, order: int) -> Side:
    """The side of x on which the density falls, and its derivative by ``a`` of that order."""
    upper = (x >= a) & (x >= NEAR)
    small = ~upper & (a < RAISED)
    log_x, below = xp.log(x), polygammas(library, a + 1, order)
    total, derivative, factor, above = _gamma_raised(a, x, log_x, below, order)
    psi = [xp.where(small, high, low) for high, low in zip(above, below, strict=True)]
    c, factor = xp.where(small, a + RAISED, a), xp.where(small, factor, 1.0)
    rest, rest_derivative = _gamma_integral(xp, upper, c, x, log_x, psi, order)
    scale = _log_gamma_scale(xp, library, a, x, log_x)
    total = factor * rest + xp.where(small, total, 0.0)
    return Side(upper, scale, total, factor * rest_derivative + xp.where(small, derivative, 0.0))


def gamma_shares(psi: list, log_t: Any, order: int) -> dict:
    """Derivatives of t**a / Gamma(a + 1) by ``a`` over itself; psi, psi', ... are at a + 1."""
    derivatives = {(j + 1, 0): -value for j, value in enumerate(psi)}
    if order:
        derivatives[1, 0] = derivatives[1, 0] + log_t
    return of_exponential(derivatives, order)


def _gamma_raised(a: Any, x: Any, log_x: Any, psi: list, order: int) -> tuple:
    """The terms of the recurrence over the first; the factor of what is left, psi there."""
    total, derivative, factor = 0.0, 0.0, 1.0
    for k in range(1, RAISED + 1):
        total, derivative = (
            total + factor,
            derivative + factor * gamma_shares(psi, log_x, order)[order, 0],
        )
        factor, psi = factor * x / (a + k), stepped(psi, a + k)
    return total, derivative, factor, psi


def _gamma_integral(
    xp: Any, upper: Any, c: Any, x: Any, log_x: Any, psi: list, order: int
) -> tuple:
    """The integral from x outwards over x**c e**-x / Gamma(c + 1), and its derivative by ``c``.

    1 / Gamma(c) = c / Gamma(c + 1) is differentiated as a product: psi(c) is infinite at 0.
    """
    sign = xp.where(upper, 1.0, -1.0)
    extent = _gamma_extent(xp, sign, c, x)
    total, derivative = 0.0, 0.0
    for point, weight in gauss():
        v = sign * point * extent
        height = weight * xp.exp(c * v - x * xp.expm1(v))
        shares = gamma_shares(psi, log_x + v, order)
        share = c * shares[order, 0] + (order * shares[order - 1, 0] if order else 0.0)
        total, derivative = total + height * c, derivative + height * share
    return extent * total, extent * derivative


def _gamma_extent(xp: Any, sign: Any, c: Any, x: Any) -> Any:
    """How far from log x the integrand is worth adding; Newton's method on a convex function."""
    fall = abs(c - x)
    u = 2 * EXTENT / (fall + xp.sqrt(fall * fall + 2 * EXTENT * x))
    for _ in range(6):
        depth = x * xp.expm1(sign * u) - sign * c * u
        u = u - (depth - EXTENT) / (sign * (x * xp.exp(sign * u) - c))
    return u


def _log_gamma_scale(xp: Any, library: Any, a: Any, x: Any, log_x: Any) -> Any:
    """log(x**a e**-x / Gamma(a + 1)); of a large ``a`` without cancellation, by Stirling."""
    large = xp.maximum(a, RAISED)
    off = (x - large) / large
    near = abs(off) < 0.5
    apart = xp.where(near, off - xp.log1p(xp.where(near, off, 0.0)), off - xp.log(x / large))
    series = 0.0
    for number in reversed(STIRLING):
        series = number + series / (large * large)
    direct = a * log_x - x - library.gammaln(a + 1)
    stirling = -large * apart - series / large - 0.5 * xp.log(2 * pi * large)
    return xp.where(a < RAISED, direct, stirling)
