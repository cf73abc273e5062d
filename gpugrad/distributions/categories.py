"""Distributions of one of several categories, and of how often each comes."""

from math import lgamma
from typing import Any

from .. import random
from ..api import functions as gg
from ..ops.shape import common_shape
from . import constraints
from .constraints import Constraint
from .counts import Binomial, one_of
from .distribution import Distribution
from .parameters import floats, from_logits, full_like, gammaln, lazy, to_logits, xlogy


class Categories(Distribution):
    """A distribution of categories along the last axis of ``probs``, or of ``logits``."""

    arg_constraints = {
        "probs": constraints.simplex,
        "logits": constraints.real_vector,
    }

    def _read(self, probs: Any, logits: Any) -> tuple[int, ...]:
        """Keeps the one that is given, normalised; its shape."""
        one_of(probs, logits)
        name, (given,) = ("probs", floats(probs)) if logits is None else ("logits", floats(logits))
        if not given.ndim:
            raise ValueError(f"{type(self).__name__}: {name} is a number; give one for each class")
        if name == "probs":
            self.__dict__[name] = given / gg.sum(given, axis=-1, keepdims=True)
        else:
            self.__dict__[name] = given - gg.logsumexp(given, axis=-1, keepdims=True)
        return given.shape

    @lazy
    def probs(self) -> Any:
        """Probabilities, which add up to 1."""
        return from_logits(self.logits, binary=False)

    @lazy
    def logits(self) -> Any:
        """Logarithms of the probabilities."""
        return to_logits(self.probs, binary=False)

    @property
    def _given(self) -> Any:
        return self.__dict__.get("logits", self.__dict__.get("probs"))

    @property
    def param_shape(self) -> tuple[int, ...]:
        """The shape of ``probs``."""
        return self._given.shape

    @property
    def _num_events(self) -> int:
        return self._given.shape[-1]

    def _places(self, expand: bool) -> Any:
        """0 to n - 1 along a first axis, for each of the batch if ``expand``."""
        n, lead = self._num_events, len(self._batch_shape)
        ones = full_like(gg.reshape(self._given, (-1, n))[0], 1.0)
        values = gg.reshape(gg.astype(gg.cumsum(ones) - 1, "int64"), (n, *(1,) * lead))
        return gg.broadcast_to(values, (n, *self._batch_shape)) if expand else values

    def _one_hot(self, places: Any) -> Any:
        k = gg.cumsum(full_like(gg.reshape(self._given, (-1, self._num_events))[0], 1.0)) - 1
        return gg.astype(gg.expand_dims(places, axis=-1) == k, self._given.dtype)

    def entropy(self) -> Any:
        """See Distribution."""
        return -gg.sum(xlogy(self.probs, self.probs), axis=-1)


class Categorical(Categories):
    """The distribution of the places 0 to n - 1 of categories."""

    has_enumerate_support = True

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        shape = self._read(probs, logits)
        super().__init__(shape[:-1], validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """0 to n - 1."""
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def mean(self) -> Any:
        """NaN."""
        return full_like(self._given[..., 0], float("nan"))

    @property
    def mode(self) -> Any:
        """The most likely place."""
        return gg.argmax(self._given, axis=-1)

    @property
    def variance(self) -> Any:
        """NaN."""
        return full_like(self._given[..., 0], float("nan"))

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        return random.categorical(self.probs, self._extended_shape(sample_shape))

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value, logits = gg.astype(self._validate_sample(value), "int64"), self.logits
        if value.shape != self._batch_shape:
            shape = common_shape([value.shape, self._batch_shape])
            logits = gg.broadcast_to(logits, (*shape, self._num_events))
            value = gg.broadcast_to(value, shape)
        found = gg.take_along_axis(logits, gg.expand_dims(value, axis=-1), axis=-1)
        return gg.squeeze(found, axis=-1)

    def enumerate_support(self, expand: bool = True) -> Any:
        """All places."""
        return self._places(expand)


class OneHotCategorical(Categories):
    """The distribution of vectors of 0 with a 1 at the place of a category."""

    support = constraints.one_hot
    has_enumerate_support = True

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        shape = self._read(probs, logits)
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    @property
    def mean(self) -> Any:
        """The probabilities."""
        return self.probs

    @property
    def mode(self) -> Any:
        """The most likely vector."""
        return self._one_hot(gg.argmax(self._given, axis=-1))

    @property
    def variance(self) -> Any:
        """The variance of each number."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape = self._extended_shape(sample_shape)[:-1]
        return self._one_hot(random.categorical(self.probs, shape))

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        return gg.sum(gg.where(value > 0, self.logits, 0.0), axis=-1)

    def enumerate_support(self, expand: bool = True) -> Any:
        """All vectors."""
        return self._one_hot(self._places(expand))


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """The same, whose ``rsample`` has the gradient of the probabilities."""

    has_rsample = True

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        return self.sample(sample_shape) + (self.probs - self.probs.detach())


class Multinomial(Categories):
    """The distribution of how often each category comes in ``total_count`` trials."""

    def __init__(
        self,
        total_count: int = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError(f"Multinomial: total_count={total_count!r:.80}; give an int")
        self.total_count = total_count
        shape = self._read(probs, logits)
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """Counts whose sum is at most ``total_count``."""
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Any:
        """The mean of each count."""
        return self.probs * self.total_count

    @property
    def variance(self) -> Any:
        """The variance of each count."""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        shape, dtype = self._extended_shape(sample_shape)[:-1], self._given.dtype
        return random.multinomial(self.total_count, self.probs, shape, dtype=dtype)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        ways = gammaln(gg.sum(value, axis=-1) + 1) - gg.sum(gammaln(value + 1), axis=-1)
        logits = gg.where(gg.logical_and(value == 0, gg.isinf(self.logits)), 0.0, self.logits)
        return ways + gg.sum(logits * value, axis=-1)

    def entropy(self) -> Any:
        """See Distribution."""
        n = self.total_count
        counts = Binomial(n, self.probs, validate_args=False)
        k = counts.enumerate_support()[1:]
        weights = gg.exp(counts.log_prob(k)) * gammaln(k + 1)
        return n * super().entropy() - lgamma(n + 1) + gg.sum(weights, axis=(0, -1))
