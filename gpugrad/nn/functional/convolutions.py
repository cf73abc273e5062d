"""Convolutions, with torch's arguments."""

from typing import Any

from ...ops import convolution
from ...tensor.cell import Tensor
from ...tensor.operators import function_of

__all__ = [
    "conv1d",
    "conv2d",
]


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution of sequences (N, C, L) with kernels (O, C / groups, K)."""
    return function_of(convolution.conv1d)(
        input, weight, bias, stride=stride, padding=padding, dilation=dilation, groups=groups
    )


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution of images (N, C, H, W) with kernels (O, C / groups, KH, KW)."""
    return function_of(convolution.conv2d)(
        input, weight, bias, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
