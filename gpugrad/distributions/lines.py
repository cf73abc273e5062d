"""Distributions of numbers that are moved and scaled, of uniform and of exponential ones."""

from math import log, pi
from typing import Any

from .. import random
from ..api import functions as gg
from . import constraints
from .constraints import Constraint, positive, real
from .distribution import Distribution, ExponentialFamily
from .parameters import EULER, broadcast_all, drawn_like, erf, erfinv, full_like

LOG_ROOT_2_PI = 0.5 * log(2 * pi)


class Located(Distribution):
    """A distribution of ``loc + scale * z``, where z has a distribution without parameters."""

    arg_constraints = {"loc": real, "scale": positive}
    support = real
    has_rsample = True
    standard: Any = None  # draws z

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        z = drawn_like(type(self).standard, self.loc, self._extended_shape(sample_shape))
        return self.loc + self.scale * z

    def _z(self, value: Any) -> Any:
        return (self._validate_sample(value) - self.loc) / self.scale

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.loc

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return self.loc


class Normal(Located, ExponentialFamily):
    """The normal distribution of mean ``loc`` and standard deviation ``scale``."""

    standard = random.normal

    @property
    def stddev(self) -> Any:
        """The standard deviation."""
        return self.scale

    @property
    def variance(self) -> Any:
        """The variance."""
        return gg.square(self.scale)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        return -0.5 * gg.square(self._z(value)) - gg.log(self.scale) - LOG_ROOT_2_PI

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        return 0.5 * (1 + erf(self._z(value) * 0.5**0.5))

    def icdf(self, value: Any) -> Any:
        """See Distribution."""
        return self.loc + self.scale * erfinv(2 * value - 1) * 2**0.5

    def entropy(self) -> Any:
        """See Distribution."""
        return 0.5 + LOG_ROOT_2_PI + gg.log(self.scale)


class Laplace(Located):
    """The Laplace distribution around ``loc``."""

    standard = random.laplace

    @property
    def variance(self) -> Any:
        """The variance."""
        return 2 * gg.square(self.scale)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        return -gg.log(2 * self.scale) - gg.abs(self._z(value))

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        z = self._z(value)
        return 0.5 - 0.5 * gg.sign(z) * gg.expm1(-gg.abs(z))

    def icdf(self, value: Any) -> Any:
        """See Distribution."""
        off = value - 0.5
        return self.loc - self.scale * gg.sign(off) * gg.log1p(-2 * gg.abs(off))

    def entropy(self) -> Any:
        """See Distribution."""
        return 1 + gg.log(2 * self.scale)


class Cauchy(Located):
    """The Cauchy distribution, which has no mean."""

    standard = random.standard_cauchy

    @property
    def mean(self) -> Any:
        """NaN."""
        return full_like(self.loc, float("nan"))

    @property
    def variance(self) -> Any:
        """Infinite."""
        return full_like(self.loc, float("inf"))

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        return -log(pi) - gg.log(self.scale) - gg.log1p(gg.square(self._z(value)))

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        return gg.atan(self._z(value)) / pi + 0.5

    def icdf(self, value: Any) -> Any:
        """See Distribution."""
        return gg.tan(pi * (value - 0.5)) * self.scale + self.loc

    def entropy(self) -> Any:
        """See Distribution."""
        return log(4 * pi) + gg.log(self.scale)


class Gumbel(Located):
    """The Gumbel distribution, that of the largest of many."""

    standard = random.gumbel

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.loc + self.scale * EULER

    @property
    def stddev(self) -> Any:
        """The standard deviation."""
        return pi / 6**0.5 * self.scale

    @property
    def variance(self) -> Any:
        """The variance."""
        return gg.square(self.stddev)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        z = self._z(value)
        return -z - gg.exp(-z) - gg.log(self.scale)

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        return gg.exp(-gg.exp(-self._z(value)))

    def icdf(self, value: Any) -> Any:
        """See Distribution."""
        return self.loc - self.scale * gg.log(-gg.log(value))

    def entropy(self) -> Any:
        """See Distribution."""
        return gg.log(self.scale) + (1 + EULER)


class Uniform(Distribution):
    """The uniform distribution from ``low`` up to ``high``."""

    arg_constraints = {"low": constraints.dependent, "high": constraints.dependent}
    has_rsample = True

    def __init__(self, low: Any, high: Any, validate_args: bool | None = None) -> None:
        self.low, self.high = broadcast_all(low, high)
        super().__init__(self.low.shape, validate_args=validate_args)
        if self._validate_args:
            self._check("parameter high", constraints.greater_than(self.low), self.high)

    @property
    def support(self) -> Constraint:
        """From ``low`` to ``high``."""
        return constraints.interval(self.low, self.high)

    @property
    def mean(self) -> Any:
        """The mean."""
        return (self.high + self.low) / 2

    @property
    def mode(self) -> Any:
        """NaN: all are alike."""
        return full_like(self.high, float("nan"))

    @property
    def variance(self) -> Any:
        """The variance."""
        return gg.square(self.high - self.low) / 12

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        u = drawn_like(random.uniform, self.low, self._extended_shape(sample_shape))
        return self.low + u * (self.high - self.low)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        inside = gg.logical_and(self.low <= value, value < self.high)
        return gg.where(inside, -gg.log(self.high - self.low), -float("inf"))

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        return gg.clip((value - self.low) / (self.high - self.low), 0.0, 1.0)

    def icdf(self, value: Any) -> Any:
        """See Distribution."""
        return value * (self.high - self.low) + self.low

    def entropy(self) -> Any:
        """See Distribution."""
        return gg.log(self.high - self.low)


class Exponential(ExponentialFamily):
    """The exponential distribution of ``rate``, one over the mean."""

    arg_constraints = {"rate": positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean."""
        return 1 / self.rate

    @property
    def mode(self) -> Any:
        """Zeros."""
        return full_like(self.rate, 0.0)

    @property
    def stddev(self) -> Any:
        """The standard deviation."""
        return 1 / self.rate

    @property
    def variance(self) -> Any:
        """The variance."""
        return 1 / gg.square(self.rate)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape = self._extended_shape(sample_shape)
        return drawn_like(random.exponential, self.rate, shape) / self.rate

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        return gg.log(self.rate) - self.rate * self._validate_sample(value)

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        return -gg.expm1(-self.rate * self._validate_sample(value))

    def icdf(self, value: Any) -> Any:
        """See Distribution."""
        return -gg.log1p(-value) / self.rate

    def entropy(self) -> Any:
        """See Distribution."""
        return 1 - gg.log(self.rate)
