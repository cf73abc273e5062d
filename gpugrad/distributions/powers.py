"""Distributions of powers of exponential numbers, and of exponentials of them."""

from typing import Any

from ..api import functions as gg
from . import constraints
from .constraints import Constraint, positive
from .elementary import AffineTransform, ExpTransform, PowerTransform
from .lines import Exponential
from .parameters import EULER, broadcast_all, full_like, gammaln
from .transformed import TransformedDistribution


class Pareto(TransformedDistribution):
    """The Pareto distribution from ``scale`` on, with exponent ``alpha``."""

    arg_constraints = {"alpha": positive, "scale": positive}

    def __init__(self, scale: Any, alpha: Any, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = broadcast_all(scale, alpha)
        base = Exponential(self.alpha, validate_args=validate_args)
        super().__init__(base, [ExpTransform(), AffineTransform(0.0, self.scale)])

    def expand(self, batch_shape: Any) -> "Pareto":
        """See Distribution."""
        parts = [gg.broadcast_to(x, tuple(batch_shape)) for x in (self.scale, self.alpha)]
        return type(self)(parts[0], parts[1], validate_args=False)

    @property
    def support(self) -> Constraint:
        """From ``scale`` on."""
        return constraints.greater_than_eq(self.scale)

    @property
    def mean(self) -> Any:
        """The mean; infinite up to exponent 1."""
        a = gg.maximum(self.alpha, 1.0)
        return gg.where(a > 1, a * self.scale / gg.where(a > 1, a - 1, 1.0), float("inf"))

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return self.scale

    @property
    def variance(self) -> Any:
        """The variance; infinite up to exponent 2."""
        finite = self.alpha > 2
        a = gg.where(finite, self.alpha, 3.0)
        found = gg.square(self.scale) * a / (gg.square(a - 1) * (a - 2))
        return gg.where(finite, found, float("inf"))

    def entropy(self) -> Any:
        """See Distribution."""
        return gg.log(self.scale / self.alpha) + (1 + 1 / self.alpha)


class Weibull(TransformedDistribution):
    """The Weibull distribution of ``scale`` and shape ``concentration``."""

    arg_constraints = {"scale": positive, "concentration": positive}
    support = positive  # type: ignore[assignment]

    def __init__(self, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = broadcast_all(scale, concentration)
        base = Exponential(full_like(self.scale, 1.0), validate_args=validate_args)
        power = PowerTransform(1 / self.concentration)
        super().__init__(base, [power, AffineTransform(0.0, self.scale)])

    def expand(self, batch_shape: Any) -> "Weibull":
        """See Distribution."""
        parts = [gg.broadcast_to(x, tuple(batch_shape)) for x in (self.scale, self.concentration)]
        return type(self)(parts[0], parts[1], validate_args=False)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.scale * gg.exp(gammaln(1 + 1 / self.concentration))

    @property
    def mode(self) -> Any:
        """The most likely value."""
        k = gg.maximum(self.concentration, 1.0)
        return self.scale * ((k - 1) / k) ** (1 / k)

    @property
    def variance(self) -> Any:
        """The variance."""
        first, second = (gammaln(1 + n / self.concentration) for n in (1, 2))
        return gg.square(self.scale) * (gg.exp(second) - gg.exp(2 * first))

    def entropy(self) -> Any:
        """See Distribution."""
        k = self.concentration
        return EULER * (1 - 1 / k) + gg.log(self.scale / k) + 1
