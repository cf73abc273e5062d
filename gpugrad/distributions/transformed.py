"""Distributions of transformed values."""

from math import log, pi
from typing import Any, ClassVar

from ..api import functions as gg
from ..engine.levels import no_grad
from . import constraints
from .constraints import Constraint, positive
from .distribution import Distribution
from .elementary import AbsTransform, ExpTransform
from .lines import Cauchy, Normal
from .parameters import full_like, without_gradient
from .transform import ComposeTransform, Transform, raised
from .wrapping import Independent, summed


class TransformedDistribution(Distribution):
    """The distribution of what transforms make of the values of a base."""

    arg_constraints: ClassVar[dict[str, Constraint]] = {}

    def __init__(
        self, base_distribution: Distribution, transforms: Any, validate_args: bool | None = None
    ) -> None:
        given = [transforms] if isinstance(transforms, Transform) else transforms
        if not isinstance(given, list) or not all(isinstance(t, Transform) for t in given):
            raise ValueError(
                f"TransformedDistribution: transforms={transforms!r:.200}; give a Transform, "
                "or a list of them"
            )
        self.transforms, whole = given, ComposeTransform(given)
        base = base_distribution
        shape = base.batch_shape + base.event_shape
        if len(shape) < (axes := whole.domain.event_dim):
            raise ValueError(
                f"TransformedDistribution: a shape {tuple(shape)} for transforms of {axes} axes"
            )
        made = type(shape)(whole.forward_shape(shape))
        if (wide := whole.inverse_shape(made)) != shape:
            base = base.expand(wide[: len(wide) - len(base.event_shape)])
        more = whole.domain.event_dim - len(base.event_shape)
        self.base_dist = Independent(base, more) if more > 0 else base
        event = whole.codomain.event_dim - whole.domain.event_dim
        event = max(event + len(self.base_dist.event_shape), whole.codomain.event_dim)
        kept = len(made) - event
        super().__init__(made[:kept], made[kept:], validate_args=validate_args)

    def expand(self, batch_shape: Any) -> "TransformedDistribution":
        """See Distribution."""
        whole = ComposeTransform(self.transforms)
        shape = whole.inverse_shape((*batch_shape, *self._event_shape))
        base = self.base_dist
        base = base.expand(shape[: len(shape) - len(base.event_shape)])
        made: Any = object.__new__(type(self))
        made.__dict__.update(self.__dict__, base_dist=base, _batch_shape=tuple(batch_shape))
        return made

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """Whether the base has it."""
        return self.base_dist.has_rsample

    @property
    def support(self) -> Constraint:
        """The set of all values."""
        if not self.transforms:
            return self.base_dist.support
        return raised(self.transforms[-1].codomain, len(self._event_shape))

    def sample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        with no_grad():
            return without_gradient(self._forward(self.base_dist.sample(sample_shape)))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        return self._forward(self.base_dist.rsample(sample_shape))

    def _forward(self, x: Any) -> Any:
        for transform in self.transforms:
            x = transform(x)
        return x

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        y = self._validate_sample(value)
        axes, log_slope = len(self._event_shape), 0.0
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            axes += transform.domain.event_dim - transform.codomain.event_dim
            more = transform.log_abs_det_jacobian(x, y)
            log_slope = log_slope + summed(more, axes - transform.domain.event_dim)
            y = x
        log = summed(self.base_dist.log_prob(y), axes - len(self.base_dist.event_shape))
        return log - log_slope

    def _sign(self) -> Any:
        return ComposeTransform(self.transforms).sign

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        for transform in reversed(self.transforms):
            value = transform.inv(value)
        below, sign = self.base_dist.cdf(value), self._sign()
        return sign * (below - 0.5) + 0.5

    def icdf(self, value: Any) -> Any:
        """See Distribution."""
        return self._forward(self.base_dist.icdf(self._sign() * (value - 0.5) + 0.5))


class LogNormal(TransformedDistribution):
    """The distribution of numbers whose logarithm is normal."""

    arg_constraints = {"loc": constraints.real, "scale": positive}
    support = positive  # type: ignore[assignment]
    base_dist: Any

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Normal(loc, scale, validate_args=validate_args), [ExpTransform()])

    @property
    def loc(self) -> Any:
        """The mean of the logarithm."""
        return self.base_dist.loc

    @property
    def scale(self) -> Any:
        """The standard deviation of the logarithm."""
        return self.base_dist.scale

    @property
    def mean(self) -> Any:
        """The mean."""
        return gg.exp(self.loc + gg.square(self.scale) / 2)

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return gg.exp(self.loc - gg.square(self.scale))

    @property
    def variance(self) -> Any:
        """The variance."""
        spread = gg.square(self.scale)
        return gg.expm1(spread) * gg.exp(2 * self.loc + spread)

    def entropy(self) -> Any:
        """See Distribution."""
        return self.base_dist.entropy() + self.loc


class _Half(TransformedDistribution):
    """The distribution of sizes of numbers that are symmetric about 0."""

    arg_constraints = {"scale": positive}
    support = constraints.nonnegative  # type: ignore[assignment]
    base_dist: Any
    _base: Any

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(self._base(0.0, scale, validate_args=validate_args), [AbsTransform()])

    @property
    def scale(self) -> Any:
        """The scale."""
        return self.base_dist.scale

    @property
    def mode(self) -> Any:
        """Zeros."""
        return full_like(self.scale, 0.0)

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        value = self._validate_sample(value)
        return gg.where(value >= 0, self.base_dist.log_prob(value) + log(2), -float("inf"))

    def cdf(self, value: Any) -> Any:
        """See Distribution."""
        return 2 * self.base_dist.cdf(self._validate_sample(value)) - 1

    def icdf(self, value: Any) -> Any:
        """See Distribution."""
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Any:
        """See Distribution."""
        return self.base_dist.entropy() - log(2)


class HalfNormal(_Half):
    """The distribution of sizes of normal numbers of mean 0."""

    _base = Normal

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.scale * (2 / pi) ** 0.5

    @property
    def variance(self) -> Any:
        """The variance."""
        return gg.square(self.scale) * (1 - 2 / pi)


class HalfCauchy(_Half):
    """The distribution of sizes of Cauchy numbers about 0."""

    _base = Cauchy

    @property
    def mean(self) -> Any:
        """Infinite."""
        return full_like(self.scale, float("inf"))

    @property
    def variance(self) -> Any:
        """Infinite."""
        return self.base_dist.variance
