"""Distributions of quotients and powers of gamma numbers, and of shares of normal ones."""

from typing import Any

from .. import random
from ..api import functions as gg
from . import constraints
from .constraints import positive
from .distribution import Distribution
from .elementary import AffineTransform, PowerTransform, StickBreakingTransform
from .gammas import Gamma
from .lines import Normal, Uniform
from .parameters import EULER, broadcast_all, digamma, full_like, gammaln, smallest, xlogy
from .transformed import TransformedDistribution


class FisherSnedecor(Distribution):
    """The F distribution: quotients of two means of squares of normal numbers."""

    arg_constraints = {"df1": positive, "df2": positive}
    support = positive
    has_rsample = True

    def __init__(self, df1: Any, df2: Any, validate_args: bool | None = None) -> None:
        self.df1, self.df2 = broadcast_all(df1, df2)
        super().__init__(self.df1.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean; NaN up to two lower degrees of freedom."""
        many = self.df2 > 2
        return gg.where(many, self.df2 / gg.where(many, self.df2 - 2, 1.0), float("nan"))

    @property
    def mode(self) -> Any:
        """The most likely value; NaN up to two upper degrees of freedom."""
        found = (self.df1 - 2) / self.df1 * self.df2 / (self.df2 + 2)
        return gg.where(self.df1 > 2, found, float("nan"))

    @property
    def variance(self) -> Any:
        """The variance; NaN up to four lower degrees of freedom."""
        many = self.df2 > 4
        a, b = self.df1, gg.where(many, self.df2, 5.0)
        found = 2 * gg.square(b / (b - 2)) * (a + b - 2) / (a * (b - 4))
        return gg.where(many, found, float("nan"))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        drawn = random.f(self.df1, self.df2, self._extended_shape(sample_shape))
        return gg.maximum(drawn, smallest(drawn))

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        a, b, ratio = self.df1 / 2, self.df2 / 2, self.df1 / self.df2
        norm = gammaln(a + b) - gammaln(a) - gammaln(b) + a * gg.log(ratio)
        return norm + xlogy(a - 1, value) - (a + b) * gg.log1p(ratio * value)


class InverseGamma(TransformedDistribution):
    """The distribution of one over gamma numbers."""

    arg_constraints = {"concentration": positive, "rate": positive}
    support = positive  # type: ignore[assignment]
    base_dist: Any

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        base = Gamma(concentration, rate, validate_args=validate_args)
        power = PowerTransform(-full_like(base.rate, 1.0))
        super().__init__(base, power, validate_args=validate_args)

    @property
    def concentration(self) -> Any:
        """The shape."""
        return self.base_dist.concentration

    @property
    def rate(self) -> Any:
        """The scale."""
        return self.base_dist.rate

    @property
    def mean(self) -> Any:
        """The mean; infinite up to shape 1."""
        finite = self.concentration > 1
        found = self.rate / gg.where(finite, self.concentration - 1, 1.0)
        return gg.where(finite, found, float("inf"))

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Any:
        """The variance; infinite up to shape 2."""
        finite = self.concentration > 2
        a = gg.where(finite, self.concentration, 3.0)
        found = gg.square(self.rate / (a - 1)) / (a - 2)
        return gg.where(finite, found, float("inf"))

    def entropy(self) -> Any:
        """See Distribution."""
        a = self.concentration
        return a + gg.log(self.rate) + gammaln(a) - (1 + a) * digamma(a)


class Kumaraswamy(TransformedDistribution):
    """The distribution of Kumaraswamy on (0, 1), much like a beta distribution."""

    arg_constraints = {"concentration1": positive, "concentration0": positive}
    support = constraints.unit_interval  # type: ignore[assignment]

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool | None = None
    ) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        zero = full_like(self.concentration0, 0.0)
        parts = [
            PowerTransform(1 / self.concentration0),
            AffineTransform(1.0, -1.0),
            PowerTransform(1 / self.concentration1),
        ]
        super().__init__(Uniform(zero, zero + 1), parts, validate_args=validate_args)

    def expand(self, batch_shape: Any) -> "Kumaraswamy":
        """See Distribution."""
        shape, a, b = tuple(batch_shape), self.concentration1, self.concentration0
        wide = [gg.broadcast_to(x, shape) for x in (a, b)]
        return type(self)(wide[0], wide[1], validate_args=False)

    def _moment(self, n: int) -> Any:
        b, first = self.concentration0, 1 + n / self.concentration1
        return b * gg.exp(gammaln(first) + gammaln(b) - gammaln(first + b))

    @property
    def mean(self) -> Any:
        """The mean."""
        return self._moment(1)

    @property
    def mode(self) -> Any:
        """The most likely value; NaN unless it is inside."""
        a, b = self.concentration1, self.concentration0
        inside = gg.logical_and(gg.logical_and(a >= 1, b >= 1), a * b > 1)
        ratio = gg.where(inside, a - 1, 1.0) / gg.where(inside, a * b - 1, 1.0)
        return gg.where(inside, ratio ** (1 / a), float("nan"))

    @property
    def variance(self) -> Any:
        """The variance."""
        return self._moment(2) - gg.square(self.mean)

    def entropy(self) -> Any:
        """See Distribution."""
        a, b = self.concentration1, self.concentration0
        return (1 - 1 / b) + (1 - 1 / a) * (digamma(b + 1) + EULER) - gg.log(a * b)


class LogisticNormal(TransformedDistribution):
    """The distribution of shares that stick breaking makes of normal numbers."""

    arg_constraints = {"loc": constraints.real, "scale": positive}
    support = constraints.simplex  # type: ignore[assignment]
    base_dist: Any

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base: Any = Normal(loc, scale, validate_args=validate_args)
        base = base if base.batch_shape else base.expand((1,))
        super().__init__(base, StickBreakingTransform(), validate_args=validate_args)

    @property
    def loc(self) -> Any:
        """The means of the normal numbers."""
        return self.base_dist.base_dist.loc

    @property
    def scale(self) -> Any:
        """The standard deviations of the normal numbers."""
        return self.base_dist.base_dist.scale
