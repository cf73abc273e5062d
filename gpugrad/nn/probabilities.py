"""Losses of probabilities as Modules."""

from typing import Any

from ..tensor.cell import Tensor
from . import functional
from .module import Module
from .settings import REDUCTIONS, number, reduction_of, refuse_data

__all__ = ["BCELoss", "GaussianNLLLoss", "KLDivLoss", "PoissonNLLLoss", "SmoothL1Loss"]


class BCELoss(Module):
    """Cross-entropy of probabilities with targets in [0, 1]; BCEWithLogitsLoss takes scores."""

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        self.register_buffer("weight", weight)
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class SmoothL1Loss(Module):
    """Half the squared difference divided by ``beta`` up to ``beta``, linear beyond."""

    def __init__(
        self,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        self.reduction = reduction_of(self, reduction, size_average, reduce)
        self.beta = number(beta, self, "beta", 0)

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class KLDivLoss(Module):
    """Divergence of targets, probabilities or logarithms of them, from log-probabilities."""

    def __init__(
        self,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        self.reduction = reduction_of(
            self, reduction, size_average, reduce, (*REDUCTIONS, "batchmean")
        )
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.kl_div(
            input, target, reduction=self.reduction, log_target=self.log_target
        )


class PoissonNLLLoss(Module):
    """Negative log-likelihood of counts for Poisson distributions."""

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: Any = None,
        eps: float = 1e-8,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        refuse_data(log_input, self, "log_input", 0)
        self.log_input, self.full, self.eps = log_input, full, number(eps, self, "eps", 0)
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, log_input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.poisson_nll_loss(
            log_input, target, self.log_input, self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(Module):
    """Negative log-likelihood of targets for normal distributions of means and variances."""

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        self.full, self.eps = full, number(eps, self, "eps", 0)
        self.reduction = reduction_of(self, reduction)

    def forward(self, input: Any, target: Any, var: Any) -> Any:
        """Means, targets and variances."""
        return functional.gaussian_nll_loss(
            input, target, var, full=self.full, eps=self.eps, reduction=self.reduction
        )
