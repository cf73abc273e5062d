"""Distributions of counts."""

from math import inf
from typing import Any

from ...api import functions as gg
from ...engine.anything import ANY
from ...engine.functions import function_of
from ...ops import special_incomplete as _incomplete
from ...ops.densities import beta_density, gamma_density
from .. import special
from .kinds import Discrete

_log_gammainc = function_of(_incomplete.log_gammainc)
_log_betainc = function_of(_incomplete.log_betainc)


def _is_probability(p: Any) -> Any:
    return gg.logical_and(p >= 0, p <= 1)


class Poisson(Discrete):
    """The Poisson distribution of mean ``mu``."""

    name, shapes = "poisson", ("mu",)

    def _valid(self, *shapes: Any) -> Any:
        return shapes[0] >= 0

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, inf

    def _pmf(self, k: Any, *shapes: Any) -> Any:
        return gamma_density(ANY, k + 1, shapes[0])

    def _logpmf(self, k: Any, *shapes: Any) -> Any:
        return special.xlogy(k, shapes[0]) - special.gammaln(k + 1) - shapes[0]

    def _cdf(self, k: Any, *shapes: Any) -> Any:
        return special.gammaincc(k + 1, shapes[0])

    def _sf(self, k: Any, *shapes: Any) -> Any:
        return special.gammainc(k + 1, shapes[0])

    def _logcdf(self, k: Any, *shapes: Any) -> Any:
        return _log_gammainc(k + 1, shapes[0], upper=True)

    def _logsf(self, k: Any, *shapes: Any) -> Any:
        return _log_gammainc(k + 1, shapes[0], upper=False)

    def _mean(self, *shapes: Any) -> Any:
        return +shapes[0]

    def _var(self, *shapes: Any) -> Any:
        return +shapes[0]


class Binomial(Discrete):
    """The number of successes of probability ``p`` among ``n``, which gets no gradient."""

    name = "binom"
    shapes: tuple[str, ...] = ("n", "p")

    def _valid(self, *shapes: Any) -> Any:
        n, p = shapes
        return gg.logical_and(gg.logical_and(n >= 0, n == gg.floor(n)), _is_probability(p))

    def _harmless(self, *shapes: Any) -> tuple:
        return 1.0, 0.5

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, gg.floor(shapes[0])

    def _pmf(self, k: Any, *shapes: Any) -> Any:
        n, p = gg.floor(shapes[0]), shapes[1]
        return beta_density(ANY, k + 1, n - k + 1, p) / (n + 1)

    def _logpmf(self, k: Any, *shapes: Any) -> Any:
        n, p = gg.floor(shapes[0]), shapes[1]
        ways = -special.betaln(k + 1, n - k + 1) - gg.log1p(n)
        return ways + special.xlogy(k, p) + special.xlog1py(n - k, -p)

    def _tails(self, k: Any, shapes: tuple) -> tuple[Any, Any, Any]:
        """The arguments of the incomplete beta function; n is above k but at the upper end."""
        n = gg.floor(shapes[0])
        return k + 1, gg.maximum(n - k, 1.0), shapes[1]

    def _at_end(self, k: Any, shapes: tuple, end: float, y: Any) -> Any:
        return gg.where(k >= gg.floor(shapes[0]), end, y)

    def _cdf(self, k: Any, *shapes: Any) -> Any:
        return self._at_end(k, shapes, 1.0, special.betaincc(*self._tails(k, shapes)))

    def _sf(self, k: Any, *shapes: Any) -> Any:
        return self._at_end(k, shapes, 0.0, special.betainc(*self._tails(k, shapes)))

    def _logcdf(self, k: Any, *shapes: Any) -> Any:
        y = _log_betainc(*self._tails(k, shapes), upper=True)
        return self._at_end(k, shapes, 0.0, y)

    def _logsf(self, k: Any, *shapes: Any) -> Any:
        y = _log_betainc(*self._tails(k, shapes), upper=False)
        return self._at_end(k, shapes, -inf, y)

    def _mean(self, *shapes: Any) -> Any:
        return gg.floor(shapes[0]) * shapes[1]

    def _var(self, *shapes: Any) -> Any:
        return gg.floor(shapes[0]) * shapes[1] * (1 - shapes[1])


class Bernoulli(Binomial):
    """One trial of success probability ``p``."""

    name, shapes = "bernoulli", ("p",)

    def _valid(self, *shapes: Any) -> Any:
        return _is_probability(shapes[0])

    def _harmless(self, *shapes: Any) -> tuple:
        return (0.5,)

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, 1.0

    def _pmf(self, k: Any, *shapes: Any) -> Any:
        return gg.where(k >= 1, shapes[0], 1 - shapes[0] + 0 * k)  # NaN for a NaN

    def _logpmf(self, k: Any, *shapes: Any) -> Any:
        return special.xlogy(k, shapes[0]) + special.xlog1py(1 - k, -shapes[0])

    def _cdf(self, k: Any, *shapes: Any) -> Any:
        return gg.where(k >= 1, 1.0, 1 - shapes[0] + 0 * k)  # NaN for a NaN

    def _sf(self, k: Any, *shapes: Any) -> Any:
        return gg.where(k >= 1, 0.0, shapes[0] + 0 * k)

    def _logcdf(self, k: Any, *shapes: Any) -> Any:
        return gg.where(k >= 1, 0.0, special.xlog1py(1.0, -shapes[0]) + 0 * k)

    def _logsf(self, k: Any, *shapes: Any) -> Any:
        return gg.where(k >= 1, -inf, special.xlogy(1.0, shapes[0]) + 0 * k)

    def entropy(self, *args: Any, **kwds: Any) -> Any:
        """The entropy."""
        _, (p,), _, _, good = self._read(None, args, kwds)
        return self._moment(special.entr(p) + special.entr(1 - p), good)

    def _mean(self, *shapes: Any) -> Any:
        return +shapes[0]

    def _var(self, *shapes: Any) -> Any:
        return shapes[0] * (1 - shapes[0])


class NegativeBinomial(Discrete):
    """The number of failures before ``n`` successes of probability ``p``; any n above 0."""

    name, shapes = "nbinom", ("n", "p")

    def _valid(self, *shapes: Any) -> Any:
        n, p = shapes
        return gg.logical_and(n > 0, gg.logical_and(p > 0, p <= 1))

    def _harmless(self, *shapes: Any) -> tuple:
        return 1.0, 0.5

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, inf

    def _pmf(self, k: Any, *shapes: Any) -> Any:
        n, p = shapes
        return p * beta_density(ANY, n, k + 1, p) / (n + k)

    def _logpmf(self, k: Any, *shapes: Any) -> Any:
        n, p = shapes
        ways = -special.betaln(n, k + 1) - gg.log(n + k)
        return ways + n * gg.log(p) + special.xlog1py(k, -p)

    def _cdf(self, k: Any, *shapes: Any) -> Any:
        return special.betainc(shapes[0], k + 1, shapes[1])

    def _sf(self, k: Any, *shapes: Any) -> Any:
        return special.betaincc(shapes[0], k + 1, shapes[1])

    def _logcdf(self, k: Any, *shapes: Any) -> Any:
        return _log_betainc(shapes[0], k + 1, shapes[1], upper=False)

    def _logsf(self, k: Any, *shapes: Any) -> Any:
        return _log_betainc(shapes[0], k + 1, shapes[1], upper=True)

    def _mean(self, *shapes: Any) -> Any:
        return shapes[0] * (1 - shapes[1]) / shapes[1]

    def _var(self, *shapes: Any) -> Any:
        return shapes[0] * (1 - shapes[1]) / (shapes[1] * shapes[1])
