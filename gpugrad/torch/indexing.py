"""Elements by index and by condition; what is written in place goes through the cell."""

from typing import Any

from .. import numpy as gnp
from ..api import functions as gg
from ..tensor import cell
from .both import both, in_place, method
from .tensor import Tensor, owned
from .views import viewed

# fmt: off
__all__ = [
    "argwhere", "gather", "index_add", "index_copy", "index_fill", "index_put", "index_select",
    "masked_fill", "masked_scatter", "masked_select", "nonzero", "scatter", "scatter_add", "take",
    "take_along_dim", "where",
]
# fmt: on

BASIC = (int, slice, type(None), type(Ellipsis))


def _is_basic(index: Any) -> bool:
    return all(isinstance(i, BASIC) and not isinstance(i, bool) for i in index)


def _whole(index: Any, ndim: int) -> tuple:
    """An index with slices in place of an ellipsis, and numbers in place of 0-d Tensors."""
    parts = [
        int(i.item()) if isinstance(i, cell.Tensor) and not i.shape and i.dtype.kind in "iu" else i
        for i in (index if isinstance(index, tuple) else (index,))
    ]
    places = [n for n, i in enumerate(parts) if i is Ellipsis]
    if places:
        used = sum(_axes(i) for i in parts)
        parts[places[0] : places[0] + 1] = [slice(None)] * (ndim - used)
    return tuple(parts)


def _axes(i: Any) -> int:
    """How many axes a part of an index takes."""
    if i is None or i is Ellipsis:
        return 0
    kind = getattr(getattr(i, "dtype", None), "kind", "")
    return len(i.shape) if kind == "b" else 1


def _numbers_first(x: Any, index: tuple) -> tuple[Any, tuple]:
    """``x`` at the numbers of an index that has arrays too, and the rest of the index: to NumPy a
    number is an array, and moves the axes of the others; to torch it is not."""
    rest = tuple(slice(None) if i is None else i for i in index if type(i) is not int)
    return cell.Tensor.__getitem__(x, _numbers(index)), rest


def _numbers(index: tuple) -> tuple:
    """The numbers and new axes of an index; slices for the rest, of a mask one for each axis."""
    by_axis = [part for i in index for part in [i] * max(_axes(i), 1)]
    return tuple(i if type(i) is int or i is None else slice(None) for i in by_axis)


@method
def __getitem__(self: Any, index: Any) -> Any:
    """Elements by index: basic indices give a View, arrays of integers and masks a copy."""
    get = cell.Tensor.__getitem__
    parts = _whole(index, len(self.shape))
    if _is_basic(parts):
        return viewed(self, get(self, parts), lambda x, part: _with(x, parts, part))
    if any(type(i) is int for i in parts):
        return get(*_numbers_first(self, parts))
    return get(self, parts)


def _with(x: Any, index: Any, part: Any) -> Any:
    """A new Tensor: ``x`` with ``part`` at an index."""
    y = x.clone()
    cell.Tensor.__setitem__(y, index, part)
    return y


@method
def __setitem__(self: Any, index: Any, value: Any) -> None:
    """Write elements; a value of another dtype is cast."""
    parts = _whole(index, len(self.shape))
    if not _is_basic(parts) and any(type(i) is int for i in parts):
        inner, rest = _numbers_first(self, parts)
        cell.Tensor.__setitem__(inner, rest, value)
        cell.Tensor.__setitem__(self, _numbers(parts), inner)
        return
    cell.Tensor.__setitem__(self, parts, value)


@method
def __iter__(self: Any) -> Any:
    """The parts along the first axis."""
    if not self.shape:
        raise TypeError("iteration over a 0-d tensor")
    return iter([self[i] for i in range(self.shape[0])])


@both
def gather(input: Any, dim: int, index: Any, *, sparse_grad: bool = False) -> Any:
    """Elements at ``index`` along ``dim``; index may be shorter than input along other axes."""
    within = tuple(
        slice(n) if i != dim % input.ndim else slice(None) for i, n in enumerate(index.shape)
    )
    x = (
        input
        if tuple(input.shape) == tuple(index.shape)
        else cell.Tensor.__getitem__(input, within)
    )
    return gg.take_along_axis(x, index, axis=dim)


def _places(index: Any, dim: int) -> tuple:
    """For each element of ``index`` its place in an array whose axis ``dim`` it counts along."""
    grid = gnp.indices(tuple(index.shape), sparse=True)
    lines = [owned(g).to(index.device) for g in grid]
    return tuple(index if i == dim % len(lines) else g for i, g in enumerate(lines))


def _source(value: Any, index: Any) -> Any:
    """The part of ``value`` that goes with ``index``; a number stays."""
    if not isinstance(value, cell.Tensor) or not value.shape:
        return value
    return cell.Tensor.__getitem__(value, tuple(slice(n) for n in index.shape))


@in_place
def scatter(
    input: Any, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: Any = None
) -> Any:
    """``input`` with elements of ``src``, or a number, at ``index`` along ``dim``.

    reduce: "add" or "multiply" with what is there; of equal places in turn, the last one stays.
    """
    given = value if src is None else src
    if reduce == "add":
        return scatter_add(input, dim, index, given)
    if reduce is not None:
        raise RuntimeError(f"scatter: reduce={reduce!r} is not here; 'add' or None is")
    return _with(input, _places(index, dim), _source(given, index))


@in_place
def scatter_add(input: Any, dim: int, index: Any, src: Any) -> Any:
    """``input`` with elements of ``src`` added at ``index`` along ``dim``; equal places add up."""
    flat = gnp.ravel_multi_index(
        tuple(gg.broadcast_arrays(*_places(index, dim))), tuple(input.shape)
    )
    part = _source(src, index)
    rows = (
        gg.reshape(part, (-1,))
        if isinstance(part, cell.Tensor)
        else owned(gnp.full((index.numel(),), part, dtype=input.dtype, device=input.device))
    )
    added = gg.scatter_add(
        gg.reshape(input, (-1,)), owned(flat).reshape(-1), rows.astype(input.dtype)
    )
    return gg.reshape(added, tuple(input.shape))


@both
def index_select(input: Any, dim: int, index: Any) -> Any:
    """Parts at the indices in a vector along ``dim``."""
    return gg.take(input, index, axis=dim)


@in_place
def index_add(input: Any, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Any:
    """``input`` with parts of ``source`` added at indices along ``dim``; equal ones add up."""
    rows = gg.moveaxis(input, dim, 0)
    added = gg.scatter_add(rows, index, gg.moveaxis(source, dim, 0) * alpha)
    return gg.moveaxis(added, 0, dim)


@in_place
def index_copy(input: Any, dim: int, index: Any, source: Any) -> Any:
    """``input`` with parts of ``source`` at indices along ``dim``."""
    return _with(input, (*[slice(None)] * (dim % input.ndim), index), source)


@in_place
def index_fill(input: Any, dim: int, index: Any, value: Any) -> Any:
    """``input`` with a number at indices along ``dim``."""
    return _with(input, (*[slice(None)] * (dim % input.ndim), index), value)


@in_place
def index_put(input: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    """``input`` with values at indices, one Tensor for each axis."""
    if accumulate:
        raise RuntimeError("index_put: accumulate=True is not here; use index_add or scatter_add")
    return _with(input, tuple(indices), values)


@in_place
def masked_fill(input: Any, mask: Any, value: Any) -> Any:
    """``input`` with ``value`` where the mask is true."""
    number = value.astype(input.dtype) if isinstance(value, cell.Tensor) else value
    return gg.where(mask, number, input).astype(input.dtype, copy=False)


@both
def masked_select(input: Any, mask: Any) -> Any:
    """Elements where the mask is true, along one axis."""
    x, where = gg.broadcast_arrays(input, mask)
    return cell.Tensor.__getitem__(x, where)


@in_place
def masked_scatter(input: Any, mask: Any, source: Any) -> Any:
    """``input`` with elements of ``source``, in order, where the mask is true."""
    whole = gg.broadcast_to(mask, tuple(input.shape))
    number = gg.cumsum(gg.reshape(whole, (-1,)).astype("int64"), axis=0) - 1
    met = gg.take(gg.reshape(source, (-1,)), gg.clip(number, 0, None), axis=0)
    return gg.where(whole, gg.reshape(met, tuple(input.shape)), input)


@both
def take(input: Any, index: Any) -> Any:
    """Elements at places counted through all axes."""
    return gg.reshape(
        gg.take(gg.reshape(input, (-1,)), index.reshape(-1), axis=0), tuple(index.shape)
    )


@both
def take_along_dim(input: Any, indices: Any, dim: int | None = None) -> Any:
    """Elements at indices along ``dim``, broadcast on the other axes."""
    if dim is None:
        return take(input, indices)
    return gg.take_along_axis(input, indices, axis=dim)


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """``input`` where the condition is true, else ``other``; alone, where it is true."""
    if input is None:
        return nonzero(condition, as_tuple=True)
    return owned(gg.where(condition, input, other))


def _where(self: Any, condition: Any, other: Any) -> Any:
    """This Tensor where the condition is true, else ``other``."""
    return where(condition, self, other)


Tensor.where = _where  # type: ignore[attr-defined]


@both
def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """Indices of the elements that are not 0: a row for each, or a vector for each axis."""
    found = gg.nonzero(input)
    return tuple(found) if as_tuple else gg.stack(list(found), axis=1)


@both
def argwhere(input: Any) -> Any:
    """Indices of the elements that are not 0, a row for each."""
    return nonzero(input)
