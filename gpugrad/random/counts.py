"""Counts: by search where the mean is small, by transformed rejection elsewhere.

Poisson and binomial numbers are Hörmann's (PTRS, Insurance: Mathematics and Economics 12, 1993;
BTRS, Journal of Statistical Computation and Simulation 46, 1993).  Counts have no gradients.
"""

from collections.abc import Callable
from functools import wraps
from math import log, pi
from numbers import Real
from typing import Any, NamedTuple

from ..api import functions as gg
from ..api.creation import asarray, zeros_like
from ..backend.dtypes import float64
from ..engine.levels import no_grad
from .drawing import Asked, Device, Size, asked, not_negative, probability, shape_beside
from .rejection import first_accepted, nothing

SMALL = 10.0  # means below it are searched for
STEPS = 42  # counts that the search looks at: more has a probability below 1e-13
ROUNDS = 20  # each accepts with 0.75 or more, so that all fail in less than 1 of 10**12 numbers


def counting(draw: Callable) -> Callable:
    """A function that draws counts: its parameters are read without their gradients."""

    @wraps(draw)
    def counts(*parameters: Any, **settings: Any) -> Any:
        with no_grad():
            return draw(*parameters, **settings)

    return counts


def _asked(name: str, size: Size, device: Device, *parameters: Any) -> tuple[Asked, list]:
    ask = asked(name, size, float64, device, *parameters)
    return ask, [x.detach() for x in ask.parameters]


@counting
def poisson(
    lam: Any = 1.0, size: Size = None, *, dtype: Any = "int64", device: Device = None
) -> Any:
    """Random counts of events that come by themselves, ``lam`` on average."""
    not_negative("poisson", lam=lam)
    ask, (lam,) = _asked("poisson", size, device, lam)
    small = lam < SMALL
    low, high = gg.where(small, lam, 1.0), gg.where(small, SMALL, lam)
    searched = _searched(ask, small, gg.exp(-low), lambda k: low / k)
    otherwise = gg.where(small, searched, gg.floor(high))
    return gg.astype(_by_rejection(ask, small, _poissons, [high], otherwise), dtype)


@counting
def binomial(
    n: Any, p: Any, size: Size = None, *, dtype: Any = "int64", device: Device = None
) -> Any:
    """Random numbers of successes of probability ``p`` among ``n`` trials."""
    not_negative("binomial", n=n)
    probability("binomial", p=p)
    ask, (n, p) = _asked("binomial", size, device, n, p)
    rare = gg.minimum(p, 1 - p)
    small = n * rare < SMALL
    many, share = gg.where(small, 40.0, n), gg.where(small, 0.5, rare)
    first = gg.exp(n * gg.log1p(-gg.where(small, rare, 0.0)))
    searched = _searched(ask, small, first, lambda k: (n - (k - 1)) / k * (rare / (1 - rare)))
    otherwise = gg.where(small, gg.minimum(searched, n), gg.floor((many + 1) * share))
    found = _by_rejection(ask, small, _binomials, [many, share], otherwise)
    return gg.astype(gg.where(p > 0.5, n - found, found), dtype)


@counting
def geometric(p: Any, size: Size = None, *, dtype: Any = "int64", device: Device = None) -> Any:
    """Random numbers of trials up to the first success, which has probability ``p``."""
    probability("geometric", p=p)
    ask, (p,) = _asked("geometric", size, device, p)
    trials = gg.ceil(ask.exponential() / -gg.log1p(-p))
    return gg.astype(gg.clip(trials, 1.0, 2.0**62), dtype)


@counting
def logseries(p: Any, size: Size = None, *, dtype: Any = "int64", device: Device = None) -> Any:
    """Random counts from 1 on with probabilities in proportion to p**k / k (Kemp's algorithm)."""
    probability("logseries", p=p)
    ask, (p,) = _asked("logseries", size, device, p)
    e, q = ask.exponential(), -gg.expm1(gg.log1p(-p) * ask.uniform())
    found = gg.floor(1 + e / -gg.log(gg.clip(q, 1e-300, 1 - 2.0**-53)))
    return gg.astype(gg.where(gg.exp(-e) < p, gg.clip(found, 1.0, 2.0**62), 1.0), dtype)


@counting
def categorical(
    probabilities: Any, size: Size = None, *, dtype: Any = "int64", device: Device = None
) -> Any:
    """Random places along the last axis of ``probabilities``, which need not add up to 1."""
    not_negative("categorical", probabilities=probabilities)
    ask, (p,) = _asked("categorical", None, device, probabilities)
    if not p.ndim or not p.shape[-1]:
        raise ValueError(f"categorical: probabilities of shape {p.shape}; the last axis has them")
    ask = ask._replace(shape=shape_beside("categorical", size, p.shape[:-1]))
    total = gg.cumsum(p, axis=-1)
    share = total / gg.max(total, axis=-1, keepdims=True)  # the last is 1, which no u reaches
    u = ask.uniform()
    if p.ndim == 1:
        return gg.astype(gg.searchsorted(share, u, side="right"), dtype)
    return gg.sum(gg.expand_dims(u, axis=-1) >= share, axis=-1, dtype=dtype)


@counting
def multinomial(
    n: Any, pvals: Any, size: Size = None, *, dtype: Any = "int64", device: Device = None
) -> Any:
    """Random numbers of times that each of k results comes in ``n`` trials.

    pvals: (..., k), probabilities that add up to 1; the result is (*size, k).
    """
    probability("multinomial", pvals=pvals)
    ask, (p,) = _asked("multinomial", None, device, pvals)
    n = n if isinstance(n, Real) else asarray(n, device=device).detach()
    if not p.ndim or not p.shape[-1]:
        raise ValueError(f"multinomial: pvals of shape {p.shape}; the last axis has them")
    ask = ask._replace(
        shape=shape_beside("multinomial", size, getattr(n, "shape", ()), p.shape[:-1])
    )
    rest = gg.flip(gg.cumsum(gg.flip(p, axis=-1), axis=-1), axis=-1)
    share = gg.clip(p / gg.maximum(rest, 1e-300), 0.0, 1.0)
    counts = []
    for i in range(p.shape[-1] - 1):
        counts.append(binomial(n, share[..., i], ask.shape, dtype=float64))
        n = n - counts[-1]
    last = n + gg.broadcast_to(0 * share[..., 0], ask.shape)
    return gg.astype(gg.stack([*counts, last], axis=-1), dtype)


# --- how


def _searched(ask: Asked, small: Any, first: Any, ratio: Callable) -> Any:
    """Counts whose probabilities are ``first`` for 0 and ``ratio(k)`` times that of k - 1 for k."""
    u = ask.uniform()
    if nothing(small):
        return u
    total, count = first, zeros_like(u)
    for k in range(1, STEPS + 1):
        count = count + gg.astype(u >= total, float64)
        first = first * ratio(k)
        total = total + first
    return count


class _Hat(NamedTuple):
    """What proposals are made of, counts about ``centre`` and at ``most`` that, and what compares
    their density with probabilities."""

    a: Any
    b: Any
    centre: Any
    scale: Any
    log_probability: Callable
    most: Any = None


def _poissons(mean: Any) -> _Hat:
    b, log_mean = 0.931 + 2.53 * gg.sqrt(mean), gg.log(mean)

    def log_probability(k: Any) -> Any:
        return k * log_mean - mean - _log_factorial(k)

    scale = 1.1239 + 1.1328 / (b - 3.4)
    return _Hat(-0.059 + 0.02483 * b, b, mean + 0.43, scale, log_probability)


def _binomials(n: Any, p: Any) -> _Hat:
    middle, odds, ways = gg.floor((n + 1) * p), gg.log(p / (1 - p)), _log_factorial
    most_likely = ways(middle) + ways(n - middle)
    spread = gg.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread

    def log_probability(k: Any) -> Any:
        return most_likely - ways(k) - ways(n - k) + (k - middle) * odds

    a, scale = -0.0873 + 0.0248 * b + 0.01 * p, (2.83 + 5.1 / b) * spread
    return _Hat(a, b, n * p + 0.5, scale, log_probability, n)


def _by_rejection(
    ask: Asked, small: Any, hat_of: Callable, parameters: list, otherwise: Any
) -> Any:
    """Counts of the probabilities of ``hat_of(*parameters)``; ``otherwise`` where small."""

    def propose(parameters: list, u: Any, v: Any) -> tuple[Any, Any]:
        hat = hat_of(*parameters)
        off = (u - 0.5) + 2.0**-54  # away from both ends
        near = 0.5 - gg.abs(off)
        k = gg.floor((2 * hat.a / near + hat.b) * off + hat.centre)
        inside = k >= 0 if hat.most is None else gg.logical_and(k >= 0, k <= hat.most)
        k = gg.where(inside, k, gg.floor(hat.centre))
        density = hat.scale / (hat.a / (near * near) + hat.b)
        return k, gg.logical_and(inside, gg.log(density) + gg.log1p(-v) <= hat.log_probability(k))

    kinds, large = ("uniform", "uniform"), gg.logical_not(small)
    return first_accepted(ask, ROUNDS, kinds, propose, parameters, otherwise, large)


def _log_factorial(k: Any) -> Any:
    """log k! by Stirling's series for (k + 7)!, to 1e-11."""
    product = k + 1
    for i in range(2, 8):
        product = product * (k + i)
    x = k + 8
    y = 1 / (x * x)
    series = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y / 1680))) / x
    return (x - 0.5) * gg.log(x) - x + 0.5 * log(2 * pi) + series - gg.log(product)
