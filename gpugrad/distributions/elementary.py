"""Transforms of numbers, and of vectors to shares."""

from math import log
from typing import Any

from ..api import functions as gg
from ..ops.shape import common_shape
from . import constraints
from .parameters import full_like, smallest, tiny
from .transform import Transform, raised
from .wrapping import summed


class _Rising(Transform):
    """A transform of numbers that rises and has no settings: two of them are the same."""

    bijective = True
    sign = 1  # type: ignore[assignment]

    def __eq__(self, other: Any) -> bool:
        return type(self) is type(other)

    __hash__ = Transform.__hash__


class ExpTransform(_Rising):
    """y = e**x."""

    codomain = constraints.positive

    def _call(self, x: Any) -> Any:
        return gg.exp(x)

    def _inverse(self, y: Any) -> Any:
        return gg.log(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        return x


class SigmoidTransform(_Rising):
    """y = 1 / (1 + e**-x), kept away from 0 and 1."""

    codomain = constraints.unit_interval

    def _call(self, x: Any) -> Any:
        return gg.clip(gg.sigmoid(x), smallest(x), 1 - tiny(x))

    def _inverse(self, y: Any) -> Any:
        y = gg.clip(y, smallest(y), 1 - tiny(y))
        return gg.log(y) - gg.log1p(-y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        return -gg.softplus(-x) - gg.softplus(x)


class SoftplusTransform(_Rising):
    """y = log(1 + e**x)."""

    codomain = constraints.positive

    def _call(self, x: Any) -> Any:
        return gg.softplus(x)

    def _inverse(self, y: Any) -> Any:
        return gg.log(-gg.expm1(-y)) + y

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        return -gg.softplus(-x)


class TanhTransform(_Rising):
    """y = tanh(x)."""

    codomain = constraints.interval(-1.0, 1.0)

    def _call(self, x: Any) -> Any:
        return gg.tanh(x)

    def _inverse(self, y: Any) -> Any:
        return gg.atanh(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        return 2 * (log(2) - x - gg.softplus(-2 * x))


class AbsTransform(Transform):
    """y = |x|, of which ``inv`` gives the positive x."""

    codomain = constraints.positive

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, AbsTransform)

    __hash__ = Transform.__hash__

    def _call(self, x: Any) -> Any:
        return gg.abs(x)

    def _inverse(self, y: Any) -> Any:
        return y


class PowerTransform(Transform):
    """y = x**exponent, of positive x."""

    bijective = True
    domain = codomain = constraints.positive

    def __init__(self, exponent: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.exponent = exponent

    @property
    def sign(self) -> Any:
        """See Transform."""
        return gg.sign(self.exponent)

    def _call(self, x: Any) -> Any:
        return x**self.exponent

    def _inverse(self, y: Any) -> Any:
        return y ** (1 / self.exponent)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        return gg.log(gg.abs(self.exponent * y / x))

    def forward_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        return _together(shape, self.exponent)

    inverse_shape = forward_shape


class AffineTransform(Transform):
    """y = loc + scale * x; the last ``event_dim`` axes are of one event."""

    bijective = True

    def __init__(self, loc: Any, scale: Any, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale, self.event_dim = loc, scale, event_dim
        self.domain = self.codomain = raised(constraints.real, event_dim)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, AffineTransform) and all(
            bool(gg.all(gg.equal(a, b)).item())
            if hasattr(a, "shape") or hasattr(b, "shape")
            else a == b
            for a, b in ((self.loc, other.loc), (self.scale, other.scale))
        )

    __hash__ = Transform.__hash__

    @property
    def sign(self) -> Any:
        """See Transform."""
        if isinstance(self.scale, int | float):
            return (self.scale > 0) - (self.scale < 0)
        return gg.sign(self.scale)

    def _call(self, x: Any) -> Any:
        return self.loc + self.scale * x

    def _inverse(self, y: Any) -> Any:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        return summed(gg.log(gg.abs(full_like(x, 1.0) * self.scale)), self.event_dim)

    def forward_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        return _together(shape, self.loc, self.scale)

    inverse_shape = forward_shape


def _together(shape: Any, *parameters: Any) -> tuple[int, ...]:
    """``shape`` beside the shapes of parameters, which may be numbers."""
    return common_shape([tuple(shape), *(tuple(getattr(p, "shape", ())) for p in parameters)])


class SoftmaxTransform(Transform):
    """Shares of e**x; ``inv`` gives one x of the many."""

    domain, codomain = constraints.real_vector, constraints.simplex

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, SoftmaxTransform)

    __hash__ = Transform.__hash__

    def _call(self, x: Any) -> Any:
        return gg.softmax(x, axis=-1)

    def _inverse(self, y: Any) -> Any:
        return gg.log(y)


class StickBreakingTransform(Transform):
    """n numbers to n + 1 shares, each a part of what is left by those before it."""

    bijective = True
    domain, codomain = constraints.real_vector, constraints.simplex

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, StickBreakingTransform)

    __hash__ = Transform.__hash__

    def _offset(self, x: Any) -> Any:
        """The logarithms of how many shares there are after each."""
        return gg.log(x.shape[-1] + 1 - gg.cumsum(full_like(x, 1.0), axis=-1))

    def _call(self, x: Any) -> Any:
        z = gg.sigmoid(x - self._offset(x))
        z = gg.clip(z, smallest(z), 1 - tiny(z))
        one = full_like(z[..., :1], 1.0)
        left = gg.cumprod(1 - z, axis=-1)
        return gg.concat([z, one], axis=-1) * gg.concat([one, left], axis=-1)

    def _inverse(self, y: Any) -> Any:
        shares = y[..., :-1]
        left = gg.clip(1 - gg.cumsum(shares, axis=-1), smallest(y), None)
        return gg.log(shares) - gg.log(left) + self._offset(shares)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        x = x - self._offset(x)
        return gg.sum(-x - gg.softplus(-x) + gg.log(y[..., :-1]), axis=-1)

    def forward_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        return (*shape[:-1], shape[-1] + 1)

    def inverse_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        return (*shape[:-1], shape[-1] - 1)
