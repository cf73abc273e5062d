"""Gamma numbers by rejection (Marsaglia and Tsang), and what is made of them.

All is drawn as logarithms in float64: a gamma number of a small shape underflows, its logarithm
does not, and shares of several are exact.  Gradients in shapes are those of the implicit function,
see ops/special_incomplete.py.
"""

from typing import Any

from ..api import functions as gg
from ..backend.dtypes import float64
from ..engine.functions import function_of
from ..engine.levels import no_grad
from ..ops import special_incomplete as _incomplete
from .drawing import Asked, Device, Size, asked, not_negative, shape_beside
from .rejection import first_accepted

ROUNDS = 10  # each accepts with 0.951 or more, so that all fail in less than 1 of 10**13 numbers
_log_gamma_sample = function_of(_incomplete.log_gamma_sample)


def log_gamma(ask: Asked, shape: Any) -> Any:
    """Logarithms of gamma numbers of a ``shape``, in float64."""
    a = gg.astype(shape, float64, copy=False)
    with no_grad():
        drawn = _without_gradient(ask, a.detach())
    return _log_gamma_sample(a, drawn)


def _without_gradient(ask: Asked, a: Any) -> Any:
    """A small shape is raised by 1, for which a power of a uniform number makes up."""
    small = a < 1
    d = gg.where(small, a + 1, a) - 1 / 3

    def propose(parameters: list, z: Any, u: Any) -> tuple[Any, Any]:
        (d,) = parameters
        root = 1 + z / gg.sqrt(9 * d)
        inside = root > 0
        root = gg.where(inside, root, 1.0)
        log = 3 * gg.log(root)
        bound = 0.5 * z * z + d * (1 - root * root * root + log)
        return log, gg.logical_and(inside, gg.log1p(-u) < bound)

    log = first_accepted(ask, ROUNDS, ("normal", "uniform"), propose, [d], 0 * d, d > 0)
    raised = ask.exponential(dtype=float64) / gg.clip(a, 1e-300, 1.0)  # all are 0 of shape 0
    return gg.log(d) + log - gg.where(small, raised, 0.0)


def standard_gamma(
    shape: Any, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers of the gamma distribution with scale 1."""
    not_negative("standard_gamma", shape=shape)
    ask = asked("standard_gamma", size, dtype, device, shape)
    return ask.given(gg.exp(log_gamma(ask, *ask.parameters)))


def gamma(
    shape: Any, scale: Any = 1.0, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers of the gamma distribution of a ``shape``, times ``scale``."""
    not_negative("gamma", shape=shape, scale=scale)
    ask = asked("gamma", size, dtype, device, shape, scale)
    shape, scale = ask.parameters
    return ask.given(scale * gg.exp(log_gamma(ask, shape)))


def chisquare(df: Any, size: Size = None, *, dtype: Any = None, device: Device = None) -> Any:
    """Random numbers as sums of squares of ``df`` normal ones."""
    not_negative("chisquare", df=df)
    ask = asked("chisquare", size, dtype, device, df)
    return ask.given(2 * gg.exp(log_gamma(ask, 0.5 * ask.parameters[0])))


def f(
    dfnum: Any, dfden: Any, size: Size = None, *, dtype: Any = None, device: Device = None
) -> Any:
    """Random numbers as quotients of two ``chisquare`` numbers, each over its degrees."""
    not_negative("f", dfnum=dfnum, dfden=dfden)
    ask = asked("f", size, dtype, device, dfnum, dfden)
    dfnum, dfden = ask.parameters
    above, below = (log_gamma(ask, 0.5 * df) for df in (dfnum, dfden))
    return ask.given(gg.exp(above - below) * (dfden / dfnum))


def standard_t(df: Any, size: Size = None, *, dtype: Any = None, device: Device = None) -> Any:
    """Random numbers of Student's t distribution with ``df`` degrees of freedom."""
    not_negative("standard_t", df=df)
    ask = asked("standard_t", size, dtype, device, df)
    half = 0.5 * gg.astype(ask.parameters[0], float64, copy=False)
    log_spread = gg.log(half) - log_gamma(ask, half)
    return ask.given(ask.normal(dtype=float64) * gg.exp(0.5 * log_spread))


def beta(a: Any, b: Any, size: Size = None, *, dtype: Any = None, device: Device = None) -> Any:
    """Random numbers in (0, 1) of the beta distribution."""
    not_negative("beta", a=a, b=b)
    ask = asked("beta", size, dtype, device, a, b)
    first, second = (log_gamma(ask, shape) for shape in ask.parameters)
    return ask.given(gg.sigmoid(first - second))


def dirichlet(alpha: Any, size: Size = None, *, dtype: Any = None, device: Device = None) -> Any:
    """Random shares that add up to 1, of Dirichlet's distribution.

    alpha: (..., k); the result is (*size, k).
    """
    not_negative("dirichlet", alpha=alpha)
    ask = asked("dirichlet", None, dtype, device, alpha)
    (alpha,) = ask.parameters
    if not alpha.ndim:
        raise ValueError("dirichlet: alpha is a number; its last axis has one for each share")
    shape = shape_beside("dirichlet", size, alpha.shape[:-1])
    ask = ask._replace(shape=(*shape, alpha.shape[-1]))
    return ask.given(gg.softmax(log_gamma(ask, alpha), axis=-1))
