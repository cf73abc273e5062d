"""Reading images at the places of a grid, with torch's arguments."""

from typing import Any

from ...backend.shapes import sizes
from ...engine.calling import called
from ...ops import grids
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .reading import array

__all__ = ["affine_grid", "grid_sample"]
MODES = ("bilinear", "nearest", "bicubic")
PADDINGS = ("zeros", "border", "reflection")


@called
def affine_grid(theta: Any, size: Any, align_corners: bool | None = None) -> Tensor:
    """The places that an affine map reads, a grid for grid_sample: (N, H, W, 2) or (N, D, H, W, 3).

    theta: matrices (N, 2, 3) or (N, 3, 4).  size: the shape of the result of grid_sample,
    (N, C, H, W) or (N, C, D, H, W).
    """
    shape, wanted = tuple(array("affine_grid", theta).shape), sizes(size)
    axes = len(wanted) - 2
    if axes not in (2, 3) or min(wanted) < 1:
        raise ValueError(f"affine_grid: size: {wanted}; give (N, C, H, W) or (N, C, D, H, W)")
    if shape != (wanted[0], axes, axes + 1):
        raise ValueError(
            f"affine_grid: theta of shape {shape} for {wanted}; give {(wanted[0], axes, axes + 1)}"
        )
    if theta.dtype.kind != "f":
        raise ValueError(f"affine_grid: theta of {theta.dtype}; give floats")
    return function_of(grids.affine_grid)(theta, size=wanted[2:], align_corners=bool(align_corners))


@called
def grid_sample(
    input: Any,
    grid: Any,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """``input`` read at the places of ``grid``, between its elements.

    input: (N, C, H, W), grid: (N, *count, 2) of x and y from -1 to 1, gives (N, C, *count); with
    one axis more, of x, y and z.  mode: "bilinear", "nearest", or "bicubic" for images.
    padding_mode: outside there are "zeros", the elements at the "border", or the "reflection".
    align_corners: -1 and 1 are the first and the last element, else the edges.
    "nearest" has no gradient for the grid.
    """
    shape, there = (tuple(array("grid_sample", x).shape) for x in (input, grid))
    axes = len(shape) - 2
    if axes not in (2, 3) or 0 in shape[2:]:
        raise ValueError(f"grid_sample: input {shape}; give (N, C, H, W) or (N, C, D, H, W)")
    if len(there) != axes + 2 or there[0] != shape[0] or there[-1] != axes:
        raise ValueError(
            f"grid_sample: a grid of shape {there} for {shape}; give ({shape[0]}, "
            f"{axes} lengths, {axes})"
        )
    for name, value, known in (("mode", mode, MODES), ("padding_mode", padding_mode, PADDINGS)):
        if value not in known:
            raise ValueError(f"grid_sample: {name}: {value!r}; give one of {', '.join(known)}")
    if mode == "bicubic" and axes == 3:
        raise ValueError("grid_sample: mode 'bicubic' is for images alone; give (N, C, H, W)")
    how = {"mode": mode, "padding": padding_mode, "align_corners": bool(align_corners)}
    return function_of(grids.grid_sample)(input, grid, **how)
