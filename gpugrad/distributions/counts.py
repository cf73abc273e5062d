"""Distributions of trials: truth values, and counts of successes."""

from typing import Any

from .. import random
from ..api import functions as gg
from . import constraints
from .constraints import Constraint
from .distribution import Distribution, ExponentialFamily
from .parameters import (
    broadcast_all,
    drawn_like,
    from_logits,
    full_like,
    gammaln,
    lazy,
    to_logits,
)


def one_of(probs: Any, logits: Any) -> None:
    """ValueError unless one of both is given."""
    if (probs is None) == (logits is None):
        raise ValueError("give one of probs and logits")


class Trials(Distribution):
    """A distribution of trials of which each succeeds with ``probs``, or with ``logits``."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}

    def _read(self, probs: Any, logits: Any, *others: Any) -> list[Any]:
        """Keeps the one that is given; the other parameters beside it."""
        one_of(probs, logits)
        name, given = ("probs", probs) if logits is None else ("logits", logits)
        self.__dict__[name], *beside = broadcast_all(given, *others)
        return beside

    @lazy
    def probs(self) -> Any:
        """Probabilities of a success."""
        return from_logits(self.logits, binary=True)

    @lazy
    def logits(self) -> Any:
        """Logarithms of the odds of a success."""
        return to_logits(self.probs, binary=True)

    @property
    def _given(self) -> Any:
        return self.__dict__.get("logits", self.__dict__.get("probs"))

    @property
    def param_shape(self) -> tuple[int, ...]:
        """The shape of ``probs``."""
        return self._given.shape


def log_of_trials(logits: Any, ones: Any, zeros: Any) -> Any:
    """The logarithm of the probability of one order of so many successes and failures."""
    return -(ones * gg.softplus(-logits) + zeros * gg.softplus(logits))


class Bernoulli(Trials, ExponentialFamily):
    """The distribution of 1 with ``probs`` and 0 else."""

    support = constraints.boolean
    has_enumerate_support = True

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._read(probs, logits)
        super().__init__(self.param_shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.probs

    @property
    def mode(self) -> Any:
        """The more likely value; NaN if both are alike."""
        likely = gg.where(self.probs > 0.5, 1.0, 0.0)
        return gg.where(self.probs == 0.5, float("nan"), likely)

    @property
    def variance(self) -> Any:
        """The variance."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        probs = self.probs.detach()
        u = drawn_like(random.uniform, probs, self._extended_shape(sample_shape))
        return gg.astype(u < probs, probs.dtype)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        return log_of_trials(self.logits, value, 1 - value)

    def entropy(self) -> Any:
        """See Distribution."""
        return -log_of_trials(self.logits, self.probs, 1 - self.probs)

    def enumerate_support(self, expand: bool = True) -> Any:
        """0 and 1."""
        zero = full_like(self._given, 0.0)
        both = gg.stack([zero, zero + 1])
        return (
            both if expand else gg.reshape(gg.reshape(both, (2, -1))[:, 0], (2, *(1,) * zero.ndim))
        )


class Binomial(Trials):
    """The distribution of numbers of successes among ``total_count`` trials."""

    arg_constraints = {"total_count": constraints.nonnegative_integer, **Trials.arg_constraints}
    has_enumerate_support = True

    def __init__(
        self,
        total_count: Any = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.total_count,) = self._read(probs, logits, total_count)
        super().__init__(self.param_shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """0 to ``total_count``."""
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.total_count * self.probs

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return gg.clip(gg.floor((self.total_count + 1) * self.probs), 0.0, self.total_count)

    @property
    def variance(self) -> Any:
        """The variance."""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape, dtype = self._extended_shape(sample_shape), self.probs.dtype
        return random.binomial(self.total_count, self.probs, shape, dtype=dtype)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value, n = self._validate_sample(value), self.total_count
        ways = gammaln(n + 1) - gammaln(value + 1) - gammaln(n - value + 1)
        return ways + log_of_trials(self.logits, value, n - value)

    def entropy(self) -> Any:
        """See Distribution; of one ``total_count`` for all, whose counts are added up."""
        log = self.log_prob(self.enumerate_support())
        return -gg.sum(gg.exp(log) * log, axis=0)

    def enumerate_support(self, expand: bool = True) -> Any:
        """0 to ``total_count``, if that is the same for all."""
        most = int(gg.max(self.total_count).detach().item())
        if int(gg.min(self.total_count).detach().item()) != most:
            raise NotImplementedError(
                "enumerate_support: several total_count, of which each has other values"
            )
        shape = (1 + most, *(1,) * len(self._batch_shape))
        one = gg.ravel(full_like(self._given, 1.0))[:1]
        k = gg.cumsum(gg.broadcast_to(one, (1 + most,))) - 1
        values = gg.reshape(k, shape)
        return gg.broadcast_to(values, (1 + most, *self._batch_shape)) if expand else values


class Geometric(Trials):
    """The distribution of numbers of failures before the first success."""

    support = constraints.nonnegative_integer

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._read(probs, logits)
        super().__init__(self.param_shape, validate_args=validate_args)
        if self._validate_args and "probs" in self.__dict__:
            self._check("parameter probs", constraints.positive, self.probs)

    @property
    def mean(self) -> Any:
        """The mean."""
        return 1 / self.probs - 1

    @property
    def mode(self) -> Any:
        """Zeros."""
        return full_like(self._given, 0.0)

    @property
    def variance(self) -> Any:
        """The variance."""
        return (1 / self.probs - 1) / self.probs

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape, dtype = self._extended_shape(sample_shape), self.probs.dtype
        return random.geometric(self.probs, shape, dtype=dtype) - 1

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value, p = self._validate_sample(value), self.probs
        p = gg.where(gg.logical_and(p == 1, value == 0), 0.0, p)
        return value * gg.log1p(-p) + gg.log(self.probs)

    def entropy(self) -> Any:
        """See Distribution."""
        return -log_of_trials(self.logits, self.probs, 1 - self.probs) / self.probs
