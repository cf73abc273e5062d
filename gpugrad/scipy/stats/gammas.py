"""Distributions built on the incomplete gamma and beta functions."""

from math import inf, log
from typing import Any

from ...api import functions as gg
from ...engine.anything import ANY
from ...engine.functions import function_of
from ...ops import special_incomplete as _incomplete
from ...ops.densities import beta_density, gamma_density
from .. import special
from .kinds import Continuous

_log_gammainc = function_of(_incomplete.log_gammainc)
_log_betainc = function_of(_incomplete.log_betainc)


class Gamma(Continuous):
    """The gamma distribution of shape ``a``."""

    name, shapes = "gamma", ("a",)

    def _valid(self, *shapes: Any) -> Any:
        return shapes[0] > 0

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, inf

    def _pdf(self, z: Any, *shapes: Any) -> Any:
        return gamma_density(ANY, shapes[0], z)

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        return special.xlogy(shapes[0] - 1, z) - z - special.gammaln(shapes[0])

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return special.gammainc(shapes[0], z)

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return special.gammaincc(shapes[0], z)

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return _log_gammainc(shapes[0], z, upper=False)

    def _logsf(self, z: Any, *shapes: Any) -> Any:
        return _log_gammainc(shapes[0], z, upper=True)

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        return special.gammaincinv(shapes[0], q)

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return special.gammainccinv(shapes[0], q)

    def _entropy(self, *shapes: Any) -> Any:
        a = shapes[0]
        return a + special.gammaln(a) + (1 - a) * special.psi(a)

    def _mean(self, *shapes: Any) -> Any:
        return +shapes[0]

    def _var(self, *shapes: Any) -> Any:
        return +shapes[0]


class ChiSquare(Continuous):
    """The sum of squares of ``df`` normal numbers: twice a gamma distribution of df/2."""

    name, shapes = "chi2", ("df",)
    _of = Gamma()

    def _valid(self, *shapes: Any) -> Any:
        return shapes[0] > 0

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, inf

    def _pdf(self, z: Any, *shapes: Any) -> Any:
        return 0.5 * self._of._pdf(0.5 * z, 0.5 * shapes[0])

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        return self._of._logpdf(0.5 * z, 0.5 * shapes[0]) - log(2)

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return self._of._cdf(0.5 * z, 0.5 * shapes[0])

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return self._of._sf(0.5 * z, 0.5 * shapes[0])

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return self._of._logcdf(0.5 * z, 0.5 * shapes[0])

    def _logsf(self, z: Any, *shapes: Any) -> Any:
        return self._of._logsf(0.5 * z, 0.5 * shapes[0])

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        return 2 * self._of._ppf(q, 0.5 * shapes[0])

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return 2 * self._of._isf(q, 0.5 * shapes[0])

    def _entropy(self, *shapes: Any) -> Any:
        return self._of._entropy(0.5 * shapes[0]) + log(2)

    def _mean(self, *shapes: Any) -> Any:
        return +shapes[0]

    def _var(self, *shapes: Any) -> Any:
        return 2 * shapes[0]


class Beta(Continuous):
    """The beta distribution of shapes ``a`` and ``b``."""

    name, shapes = "beta", ("a", "b")

    def _valid(self, *shapes: Any) -> Any:
        return gg.logical_and(shapes[0] > 0, shapes[1] > 0)

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, 1.0

    def _pdf(self, z: Any, *shapes: Any) -> Any:
        a, b = shapes
        return beta_density(ANY, a, b, z)

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        a, b = shapes
        return special.xlogy(a - 1, z) + special.xlog1py(b - 1, -z) - special.betaln(a, b)

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return special.betainc(*shapes, z)

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return special.betaincc(*shapes, z)

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return _log_betainc(*shapes, z, upper=False)

    def _logsf(self, z: Any, *shapes: Any) -> Any:
        return _log_betainc(*shapes, z, upper=True)

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        return special.betaincinv(*shapes, q)

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return 1 - special.betaincinv(*shapes[::-1], q)

    def _entropy(self, *shapes: Any) -> Any:
        a, b = shapes
        own = (a - 1) * special.psi(a) + (b - 1) * special.psi(b)
        return special.betaln(a, b) - own + (a + b - 2) * special.psi(a + b)

    def _mean(self, *shapes: Any) -> Any:
        return shapes[0] / (shapes[0] + shapes[1])

    def _var(self, *shapes: Any) -> Any:
        a, b = shapes
        both = a + b
        return a * b / (both * both * (both + 1))
