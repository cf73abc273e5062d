"""Convolutions as Modules."""

from typing import Any

from ..backend.shapes import whole, wholes
from ..ops.convolution import refuse_padding
from . import functional
from .layers import begin, equal_groups, reset, warn_of_wider
from .module import Module
from .parameter import Parameter

__all__ = [
    "Conv1d",
    "Conv2d",
]


class _Convolution(Module):
    """A convolution; its subclasses say how many ``axes`` it slides along."""

    axes: int
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        layer = type(self).__name__
        self.in_channels = whole(in_channels, f"{layer}: in_channels")
        self.out_channels = whole(out_channels, f"{layer}: out_channels")
        self.groups = equal_groups(layer, groups, self.in_channels, self.out_channels)
        self.kernel_size = wholes(kernel_size, self.axes, f"{layer}: kernel_size", 1)
        self.stride = wholes(stride, self.axes, f"{layer}: stride", 1)
        self.dilation = wholes(dilation, self.axes, f"{layer}: dilation", 1)
        self.padding = self._padding(padding)
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        begin(self, shape, bias, device, dtype)

    def _padding(self, padding: Any) -> Any:
        """A text that is a padding, or the numbers of the axes."""
        if not isinstance(padding, str):
            return wholes(padding, self.axes, f"{type(self).__name__}: padding")
        try:
            refuse_padding(padding, self.stride)
        except ValueError as error:
            raise ValueError(f"{type(self).__name__}: {error}") from None
        return padding

    def reset_parameters(self) -> None:
        """Draw new values."""
        reset(self.weight, self.bias)

    def extra_repr(self) -> str:
        """As torch's."""
        text = (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}"
        )
        rank = len(self.kernel_size)
        if self.padding != (0,) * rank:
            text += f", padding={self.padding}"
        if self.dilation != (1,) * rank:
            text += f", dilation={self.dilation}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        return text + ("" if self.bias is not None else ", bias=False")


class Conv1d(_Convolution):
    """Convolution of sequences: (N, C, L) or (C, L) gives (N, O, windows).

    kernel_size, stride, padding, dilation: an integer; padding also "valid" or "same".  ``groups``
    has to divide both numbers of channels, else ValueError.
    """

    axes = 1

    def forward(self, input: Any) -> Any:
        """(N, C, L) gives (N, O, windows)."""
        warn_of_wider(input, self.weight)
        return functional.conv1d(
            input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )


class Conv2d(_Convolution):
    """Convolution of images: (N, C, H, W) or (C, H, W) gives (N, O, OH, OW).

        print(gg.nn.Conv2d(1, 4, kernel_size=3)(gg.ones((2, 1, 8, 8))).shape)  # (2, 4, 6, 6)

    kernel_size, stride, padding, dilation: an integer or a pair; padding also "valid" or "same".
    ``groups`` has to divide both numbers of channels, else ValueError.
    """

    axes = 2

    def forward(self, input: Any) -> Any:
        """(N, C, H, W) gives (N, O, OH, OW)."""
        warn_of_wider(input, self.weight)
        return functional.conv2d(
            input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )
