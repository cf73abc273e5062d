"""Resizing, as Modules."""

from typing import Any

from . import functional
from .module import Module

__all__ = ["Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"]


class Upsample(Module):
    """(N, C, *lengths) in another size, as gg.nn.functional.interpolate.

        print(gg.nn.Upsample(scale_factor=2)(gg.ones((1, 3, 4, 4))).shape)  # (1, 3, 8, 8)

    size or scale_factor: one for all axes, or one for each.  mode: "nearest", "linear", "bilinear",
    "bicubic" or "trilinear".
    """

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        self.name = type(self).__name__
        self.size = size
        several = isinstance(scale_factor, tuple)
        self.scale_factor: Any = (
            tuple(map(float, scale_factor)) if several else scale_factor and float(scale_factor)
        )
        self.mode, self.align_corners = mode, align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Any) -> Any:
        """(N, C, *lengths) gives (N, C, *size)."""
        how = (self.size, self.scale_factor, self.mode, self.align_corners)
        return functional.interpolate(input, *how, self.recompute_scale_factor)

    def extra_repr(self) -> str:
        """As torch's."""
        if self.scale_factor is not None:
            return f"scale_factor={self.scale_factor!r}, mode={self.mode!r}"
        return f"size={self.size!r}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Images in another size, each element the nearest one; see Upsample."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """Images in another size, linearly between the elements, corners kept; see Upsample."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)
