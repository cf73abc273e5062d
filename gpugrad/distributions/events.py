"""Distributions of counts without a bound."""

from typing import Any

from .. import random
from ..api import functions as gg
from . import constraints
from .counts import Trials, log_of_trials
from .distribution import ExponentialFamily
from .parameters import broadcast_all, gammaln, xlogy


class NegativeBinomial(Trials):
    """The distribution of numbers of successes before ``total_count`` failures."""

    support = constraints.nonnegative_integer
    arg_constraints = {
        "total_count": constraints.nonnegative,
        "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }

    def __init__(
        self,
        total_count: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.total_count,) = self._read(probs, logits, total_count)
        super().__init__(self.param_shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.total_count * gg.exp(self.logits)

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return gg.maximum(gg.floor((self.total_count - 1) * gg.exp(self.logits)), 0.0)

    @property
    def variance(self) -> Any:
        """The variance."""
        return self.mean / gg.sigmoid(-self.logits)

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape, dtype = self._extended_shape(sample_shape), self.probs.dtype
        return random.negative_binomial(self.total_count, 1 - self.probs, shape, dtype=dtype)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value, n = self._validate_sample(value), self.total_count
        ways = gammaln(n + value) - gammaln(1 + value) - gammaln(n)
        ways = gg.where(n + value == 0, 0.0, ways)
        return ways + log_of_trials(self.logits, value, n)


class Poisson(ExponentialFamily):
    """The distribution of counts of events that come by themselves, ``rate`` on average."""

    arg_constraints = {"rate": constraints.nonnegative}
    support = constraints.nonnegative_integer

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.rate

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return gg.floor(self.rate)

    @property
    def variance(self) -> Any:
        """The variance."""
        return self.rate

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape = self._extended_shape(sample_shape)
        return random.poisson(self.rate, shape, dtype=self.rate.dtype)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        return xlogy(value, self.rate) - self.rate - gammaln(value + 1)
