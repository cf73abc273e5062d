"""Relaxed distributions: numbers between 0 and 1 that come near to truth values and categories as
their ``temperature`` falls, as differentiable functions of the probabilities."""

from math import lgamma
from typing import Any

from .. import random
from ..api import functions as gg
from . import constraints
from .categories import Categories
from .counts import Trials
from .elementary import ExpTransform, SigmoidTransform
from .parameters import clamped, drawn_like, floats
from .transformed import TransformedDistribution


class LogitRelaxedBernoulli(Trials):
    """The distribution of the logits of ``RelaxedBernoulli``'s values."""

    support = constraints.real
    has_rsample = True

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.temperature,) = floats(temperature)
        self._read(probs, logits)
        super().__init__(self.param_shape, validate_args=validate_args)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        probs = clamped(self.probs)
        u = clamped(drawn_like(random.uniform, probs, self._extended_shape(sample_shape)))
        noise = gg.log(u) - gg.log1p(-u)
        return (noise + gg.log(probs) - gg.log1p(-probs)) / self.temperature

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        off = self.logits - self._validate_sample(value) * self.temperature
        return gg.log(self.temperature) + off - 2 * gg.softplus(off)

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        return gg.sigmoid(self._validate_sample(value) * self.temperature - self.logits)


class ExpRelaxedCategorical(Categories):
    """The distribution of the logarithms of ``RelaxedOneHotCategorical``'s values."""

    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.temperature,) = floats(temperature)
        shape = self._read(probs, logits)
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        noise = drawn_like(random.gumbel, self.logits, self._extended_shape(sample_shape))
        return gg.log_softmax((self.logits + noise) / self.temperature, axis=-1)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value, k = self._validate_sample(value), self._num_events
        score = gg.log_softmax(self.logits - value * self.temperature, axis=-1)
        return gg.sum(score, axis=-1) + lgamma(k) + (k - 1) * gg.log(self.temperature)


class _Relaxed(TransformedDistribution):
    """The distribution of transformed values of a relaxed one."""

    base_dist: Any
    has_rsample = True  # type: ignore[assignment]

    @property
    def temperature(self) -> Any:
        """How far the values are from truth values."""
        return self.base_dist.temperature

    @property
    def logits(self) -> Any:
        """The logits."""
        return self.base_dist.logits

    @property
    def probs(self) -> Any:
        """The probabilities."""
        return self.base_dist.probs


class RelaxedBernoulli(_Relaxed):
    """Numbers in (0, 1) that come near to 1 with ``probs``."""

    arg_constraints = Trials.arg_constraints
    support = constraints.unit_interval  # type: ignore[assignment]

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        base = LogitRelaxedBernoulli(temperature, probs, logits, validate_args)
        super().__init__(base, SigmoidTransform(), validate_args=validate_args)


class RelaxedOneHotCategorical(_Relaxed):
    """Shares that add up to 1, of which one comes near to 1."""

    arg_constraints = Categories.arg_constraints
    support = constraints.simplex  # type: ignore[assignment]

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        base = ExpRelaxedCategorical(temperature, probs, logits, validate_args)
        super().__init__(base, ExpTransform(), validate_args=validate_args)
