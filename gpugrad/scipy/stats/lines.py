"""Distributions of z alone on the whole line or a part of it, and Student's t and lognorm."""

from math import inf, log, pi
from typing import Any

from ...api import functions as gg
from .. import special
from .kinds import Continuous, Symmetric

LOG_2 = log(2)
LOG_ROOT_2_PI = 0.5 * log(2 * pi)


def log_of_less(z: Any) -> Any:
    """log(1 - e**-z) for z >= 0, for small and for large z alike; -inf at 0."""
    small = z < LOG_2
    near = special.xlogy(1.0, -gg.expm1(-gg.where(small, z, 1.0)))  # of 0 without a warning
    return gg.where(small, near, gg.log1p(-gg.exp(-gg.where(small, 1.0, z))))


class Normal(Symmetric):
    """The normal distribution."""

    name = "norm"

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        return -0.5 * z * z - LOG_ROOT_2_PI

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return special.ndtr(z)

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return special.log_ndtr(z)

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        return special.ndtri(q)

    def _entropy(self, *shapes: Any) -> Any:
        return 0.5 + LOG_ROOT_2_PI

    def _mean(self, *shapes: Any) -> Any:
        return 0.0

    def _var(self, *shapes: Any) -> Any:
        return 1.0


class Cauchy(Symmetric):
    """The Cauchy distribution."""

    name, open_below = "cauchy", True  # slopes at infinity would be quotients of infinities

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        return -log(pi) - gg.log1p(z * z)

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return gg.atan2(1.0, -z) / pi  # an angle keeps its digits where it is small

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        low = z < 0
        below = special.xlogy(1.0, self._cdf(gg.where(low, z, 0.0)))  # of 0 without a warning
        return gg.where(low, below, gg.log1p(-self._cdf(-gg.where(low, 0.0, z))))

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        upper = q > 0.5  # by symmetry: the tangent of pi is no zero in floats
        return gg.where(upper, 1.0, -1.0) / gg.tan(pi * gg.where(upper, 1 - q, q))

    def _entropy(self, *shapes: Any) -> Any:
        return log(4 * pi)

    def _mean(self, *shapes: Any) -> Any:
        return float("nan")

    def _var(self, *shapes: Any) -> Any:
        return float("nan")


class Laplace(Symmetric):
    """The double exponential distribution; its density's gradient at loc is 0."""

    name = "laplace"

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        return -gg.abs(z) - LOG_2

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        high = z > 0
        above = 1 - 0.5 * gg.exp(-gg.where(high, z, 0.0))
        return gg.where(high, above, 0.5 * gg.exp(gg.where(high, 0.0, z)))

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        high = z > 0
        return gg.where(high, gg.log1p(-0.5 * gg.exp(-gg.where(high, z, 0.0))), z - LOG_2)

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        high = q > 0.5
        above = -LOG_2 - gg.log1p(-gg.where(high, q, 0.5))
        return gg.where(high, above, LOG_2 + gg.log(gg.where(high, 0.5, q)))

    def _entropy(self, *shapes: Any) -> Any:
        return 1 + LOG_2

    def _mean(self, *shapes: Any) -> Any:
        return 0.0

    def _var(self, *shapes: Any) -> Any:
        return 2.0


class Logistic(Symmetric):
    """The logistic distribution, whose cdf is the sigmoid."""

    name = "logistic"

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        return gg.log_sigmoid(z) + gg.log_sigmoid(-z)

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return gg.sigmoid(z)

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return gg.log_sigmoid(z)

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        return special.logit(q)

    def _entropy(self, *shapes: Any) -> Any:
        return 2.0

    def _mean(self, *shapes: Any) -> Any:
        return 0.0

    def _var(self, *shapes: Any) -> Any:
        return pi * pi / 3


class Uniform(Continuous):
    """The uniform distribution from loc to loc + scale."""

    name = "uniform"

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, 1.0

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        return 0.0 * z

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return z

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return 1 - z

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return special.xlogy(1.0, z)

    def _logsf(self, z: Any, *shapes: Any) -> Any:
        return special.xlog1py(1.0, -z)

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        return q

    def _entropy(self, *shapes: Any) -> Any:
        return 0.0

    def _mean(self, *shapes: Any) -> Any:
        return 0.5

    def _var(self, *shapes: Any) -> Any:
        return 1 / 12


class Exponential(Continuous):
    """The exponential distribution."""

    name = "expon"

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, inf

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        return -z

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return -gg.expm1(-z)

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return gg.exp(-z)

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return log_of_less(z)

    def _logsf(self, z: Any, *shapes: Any) -> Any:
        return -z

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        return -gg.log1p(-q)

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return -gg.log(q)

    def _entropy(self, *shapes: Any) -> Any:
        return 1.0

    def _mean(self, *shapes: Any) -> Any:
        return 1.0

    def _var(self, *shapes: Any) -> Any:
        return 1.0


class LogNormal(Continuous):
    """The distribution of e**(s x) of a normal x; the slope of its quantile at 0 comes out as 0."""

    name, shapes, open_below = "lognorm", ("s",), True

    def _valid(self, *shapes: Any) -> Any:
        return shapes[0] > 0

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        return 0.0, inf

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        x = gg.log(z) / shapes[0]
        return -0.5 * x * x - LOG_ROOT_2_PI - gg.log(z) - gg.log(shapes[0])

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return special.ndtr(gg.log(z) / shapes[0])

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return special.ndtr(-gg.log(z) / shapes[0])

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        return special.log_ndtr(gg.log(z) / shapes[0])

    def _logsf(self, z: Any, *shapes: Any) -> Any:
        return special.log_ndtr(-gg.log(z) / shapes[0])

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        return gg.exp(shapes[0] * special.ndtri(q))

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return gg.exp(-shapes[0] * special.ndtri(q))

    def _entropy(self, *shapes: Any) -> Any:
        return 0.5 + LOG_ROOT_2_PI + gg.log(shapes[0])

    def _mean(self, *shapes: Any) -> Any:
        return gg.exp(0.5 * shapes[0] * shapes[0])

    def _var(self, *shapes: Any) -> Any:
        square = shapes[0] * shapes[0]
        return gg.expm1(square) * gg.exp(square)
