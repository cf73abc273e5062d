"""Elements repeated, in another order, or by diagonals and windows."""

from typing import Any

from .. import numpy as gnp
from ..api import functions as gg
from .both import both, method
from .shaping import unflatten
from .tensor import owned, plain, sizes_of

# fmt: off
__all__ = [
    "as_strided", "atleast_1d", "atleast_2d", "atleast_3d", "diag", "diag_embed", "diagonal",
    "flip", "fliplr", "flipud", "repeat_interleave", "roll", "rot90", "tile", "tril", "triu",
]
# fmt: on


@method
def repeat(self: Any, *sizes: Any) -> Any:
    """Copies side by side along each axis, as numpy.tile."""
    return gg.tile(self, sizes_of(sizes))


@both
def tile(input: Any, *dims: Any) -> Any:
    """Copies side by side along each axis; fewer numbers mean the last axes."""
    return gg.tile(input, sizes_of(dims))


@both
def repeat_interleave(
    input: Any, repeats: Any, dim: int | None = None, *, output_size: Any = None
) -> Any:
    """Each element ``repeats`` times, along ``dim`` or of all."""
    return gnp.repeat(input, plain(repeats), axis=dim)


@both
def flip(input: Any, *axes: Any, dims: Any = None) -> Any:
    """The elements along some axes in the opposite order."""
    return gg.flip(input, axis=tuple(dims) if dims is not None else sizes_of(axes))


@both
def fliplr(input: Any) -> Any:
    """The columns in the opposite order."""
    return gg.flip(input, axis=1)


@both
def flipud(input: Any) -> Any:
    """The rows in the opposite order."""
    return gg.flip(input, axis=0)


@both
def roll(input: Any, shifts: Any, dims: Any = None) -> Any:
    """Elements moved by ``shifts`` along ``dims``, the last ones to the front."""
    return gnp.roll(input, shifts, axis=dims)


@both
def rot90(input: Any, k: int = 1, dims: Any = (0, 1)) -> Any:
    """Turned ``k`` times by 90 degrees in the plane of two axes."""
    return gnp.rot90(input, k, tuple(dims))


@both
def diagonal(input: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """The diagonal of two axes, as the last axis."""
    return gg.diagonal(input, offset=offset, axis1=dim1, axis2=dim2)


@both
def diag(input: Any, diagonal: int = 0) -> Any:
    """The diagonal of a matrix, or a matrix with a vector on it."""
    return owned(gnp.diag(input, diagonal))


@both
def diag_embed(input: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Matrices with vectors, the last axis, on their diagonals."""
    n = input.shape[-1] + abs(offset)
    rows = gnp.arange(n, device=input.device)
    on = rows[:, None] + offset == rows
    x = gg.expand_dims(input, axis=-1 if offset >= 0 else -2)
    pad = [(0, 0)] * input.ndim + [(0, 0)]
    pad[-2 if offset >= 0 else -1] = (0, abs(offset))
    y = gg.where(owned(on), gg.pad(x, pad_width=tuple(pad)), 0)
    return gg.moveaxis(y, (-2, -1), (dim1, dim2))


@both
def tril(input: Any, diagonal: int = 0) -> Any:
    """The lower triangles of matrices; zeros above."""
    return gg.tril(input, k=diagonal)


@both
def triu(input: Any, diagonal: int = 0) -> Any:
    """The upper triangles of matrices; zeros below."""
    return gg.triu(input, k=diagonal)


@method
def unfold(self: Any, dimension: int, size: int, step: int) -> Any:
    """All windows of ``size`` along an axis, ``step`` apart, as a new last axis."""
    count = (self.shape[dimension] - size) // step + 1
    places = gnp.arange(count)[:, None] * step + gnp.arange(size)
    met = gg.take(self, places.reshape(-1), axis=dimension)
    met = unflatten(met, dimension, (count, size))
    return gg.moveaxis(met, dimension % self.ndim + 1, -1)


@both
def as_strided(input: Any, size: Any, stride: Any, storage_offset: int = 0) -> Any:
    """Elements by steps through the flat input, which lies row by row."""
    places: Any = storage_offset
    for axis, (n, step) in enumerate(zip(size, stride, strict=True)):
        line = gnp.arange(n) * step
        places = places + line.reshape([-1 if i == axis else 1 for i in range(len(size))])
    flat = gg.take(gg.reshape(input, (-1,)), places.reshape(-1), axis=0)
    return gg.reshape(flat, tuple(size))


def atleast_1d(*tensors: Any) -> Any:
    """With one axis at least."""
    return gnp.atleast_1d(*tensors)


def atleast_2d(*tensors: Any) -> Any:
    """With two axes at least."""
    return gnp.atleast_2d(*tensors)


def atleast_3d(*tensors: Any) -> Any:
    """With three axes at least."""
    return gnp.atleast_3d(*tensors)
