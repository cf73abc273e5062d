"""Pooling as Modules: the largest or the mean of every window."""

from typing import Any

from . import functional
from .module import Module

__all__ = [
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "MaxPool2d",
]


class MaxPool2d(Module):
    """Largest element of each window: (N, C, H, W) gives (N, C, OH, OW).

    stride: by default kernel_size.
    """

    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation

    def forward(self, input: Any) -> Any:
        """(N, C, H, W) gives (N, C, OH, OW)."""
        return functional.max_pool2d(
            input,
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
        )

    def extra_repr(self) -> str:
        """As torch's."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode=False"
        )


class AvgPool2d(Module):
    """Mean of each window: (N, C, H, W) gives (N, C, OH, OW).

    stride: by default kernel_size.  count_include_pad: count the zeros of the padding.
    """

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.count_include_pad = padding, count_include_pad

    def forward(self, input: Any) -> Any:
        """(N, C, H, W) gives (N, C, OH, OW)."""
        return functional.avg_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            count_include_pad=self.count_include_pad,
        )

    def extra_repr(self) -> str:
        """As torch's."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool2d(Module):
    """Means of (OH, OW) windows that cover the image: (..., H, W) gives (..., OH, OW).

    output_size: an integer or the pair (OH, OW).
    """

    def __init__(self, output_size: Any) -> None:
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        """(..., H, W) gives (..., OH, OW)."""
        return functional.adaptive_avg_pool2d(input, output_size=self.output_size)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"output_size={self.output_size}"
