"""Distributions made of others: batches as one event, mixtures."""

from typing import Any, ClassVar

from ..api import functions as gg
from . import constraints
from .categories import Categorical
from .constraints import Constraint
from .distribution import Distribution


def summed(x: Any, count: int) -> Any:
    """The sum over the last ``count`` axes."""
    return gg.sum(x, axis=tuple(range(-count, 0))) if count else x


class Independent(Distribution):
    """A distribution whose last axes of the batch count as of one event."""

    arg_constraints: ClassVar[dict[str, Constraint]] = {}

    def __init__(
        self,
        base_distribution: Distribution,
        reinterpreted_batch_ndims: int,
        validate_args: bool | None = None,
    ) -> None:
        batch, count = base_distribution.batch_shape, reinterpreted_batch_ndims
        if count > len(batch):
            raise ValueError(
                f"Independent: {count} axes of a batch of shape {tuple(batch)}; give "
                f"reinterpreted_batch_ndims from 0 to {len(batch)}"
            )
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, count
        kept = len(batch) - count
        event = batch[kept:] + base_distribution.event_shape
        super().__init__(batch[:kept], event, validate_args=validate_args)

    def expand(self, batch_shape: Any) -> "Independent":
        """See Distribution."""
        count = self.reinterpreted_batch_ndims
        inner = (*batch_shape, *self._event_shape[:count])
        return type(self)(self.base_dist.expand(inner), count, self._validate_args)

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """Whether the base has it."""
        return self.base_dist.has_rsample

    @property
    def support(self) -> Constraint:
        """The set of all values."""
        inner, count = self.base_dist.support, self.reinterpreted_batch_ndims
        return constraints.independent(inner, count) if count else inner

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.base_dist.mean

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return self.base_dist.mode

    @property
    def variance(self) -> Any:
        """The variance."""
        return self.base_dist.variance

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        return summed(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Any:
        """See Distribution."""
        return summed(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def __repr__(self) -> str:
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"


def _check_mixture(mixture: Any, components: Any) -> None:
    """ValueError, as torch's, unless both go together."""
    if not isinstance(mixture, Categorical):
        raise ValueError(
            f"MixtureSameFamily: mixture_distribution is {type(mixture).__name__}; give a "
            "Categorical"
        )
    if not isinstance(components, Distribution):
        raise ValueError(
            f"MixtureSameFamily: component_distribution is {type(components).__name__}; give a "
            "Distribution"
        )
    batch, mixed = components.batch_shape, mixture.batch_shape
    pairs = zip(reversed(mixed), reversed(batch[:-1]), strict=False)
    if any(1 not in (m, n) and m != n for m, n in pairs):
        raise ValueError(
            f"MixtureSameFamily: the mixture's batch {tuple(mixed)} does not broadcast with the "
            f"components' {tuple(batch)} without its last axis"
        )
    if mixture.param_shape[-1] != batch[-1]:
        raise ValueError(
            f"MixtureSameFamily: {mixture.param_shape[-1]} probabilities for {batch[-1]} components"
        )


class MixtureSameFamily(Distribution):
    """A mixture: components along the last axis of the batch, of which each value is of one."""

    arg_constraints: ClassVar[dict[str, Constraint]] = {}

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: bool | None = None,
    ) -> None:
        _check_mixture(mixture_distribution, component_distribution)
        self._mixture_distribution = mixture_distribution
        self._component_distribution = component_distribution
        batch, event = component_distribution.batch_shape, component_distribution.event_shape
        super().__init__(batch[:-1], event, validate_args)

    def expand(self, batch_shape: Any) -> "MixtureSameFamily":
        """See Distribution."""
        n = self._component_distribution.batch_shape[-1]
        components = self._component_distribution.expand((*batch_shape, n))
        mixture: Any = self._mixture_distribution.expand(batch_shape)
        return type(self)(mixture, components, self._validate_args)

    @property
    def mixture_distribution(self) -> Categorical:
        """Which component a value is of."""
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Distribution:
        """The components."""
        return self._component_distribution

    @property
    def support(self) -> Constraint:
        """That of the components."""
        return self._component_distribution.support

    def _weights(self) -> Any:
        probs = self._mixture_distribution.probs
        return gg.reshape(probs, (*probs.shape, *(1,) * len(self._event_shape)))

    @property
    def _axis(self) -> int:
        return -1 - len(self._event_shape)

    @property
    def mean(self) -> Any:
        """The mean."""
        return gg.sum(self._weights() * self._component_distribution.mean, axis=self._axis)

    @property
    def variance(self) -> Any:
        """The variance: that within components, and that of their means."""
        parts, weights = self._component_distribution, self._weights()
        apart = gg.square(parts.mean - gg.expand_dims(self.mean, axis=self._axis))
        return gg.sum(weights * (parts.variance + apart), axis=self._axis)

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        below = self._component_distribution.cdf(self._for_each(value))
        return gg.sum(below * self._mixture_distribution.probs, axis=-1)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        self._validate_sample(value)
        log = self._component_distribution.log_prob(self._for_each(value))
        return gg.logsumexp(log + gg.log_softmax(self._mixture_distribution.logits, axis=-1), -1)

    def _for_each(self, value: Any) -> Any:
        return gg.expand_dims(value, axis=self._axis)

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        events = len(self._event_shape)
        places = self._mixture_distribution.sample(sample_shape)
        values = self._component_distribution.sample(sample_shape)
        places = gg.reshape(places, (*places.shape, 1, *(1,) * events))
        shape = (*values.shape[: -1 - events], 1, *values.shape[values.ndim - events :])
        chosen = gg.take_along_axis(values, gg.broadcast_to(places, shape), axis=self._axis)
        return gg.squeeze(chosen, axis=self._axis)

    def __repr__(self) -> str:
        return (
            f"MixtureSameFamily(\n  {self._mixture_distribution},\n  "
            f"{self._component_distribution})"
        )
