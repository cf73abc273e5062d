"""Resizing of sequences, images and volumes, with torch's arguments."""

from math import floor
from numbers import Real
from typing import Any
from warnings import warn

from ...backend.shapes import wholes
from ...engine.calling import called
from ...ops.resizing import resized
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from .reading import array

__all__ = ["interpolate", "upsample", "upsample_bilinear", "upsample_nearest"]
MODES = {  # mode -> what it is along each axis, and of how many axes
    "nearest": ("nearest", (1, 2, 3)),
    "nearest-exact": ("nearest-exact", (1, 2, 3)),
    "area": ("area", (1, 2, 3)),
    "linear": ("linear", (1,)),
    "bilinear": ("linear", (2,)),
    "trilinear": ("linear", (3,)),
    "bicubic": ("cubic", (2,)),
    "lanczos": ("lanczos", (2,)),
}
FILTERED = ("bilinear", "bicubic", "lanczos")  # modes that antialias goes with
MEANS = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}


@called
def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """(N, C, *lengths) in another size: ``size``, or the lengths times scale_factor.

    mode: "nearest", "nearest-exact", "area" for one axis to three; "linear" for (N, C, L),
    "bilinear", "bicubic" and, with antialias, "lanczos" for (N, C, H, W), "trilinear" for
    (N, C, D, H, W).  align_corners, for those with an l or a b: the first and the last elements
    keep their places.  recompute_scale_factor: elements lie apart as the new size says, and not
    scale_factor.  antialias: filter what is made smaller.
    """
    shape = tuple(array("interpolate", input).shape)
    kind, axes = _kind(mode, shape, align_corners, antialias)
    lengths, ratios = _sizes(shape[2:], size, scale_factor, recompute_scale_factor)
    if kind == "area":
        return MEANS[axes](input, lengths)
    if input.dtype.kind in ("b" if kind.startswith("nearest") else "biu"):
        raise TypeError(f"interpolate: {input.dtype} has no mode {mode!r}; give floats")
    return function_of(resized)(
        input,
        size=lengths,
        ratios=ratios,
        kind=kind,
        align_corners=bool(align_corners),
        antialias=antialias,
    )


def _kind(mode: Any, shape: tuple[int, ...], corners: Any, antialias: bool) -> tuple[str, int]:
    """The mode along one axis, and the number of axes."""
    axes = len(shape) - 2
    if mode not in MODES or axes not in MODES[mode][1]:
        known = ", ".join(name for name, (_, ranks) in MODES.items() if axes in ranks)
        way = f"mode is one of {known}" if known else "give (N, C, L), (N, C, H, W) or 5 axes"
        raise NotImplementedError(f"interpolate: mode {mode!r} for {shape}; {way}")
    if corners is not None and MODES[mode][0] in ("nearest", "nearest-exact", "area"):
        raise ValueError(f"interpolate: align_corners has no meaning in mode {mode!r}")
    if antialias and mode not in FILTERED:
        raise ValueError(f"interpolate: antialias goes with {', '.join(FILTERED)}, not {mode!r}")
    if mode == "lanczos" and (corners or not antialias):
        raise ValueError("interpolate: lanczos needs antialias=True, and no align_corners")
    if 0 in shape[1:]:
        raise ValueError(f"interpolate: {shape} has no elements to read")
    return MODES[mode][0], axes


def _sizes(
    lengths: tuple[int, ...], size: Any, factor: Any, recompute: Any
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """The new lengths, and how far elements lie apart, None where that follows from lengths."""
    axes = len(lengths)
    if (size is None) == (factor is None):
        raise ValueError("interpolate: give size or scale_factor, one of the two")
    if size is not None:
        if recompute:
            raise ValueError("interpolate: recompute_scale_factor goes with scale_factor alone")
        return wholes(size, axes, "interpolate: size", 1), (None,) * axes
    factors = factor if isinstance(factor, list | tuple) else (factor,) * axes
    if len(factors) != axes or not all(isinstance(f, Real) for f in factors):
        raise ValueError(f"interpolate: scale_factor: {factor!r}; give a number, or {axes} of them")
    new = tuple(floor(n * f) for n, f in zip(lengths, factors, strict=True))
    if min(new) < 1:
        raise ValueError(f"interpolate: scale_factor: {factor!r} makes {new} of {lengths}")
    return new, tuple(None if recompute else 1 / f for f in factors)


def upsample(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """``interpolate`` by an older name."""
    _warn_of("upsample")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Any, size: Any = None, scale_factor: Any = None) -> Tensor:
    """``interpolate`` with the nearest elements, by an older name."""
    _warn_of("upsample_nearest")
    return interpolate(input, size, scale_factor)


def upsample_bilinear(input: Any, size: Any = None, scale_factor: Any = None) -> Tensor:
    """``interpolate`` linearly between elements with corners kept, by an older name."""
    _warn_of("upsample_bilinear")
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)


def _warn_of(name: str) -> None:
    warn(f"nn.functional.{name} is an older name; write interpolate", stacklevel=3)
