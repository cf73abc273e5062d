"""Elements at places and by conditions, with NumPy's names and arguments."""

from collections.abc import Sequence
from math import prod
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import FREQUENT, int64
from ..backend.shapes import sizes
from ..ops.axes import count
from ..tensor.cell import Tensor
from .concrete import holds, reads_freely
from .reading import alike, array, arrays, counts_first, no_out, numbers, own_dtype
from .searching import nonzero, places_of
from .shapes import broadcast_shapes

__all__ = ["choose", "compress", "ravel_multi_index", "select", "take", "unravel_index", "where"]

MODES = ("raise", "wrap", "clip")


def where(condition: Any, x: Any = None, y: Any = None, /) -> Any:
    """``x`` where ``condition`` holds, else ``y``; without them the places where it holds, as
    numpy.where."""
    if (x is None) != (y is None):
        raise ValueError("where: give both x and y, or neither")
    if x is None:
        return nonzero(condition)
    chosen, number = (x, y) if type(y) is float else (y, x)
    if type(number) is float and own_dtype(chosen) in FREQUENT:  # which decides the dtype
        return gg.where(_truth(array(condition, near=chosen)), x, y)
    choices = alike(x, y)
    return gg.where(_truth(array(condition, near=choices[0])), *choices)


def _truth(x: Any) -> Any:
    return x if x.dtype.kind == "b" else x != 0


def take(
    a: Any, indices: Any, axis: int | None = None, out: Any = None, mode: str = "raise"
) -> Tensor:
    """The elements at ``indices`` along ``axis``, of the flattened array without, as numpy.take.

    mode: what an index beyond the end is: an error ("raise"; a device gives NaN, or 0 in other
    dtypes), counted round ("wrap"), or the last ("clip", where those below 0 are the first).
    """
    no_out("take", out)
    x, places, axis = *arrays(a, indices), numbers(axis)
    if places.dtype.kind not in "iu":
        raise TypeError(f"take: indices of {places.dtype}; give integers")
    n = count(x.shape, axis, "take")
    return gg.take(x, _within("take", places, n, mode), axis=axis)


def _within(name: str, places: Any, n: int, mode: str) -> Any:
    if mode not in MODES:
        raise ValueError(f"{name}: mode={mode!r}; use {', '.join(MODES)}")
    if mode == "wrap" and n:
        return places % n
    return gg.clip(places, 0, n - 1) if mode == "clip" else places


def choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Tensor:
    """Elements chosen from several arrays that broadcast: ``a`` says which array at each place, as
    numpy.choose."""
    no_out("choose", out)
    options = list(gg.unstack(array(choices))) if hasattr(choices, "shape") else list(choices)
    read = alike(*options)
    number = array(a, near=read[0])
    if number.dtype.kind not in "iub":
        raise TypeError(f"choose: a of {number.dtype}; give integers")
    shape = broadcast_shapes(number.shape, *[x.shape for x in read])
    if mode == "raise":
        number = _inside("choose", number, len(read), len(read))
    number = _within("choose", gg.broadcast_to(number, shape=shape), len(read), mode)
    whole = gg.stack([gg.broadcast_to(x, shape=shape) for x in read])
    return gg.take_along_axis(whole, gg.expand_dims(number, axis=0), axis=0)[0]


def select(condlist: Sequence, choicelist: Sequence, default: Any = 0) -> Tensor:
    """At each place the choice whose condition is the first to hold, else ``default``, as
    numpy.select."""
    if not len(condlist) == len(choicelist) > 0:
        raise ValueError(
            f"select: {len(condlist)} conditions for {len(choicelist)} choices; "
            "give as many, at least one"
        )
    *choices, result = alike(*choicelist, default)
    conditions = [array(c, near=result) for c in condlist]
    if any(c.dtype.kind != "b" for c in conditions):
        raise TypeError("select: conditions are truth values; compare, for example x > 0")
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        result = gg.where(condition, choice, result)
    return result


def compress(condition: Any, a: Any, axis: int | None = None, out: Any = None) -> Tensor:
    """Slices along ``axis`` where a vector of truth values is true, as numpy.compress."""
    no_out("compress", out)
    x, chosen, axis = *arrays(a, condition), numbers(axis)
    if chosen.ndim != 1:
        raise ValueError("compress: the condition is one vector of truth values")
    n = count(x.shape, axis, "compress")
    return gg.take(x, places_of("compress", chosen, n), axis=axis)


def unravel_index(indices: Any, shape: Any, order: str = "C") -> tuple:
    """Places in an array of ``shape`` from those in the flattened one, as numpy.unravel_index."""
    places, lengths = _places("unravel_index", indices), sizes(shape)
    places = _inside("unravel_index", places, prod(lengths), prod(lengths))
    found, turned = [], not counts_first("unravel_index", order)
    for n in (lengths[::-1] if turned else lengths)[:-1]:
        found.append(places % n)
        places = places // n
    found += [places] * bool(lengths)  # outside for a place that is
    return tuple(found[::-1] if turned else found)


def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: str = "C") -> Tensor:
    """Indices into the flattened array from indices into shape ``dims``, as
    numpy.ravel_multi_index."""
    lengths = sizes(dims)
    parts = [_places("ravel_multi_index", part) for part in arrays(*multi_index)]
    if len(parts) != len(lengths):
        raise ValueError(f"ravel_multi_index: {len(parts)} indices for {len(lengths)} axes")
    modes = mode if isinstance(mode, tuple | list) else [mode] * len(lengths)
    bounded = [
        _inside("ravel_multi_index", part, n, prod(lengths))
        if each == "raise"
        else _within("ravel_multi_index", part, n, each)
        for part, n, each in zip(parts, lengths, modes, strict=True)
    ]
    turned = not counts_first("ravel_multi_index", order)
    steps = [prod(lengths[i + 1 :] if turned else lengths[:i]) for i in range(len(lengths))]
    total = bounded[0] * steps[0]
    for part, step in zip(bounded[1:], steps[1:], strict=True):
        total = total + part * step
    return total


def _places(name: str, indices: Any) -> Any:
    """Indices as a Tensor of int64."""
    places = array(indices)
    if places.dtype.kind not in "iu":
        raise TypeError(f"{name}: indices of {places.dtype}; give integers")
    return gg.astype(places, int64, copy=False)


def _inside(name: str, places: Any, n: int, instead: int) -> Any:
    """``places``, with ``instead`` for those beyond the end; where looking costs nothing they are
    a ValueError."""
    outside = (places < 0) | (places >= n)
    if not reads_freely(places):
        return gg.where(outside, instead, places)
    if holds(outside):
        raise ValueError(f"{name}: an index is not from 0 to {n - 1}")
    return places
