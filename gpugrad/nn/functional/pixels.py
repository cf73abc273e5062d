"""Images rearranged: channels as pixels, windows as columns."""

from math import prod
from typing import Any

from ...api import functions as gg
from ...backend.shapes import whole, wholes
from ...engine.calling import called
from ...ops import windows as w
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .reading import array
from .vectors import channel_shuffle

__all__ = ["fold", "native_channel_shuffle", "pixel_shuffle", "pixel_unshuffle", "unfold"]


def _factor(name: str, input: Any, factor: Any, what: str) -> tuple[int, tuple[int, ...]]:
    """The factor and the shape (..., C, H, W)."""
    shape = tuple(array(name, input).shape)
    if len(shape) < 3:
        raise ValueError(f"{name}: {shape} is no image; give (..., C, H, W)")
    return whole(factor, f"{name}: {what}", 1), shape


@called
def pixel_shuffle(input: Any, upscale_factor: int) -> Tensor:
    """Channels as pixels: (..., C * r * r, H, W) gives (..., C, H * r, W * r).

    upscale_factor: r.  Each pixel becomes a block of r * r, whose rows and columns are the last
    numbers of its channels.
    """
    r, shape = _factor("pixel_shuffle", input, upscale_factor, "upscale_factor")
    *outer, channels, rows, columns = shape
    if channels % (r * r):
        raise ValueError(
            f"pixel_shuffle: {channels} channels of {shape}; give a multiple of {r * r}"
        )
    apart = gg.reshape(input, (*outer, channels // (r * r), r, r, rows, columns))
    axes = tuple(range(len(outer) + 1))
    n = len(axes)
    mixed = gg.permute_dims(apart, (*axes, n + 2, n, n + 3, n + 1))
    return gg.reshape(mixed, (*outer, channels // (r * r), rows * r, columns * r))


@called
def pixel_unshuffle(input: Any, downscale_factor: int) -> Tensor:
    """Pixels as channels, the reverse of pixel_shuffle: (..., C, H * r, W * r) gives
    (..., C * r * r, H, W); downscale_factor: r."""
    r, shape = _factor("pixel_unshuffle", input, downscale_factor, "downscale_factor")
    *outer, channels, rows, columns = shape
    if rows % r or columns % r:
        raise ValueError(f"pixel_unshuffle: {shape}; give a height and a width of multiples of {r}")
    apart = gg.reshape(input, (*outer, channels, rows // r, r, columns // r, r))
    axes = tuple(range(len(outer) + 1))
    n = len(axes)
    mixed = gg.permute_dims(apart, (*axes, n + 1, n + 3, n, n + 2))
    return gg.reshape(mixed, (*outer, channels * r * r, rows // r, columns // r))


def native_channel_shuffle(input: Any, groups: int) -> Tensor:
    """``channel_shuffle`` by torch's second name."""
    return channel_shuffle(input, groups)


def _geometry(
    name: str, size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]:
    """The kernel, how many windows there are along each axis, and the settings of windows."""
    kernel = wholes(kernel_size, 2, f"{name}: kernel_size", 1)
    steps = wholes(dilation, 2, f"{name}: dilation", 1)
    strides = wholes(stride, 2, f"{name}: stride", 1)
    pads = tuple((n, n) for n in wholes(padding, 2, f"{name}: padding"))
    try:
        count = w.windows_shape(size, kernel, strides, pads, steps)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return kernel, count, {"strides": strides, "padding": pads, "dilation": steps}


@called
def unfold(
    input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """Windows of images as columns: (N, C, H, W) gives (N, C * KH * KW, windows); N may be missing.

    kernel_size, dilation, padding (with zeros), stride: a whole number or a pair.
    """
    shape = tuple(array("unfold", input).shape)
    if len(shape) == 3:
        return unfold(input[None], kernel_size, dilation, padding, stride)[0]
    if len(shape) != 4:
        raise ValueError(f"unfold: {shape} are no images; give (N, C, H, W) or (C, H, W)")
    kernel, _, how = _geometry("unfold", shape[2:], kernel_size, dilation, padding, stride)
    met = function_of(w.windows)(input, kernel=kernel, **how)
    return gg.reshape(met, (shape[0], shape[1] * prod(kernel), prod(met.shape[4:])))


@called
def fold(
    input: Any,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Tensor:
    """Columns added up at the places of their windows, the transpose of ``unfold``:
    (N, C * KH * KW, windows) gives (N, C, *output_size); N may be missing."""
    shape = tuple(array("fold", input).shape)
    if len(shape) == 2:
        return fold(input[None], output_size, kernel_size, dilation, padding, stride)[0]
    size = wholes(output_size, 2, "fold: output_size", 1)
    kernel, count, how = _geometry("fold", size, kernel_size, dilation, padding, stride)
    if len(shape) != 3 or shape[1] % prod(kernel) or shape[2] != prod(count):
        raise ValueError(
            f"fold: {shape}; {size} by a kernel {kernel} has the columns "
            f"(N, C * {prod(kernel)}, {prod(count)})"
        )
    met = gg.reshape(input, (shape[0], shape[1] // prod(kernel), *kernel, *count))
    return function_of(w.overlap_add)(met, size=size, **how)
