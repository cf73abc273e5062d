"""Transforms: invertible functions of random values, with the logarithms of their slopes."""

from math import prod
from typing import Any

from ..api import functions as gg
from . import constraints
from .constraints import Constraint
from .wrapping import summed


class Transform:
    """A function from ``domain`` to ``codomain``; ``t(x)``, ``t.inv(y)``.

    One of your own gives ``_call``, ``_inverse``, ``log_abs_det_jacobian``, ``domain`` and
    ``codomain``, ``bijective`` and, if it is of numbers, ``sign``.  ``cache_size`` is accepted:
    inverses are computed.
    """

    bijective = False
    domain: Constraint = constraints.real
    codomain: Constraint = constraints.real

    def __init__(self, cache_size: int = 0) -> None:
        if cache_size not in (0, 1):
            raise ValueError(f"{type(self).__name__}: cache_size={cache_size!r:.80}; give 0 or 1")
        self._cache_size = cache_size

    @property
    def sign(self) -> Any:
        """1 if it rises, -1 if it falls."""
        raise NotImplementedError

    @property
    def inv(self) -> "Transform":
        """The inverse."""
        return _Inverse(self)

    def with_cache(self, cache_size: int = 1) -> "Transform":
        """Itself."""
        return self

    def __call__(self, x: Any) -> Any:
        return self._call(x)

    def _call(self, x: Any) -> Any:
        raise NotImplementedError

    def _inverse(self, y: Any) -> Any:
        raise NotImplementedError

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """The logarithm of the factor by which it widens about ``x``, which it makes ``y``."""
        raise NotImplementedError

    def forward_shape(self, shape: Any) -> tuple[int, ...]:
        """The shape of what it makes of ``shape``."""
        return tuple(shape)

    def inverse_shape(self, shape: Any) -> tuple[int, ...]:
        """The shape of what makes ``shape``."""
        return tuple(shape)

    def __eq__(self, other: Any) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _Inverse(Transform):
    """The inverse of a transform."""

    def __init__(self, transform: Transform) -> None:
        super().__init__()
        self._of = transform
        self.domain, self.codomain = transform.codomain, transform.domain
        self.bijective = transform.bijective

    @property
    def sign(self) -> Any:
        """See Transform."""
        return self._of.sign

    @property
    def inv(self) -> Transform:
        """What this is the inverse of."""
        return self._of

    def _call(self, x: Any) -> Any:
        return self._of._inverse(x)

    def _inverse(self, y: Any) -> Any:
        return self._of._call(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        return -self._of.log_abs_det_jacobian(y, x)

    def forward_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        return self._of.inverse_shape(shape)

    def inverse_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        return self._of.forward_shape(shape)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, _Inverse) and self._of == other._of

    __hash__ = Transform.__hash__

    def __repr__(self) -> str:
        return f"_InverseTransform({self._of!r})"


class ComposeTransform(Transform):
    """Several transforms one after the other; of none it is the identity."""

    def __init__(self, parts: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.parts = list(parts)
        self.bijective = all(part.bijective for part in self.parts)
        if self.parts:
            self.domain, self.codomain = self.parts[0].domain, self.parts[-1].codomain
        self.domain = raised(self.domain, self._needed())
        self.codomain = raised(self.codomain, self._made())

    def _needed(self) -> int:
        count = self.codomain.event_dim
        for part in reversed(self.parts):
            count += part.domain.event_dim - part.codomain.event_dim
            count = max(count, part.domain.event_dim)
        return count

    def _made(self) -> int:
        count = self.domain.event_dim
        for part in self.parts:
            count = max(count, part.domain.event_dim)
            count += part.codomain.event_dim - part.domain.event_dim
        return count

    @property
    def sign(self) -> Any:
        """See Transform."""
        return prod([part.sign for part in self.parts])

    @property
    def inv(self) -> Transform:
        """The inverses in the other order."""
        return ComposeTransform([part.inv for part in reversed(self.parts)])

    def _call(self, x: Any) -> Any:
        for part in self.parts:
            x = part(x)
        return x

    def _inverse(self, y: Any) -> Any:
        for part in reversed(self.parts):
            y = part._inverse(y)
        return y

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        total, axes = 0.0, self.domain.event_dim
        if not self.parts:
            return summed(x * 0, axes)
        for part in self.parts:
            y = part(x)
            log = part.log_abs_det_jacobian(x, y)
            total = total + summed(log, axes - part.domain.event_dim)
            axes += part.codomain.event_dim - part.domain.event_dim
            x = y
        return total

    def forward_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        for part in self.parts:
            shape = part.forward_shape(shape)
        return tuple(shape)

    def inverse_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        for part in reversed(self.parts):
            shape = part.inverse_shape(shape)
        return tuple(shape)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, ComposeTransform) and self.parts == other.parts

    __hash__ = Transform.__hash__

    def __repr__(self) -> str:
        return f"ComposeTransform({self.parts!r})"


def raised(constraint: Constraint, axes: int) -> Constraint:
    """``constraint`` of events of ``axes`` axes at least."""
    more = axes - constraint.event_dim
    return constraints.independent(constraint, more) if more > 0 else constraint


identity_transform = ComposeTransform([])


class IndependentTransform(Transform):
    """A transform whose last axes count as of one event."""

    def __init__(
        self, base_transform: Transform, reinterpreted_batch_ndims: int, cache_size: int = 0
    ) -> None:
        super().__init__(cache_size)
        self.base_transform = base_transform
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.bijective = base_transform.bijective
        self.domain, self.codomain = (
            constraints.independent(one, reinterpreted_batch_ndims)
            for one in (base_transform.domain, base_transform.codomain)
        )

    @property
    def sign(self) -> Any:
        """See Transform."""
        return self.base_transform.sign

    def _call(self, x: Any) -> Any:
        return self.base_transform(x)

    def _inverse(self, y: Any) -> Any:
        return self.base_transform._inverse(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        log = self.base_transform.log_abs_det_jacobian(x, y)
        return summed(log, self.reinterpreted_batch_ndims)

    def __repr__(self) -> str:
        return f"IndependentTransform({self.base_transform!r}, {self.reinterpreted_batch_ndims})"


class ReshapeTransform(Transform):
    """Events of the shape ``in_shape`` in ``out_shape``."""

    bijective = True

    def __init__(self, in_shape: Any, out_shape: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.in_shape, self.out_shape = tuple(in_shape), tuple(out_shape)
        if prod(self.in_shape) != prod(self.out_shape):
            raise ValueError(
                f"ReshapeTransform: {self.in_shape} and {self.out_shape} differ in their number of "
                "elements"
            )
        self.domain = raised(constraints.real, len(self.in_shape))
        self.codomain = raised(constraints.real, len(self.out_shape))

    def _batch(self, shape: Any, event: tuple) -> tuple[int, ...]:
        kept = len(shape) - len(event)
        if kept < 0 or tuple(shape[kept:]) != event:
            raise ValueError(f"ReshapeTransform: {tuple(shape)} does not end in {event}")
        return tuple(shape[:kept])

    def _call(self, x: Any) -> Any:
        return gg.reshape(x, self.forward_shape(x.shape))

    def _inverse(self, y: Any) -> Any:
        return gg.reshape(y, self.inverse_shape(y.shape))

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """See Transform."""
        return summed(x * 0, len(self.in_shape))

    def forward_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        return (*self._batch(shape, self.in_shape), *self.out_shape)

    def inverse_shape(self, shape: Any) -> tuple[int, ...]:
        """See Transform."""
        return (*self._batch(shape, self.out_shape), *self.in_shape)
