"""Distributions made of gamma numbers."""

from math import log, pi
from typing import Any

from .. import random
from ..api import functions as gg
from . import constraints
from .constraints import positive
from .distribution import Distribution, ExponentialFamily
from .parameters import (
    betaln,
    broadcast_all,
    digamma,
    floats,
    full_like,
    gammainc,
    gammaln,
    smallest,
    tiny,
    xlog1py,
    xlogy,
)


class Gamma(ExponentialFamily):
    """The gamma distribution of shape ``concentration`` and ``rate``, one over the scale."""

    arg_constraints = {"concentration": positive, "rate": positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = broadcast_all(concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.concentration / self.rate

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return gg.maximum(self.concentration - 1, 0.0) / self.rate

    @property
    def variance(self) -> Any:
        """The variance."""
        return self.concentration / gg.square(self.rate)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape = self._extended_shape(sample_shape)
        drawn = random.standard_gamma(self.concentration, shape) / self.rate
        return gg.maximum(drawn, smallest(drawn))  # of which log_prob is finite

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value, a = self._validate_sample(value), self.concentration
        power = xlogy(a, self.rate) + xlogy(a - 1, value)
        return power - self.rate * value - gammaln(a)

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        return gammainc(self.concentration, self.rate * self._validate_sample(value))

    def entropy(self) -> Any:
        """See Distribution."""
        a = self.concentration
        return a - gg.log(self.rate) + gammaln(a) + (1 - a) * digamma(a)


class Chi2(Gamma):
    """The distribution of sums of squares of ``df`` normal numbers."""

    arg_constraints = {"df": positive}

    def __init__(self, df: Any, validate_args: bool | None = None) -> None:
        (self.df,) = broadcast_all(df)
        super().__init__(0.5 * self.df, full_like(self.df, 0.5), validate_args=validate_args)

    def expand(self, batch_shape: Any) -> "Chi2":
        """See Distribution."""
        return type(self)(gg.broadcast_to(self.df, tuple(batch_shape)), validate_args=False)


class Beta(ExponentialFamily):
    """The beta distribution on (0, 1)."""

    arg_constraints = {"concentration1": positive, "concentration0": positive}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool | None = None
    ) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        super().__init__(self.concentration1.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Any:
        """The most likely value; NaN if 0 and 1 are alike, or all."""
        a, b = self.concentration1, self.concentration0
        inside = gg.logical_and(a > 1, b > 1)
        middle = (a - 1) / gg.where(inside, a + b - 2, 1.0)
        end = gg.where(a > b, 1.0, gg.where(a < b, 0.0, float("nan")))
        return gg.where(inside, middle, end)

    @property
    def variance(self) -> Any:
        """The variance."""
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (gg.square(total) * (total + 1))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape = self._extended_shape(sample_shape)
        drawn = random.beta(self.concentration1, self.concentration0, shape)
        return gg.clip(drawn, smallest(drawn), 1 - tiny(drawn))  # of which log_prob is finite

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value, a, b = self._validate_sample(value), self.concentration1, self.concentration0
        return xlogy(a - 1, value) + xlog1py(b - 1, -value) - betaln(a, b)

    def entropy(self) -> Any:
        """See Distribution."""
        a, b = self.concentration1, self.concentration0
        own = (a - 1) * digamma(a) + (b - 1) * digamma(b)
        return betaln(a, b) - own + (a + b - 2) * digamma(a + b)


class Dirichlet(ExponentialFamily):
    """Dirichlet's distribution of shares that add up to 1."""

    arg_constraints = {"concentration": constraints.independent(positive, 1)}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, concentration: Any, validate_args: bool | None = None) -> None:
        (self.concentration,) = floats(concentration)
        if not self.concentration.ndim:
            raise ValueError("Dirichlet: concentration is a number; give one for each share")
        shape = self.concentration.shape
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.concentration / gg.sum(self.concentration, axis=-1, keepdims=True)

    @property
    def mode(self) -> Any:
        """The most likely shares; all of the largest if none is inside."""
        above = gg.maximum(self.concentration - 1, 0.0)
        share = above / gg.sum(above, axis=-1, keepdims=True)
        outside = gg.all(self.concentration < 1, axis=-1, keepdims=True)
        places = gg.argmax(self.concentration, axis=-1, keepdims=True)
        k = gg.cumsum(full_like(self.concentration, 1.0), axis=-1) - 1
        return gg.where(outside, gg.where(k == places, 1.0, 0.0), share)

    @property
    def variance(self) -> Any:
        """The variance of each share."""
        total = gg.sum(self.concentration, axis=-1, keepdims=True)
        spread = gg.square(total) * (total + 1)
        return self.concentration * (total - self.concentration) / spread

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape = self._extended_shape(sample_shape)[:-1]
        drawn = random.dirichlet(self.concentration, shape)
        return gg.maximum(drawn, smallest(drawn))

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        powers = xlogy(self.concentration - 1, self._validate_sample(value))
        return gg.sum(powers, axis=-1) - self._log_norm()

    def _log_norm(self) -> Any:
        own = gg.sum(gammaln(self.concentration), axis=-1)
        return own - gammaln(gg.sum(self.concentration, axis=-1))

    def entropy(self) -> Any:
        """See Distribution."""
        a = self.concentration
        total = gg.sum(a, axis=-1)
        own = gg.sum((a - 1) * digamma(a), axis=-1)
        return self._log_norm() + (total - a.shape[-1]) * digamma(total) - own


class StudentT(Distribution):
    """Student's t distribution with ``df`` degrees of freedom, moved and scaled."""

    arg_constraints = {"df": positive, "loc": constraints.real, "scale": positive}
    support = constraints.real
    has_rsample = True

    def __init__(
        self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None
    ) -> None:
        self.df, self.loc, self.scale = broadcast_all(df, loc, scale)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean; NaN up to one degree of freedom."""
        return gg.where(self.df > 1, self.loc, float("nan"))

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return self.loc

    @property
    def variance(self) -> Any:
        """The variance; infinite up to two degrees of freedom, NaN up to one."""
        many = self.df > 2
        df = gg.where(many, self.df, 3.0)
        found = gg.where(many, gg.square(self.scale) * df / (df - 2), float("inf"))
        return gg.where(self.df > 1, found, float("nan"))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        drawn = random.standard_t(self.df, self._extended_shape(sample_shape))
        return self.loc + self.scale * drawn

    def _log_norm(self) -> Any:
        df = self.df
        return 0.5 * (gg.log(df) + log(pi)) + gammaln(0.5 * df) - gammaln(0.5 * (df + 1))

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        z = (self._validate_sample(value) - self.loc) / self.scale
        power = 0.5 * (self.df + 1) * gg.log1p(gg.square(z) / self.df)
        return -power - gg.log(self.scale) - self._log_norm()

    def entropy(self) -> Any:
        """See Distribution."""
        half = 0.5 * (self.df + 1)
        spread = half * (digamma(half) - digamma(0.5 * self.df))
        return gg.log(self.scale) + spread + self._log_norm()
