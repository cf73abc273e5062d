"""Normalisation: mean 0 and variance 1 of parts of an array, with torch's arguments."""

from collections.abc import Sequence
from typing import Any

from ...engine.calling import called
from ...engine.levels import no_grad
from ...ops import normalisation as n
from ...ops import shape
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .reading import array

__all__ = [
    "batch_norm",
    "group_norm",
    "layer_norm",
    "rms_norm",
]


def layer_norm(
    input: Any,
    normalized_shape: int | Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 over the last axes, then ``* weight + bias``; the shape stays."""
    size = normalized_shape if isinstance(normalized_shape, int) else tuple(normalized_shape)
    return function_of(n.layer_norm)(input, weight, bias, shape=size, eps=eps)


def rms_norm(
    input: Any, normalized_shape: int | Sequence[int], weight: Any = None, eps: float = 1e-5
) -> Tensor:
    """``input`` divided by its root mean square along the last axis, of length normalized_shape."""
    size = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if tuple(array("rms_norm", input).shape[-1:]) != size:
        raise ValueError(f"rms_norm: the last axis of {input.shape} is not {size}")
    return function_of(n.rms_norm)(input, weight, eps=eps)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Mean 0 and variance 1 in each group of channels of (N, C, ...); the shape stays."""
    return function_of(n.group_norm)(input, weight, bias, groups=num_groups, eps=eps)


@called
def batch_norm(
    input: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: Any = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 of each channel of (N, C, ...); the shape stays.

    In training the batch's own statistics are used, and the running ones move towards them by
    ``momentum`` (by an empty batch they do not).  Else the running ones are used.
    """
    array("batch_norm", input)
    if not training:
        if running_mean is None or running_var is None:
            raise ValueError("batch_norm: evaluation needs the running statistics")
        return function_of(n.batch_norm)(input, running_mean, running_var, weight, bias, eps=eps)
    y, mean, variance = function_of(n.batch_norm_training)(input, weight, bias, eps=eps)
    if running_mean is not None and running_var is not None and input.size:
        count = input.size // input.shape[1]
        _move(running_mean, mean, momentum, 1.0)
        _move(running_var, variance, momentum, count / (count - 1))  # torch's: unbiased
    return y


def _move(cell: Tensor, value: Any, momentum: Any, factor: float) -> None:
    """Move a running statistic towards ``value * factor``; transforms see nothing of it."""
    with no_grad():
        cell *= 1 - momentum
        cell += function_of(shape.astype)(value.detach() * (momentum * factor), dtype=cell.dtype)
