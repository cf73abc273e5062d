"""Arrays joined to one, and one cut to several, with NumPy's names and arguments."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..api import functions as gg
from ..ops.axes import axes_of
from ..tensor.cell import Tensor
from .reading import alike, array, arrays, no_out, numbers, whole
from .shapes import atleast_1d, atleast_2d, atleast_3d, ravel

__all__ = [
    "append",
    "array_split",
    "block",
    "column_stack",
    "concat",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "row_stack",
    "split",
    "stack",
    "unstack",
    "vsplit",
    "vstack",
]


def concatenate(
    arrays: Any,
    /,
    axis: int | None = 0,
    out: Any = None,
    *,
    dtype: Any = None,
    casting: str = "same_kind",
) -> Tensor:
    """Arrays joined along ``axis``; None flattens them, as numpy.concatenate."""
    no_out("concatenate", out)
    parts = _read("concatenate", arrays, dtype)
    if axis is not None:
        if any(not part.ndim for part in parts):
            raise ValueError("concatenate: a number has no axis; use stack, or atleast_1d of it")
        _check_shapes(parts, axes_of(axis, parts[0].ndim, "concatenate")[0])
    return gg.concat(parts, axis=axis)


concat = concatenate


def _check_shapes(parts: list, axis: int) -> None:
    first = parts[0].shape
    for part in parts:
        others = part.shape[:axis] + part.shape[axis + 1 :]
        if part.ndim != len(first) or others != first[:axis] + first[axis + 1 :]:
            raise ValueError(
                f"concatenate: shapes {first} and {part.shape} differ beside axis {axis}"
            )


def stack(
    arrays: Any, axis: int = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Tensor:
    """The arrays side by side along a new axis, as numpy.stack."""
    no_out("stack", out)
    return gg.stack(_read("stack", arrays, dtype), axis=axis)


def vstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Tensor:
    """The arrays below each other, vectors as rows, as numpy.vstack."""
    return concatenate([atleast_2d(x) for x in _listed("vstack", tup)], 0, dtype=dtype)


row_stack = vstack


def hstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Tensor:
    """The arrays beside each other, vectors end to end, as numpy.hstack."""
    parts = [atleast_1d(x) for x in _listed("hstack", tup)]
    return concatenate(parts, 0 if parts and parts[0].ndim == 1 else 1, dtype=dtype)


def dstack(tup: Any) -> Tensor:
    """Arrays joined along the third axis, as numpy.dstack."""
    return concatenate([atleast_3d(x) for x in _listed("dstack", tup)], 2)


def column_stack(tup: Any) -> Tensor:
    """Arrays joined along the second axis, vectors as columns, as numpy.column_stack."""
    parts = [array(x) for x in _listed("column_stack", tup)]
    columns = [x if x.ndim > 1 else gg.reshape(x, shape=(-1, 1)) for x in parts]
    return concatenate(columns, 1)


def block(arrays: Any) -> Tensor:
    """Array built from nested lists of blocks, as numpy.block: innermost lists along the last axis,
    those around them along the axis before."""
    depth = _depth(arrays)
    ndim = max(depth, *[x.ndim for x in _leaves(arrays)])
    return _joined(arrays, depth, ndim)


def _depth(nested: Any) -> int:
    if not isinstance(nested, list):
        return 0
    depths = {_depth(part) for part in nested}
    if len(depths) != 1:
        raise ValueError("block: lists of one depth are needed, and no empty one")
    return 1 + depths.pop()


def _leaves(nested: Any) -> list:
    if isinstance(nested, list):
        return [leaf for part in nested for leaf in _leaves(part)]
    if isinstance(nested, tuple):
        raise TypeError("block: a tuple; blocks are nested in lists")
    return [array(nested)]


def _joined(nested: Any, depth: int, ndim: int) -> Any:
    if not isinstance(nested, list):
        x = array(nested)
        return gg.reshape(x, shape=(*(1,) * (ndim - x.ndim), *x.shape))
    return concatenate([_joined(part, depth - 1, ndim) for part in nested], -depth)


def append(arr: Any, values: Any, axis: int | None = None) -> Tensor:
    """``arr`` with ``values`` appended along ``axis``; None flattens both, as numpy.append."""
    if axis is None:
        arr, values = map(ravel, arrays(arr, values))
    return concatenate([arr, values], 0 if axis is None else numbers(axis))


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list:
    """Equal parts along ``axis``, or those between the given places, as numpy.split."""
    x = array(ary)
    sections = _sections(indices_or_sections)
    if isinstance(sections, int):
        return list(gg.split(x, sections=sections, axis=axis))
    return _between(x, sections, axis)


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list:
    """Parts along ``axis`` that need not be equal, the first ones longer, as
    numpy.array_split."""
    x, sections = array(ary), _sections(indices_or_sections)
    if not isinstance(sections, int):
        return _between(x, sections, axis)
    if sections < 1:
        raise ValueError(f"array_split: {sections} parts; give at least one")
    each, more = divmod(x.shape[axes_of(axis, x.ndim, "array_split")[0]], sections)
    return _between(x, [i * each + min(i, more) for i in range(1, sections)], axis)


def _sections(given: Any) -> Any:
    return given.tolist() if hasattr(given, "tolist") else given


def _between(x: Any, places: Sequence[int], axis: int) -> list:
    """The parts before, between and after places, which may decrease."""
    axis = axes_of(axis, x.ndim, "split")[0]
    ends = [0, *places, x.shape[axis]]
    if all(0 <= a <= b <= x.shape[axis] for a, b in pairwise(ends)):
        return list(gg.split(x, sections=tuple(places), axis=axis))
    before = (slice(None),) * axis
    starts, stops = [None, *places], [*places, None]
    return [x[(*before, slice(a, b))] for a, b in zip(starts, stops, strict=True)]


def hsplit(ary: Any, indices_or_sections: Any) -> list:
    """Parts side by side: along the second axis, of a vector the first, as numpy.hsplit."""
    x = _with_axes("hsplit", ary, 1)
    return split(x, indices_or_sections, 0 if x.ndim == 1 else 1)


def vsplit(ary: Any, indices_or_sections: Any) -> list:
    """Parts below each other: along the first axis, as numpy.vsplit."""
    return split(_with_axes("vsplit", ary, 2), indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> list:
    """Parts along the third axis, as numpy.dsplit."""
    return split(_with_axes("dsplit", ary, 3), indices_or_sections, 2)


def unstack(x: Any, /, *, axis: int = 0) -> tuple:
    """The arrays along ``axis``, without it, as numpy.unstack."""
    return gg.unstack(_with_axes("unstack", x, 1), axis=whole("unstack", "axis", axis))


def _with_axes(name: str, x: Any, least: int) -> Any:
    x = array(x)
    if x.ndim < least:
        raise ValueError(f"{name}: an array of {x.ndim} axes; it takes {least} or more")
    return x


def _listed(name: str, arrays: Any) -> list:
    """The arrays of a sequence, or along the first axis of an array."""
    if hasattr(arrays, "shape"):
        return list(gg.unstack(array(arrays)))
    if not isinstance(arrays, Sequence):
        raise TypeError(f"{name}: {type(arrays).__name__}; give the arrays in a list or a tuple")
    return list(arrays)


def _read(name: str, arrays: Any, dtype: Any) -> list:
    parts = _listed(name, arrays)
    if not parts:
        raise ValueError(f"{name}: no arrays; give at least one")
    return alike(*parts) if dtype is None else [array(x, dtype) for x in parts]
