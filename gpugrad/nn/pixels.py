"""Images rearranged, as Modules."""

from typing import Any

from ..backend.shapes import whole
from . import functional
from .module import Module

__all__ = ["Fold", "PixelShuffle", "PixelUnshuffle", "Unfold"]


class PixelShuffle(Module):
    """Channels as pixels: (..., C * r * r, H, W) gives (..., C, H * r, W * r) for a factor r."""

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = whole(upscale_factor, "PixelShuffle: upscale_factor", 1)

    def forward(self, input: Any) -> Any:
        """(..., C * r * r, H, W) gives (..., C, H * r, W * r)."""
        return functional.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Pixels as channels: (..., C, H * r, W * r) gives (..., C * r * r, H, W) for a factor r."""

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = whole(downscale_factor, "PixelUnshuffle: downscale_factor", 1)

    def forward(self, input: Any) -> Any:
        """(..., C, H * r, W * r) gives (..., C * r * r, H, W)."""
        return functional.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"downscale_factor={self.downscale_factor}"


class Unfold(Module):
    """Windows of images as columns: (N, C, H, W) gives (N, C * KH * KW, windows).

    kernel_size, dilation, padding (with zeros), stride: a whole number or a pair.
    """

    def __init__(
        self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input: Any) -> Any:
        """(N, C, H, W) gives (N, C * KH * KW, windows)."""
        how = (self.kernel_size, self.dilation, self.padding, self.stride)
        return functional.unfold(input, *how)

    def extra_repr(self) -> str:
        """As torch's."""
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, "
            f"padding={self.padding}, stride={self.stride}"
        )


class Fold(Unfold):
    """Columns added up at the places of their windows, the transpose of Unfold:
    (N, C * KH * KW, windows) gives (N, C, *output_size)."""

    def __init__(
        self,
        output_size: Any,
        kernel_size: Any,
        dilation: Any = 1,
        padding: Any = 0,
        stride: Any = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        """(N, C * KH * KW, windows) gives (N, C, *output_size)."""
        how = (self.kernel_size, self.dilation, self.padding, self.stride)
        return functional.fold(input, self.output_size, *how)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
