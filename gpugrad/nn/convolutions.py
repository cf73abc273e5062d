"""Convolutions as Modules."""

from collections.abc import Callable
from math import inf
from typing import Any, ClassVar

from ..backend.shapes import whole, wholes
from ..numpy.padding import pad
from ..ops.convolution import padding_pairs, refuse_padding
from ..ops.transposed_convolution import least_transposed
from . import functional
from .layers import equal_groups, fresh, reset, warn_of_wider
from .module import Module
from .parameter import Parameter
from .settings import choice

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
]
FRAMES = {  # padding_mode -> gpugrad.numpy.pad's, and how much wider than the input it may be
    "reflect": ("reflect", -1),
    "replicate": ("edge", inf),
    "circular": ("wrap", 0),
}


class _Kernels(Module):
    """What all convolutions have: a weight, a bias, and settings with an entry for each of the
    ``axes`` that it slides along."""

    axes: ClassVar[int]
    function: ClassVar[Callable[..., Any]]
    transposed: ClassVar[bool] = False
    modes: ClassVar[tuple[str, ...]] = ("zeros",)
    weight: Parameter
    bias: Parameter | None
    padding: Any
    output_padding: tuple[int, ...]

    def _begin(
        self,
        in_channels: Any,
        out_channels: Any,
        kernel_size: Any,
        stride: Any,
        dilation: Any,
        groups: Any,
        bias: bool,
        padding_mode: str,
        **kind: Any,
    ) -> None:
        """Have settings and parameters, with their first values; ``kind``: device and dtype."""
        layer = type(self).__name__
        self.in_channels = whole(in_channels, f"{layer}: in_channels")
        self.out_channels = whole(out_channels, f"{layer}: out_channels")
        self.groups = equal_groups(layer, groups, self.in_channels, self.out_channels)
        self.kernel_size = self._numbers(kernel_size, "kernel_size", 1)
        self.stride = self._numbers(stride, "stride", 1)
        self.dilation = self._numbers(dilation, "dilation", 1)
        self.padding_mode = choice(padding_mode, self, "padding_mode", self.modes)
        channels = (self.out_channels, self.in_channels)
        first, second = reversed(channels) if self.transposed else channels
        self.weight = fresh((first, second // self.groups, *self.kernel_size), **kind)
        self.register_parameter("bias", fresh((self.out_channels,), **kind) if bias else None)
        self.reset_parameters()

    def _numbers(self, value: Any, name: str, least: int = 0) -> tuple[int, ...]:
        """A whole number for each axis."""
        return wholes(value, self.axes, f"{type(self).__name__}: {name}", least)

    def reset_parameters(self) -> None:
        """Draw new values."""
        reset(self.weight, self.bias)

    def extra_repr(self) -> str:
        """As torch's."""
        zeros, ones = (0,) * self.axes, (1,) * self.axes
        usual = {"padding": zeros, "dilation": ones, "output_padding": zeros, "groups": 1}
        unusual = [n for n, value in usual.items() if getattr(self, n) != value]
        texts = [f"{name}={getattr(self, name)}" for name in ("kernel_size", "stride", *unusual)]
        texts += ["bias=False"] if self.bias is None else []
        texts += [f"padding_mode={self.padding_mode}"] if self.padding_mode != "zeros" else []
        return ", ".join((f"{self.in_channels}, {self.out_channels}", *texts))


class _Convolution(_Kernels):
    modes = ("zeros", *FRAMES)

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
        padding_mode: str = "zeros",
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        shape = (in_channels, out_channels, kernel_size, stride, dilation, groups)
        self._begin(*shape, bias, padding_mode, device=device, dtype=dtype)
        self.padding, self.output_padding = self._padding(padding), (0,) * self.axes

    def _padding(self, padding: Any) -> Any:
        """A text that is a padding, or the numbers of the axes."""
        if not isinstance(padding, str):
            return self._numbers(padding, "padding")
        try:
            refuse_padding(padding, self.stride)
        except ValueError as error:
            raise ValueError(f"{type(self).__name__}: {error}") from None
        return padding

    def forward(self, input: Any) -> Any:
        """(N, C, *size) gives (N, O, *windows)."""
        weight = self.weight  # read once: it may be computed
        warn_of_wider(input, weight)
        padding = self.padding
        if self.padding_mode != "zeros":
            input, padding = self._framed(input), 0
        how = (self.stride, padding, self.dilation, self.groups)
        return type(self).function(input, weight, self.bias, *how)

    def _framed(self, input: Any) -> Any:
        """``input`` within a frame of its own elements."""
        pairs = padding_pairs(self.padding, self.kernel_size, self.stride, self.dilation)
        kind, more = FRAMES[self.padding_mode]
        size = tuple(input.shape[-self.axes :])
        if any(max(pair) > n + more for pair, n in zip(pairs, size, strict=True)):
            raise ValueError(
                f"{type(self).__name__}: padding {pairs} of mode {self.padding_mode!r} is too wide "
                f"for {size}"
            )
        frame = ((0, 0),) * (input.ndim - self.axes) + pairs
        return pad(input, frame, mode=kind)


class Conv1d(_Convolution):
    """Convolution of sequences: (N, C, L) or (C, L) gives (N, O, windows).

    kernel_size, stride, padding, dilation: an integer; padding also "valid" or "same".  ``groups``
    has to divide both numbers of channels, else ValueError.  padding_mode: what stands around the
    input: "zeros", "reflect", "replicate" or "circular".
    """

    axes = 1
    function = functional.conv1d


class Conv2d(_Convolution):
    """Convolution of images: (N, C, H, W) or (C, H, W) gives (N, O, OH, OW).

        print(gg.nn.Conv2d(1, 4, kernel_size=3)(gg.ones((2, 1, 8, 8))).shape)  # (2, 4, 6, 6)

    kernel_size, stride, padding, dilation: an integer or a pair; padding also "valid" or "same".
    ``groups`` has to divide both numbers of channels, else ValueError.  padding_mode: what stands
    around the input: "zeros", "reflect", "replicate" or "circular".
    """

    axes = 2
    function = functional.conv2d


class Conv3d(_Convolution):
    """Convolution of volumes: (N, C, D, H, W) or (C, D, H, W) gives (N, O, OD, OH, OW).

    Settings: those of Conv2d, an integer or three.
    """

    axes = 3
    function = functional.conv3d


class _TransposedConvolution(_Kernels):
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        shape = (in_channels, out_channels, kernel_size, stride, dilation, groups)
        self._begin(*shape, bias, padding_mode, device=device, dtype=dtype)
        self.padding = self._numbers(padding, "padding")
        self.output_padding = self._numbers(output_padding, "output_padding")

    def forward(self, input: Any, output_size: Any = None) -> Any:
        """(N, C, *size) gives (N, O, *output); output_size: its lengths, where several are
        possible, in place of output_padding."""
        weight = self.weight  # read once: it may be computed
        warn_of_wider(input, weight)
        more = self.output_padding if output_size is None else self._more(input, output_size)
        how = (self.stride, self.padding, more, self.groups, self.dilation)
        return type(self).function(input, weight, self.bias, *how)

    def _more(self, input: Any, output_size: Any) -> tuple[int, ...]:
        """The output_padding that gives the wanted size."""
        layer, size = type(self).__name__, tuple(input.shape[-self.axes :])
        if isinstance(output_size, list | tuple) and len(output_size) == input.ndim:
            output_size = output_size[-self.axes :]
        wanted = self._numbers(output_size, "output_size")
        least = least_transposed(size, self.kernel_size, self.stride, self.padding, self.dilation)
        more = tuple(w - n for w, n in zip(wanted, least, strict=True))
        if any(m < 0 or m >= s for m, s in zip(more, self.stride, strict=True)):
            most = tuple(n + s - 1 for n, s in zip(least, self.stride, strict=True))
            raise ValueError(
                f"{layer}: output_size: {wanted}; an input of {size} gives {least} to {most}"
            )
        return more


class ConvTranspose1d(_TransposedConvolution):
    """Transposed convolution of sequences: (N, C, L) or (C, L) gives (N, O, output).

    Settings: those of ConvTranspose2d, an integer.
    """

    axes = 1
    function = functional.conv_transpose1d


class ConvTranspose2d(_TransposedConvolution):
    """Transposed convolution of images, the gradient of a convolution: (N, C, H, W) or (C, H, W)
    gives (N, O, OH, OW).

        layer = gg.nn.ConvTranspose2d(4, 1, kernel_size=4, stride=2, padding=1)
        print(layer(gg.ones((2, 4, 8, 8))).shape)  # (2, 1, 16, 16)

    kernel_size, stride, padding, output_padding, dilation: an integer or a pair.  A length n gives
    (n - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + 1 + output_padding; an
    output_padding below stride or dilation, else ValueError.
    """

    axes = 2
    function = functional.conv_transpose2d


class ConvTranspose3d(_TransposedConvolution):
    """Transposed convolution of volumes: (N, C, D, H, W) or (C, D, H, W) gives (N, O, OD, OH, OW).

    Settings: those of ConvTranspose2d, an integer or three.
    """

    axes = 3
    function = functional.conv_transpose3d
