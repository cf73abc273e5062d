"""The same elements in another shape or order, with NumPy's names and arguments."""

from typing import Any

from ..api import functions as gg
from ..backend.shapes import sizes
from ..ops.axes import axes_of
from ..ops.shape import common_shape
from ..tensor.cell import Tensor
from .making import eye
from .reading import array, arrays, counts_first, no_out, numbers, numpy_dtype, whole

__all__ = [
    "astype",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "broadcast_shapes",
    "broadcast_to",
    "copy",
    "diag",
    "diagflat",
    "diagonal",
    "expand_dims",
    "flip",
    "fliplr",
    "flipud",
    "make_diagonal",
    "matrix_transpose",
    "moveaxis",
    "permute_dims",
    "ravel",
    "repeat",
    "reshape",
    "roll",
    "rollaxis",
    "rot90",
    "squeeze",
    "swapaxes",
    "tile",
    "trace",
    "transpose",
    "tril",
    "triu",
]


def reshape(a: Any, /, shape: Any, order: str = "C", *, copy: bool | None = None) -> Tensor:
    """The same elements in another shape, as numpy.reshape; order "F" counts the first axis
    fastest."""
    x, shape = array(a), sizes(shape)
    if counts_first("reshape", order):
        return gg.permute_dims(gg.reshape(gg.permute_dims(x), shape=shape[::-1]))
    return gg.reshape(x, shape=shape)


def ravel(a: Any, order: str = "C") -> Tensor:
    """All elements in one axis, as numpy.ravel."""
    return reshape(a, -1, "F" if counts_first("ravel", order) else "C")


def transpose(a: Any, axes: Any = None) -> Tensor:
    """``a`` with its axes in the order ``axes``; None reverses them, as numpy.transpose."""
    return gg.permute_dims(array(a), axes=numbers(axes))


permute_dims = transpose


def matrix_transpose(x: Any, /) -> Tensor:
    """The last two axes exchanged, as numpy.matrix_transpose."""
    x = array(x)
    if x.ndim < 2:
        raise ValueError(f"matrix_transpose: an array of {x.ndim} axes; it takes two or more")
    return gg.matrix_transpose(x)


def moveaxis(a: Any, source: Any, destination: Any) -> Tensor:
    """``a`` with the axes ``source`` moved to ``destination``, as numpy.moveaxis."""
    return gg.moveaxis(array(a), source=numbers(source), destination=numbers(destination))


def swapaxes(a: Any, axis1: int, axis2: int) -> Tensor:
    """Two axes exchanged, as numpy.swapaxes."""
    return gg.swapaxes(array(a), axis1=axis1, axis2=axis2)


def rollaxis(a: Any, axis: int, start: int = 0) -> Tensor:
    """The axis ``axis`` put before the one that is at ``start``, as numpy.rollaxis."""
    x = array(a)
    axis = axes_of(axis, x.ndim, "rollaxis")[0]
    start = start + x.ndim if start < 0 else start
    if not 0 <= start <= x.ndim:
        raise ValueError(f"rollaxis: start={start} for an array of {x.ndim} axes")
    return gg.moveaxis(x, source=axis, destination=start - 1 if start > axis else start)


def expand_dims(a: Any, axis: Any) -> Tensor:
    """``a`` with new axes of length 1, as numpy.expand_dims."""
    x = array(a)
    count = len(axis) if isinstance(axis, tuple | list) else 1
    return gg.expand_dims(x, axis=axes_of(axis, x.ndim + count, "expand_dims"))


def squeeze(a: Any, axis: Any = None) -> Tensor:
    """Without axes of length one, all or those of ``axis``, as numpy.squeeze."""
    return gg.squeeze(array(a), axis=axis)


def atleast_1d(*arys: Any) -> Any:
    """The arrays with at least one axis, as numpy.atleast_1d."""
    return _each(arys, lambda x: x if x.ndim else gg.reshape(x, shape=(1,)))


def atleast_2d(*arys: Any) -> Tensor:
    """The arrays with at least two axes, new ones first, as numpy.atleast_2d."""
    return _each(
        arys, lambda x: x if x.ndim > 1 else gg.reshape(x, shape=(*(1,) * (2 - x.ndim), *x.shape))
    )


def atleast_3d(*arys: Any) -> Tensor:
    """The arrays with at least three axes, as numpy.atleast_3d."""
    return _each(arys, _in_three)


def _in_three(x: Any) -> Any:
    shapes = {0: (1, 1, 1), 1: (1, *x.shape, 1), 2: (*x.shape, 1)}
    return gg.reshape(x, shape=shapes[x.ndim]) if x.ndim in shapes else x


def _each(given: tuple, function: Any) -> Any:
    done = tuple(function(array(x)) for x in given)
    return done[0] if len(done) == 1 else done


def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Tensor:
    """Elements repeated along new axes and those of length one, as numpy.broadcast_to."""
    return gg.broadcast_to(*arrays(array), shape=sizes(shape))


def broadcast_arrays(*args: Any, subok: bool = False) -> tuple:
    """Arrays broadcast to their common shape, as numpy.broadcast_arrays."""
    return gg.broadcast_arrays(*arrays(*args)) if args else ()


def broadcast_shapes(*args: Any) -> tuple[int, ...]:
    """Common shape of arrays of the given shapes, as numpy.broadcast_shapes."""
    return common_shape([sizes(shape) for shape in args], "broadcast_shapes")


def flip(m: Any, axis: Any = None) -> Tensor:
    """Elements in reverse order along ``axis``, as numpy.flip."""
    return gg.flip(array(m), axis=numbers(axis))


def flipud(m: Any) -> Tensor:
    """The rows in reverse order, as numpy.flipud."""
    return _flipped("flipud", m, 0)


def fliplr(m: Any) -> Tensor:
    """The columns in reverse order, as numpy.fliplr."""
    return _flipped("fliplr", m, 1)


def _flipped(name: str, m: Any, axis: int) -> Any:
    x = array(m)
    if x.ndim <= axis:
        raise ValueError(f"{name}: an array of {x.ndim} axes; it takes {axis + 1} or more")
    return gg.flip(x, axis=axis)


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Tensor:
    """The plane of two axes turned by ``k`` right angles, as numpy.rot90."""
    x = array(m)
    first, second = axes_of(tuple(axes), x.ndim, "rot90")
    if k % 4 == 2:
        return gg.flip(x, axis=(first, second))
    if k % 4 == 0:
        return +x
    if k % 4 == 1:
        return gg.swapaxes(gg.flip(x, axis=second), axis1=first, axis2=second)
    return gg.flip(gg.swapaxes(x, axis1=first, axis2=second), axis=second)


def roll(a: Any, shift: Any, axis: Any = None) -> Tensor:
    """The elements moved on by ``shift`` places, as numpy.roll."""
    x, shift, axis = array(a), numbers(shift), numbers(axis)
    if axis is not None and isinstance(shift, int) and isinstance(axis, tuple | list):
        shift = (shift,) * len(axis)
    if axis is None and isinstance(shift, tuple | list):
        shift = sum(shift)
    if isinstance(shift, tuple | list) and isinstance(axis, int):
        shift = sum(shift)
    return gg.roll(x, shift=tuple(shift) if isinstance(shift, list) else shift, axis=axis)


def tile(A: Any, reps: Any) -> Tensor:
    """The whole array ``reps`` times in a row along each axis, as numpy.tile."""
    return gg.tile(array(A), reps=sizes(reps))


def repeat(a: Any, repeats: Any, axis: int | None = None) -> Tensor:
    """Each element repeated ``repeats`` times, as numpy.repeat."""
    x = array(a)
    counts = repeats.tolist() if hasattr(repeats, "tolist") else repeats
    if isinstance(counts, list | tuple) and len(counts) == 1:
        counts = counts[0]
    return gg.repeat(x if x.ndim else gg.reshape(x, shape=(1,)), counts, axis=axis)


def diag(v: Any, k: int = 0) -> Tensor:
    """A matrix with the vector ``v`` on its diagonal number ``k``, or a matrix's diagonal, as
    numpy.diag."""
    x, k = array(v), whole("diag", "k", k)
    if x.ndim == 2:
        return gg.diagonal(x, offset=k)
    if x.ndim != 1:
        raise ValueError(f"diag: an array of {x.ndim} axes; give a vector or a matrix")
    return make_diagonal(x, k)


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros with the last axis of ``D`` on the diagonal number ``offset`` of two new axes, as
    autograd.numpy's, for every offset and axes: what ``diagonal`` gives back."""
    x = array(D)
    if not x.ndim:
        raise ValueError("make_diagonal: a number has no axis to put on a diagonal; give a vector")
    size, ends = x.shape[-1] + abs(offset), ((0, 0),) * (x.ndim - 1)
    line = gg.expand_dims(gg.pad(x, (*ends, (0, abs(offset)))), axis=-1 if offset >= 0 else -2)
    on = eye(size, k=offset, dtype="bool", device=x.device)
    y = gg.where(on, line, array(0, x.dtype, x))
    return gg.moveaxis(y, (-2, -1), (axis1, axis2))


def diagflat(v: Any, k: int = 0) -> Tensor:
    """A matrix with the elements of ``v`` on its diagonal number ``k``, as numpy.diagflat."""
    return diag(ravel(v), whole("diagflat", "k", k))


def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Diagonal of two axes, as numpy.diagonal."""
    x = array(a)
    if x.ndim < 2:
        raise ValueError(f"diagonal: an array of {x.ndim} axes; it takes two or more")
    offset = whole("diagonal", "offset", offset)
    return gg.diagonal(x, offset=offset, axis1=numbers(axis1), axis2=numbers(axis2))


def trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Tensor:
    """The sum of a diagonal, as numpy.trace."""
    no_out("trace", out)
    return gg.sum(diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


def tril(m: Any, k: int = 0) -> Tensor:
    """Matrices with zeros above the diagonal number ``k``, as numpy.tril."""
    return gg.tril(_matrix(m), k=numbers(k))


def triu(m: Any, k: int = 0) -> Tensor:
    """Matrices with zeros below the diagonal number ``k``, as numpy.triu."""
    return gg.triu(_matrix(m), k=numbers(k))


def _matrix(m: Any) -> Any:
    """``m``; a vector as a row that is repeated to a square."""
    x = array(m)
    return gg.broadcast_to(x, shape=(*x.shape, *x.shape)) if x.ndim == 1 else x


def copy(a: Any, order: str = "K", subok: bool = False) -> Tensor:
    """The same values in an array of their own, as numpy.copy; gradients pass."""
    x = array(a)
    return gg.astype(x, x.dtype)


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: str | int | None = None) -> Any:
    """The elements in another dtype, as numpy.astype; gradients pass between floats."""
    y = gg.astype(array(x), numpy_dtype(dtype), copy=copy)
    return y if device is None else y.to_device(device)
