"""Order: sorting, the largest few, medians, distinct elements, histograms."""

from typing import Any

from .. import numpy as gnp
from ..api import functions as gg
from ..api.creation import ones
from .both import both
from .reductions import Found
from .tensor import owned, plain

# fmt: off
__all__ = [
    "argsort", "bincount", "bucketize", "histc", "isin", "kthvalue", "median", "msort",
    "searchsorted", "sort", "topk", "unique", "unique_consecutive",
]
# fmt: on


@both
def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Found:
    """Elements along ``dim`` in order, and where they stood; always stable."""
    if not input.ndim:
        return Found(input.clone(), gg.argmax(input, axis=None))
    places = gg.argsort(input, dim, descending)
    return Found(gg.take_along_axis(input, places, axis=dim), places)


@both
def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """Where the elements of an ordered Tensor stood along ``dim``; always stable."""
    return gg.argsort(input, dim, descending)


@both
def msort(input: Any) -> Any:
    """Elements along the first axis in order."""
    return sort(input, 0).values


@both
def topk(input: Any, k: Any, dim: int = -1, largest: bool = True, sorted: bool = True) -> Found:
    """The ``k`` largest elements along ``dim``, or the smallest, and where they stood."""
    count = int(plain(k))
    if not 0 <= count <= input.shape[dim]:
        raise RuntimeError(f"topk: k={count} of {input.shape[dim]} elements along axis {dim}")
    places = gg.argsort(input, dim, largest)
    places = places[(*[slice(None)] * (dim % input.ndim), slice(count))]
    return Found(gg.take_along_axis(input, places, axis=dim), places)


@both
def kthvalue(input: Any, k: int, dim: int = -1, keepdim: bool = False) -> Found:
    """The ``k``-th smallest element along ``dim``, counted from 1, and where it stood."""
    places = gg.argsort(input, dim)[(*[slice(None)] * (dim % input.ndim), slice(k - 1, k))]
    values = gg.take_along_axis(input, places, axis=dim)
    if keepdim:
        return Found(values, places)
    return Found(gg.squeeze(values, axis=dim), gg.squeeze(places, axis=dim))


@both
def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The median, of an even number of elements the lower one; along ``dim`` with its index."""
    if dim is None:
        flat = gg.reshape(input, (-1,))
        return kthvalue(flat, (flat.shape[0] + 1) // 2, 0).values
    return kthvalue(input, (input.shape[dim] + 1) // 2, dim, keepdim)


@both
def unique(
    input: Any,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The distinct elements in order; with where each element stands among them, and counts."""
    found = gnp.unique(input, return_inverse=return_inverse, return_counts=return_counts, axis=dim)
    return tuple(map(owned, found)) if isinstance(found, tuple) else owned(found)


@both
def unique_consecutive(input: Any) -> Any:
    """Vector without elements that are equal to the one before."""
    flat = gg.reshape(input, (-1,))
    keep = gg.concat([ones((1,), dtype="bool", device=flat.device), flat[1:] != flat[:-1]])
    return flat[keep]


def searchsorted(
    sorted_sequence: Any, values: Any, *, out_int32: bool = False, right: bool = False
) -> Any:
    """Where each value would stand in an ordered vector: before equal elements, or after."""
    places = gg.searchsorted(sorted_sequence, values, "right" if right else "left")
    return owned(places).astype("int32" if out_int32 else "int64")


def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """The number of the bucket of each element between ordered boundaries."""
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


@both
def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each whole number occurs, or the sum of its weights."""
    return owned(gnp.bincount(input, weights, minlength))


@both
def histc(input: Any, bins: int = 100, min: Any = 0, max: Any = 0) -> Any:
    """Counts of elements in ``bins`` equal intervals from ``min`` to ``max``."""
    low, high = (min, max) if min != max else (input.min().item(), input.max().item())
    counts, _ = gnp.histogram(input.detach(), bins, (low, high))
    return owned(counts).astype(input.dtype)


@both
def isin(elements: Any, test_elements: Any) -> Any:
    """Whether each element is among others."""
    return owned(gnp.isin(elements, test_elements))
