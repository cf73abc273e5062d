"""Losses of scores that are a linear function of the input."""

from typing import Any

from ...api import functions as gg
from ...tensor.cell import Tensor
from .layers import linear
from .losses import cross_entropy

__all__ = ["linear_cross_entropy"]


def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: None = None,
) -> Tensor:
    """Cross-entropy of ``linear(input, linear_weight, linear_bias)`` with labels or probabilities.

    input: (N, I) or (I,), linear_weight: (C, I), or (C, d1, ..., I) for labels (N, d1, ...).
    ignore_index: None is -100.  TypeError for ``options``, which divide the work in torch.
    """
    if options is not None:
        raise TypeError("linear_cross_entropy: options; the product is computed at once, give None")
    features = linear_weight.shape[-1]
    bias = None if linear_bias is None else gg.reshape(linear_bias, (-1,))
    scores = linear(input, gg.reshape(linear_weight, (-1, features)), bias)
    scores = gg.reshape(scores, (*input.shape[:-1], *linear_weight.shape[:-1]))
    ignored = -100 if ignore_index is None else ignore_index
    how: dict[str, Any] = {"reduction": reduction, "label_smoothing": label_smoothing}
    return cross_entropy(scores, target, weight, ignore_index=ignored, **how)
