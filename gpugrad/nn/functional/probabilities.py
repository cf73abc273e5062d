"""Losses of probabilities: how far a distribution is from another, with torch's arguments."""

from math import log, pi
from typing import Any

from ...api import functions as gg
from ...engine.anything import ANY
from ...engine.calling import called
from ...ops.loss import reduced
from ...tensor.cell import Tensor
from .reading import refuse_older

__all__ = ["binary_cross_entropy", "gaussian_nll_loss", "kl_div", "poisson_nll_loss"]


def _reduced(losses: Any, reduction: str) -> Any:
    return reduced(ANY, losses, reduction)


@called
def binary_cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Cross-entropy of probabilities with ``target`` in [0, 1], of one shape.

    Logarithms are cut off at -100, as torch's, so that no loss is infinite.
    """
    refuse_older("binary_cross_entropy", size_average, reduce)
    if tuple(input.shape) != tuple(target.shape):
        raise ValueError(
            f"binary_cross_entropy: input {tuple(input.shape)} and target {tuple(target.shape)} "
            "have one shape"
        )
    of_one = gg.clip(gg.log(input), -100.0, None)
    of_zero = gg.clip(gg.log1p(-input), -100.0, None)
    losses = -(target * of_one + (1 - target) * of_zero)
    return _reduced(losses if weight is None else losses * weight, reduction)


@called
def kl_div(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """Divergence of ``target`` from log-probabilities ``input``; where target is 0 it is 0.

    reduction: "batchmean" is the sum divided by the length of the first axis.
    """
    refuse_older("kl_div", size_average, reduce)
    if log_target:
        losses = gg.exp(target) * (target - input)
    else:
        kept = gg.where(target > 0, target, 1.0)
        losses = gg.where(target > 0, target * gg.log(kept), 0.0) - target * input
    if reduction == "batchmean":
        return _reduced(losses, "sum") / input.shape[0]
    return _reduced(losses, reduction)


@called
def gaussian_nll_loss(
    input: Any,
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """Negative log-likelihood of ``target`` for normal distributions of means and variances.

    var: of the shape of input, or with a last axis of 1 or none, or a number.  Variances below
    ``eps`` count as it, without a gradient through that.
    """
    if hasattr(var, "shape") and tuple(var.shape) != tuple(input.shape):
        if tuple(input.shape[:-1]) == tuple(var.shape):
            var = gg.expand_dims(var, axis=-1)
        elif tuple(var.shape) != (*input.shape[:-1], 1):
            raise ValueError(
                f"gaussian_nll_loss: var of shape {tuple(var.shape)} for {tuple(input.shape)}"
            )
    spread = gg.where(var < eps, eps, var) if hasattr(var, "shape") else max(var, eps)
    logarithm = gg.log(spread) if hasattr(spread, "shape") else log(spread)
    losses = 0.5 * (logarithm + (input - target) ** 2 / spread)
    return _reduced(losses + 0.5 * log(2 * pi) if full else losses, reduction)


@called
def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    size_average: Any = None,
    eps: float = 1e-8,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Negative log-likelihood of counts for Poisson distributions of means, or their logarithms.

    full: adds Stirling's approximation of log(target!) where target is above 1.
    """
    refuse_older("poisson_nll_loss", size_average, reduce)
    if log_input:
        losses = gg.exp(input) - target * input
    else:
        losses = input - target * gg.log(input + eps)
    if full:
        kept = gg.where(target > 1, target, 1.0)
        stirling = kept * gg.log(kept) - kept + 0.5 * gg.log(2 * pi * kept)
        losses = losses + gg.where(target > 1, stirling, 0.0)
    return _reduced(losses, reduction)
