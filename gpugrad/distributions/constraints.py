"""Constraints: the sets that parameters and values of distributions lie in.

``constraint.check(x)`` tells for each event whether it lies in the set; an event has
``event_dim`` axes.
"""

from typing import Any

from .. import linalg
from ..api import functions as gg

# fmt: off
__all__ = [
    "Constraint",
    "boolean",
    "dependent",
    "greater_than",
    "greater_than_eq",
    "half_open_interval",
    "independent",
    "integer_interval",
    "interval",
    "less_than",
    "lower_cholesky",
    "multinomial",
    "nonnegative",
    "nonnegative_integer",
    "one_hot",
    "positive",
    "positive_definite",
    "positive_integer",
    "real",
    "real_vector",
    "simplex",
    "unit_interval",
]
# fmt: on


class Constraint:
    """A set of numbers, vectors or matrices."""

    is_discrete = False
    event_dim = 0

    def check(self, value: Any) -> Any:
        """Whether each event of ``value`` lies in the set."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return type(self).__name__.removeprefix("_") + "()"


class _Real(Constraint):
    def check(self, value: Any) -> Any:
        return value == value  # not NaN


class _Dependent(Constraint):
    """A set that other parameters say, which is not checked here."""

    def check(self, value: Any) -> Any:
        raise ValueError("a dependent constraint, which other parameters say; it has no check")


class _Boolean(Constraint):
    is_discrete = True

    def check(self, value: Any) -> Any:
        return gg.logical_or(value == 0, value == 1)


class _Bounded(Constraint):
    """Numbers between bounds, of which None is no bound; ``closed`` says which belong to it."""

    def __init__(self, lower_bound: Any, upper_bound: Any, closed: tuple[bool, bool]) -> None:
        self.lower_bound, self.upper_bound, self.closed = lower_bound, upper_bound, closed

    def check(self, value: Any) -> Any:
        low, high = self.lower_bound, self.upper_bound
        if low is None:
            return self._below(value)
        above = value >= low if self.closed[0] else value > low
        return above if high is None else gg.logical_and(above, self._below(value))

    def _below(self, value: Any) -> Any:
        return value <= self.upper_bound if self.closed[1] else value < self.upper_bound

    def __repr__(self) -> str:
        low, high = self.lower_bound, self.upper_bound
        if high is None:
            return f"{'GreaterThanEq' if self.closed[0] else 'GreaterThan'}(lower_bound={low})"
        if low is None:
            return f"LessThan(upper_bound={high})"
        name = "Interval" if self.closed[1] else "HalfOpenInterval"
        return f"{name}(lower_bound={low}, upper_bound={high})"


class _Integers(_Bounded):
    is_discrete = True

    def check(self, value: Any) -> Any:
        return gg.logical_and(super().check(value), value == gg.floor(value))

    def __repr__(self) -> str:
        return f"Integer{super().__repr__()}".replace("ThanEq", "Than")


class independent(Constraint):
    """A constraint whose last ``reinterpreted_batch_ndims`` axes count as of one event."""

    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint = base_constraint
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.is_discrete = base_constraint.is_discrete
        self.event_dim = base_constraint.event_dim + reinterpreted_batch_ndims

    def check(self, value: Any) -> Any:
        """Whether each event of ``value`` lies in the set."""
        inside = self.base_constraint.check(value)
        return gg.all(inside, axis=tuple(range(-self.reinterpreted_batch_ndims, 0)))

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint}, {self.reinterpreted_batch_ndims})"


class _Simplex(Constraint):
    event_dim = 1

    def check(self, value: Any) -> Any:
        near = gg.abs(gg.sum(value, axis=-1) - 1) < 1e-6
        return gg.logical_and(gg.all(value >= 0, axis=-1), near)


class _OneHot(Constraint):
    is_discrete = True
    event_dim = 1

    def check(self, value: Any) -> Any:
        bits = gg.all(gg.logical_or(value == 0, value == 1), axis=-1)
        return gg.logical_and(bits, gg.sum(value, axis=-1) == 1)


class _Multinomial(Constraint):
    is_discrete = True
    event_dim = 1

    def __init__(self, upper_bound: int) -> None:
        self.upper_bound = upper_bound

    def check(self, value: Any) -> Any:
        """Whether each event of ``value`` lies in the set."""
        whole = gg.all(gg.logical_and(value >= 0, value == gg.floor(value)), axis=-1)
        return gg.logical_and(whole, gg.sum(value, axis=-1) <= self.upper_bound)


class _LowerCholesky(Constraint):
    event_dim = 2

    def check(self, value: Any) -> Any:
        lower = gg.all(gg.tril(value) == value, axis=(-2, -1))
        return gg.logical_and(lower, gg.all(gg.diagonal(value, axis1=-2, axis2=-1) > 0, axis=-1))


class _PositiveDefinite(Constraint):
    event_dim = 2

    def check(self, value: Any) -> Any:
        turned = gg.matrix_transpose(value)
        even = gg.all(gg.abs(value - turned) <= 1e-6 + 1e-5 * gg.abs(turned), axis=(-2, -1))
        return gg.logical_and(even, gg.all(linalg.eigvalsh((value + turned) / 2) > 0, axis=-1))


def greater_than(lower_bound: Any) -> Constraint:
    """Numbers above a bound."""
    return _Bounded(lower_bound, None, (False, False))


def greater_than_eq(lower_bound: Any) -> Constraint:
    """Numbers that are a bound or above it."""
    return _Bounded(lower_bound, None, (True, False))


def less_than(upper_bound: Any) -> Constraint:
    """Numbers below a bound."""
    return _Bounded(None, upper_bound, (False, False))


def interval(lower_bound: Any, upper_bound: Any) -> Constraint:
    """Numbers between two bounds, which belong to it."""
    return _Bounded(lower_bound, upper_bound, (True, True))


def half_open_interval(lower_bound: Any, upper_bound: Any) -> Constraint:
    """Numbers between two bounds, of which the upper one does not belong to it."""
    return _Bounded(lower_bound, upper_bound, (True, False))


def integer_interval(lower_bound: Any, upper_bound: Any) -> Constraint:
    """Whole numbers between two bounds, which belong to it."""
    return _Integers(lower_bound, upper_bound, (True, True))


dependent = _Dependent()
multinomial = _Multinomial
real, boolean, simplex, one_hot = _Real(), _Boolean(), _Simplex(), _OneHot()
real_vector = independent(real, 1)
positive, nonnegative = greater_than(0.0), greater_than_eq(0.0)
unit_interval = interval(0.0, 1.0)
nonnegative_integer = _Integers(0, None, (True, False))
positive_integer = _Integers(1, None, (True, False))
lower_cholesky, positive_definite = _LowerCholesky(), _PositiveDefinite()
