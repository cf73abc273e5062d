"""Arrays with elements put in, left out or repeated."""

from math import prod
from typing import Any

from ..api import functions as gg
from ..backend.select import HOST
from ..ops.axes import axes_of
from ..tensor.cell import Tensor
from .concrete import on_host, sent
from .reading import array

__all__ = ["delete", "insert", "resize", "trim_zeros"]


def resize(a: Any, new_shape: Any) -> Tensor:
    """The elements of ``a`` in ``new_shape``, from the beginning again where there are too few."""
    shape = (new_shape,) if isinstance(new_shape, int) else tuple(new_shape)
    if any(n < 0 for n in shape):
        raise ValueError(f"resize: new_shape={new_shape!r} has a negative length")
    flat, size = gg.flatten(array(a)), prod(shape)
    if not flat.size:
        return gg.broadcast_to(gg.sum(flat, dtype=flat.dtype), shape)
    return gg.reshape(gg.tile(flat, -(-size // flat.size))[:size], shape)


def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Tensor:
    """Without the zeros before the first and after the last other element, as numpy.trim_zeros.

    trim: "f" for those before, "b" for those after, "fb" for both.  axis: the axes to trim, or all.
    """
    x = array(filt)
    wanted = trim.lower()
    if wanted not in ("fb", "bf", "f", "b"):
        raise ValueError(f"trim_zeros: trim={trim!r}; use 'f', 'b' or 'fb'")
    axes = axes_of(axis, x.ndim, "trim_zeros")
    found = on_host(x, "trim_zeros", "filt").nonzero()
    index = [slice(None)] * x.ndim
    for i in axes:
        first, last = (found[i].min(), found[i].max()) if len(found[i]) else (0, -1)
        begin = int(first) if "f" in wanted or last < 0 else None
        index[i] = slice(begin, int(last) + 1 if "b" in wanted or last < 0 else None)
    return x[tuple(index)]


def delete(arr: Any, obj: Any, axis: int | None = None) -> Tensor:
    """``arr`` without the elements at ``obj`` along ``axis``; None flattens it.

    obj: an integer, a slice, or several integers or truth values, as numpy.delete.
    """
    x, axis = _along("delete", arr, axis)
    keep = HOST.natives["ones"](x.shape[axis], dtype=bool)
    if isinstance(obj, slice):
        keep[obj] = False
    else:
        index = _index("delete", obj)
        if index.dtype.kind == "b" and index.shape != keep.shape:
            raise ValueError(
                f"delete: truth values of shape {index.shape} for an axis of length {x.shape[axis]}"
            )
        try:
            keep[index] = False
        except IndexError as error:
            raise IndexError(f"delete: {error}") from None
    return gg.take(x, sent(keep.nonzero()[0], x), axis=axis)


def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Tensor:
    """``values`` before the places ``obj`` along ``axis``, or of the flattened array.

    obj: an integer, a slice, or several integers or truth values; values: in the dtype of ``arr``,
    broadcast to what is put in, as numpy.insert.
    """
    x, axis = _along("insert", arr, axis)
    length = x.shape[axis]
    index = _inserted_at(obj, length)
    values = gg.astype(array(values, near=x), x.dtype, copy=False)
    if index.size == 1:
        values, index = _at_one_place(values, index, x.ndim, axis)
    count = index.size
    inside = (*x.shape[:axis], count, *x.shape[axis + 1 :])
    if index.size and not (-length <= index.min() and index.max() <= length):
        raise IndexError(f"insert: obj={obj!r} is not within an axis of length {length}")
    source = _order(index, length)
    both = gg.concat([x, gg.broadcast_to(values, inside)], axis=axis)
    return gg.take(both, sent(source, x), axis=axis)


def _along(name: str, arr: Any, axis: int | None) -> tuple[Any, int]:
    """The array, flattened if no axis is named, and the number of the axis."""
    x = array(arr)
    if axis is None:
        return gg.flatten(x), 0
    return x, axes_of(axis, x.ndim, name)[0]


def _index(name: str, obj: Any) -> Any:
    """Integers or truth values as a host array."""
    index = on_host(obj, name, "obj")
    if not index.size:
        index = index.astype("int64")
    if index.dtype.kind not in "iub" or index.ndim > 1:
        raise IndexError(
            f"{name}: obj is {index.dtype} of shape {index.shape}; use integers or "
            "truth values, one or a vector"
        )
    return index


def _inserted_at(obj: Any, length: int) -> Any:
    if isinstance(obj, slice):
        return HOST.asarray(list(range(*obj.indices(length))), "int64")
    index = _index("insert", obj)
    return index.nonzero()[0] if index.dtype.kind == "b" else index


def _at_one_place(values: Any, index: Any, ndim: int, axis: int) -> tuple[Any, Any]:
    """All ``values`` at one place: as many as they are along ``axis``."""
    values = gg.reshape(values, (*(1,) * (ndim - values.ndim), *values.shape))
    if not index.ndim and values.ndim:
        values = gg.moveaxis(values, 0, axis)
    return values, index.reshape(-1).repeat(values.shape[axis])


def _order(index: Any, length: int) -> Any:
    """Where each element comes from: the array, and after it what is put in before ``index``."""
    count, new = HOST.natives["arange"], index.size
    places = index.reshape(-1).astype("int64")
    places[places < 0] += length
    places[places.argsort(kind="stable")] += count(new)
    source = HOST.natives["full"](length + new, -1)
    source[places] = length + count(new)
    source[source < 0] = count(length)
    return source
