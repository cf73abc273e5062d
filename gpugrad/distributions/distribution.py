"""Distribution: what all distributions have."""

from copy import copy
from typing import Any, ClassVar

from ..api import functions as gg
from ..api.creation import asarray
from ..backend.shapes import sizes
from ..engine.levels import no_grad
from .constraints import Constraint, dependent
from .parameters import satisfied, without_gradient

__all__ = ["Distribution", "ExponentialFamily"]


class Distribution:
    """A probability distribution: ``batch_shape`` of them, each of events of ``event_shape``.

    One of your own gives ``arg_constraints``, ``support``, ``log_prob``, and ``rsample`` with
    ``has_rsample = True``, or ``sample``.  Parameters and values on the host are checked unless
    ``validate_args=False``; ValueError names the wrong one.
    """

    has_rsample = False
    has_enumerate_support = False
    arg_constraints: ClassVar[dict[str, Constraint]] = {}
    _validate_args = __debug__

    def __init__(
        self, batch_shape: Any = (), event_shape: Any = (), validate_args: bool | None = None
    ) -> None:
        self._batch_shape, self._event_shape = _shape(batch_shape), _shape(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            for name, constraint in self.arg_constraints.items():
                known = name in self.__dict__  # else it follows from another one
                if known and constraint is not dependent:
                    self._check(f"parameter {name}", constraint, self.__dict__[name])

    def _check(self, what: str, constraint: Constraint, value: Any) -> None:
        if not satisfied(constraint, value):
            raise ValueError(
                f"{self!r}: {what} is outside of {constraint}: {value!r:.200}; "
                "validate_args=False takes it as it is"
            )

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Say whether distributions check parameters and values where they are not told."""
        Distribution._validate_args = bool(value)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Shape of the distributions that this one holds."""
        return self._batch_shape

    @property
    def event_shape(self) -> tuple[int, ...]:
        """Shape of one event."""
        return self._event_shape

    @property
    def support(self) -> Constraint:
        """The set of all values."""
        raise NotImplementedError

    @property
    def mean(self) -> Any:
        """The mean."""
        raise NotImplementedError

    @property
    def mode(self) -> Any:
        """The most likely value."""
        raise NotImplementedError(f"{type(self).__name__} has no mode here")

    @property
    def variance(self) -> Any:
        """The variance."""
        raise NotImplementedError

    @property
    def stddev(self) -> Any:
        """The standard deviation."""
        return gg.sqrt(self.variance)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Random values, (*sample_shape, *batch_shape, *event_shape), without gradients."""
        with no_grad():
            return without_gradient(self.rsample(sample_shape))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Random values as differentiable functions of the parameters."""
        raise NotImplementedError

    def sample_n(self, n: int) -> Any:
        """``n`` random values."""
        return self.sample((n,))

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density, or of the probability of a discrete value."""
        raise NotImplementedError

    def cdf(self, value: Any) -> Any:
        """The probability of at most ``value``."""
        raise NotImplementedError

    def icdf(self, value: Any) -> Any:
        """The inverse of ``cdf``."""
        raise NotImplementedError

    def entropy(self) -> Any:
        """The entropy."""
        raise NotImplementedError

    def enumerate_support(self, expand: bool = True) -> Any:
        """All values of a discrete distribution, along a new first axis."""
        raise NotImplementedError

    def perplexity(self) -> Any:
        """e to the power of the entropy."""
        return gg.exp(self.entropy())

    def expand(self, batch_shape: Any) -> "Distribution":
        """The same distribution for each of ``batch_shape``."""
        made, batch = copy(self), _shape(batch_shape)
        for name, constraint in self.arg_constraints.items():
            if name in self.__dict__:
                x = self.__dict__[name]
                event = tuple(x.shape)[len(x.shape) - constraint.event_dim :]
                made.__dict__[name] = gg.broadcast_to(x, (*batch, *event))
        made._batch_shape = batch
        return made

    def _extended_shape(self, sample_shape: Any = ()) -> tuple[int, ...]:
        return (*sizes(sample_shape), *self._batch_shape, *self._event_shape)

    def _validate_sample(self, value: Any) -> Any:
        """``value`` as a Tensor; ValueError for a wrong shape, or outside of the support."""
        value = asarray(value)
        if not self._validate_args:
            return value
        start = value.ndim - len(self._event_shape)
        shape, whole = tuple(value.shape), self._batch_shape + self._event_shape
        if shape[max(start, 0) :] != self._event_shape:
            raise ValueError(
                f"{self!r}: a value of shape {shape} does not end in the event's "
                f"{tuple(self._event_shape)}"
            )
        pairs = zip(reversed(shape), reversed(whole), strict=False)
        if any(1 not in (m, n) and m != n for m, n in pairs):
            raise ValueError(
                f"{self!r}: a value of shape {shape} does not broadcast with {tuple(whole)}"
            )
        self._check("value argument", self.support, value)
        return value

    def __repr__(self) -> str:
        parts = [
            f"{name}: {x.shape if x.ndim else x.detach().item()}"
            for name in self.arg_constraints
            if (x := self.__dict__.get(name)) is not None
        ]
        return f"{type(self).__name__}({', '.join(parts)})"


def _shape(lengths: Any) -> tuple[int, ...]:
    """Lengths as a tuple, of a class of its own if it has one."""
    return lengths if isinstance(lengths, tuple) else tuple(lengths)


class ExponentialFamily(Distribution):
    """A distribution whose density is an exponential of products of parameters and statistics."""
