"""Counting: how many elements, or what weight of them, falls into each bin.

Counts are whole numbers and have no gradient; sums of weights have one in the weights, and edges
made from the data in the smallest and the largest element.
"""

from math import prod
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import float64
from ..backend.numpy_rules import numpys
from ..tensor.cell import Tensor
from . import making as make
from .concrete import holds, on_host
from .reading import alike, array, in_float

__all__ = ["bincount", "digitize", "histogram", "histogram2d", "histogram_bin_edges", "histogramdd"]

NO_BIN = "histogram: `bins` must be a positive number, a name, or a vector of edges"


def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Tensor:
    """Number of times that each integer from 0 to the largest occurs in ``x``, as numpy.bincount.

    weights: add these float64 numbers instead of 1.  minlength: the smallest length.
    """
    x = array(x)
    if x.ndim != 1 or (x.dtype.kind not in "iub" and x.size):
        raise TypeError(f"bincount: x is {x.dtype} of shape {x.shape}; use a vector of integers")
    values = on_host(x, "bincount", "x")
    if values.size and values.min() < 0:
        raise ValueError(f"bincount: x holds {values.min()}; use numbers from 0 on")
    length = max(int(values.max()) + 1 if values.size else 0, minlength)
    return _added(gg.astype(x, "int64"), _as_weights(weights, x), length)


def _as_weights(weights: Any, x: Any) -> Any:
    if weights is None:
        return None
    weights = array(weights, near=x)
    if weights.shape != x.shape:
        raise ValueError(f"bincount: weights of shape {weights.shape} for x of shape {x.shape}")
    return gg.astype(weights, float64)


def _added(places: Any, weights: Any, length: int) -> Any:
    """The sum of ``weights``, or the count, of all that have one place."""
    if weights is None:
        weights = make.ones_like(places, dtype="int64")
    empty = make.zeros((length,), dtype=weights.dtype, device=places.device)
    return gg.scatter_add(empty, places, weights)


def digitize(x: Any, bins: Any, right: bool = False) -> Tensor:
    """Index of the bin of each element of ``x``, as numpy.digitize.

    bins: ascending or descending edges.  right: a bin includes its right edge, not its left one.
    """
    x, bins = alike(array(x), array(bins))
    if x.dtype.kind == "c":
        raise TypeError("digitize: complex numbers have no order")
    if bins.ndim != 1:
        raise ValueError(f"digitize: bins of shape {bins.shape}; use a vector")
    side = "left" if right else "right"
    steps = gg.diff(bins)
    if not holds(steps < 0):
        return gg.searchsorted(bins, x, side=side)
    if holds(steps > 0):
        raise ValueError("digitize: bins must ascend or descend")
    return bins.shape[0] - gg.searchsorted(gg.flip(bins), x, side=side)


def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Tensor:
    """The edges that ``histogram`` uses: one more than bins, as numpy.histogram_bin_edges.

    bins: how many, the edges themselves, or the name of a rule that decides how many.
    """
    a = gg.flatten(array(a))
    if isinstance(bins, str):
        if weights is not None:
            raise TypeError("histogram: a rule for the number of bins takes no weights; give it")
        values = on_host(a, "histogram", "a")
        bins = numpys("histogram_bin_edges")(values, bins, range).size - 1
    number = _number(bins)
    if number is not None:
        return _even_edges(a, number, range)
    edges = array(bins, near=a)
    if edges.ndim != 1:
        raise ValueError(NO_BIN)
    if holds(edges[:-1] > edges[1:]):
        raise ValueError("histogram: the edges in `bins` must not descend")
    return edges


def _number(bins: Any) -> int | None:
    """How many bins are asked for; None if edges are given."""
    if getattr(bins, "shape", None if isinstance(bins, list | tuple) else ()) != ():
        return None
    try:
        number = bins.__index__()
    except (AttributeError, TypeError):
        raise TypeError(NO_BIN) from None
    if number < 1:
        raise ValueError(NO_BIN)
    return number


def _even_edges(a: Any, number: int, range: Any) -> Any:
    """Edges at even distances, in the dtype of the elements; of integers, float64."""
    first, last = _outer_edges(a, range)
    steps = make.arange(number, dtype=first.dtype, device=a.device)
    inner = steps * ((last - first) / number) + first
    return gg.astype(gg.concat([inner, gg.reshape(last, (1,))]), in_float(a).dtype, copy=False)


def _outer_edges(a: Any, range: Any) -> tuple[Any, Any]:
    if range is not None:
        first, last = (array(x, near=a) for x in range)
        if holds(first > last):
            raise ValueError(f"histogram: range={range!r}; the largest comes last")
    elif not a.size:
        first, last = array(0, near=a), array(1, near=a)
    else:
        first, last = gg.min(a), gg.max(a)
    if holds(gg.logical_not(gg.logical_and(gg.isfinite(first), gg.isfinite(last)))):
        raise ValueError("histogram: the range of the bins is not finite; give range=")
    first, last = in_float(first), in_float(last)
    margin = 0.5 * gg.astype(first == last, first.dtype)
    return first - margin, last + margin


def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Any, Any]:
    """The number of elements, or the sum of their ``weights``, in each bin; and the edges.

    As numpy.histogram: a bin includes its left edge, the last one its right edge too.
    density: divides by the whole and by the widths, so that the integral is 1.
    """
    a = array(a)
    if weights is not None:
        weights = array(weights, near=a)
        if weights.shape != a.shape:
            raise ValueError(f"histogram: weights of shape {weights.shape} for {a.shape}")
        weights = gg.flatten(weights)
    a = gg.flatten(gg.astype(a, "uint8") if a.dtype.kind == "b" else a)
    edges = histogram_bin_edges(a, bins, range, weights)
    number = edges.shape[0] - 1
    counts = _added(_bin_of(a, edges), weights, number + 2)[1:-1]
    if not density:
        return counts, edges
    counts = in_float(counts)
    return counts / gg.astype(gg.diff(edges), float64) / gg.sum(counts), edges


def _bin_of(x: Any, edges: Any) -> Any:
    """The number of each element's bin, from 1; 0 and the one after the last for those outside."""
    x, bounds = alike(x, edges)
    number = edges.shape[0] - 1
    place = gg.searchsorted(bounds, x, side="right")
    place = gg.where(x == bounds[-1], number, place)
    return gg.where(gg.isnan(x), 0, place) if x.dtype.kind == "f" else place


def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Any, tuple]:
    """The number, or the weight, of points in each cell of a grid; and the edges of each axis.

    sample: points (n, d), or a sequence of d vectors.  bins, range: for all axes, or one each.
    """
    columns = _columns(sample)
    d = len(columns)
    many = _one_each(bins, d)
    ranges = [None] * d if range is None else list(range)
    if len(many) != d or len(ranges) != d:
        raise ValueError(f"histogramdd: {len(many)} bins and {len(ranges)} ranges for {d} axes")
    edges = tuple(
        histogram_bin_edges(x, b, r) for x, b, r in zip(columns, many, ranges, strict=True)
    )
    lengths = [len(e) + 1 for e in edges]
    place: Any = 0
    for x, e, length in zip(columns, edges, lengths, strict=True):
        place = place * length + _bin_of(x, e)
    weights = None if weights is None else gg.astype(array(weights, near=place), float64)
    counts = gg.reshape(_added(place, weights, prod(lengths)), tuple(lengths))
    counts = gg.astype(counts[(slice(1, -1),) * d], float64)
    if not density:
        return counts, edges
    total = gg.sum(counts)
    for width in gg.meshgrid(*map(gg.diff, edges), indexing="ij"):
        counts = counts / width
    return counts / total, edges


def _one_each(bins: Any, d: int) -> list:
    """Bins for each of ``d`` axes: those of a sequence or an array, or one for all."""
    several = isinstance(bins, list | tuple) or getattr(bins, "ndim", 0) > 0
    return list(bins) if several else [bins] * d


def _columns(sample: Any) -> list:
    if not hasattr(sample, "shape"):
        return alike(*sample, weak=False)
    points = array(sample)
    return list(gg.unstack(points if points.ndim == 2 else points[:, None], axis=1))


def histogram2d(
    x: Any,
    y: Any,
    bins: Any = 10,
    range: Any = None,
    density: bool | None = None,
    weights: Any = None,
) -> tuple[Any, Any, Any]:
    """``histogramdd`` of points with coordinates ``x`` and ``y``; the counts and both edges."""
    if array(x).shape != array(y).shape:
        raise ValueError(f"histogram2d: {array(x).size} x for {array(y).size} y")
    if not isinstance(bins, str | int) and len(bins) not in (1, 2):
        bins = [bins, bins]
    counts, (of_x, of_y) = histogramdd((x, y), bins, range, density, weights)
    return counts, of_x, of_y
