"""Slopes, integrals and histograms of samples, combinations, parts of numbers."""

from itertools import combinations as _combinations
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

from .. import numpy as gnp
from ..api import functions as gg
from .both import both
from .tensor import owned

__all__ = [
    "combinations",
    "cumulative_trapezoid",
    "frexp",
    "gradient",
    "histogram",
    "nanquantile",
]


class Frexp(NamedTuple):
    """Mantissas and exponents."""

    mantissa: Any
    exponent: Any


class Histogram(NamedTuple):
    """Counts and the edges of the bins."""

    hist: Any
    bin_edges: Any


def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """All combinations of ``r`` elements of a vector, one a row."""
    choose = combinations_with_replacement if with_replacement else _combinations
    places = list(choose(range(input.shape[0]), r))
    return gg.take(input, places, axis=0) if places else input.new_empty((0, r))


def cumulative_trapezoid(y: Any, x: Any = None, *, dx: float = 1, dim: int = -1) -> Any:
    """Integrals along ``dim`` up to each sample, by trapezoids; one shorter than ``y``."""
    y = gg.moveaxis(y, dim, -1)
    step = dx if x is None else gg.diff(x if x.ndim == 1 else gg.moveaxis(x, dim, -1), axis=-1)
    areas = (y[..., 1:] + y[..., :-1]) / 2 * step
    return gg.moveaxis(gg.cumsum(areas, axis=-1), -1, dim)


@both
def frexp(input: Any) -> Any:
    """Mantissas of at least 1/2 and below 1, and exponents of 2."""
    mantissa, exponent = gg.frexp(input)
    return Frexp(owned(mantissa), owned(exponent))


def gradient(input: Any, *, spacing: Any = 1, dim: Any = None, edge_order: int = 1) -> tuple:
    """Slopes along each axis of ``dim`` by central differences, a Tensor for each."""
    given = tuple(spacing) if isinstance(spacing, list | tuple) else (spacing,)
    found = gnp.gradient(input, *given, axis=dim, edge_order=edge_order)
    parts = found if isinstance(found, tuple | list) else (found,)
    return tuple(owned(part).to(dtype=input.dtype) for part in parts)


@both
def histogram(
    input: Any, bins: Any, *, range: Any = None, weight: Any = None, density: bool = False
) -> Any:
    """Counts, or sums of weights, in bins: their number, or their edges."""
    where = None if weight is None else weight.reshape(-1)
    counts, edges = gnp.histogram(input.reshape(-1), bins, range, density, where)
    return Histogram(owned(counts).to(dtype=input.dtype), owned(edges).to(dtype=input.dtype))


@both
def nanquantile(
    input: Any,
    q: Any,
    dim: Any = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Any:
    """Quantiles of what is not NaN, numbers from 0 to 1, along ``dim`` or of all elements."""
    return gnp.nanquantile(input, q, axis=dim, keepdims=keepdim, method=interpolation)
