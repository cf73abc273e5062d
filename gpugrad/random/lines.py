"""Numbers by the inverse of a distribution function, or by a formula of normal ones."""

from math import pi
from typing import Any

from ..api import functions as gg
from .basic import normal
from .drawing import Device, Size, asked, not_negative


def lognormal(
    mean: Any = 0.0,
    sigma: Any = 1.0,
    size: Size = None,
    *,
    dtype: Any = None,
    device: Device = None,
) -> Any:
    """Random numbers whose logarithm is normal."""
    not_negative("lognormal", sigma=sigma)
    return gg.exp(normal(mean, sigma, size, dtype=dtype, device=device))


def exponential(
    scale: Any = 1.0, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers of the exponential distribution with mean ``scale``."""
    not_negative("exponential", scale=scale)
    ask = asked("exponential", size, dtype, device, scale)
    return ask.given(ask.parameters[0] * ask.exponential())


def laplace(
    loc: Any = 0.0, scale: Any = 1.0, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers of the Laplace distribution around ``loc``."""
    not_negative("laplace", scale=scale)
    ask = asked("laplace", size, dtype, device, loc, scale)
    (loc, scale), u = ask.parameters, ask.signed()
    return ask.given(loc - scale * (gg.sign(u) * gg.log1p(-2 * gg.abs(u))))


def logistic(
    loc: Any = 0.0, scale: Any = 1.0, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers of the logistic distribution."""
    not_negative("logistic", scale=scale)
    ask = asked("logistic", size, dtype, device, loc, scale)
    (loc, scale), u = ask.parameters, ask.signed()
    return ask.given(loc + scale * (gg.log(0.5 + u) - gg.log(0.5 - u)))


def gumbel(
    loc: Any = 0.0, scale: Any = 1.0, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers of the Gumbel distribution, that of the largest of many."""
    not_negative("gumbel", scale=scale)
    ask = asked("gumbel", size, dtype, device, loc, scale)
    (loc, scale), u = ask.parameters, ask.signed()
    return ask.given(loc - scale * gg.log(-gg.log(0.5 + u)))


def standard_cauchy(size: Size = None, *, dtype: Any = None, device: Device = None) -> Any:
    """Random numbers of the Cauchy distribution: quotients of two normal numbers."""
    ask = asked("standard_cauchy", size, dtype, device)
    return ask.given(gg.tan(pi * ask.signed()))


def rayleigh(
    scale: Any = 1.0, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers of the Rayleigh distribution: lengths of vectors of two normal numbers."""
    not_negative("rayleigh", scale=scale)
    ask = asked("rayleigh", size, dtype, device, scale)
    return ask.given(ask.parameters[0] * gg.sqrt(2 * ask.exponential()))


def weibull(a: Any, size: Size = None, *, dtype: Any = None, device: Device = None) -> Any:
    """Random numbers of the Weibull distribution: exponential ones to the power 1 / a."""
    not_negative("weibull", a=a)
    ask = asked("weibull", size, dtype, device, a)
    return ask.given(ask.exponential() ** (1 / ask.parameters[0]))


def pareto(a: Any, size: Size = None, *, dtype: Any = None, device: Device = None) -> Any:
    """Random numbers of the Pareto distribution (II, Lomax) with exponent ``a``."""
    not_negative("pareto", a=a)
    ask = asked("pareto", size, dtype, device, a)
    return ask.given(gg.expm1(ask.exponential() / ask.parameters[0]))


def power(a: Any, size: Size = None, *, dtype: Any = None, device: Device = None) -> Any:
    """Random numbers in (0, 1] whose density is a x**(a-1)."""
    not_negative("power", a=a)
    ask = asked("power", size, dtype, device, a)
    return ask.given(gg.exp(-ask.exponential() / ask.parameters[0]))


def triangular(
    left: Any,
    mode: Any,
    right: Any,
    size: Size = None,
    *,
    dtype: Any = None,
    device: Device = None,
) -> Any:
    """Random numbers whose density rises from ``left`` to ``mode`` and falls to ``right``."""
    ask = asked("triangular", size, dtype, device, left, mode, right)
    left, mode, right = ask.parameters
    u, width = ask.uniform(), right - left
    rising, below = u * width < mode - left, (mode - left) * width
    up = left + gg.sqrt(gg.where(rising, u, 0.0) * below)
    down = right - gg.sqrt(gg.where(rising, 0.0, 1 - u) * width * (right - mode))
    return ask.given(gg.where(rising, up, down))


def wald(
    mean: Any, scale: Any, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers of Wald's distribution, the inverse Gaussian one (Michael, Schucany, Haas)."""
    not_negative("wald", mean=mean, scale=scale)
    ask = asked("wald", size, dtype, device, mean, scale)
    mean, scale = ask.parameters
    y = gg.square(ask.normal()) * mean / (2 * scale)
    root = gg.sqrt(y * (y + 2))
    smaller = mean / (1 + y + root)  # of the two roots, whose product is mean**2
    low = ask.uniform() * (mean + smaller) <= mean
    return ask.given(gg.where(low, smaller, mean * (1 + y + root)))
