"""Losses, with torch's arguments."""

from typing import Any

from ...engine.anything import ANY
from ...ops import cross_entropy as labels
from ...ops import loss
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .reading import refuse_older

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
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Cross-entropy of scores (N, C, ...) with labels (N, ...) or probabilities (N, C, ...)."""
    refuse_older("cross_entropy", size_average, reduce)
    settings = {"ignore_index": ignore_index, "reduction": reduction}
    return function_of(labels.cross_entropy)(
        input, target, weight, **settings, label_smoothing=label_smoothing
    )


def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Negative log-likelihood of labels (N, ...) for log-probabilities (N, C, ...)."""
    refuse_older("nll_loss", size_average, reduce)
    return function_of(labels.nll_loss)(
        input, target, weight, ignore_index=ignore_index, reduction=reduction
    )


def mse_loss(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Tensor:
    """Squared difference of two arrays.

    weight: what each difference counts, of the same shape; the mean is divided by its sum.
    """
    refuse_older("mse_loss", size_average, reduce)
    if weight is None:
        return function_of(loss.mse_loss)(input, target, reduction=reduction)
    losses = function_of(loss.mse_loss)(input, target, reduction="none")
    return _weighted("mse_loss", losses, weight, reduction, True)


def l1_loss(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Tensor:
    """Absolute difference of two arrays.

    weight: what each difference counts, of the same shape; the mean is divided by its sum.
    """
    refuse_older("l1_loss", size_average, reduce)
    if weight is None:
        return function_of(loss.l1_loss)(input, target, reduction=reduction)
    losses = function_of(loss.l1_loss)(input, target, reduction="none")
    return _weighted("l1_loss", losses, weight, reduction, True)


def huber_loss(
    input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None
) -> Tensor:
    """Huber loss: half the squared difference up to ``delta``, linear beyond.

    weight: what each difference counts, of the same shape; the mean is divided by their number.
    """
    if weight is None:
        return function_of(loss.huber_loss)(input, target, reduction=reduction, delta=delta)
    losses = function_of(loss.huber_loss)(input, target, reduction="none", delta=delta)
    return _weighted("huber_loss", losses, weight, reduction, False)


def _weighted(name: str, losses: Any, weight: Any, reduction: str, by_sum: bool) -> Tensor:
    """Losses that count as their weights say; ``by_sum``: the mean is that of the weights."""
    if tuple(weight.shape) != tuple(losses.shape):
        shapes = f"{tuple(weight.shape)} for an input {tuple(losses.shape)}"
        raise ValueError(f"{name}: weight of shape {shapes}; give both one shape")
    if by_sum and reduction == "mean":
        return loss.reduced(ANY, losses * weight, "sum") / loss.reduced(ANY, weight, "sum")
    return loss.reduced(ANY, losses * weight, reduction)


def smooth_l1_loss(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Huber loss with delta = ``beta``, divided by ``beta``."""
    refuse_older("smooth_l1_loss", size_average, reduce)
    return function_of(loss.smooth_l1_loss)(input, target, reduction=reduction, beta=beta)


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Tensor:
    """Cross-entropy of the probability sigmoid(input) with ``target`` in [0, 1], of one shape."""
    refuse_older("binary_cross_entropy_with_logits", size_average, reduce)
    return function_of(loss.binary_cross_entropy_with_logits)(
        input, target, weight, pos_weight, reduction=reduction
    )
