"""Losses, with torch's arguments."""

from typing import Any

from ...ops import cross_entropy as labels
from ...ops import loss
from ...tensor.cell import Tensor
from ...tensor.operators import function_of

__all__ = [
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "huber_loss",
    "l1_loss",
    "mse_loss",
    "nll_loss",
    "smooth_l1_loss",
]


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Cross-entropy of scores (N, C, ...) with labels (N, ...) or probabilities (N, C, ...)."""
    settings = {"ignore_index": ignore_index, "reduction": reduction}
    return function_of(labels.cross_entropy)(
        input, target, weight, **settings, label_smoothing=label_smoothing
    )


def nll_loss(
    input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """Negative log-likelihood of labels (N, ...) for log-probabilities (N, C, ...)."""
    return function_of(labels.nll_loss)(
        input, target, weight, ignore_index=ignore_index, reduction=reduction
    )


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Squared difference of two arrays."""
    return function_of(loss.mse_loss)(input, target, reduction=reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Absolute difference of two arrays."""
    return function_of(loss.l1_loss)(input, target, reduction=reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """Huber loss: half the squared difference up to ``delta``, linear beyond."""
    return function_of(loss.huber_loss)(input, target, reduction=reduction, delta=delta)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """Huber loss with delta = ``beta``, divided by ``beta``."""
    return function_of(loss.smooth_l1_loss)(input, target, reduction=reduction, beta=beta)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Tensor:
    """Cross-entropy of the probability sigmoid(input) with ``target`` in [0, 1], of one shape."""
    return function_of(loss.binary_cross_entropy_with_logits)(
        input, target, weight, pos_weight, reduction=reduction
    )
