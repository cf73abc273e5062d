"""Tensors with a part of them replaced, or combined with other elements."""

from typing import Any

from ..api import functions as gg
from .both import both, in_place
from .indexing import _places, _source, _with
from .tensor import owned

# fmt: off
__all__ = [
    "diagonal_scatter", "renorm", "scatter_reduce", "select_scatter", "slice_scatter",
]
# fmt: on


@both
def select_scatter(input: Any, src: Any, dim: int, index: int) -> Any:
    """``input`` with ``src`` at one index of the axis ``dim``."""
    return _with(input, (*[slice(None)] * (dim % input.ndim), index), src)


@both
def slice_scatter(
    input: Any, src: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1
) -> Any:
    """``input`` with ``src`` at a slice of the axis ``dim``."""
    return _with(input, (*[slice(None)] * (dim % input.ndim), slice(start, end, step)), src)


@both
def diagonal_scatter(input: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """``input`` with ``src`` on the diagonal of two axes."""
    places = gg.diagonal(
        owned(gg.reshape(_numbers(input), tuple(input.shape))),
        offset=offset,
        axis1=dim1,
        axis2=dim2,
    )
    flat = _with(gg.reshape(input, (-1,)), (gg.reshape(places, (-1,)),), gg.reshape(src, (-1,)))
    return gg.reshape(flat, tuple(input.shape))


def _numbers(x: Any) -> Any:
    return gg.cumsum(gg.reshape(gg.astype(x == x, "int64"), (-1,)) * 0 + 1, axis=0) - 1


@in_place
def scatter_reduce(
    input: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True
) -> Any:
    """``input`` with elements of ``src`` at ``index`` along ``dim``, combined where they meet.

    reduce: "sum", "mean", "amax" or "amin", with what is there unless ``include_self=False``.
    """
    part = _source(src, index)
    places = _places(index, dim)
    start = input if include_self else _with(input, places, _neutral(reduce, part))
    if reduce == "sum":
        return start.scatter_add(dim, index, part)
    if reduce == "mean":
        ones = gg.astype(part == part, input.dtype) * 0 + 1
        count = (input * 0 + int(include_self)).scatter_add(dim, index, ones)
        return start.scatter_add(dim, index, part) / gg.clip(count, 1, None)
    if reduce not in ("amax", "amin"):
        raise RuntimeError(
            f"scatter_reduce: reduce={reduce!r}; 'sum', 'mean', 'amax', 'amin' are here"
        )
    order = gg.argsort(gg.reshape(part, (-1,)), 0, reduce == "amin")
    flat = tuple(gg.take(gg.reshape(p, (-1,)), order, axis=0) for p in gg.broadcast_arrays(*places))
    best = gg.take(gg.reshape(part, (-1,)), order, axis=0)
    found = _with(start, flat, best)  # of equal places the last one stays: the extreme
    return (gg.maximum if reduce == "amax" else gg.minimum)(start, found)


def _neutral(reduce: str, part: Any) -> float:
    return {"amax": -float("inf"), "amin": float("inf")}.get(reduce, 0.0)


@both
def renorm(input: Any, p: float, dim: int, maxnorm: float) -> Any:
    """Parts along ``dim`` scaled down to a norm of at most ``maxnorm``."""
    axes = tuple(i for i in range(input.ndim) if i != dim % input.ndim)
    norms = gg.sum(abs(input) ** p, axis=axes, keepdims=True) ** (1 / p)
    return input * gg.where(norms > maxnorm, maxnorm / (norms + 1e-7), 1.0)
