"""Gamma numbers whose shape is random, counts whose mean is."""

from typing import Any

from ..api import functions as gg
from ..backend.dtypes import float64
from .counts import poisson
from .drawing import Device, Size, asked, not_negative, probability
from .gammas import gamma, log_gamma


def negative_binomial(
    n: Any, p: Any, size: Size = None, *, dtype: Any = "int64", device: Device = None
) -> Any:
    """Random numbers of failures before ``n`` successes, each of probability ``p``."""
    not_negative("negative_binomial", n=n)
    probability("negative_binomial", p=p)
    ask = asked("negative_binomial", size, float64, device, n, p)
    n, p = (x.detach() for x in ask.parameters)
    return poisson(gamma(n, (1 - p) / p, ask.shape), ask.shape, dtype=dtype)


def noncentral_chisquare(
    df: Any, nonc: Any, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers as sums of squares of ``df`` normal ones with means, whose squares sum up to
    ``nonc``, in which there is no gradient."""
    not_negative("noncentral_chisquare", df=df, nonc=nonc)
    ask = asked("noncentral_chisquare", size, dtype, device, df, nonc)
    df, nonc = ask.parameters
    more = poisson(0.5 * nonc, ask.shape, dtype=float64)
    return ask.given(2 * gg.exp(log_gamma(ask, 0.5 * df + more)))


def noncentral_f(
    dfnum: Any,
    dfden: Any,
    nonc: Any,
    size: Size = None,
    *,
    dtype: Any = None,
    device: Device = None,
) -> Any:
    """Random numbers as ``f``'s, whose first ones are those of ``noncentral_chisquare``."""
    not_negative("noncentral_f", dfnum=dfnum, dfden=dfden, nonc=nonc)
    ask = asked("noncentral_f", size, dtype, device, dfnum, dfden, nonc)
    dfnum, dfden, nonc = ask.parameters
    more = poisson(0.5 * nonc, ask.shape, dtype=float64)
    above, below = log_gamma(ask, 0.5 * dfnum + more), log_gamma(ask, 0.5 * dfden)
    return ask.given(gg.exp(above - below) * (dfden / dfnum))
