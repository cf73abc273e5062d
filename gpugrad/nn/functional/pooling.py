"""Pooling: the largest or the mean of every window, with torch's arguments."""

from typing import Any

from ...ops import pooling
from ...tensor.cell import Tensor
from ...tensor.operators import function_of

__all__ = [
    "adaptive_avg_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "max_pool1d",
    "max_pool2d",
]

max_pool1d, max_pool2d = function_of(pooling.max_pool1d), function_of(pooling.max_pool2d)
adaptive_avg_pool2d = function_of(pooling.adaptive_avg_pool2d)


def avg_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    count_include_pad: bool = True,
) -> Tensor:
    """Mean of each window of sequences (N, C, L) or (C, L)."""
    settings = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    return function_of(pooling.avg_pool1d)(input, **settings, count_include_pad=count_include_pad)


def avg_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    count_include_pad: bool = True,
) -> Tensor:
    """Mean of each window of images (N, C, H, W) or (C, H, W)."""
    settings = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    return function_of(pooling.avg_pool2d)(input, **settings, count_include_pad=count_include_pad)
