"""Normalisation: mean 0 and variance 1 of parts of an array, with torch's arguments."""

from collections.abc import Sequence
from math import prod
from typing import Any

from ...api import functions as gg
from ...api.inspection import finfo
from ...backend.multi_tensor import state_dtype
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
    "instance_norm",
    "layer_norm",
    "local_response_norm",
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
    input: Any,
    normalized_shape: int | Sequence[int],
    weight: Any = None,
    eps: float | None = None,
) -> Tensor:
    """``input`` divided by its root mean square over the last axes, then ``* weight``.

    normalized_shape: the lengths of these axes.  eps: None means the smallest step from 1 of the
    input's dtype, of halves that of float32, as torch's.
    """
    size = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    shape = tuple(array("rms_norm", input).shape)
    if shape[-len(size) :] != size:
        raise ValueError(f"rms_norm: the last axes of {shape} are not {size}")
    small = float(finfo(state_dtype(input.dtype)).eps) if eps is None else eps
    if len(size) == 1:
        return function_of(n.rms_norm)(input, weight, eps=small)
    flat = gg.reshape(input, (*shape[: -len(size)], -1))
    flat_weight = None if weight is None else gg.reshape(weight, (-1,))
    return gg.reshape(function_of(n.rms_norm)(flat, flat_weight, eps=small), shape)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Mean 0 and variance 1 in each group of channels of (N, C, ...); the shape stays."""
    return function_of(n.group_norm)(input, weight, bias, groups=num_groups, eps=eps)


def instance_norm(
    input: Any,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 of each channel of each example of (N, C, ...).

    Running statistics move towards the means over the examples; without ``use_input_stats`` they
    are used.
    """
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    channels = array("instance_norm", input).shape[1]
    if running_mean is not None and running_var is not None:
        count = prod(input.shape[2:])
        axes = tuple(range(2, input.ndim))
        means, variances = (f(input, axis=axes) for f in (gg.mean, gg.var))
        _move(running_mean, gg.mean(means, axis=0), momentum, 1.0)
        _move(running_var, gg.mean(variances, axis=0), momentum, count / (count - 1))
    return group_norm(input, channels, weight, bias, eps)


def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """``input / (k + alpha * mean of squares of size neighbouring channels) ** beta``."""
    if input.ndim < 3:
        raise ValueError(f"local_response_norm: {tuple(input.shape)}; give (N, C, ...)")
    squares = input * input
    ends = [(0, 0)] * input.ndim
    ends[1] = (size // 2, (size - 1) // 2)
    framed = gg.pad(squares, pad_width=tuple(ends))
    total = sum(framed[:, i : i + input.shape[1]] for i in range(size))
    return input / (k + alpha / size * total) ** beta


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
