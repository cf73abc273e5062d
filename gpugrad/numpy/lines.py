"""Lines along the axes that a reduction takes together, which are moved to the end as one axis."""

from math import prod
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import INEXACT
from ..engine.functions import function_of
from ..ops import sorting
from ..ops.axes import axes_of
from ..tensor.arguments import to_device
from .concrete import on_host, readable


def lines(x: Any, axis: Any, name: str) -> Any:
    """``x`` with the axes that are reduced as one, the last."""
    axes = axes_of(axis, x.ndim, name)
    kept = [i for i in range(x.ndim) if i not in axes]
    moved = gg.permute_dims(x, (*kept, *axes)) if x.ndim else x
    return gg.reshape(moved, (*(x.shape[i] for i in kept), prod(x.shape[i] for i in axes)))


def reduced(shape: tuple, axis: Any, keepdims: bool, name: str) -> tuple[int, ...]:
    """The shape that a reduction of ``shape`` over ``axis`` leaves."""
    axes = axes_of(axis, len(shape), name)
    if keepdims:
        return tuple(1 if i in axes else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes)


def counted(rows: Any, dtype: Any) -> Any:
    """How many elements of each line are not NaN."""
    present = gg.logical_not(gg.isnan(rows))
    return gg.astype(gg.count_nonzero(present, axis=-1, keepdims=True), dtype)


def picked(rows: Any, *places: Any) -> list:
    """The elements at ``places`` of the sorted lines, for each argument an array of them: a vector
    for all lines, or one for each line."""
    count = places[0].shape[-1]
    if count and places[0].ndim == 1 and readable(*places):
        numbers = [int(k) for vector in places for k in on_host(vector, "quantile", "q")]
        found = function_of(sorting.sorted_places)(rows, places=tuple(numbers))
    else:
        order, whole = gg.argsort(rows, axis=-1), to_device(gg.concat(places, axis=-1), rows.device)
        found = (gg.take if whole.ndim == 1 else gg.take_along_axis)(order, whole, axis=-1)
    chosen = gg.take_along_axis(rows, found, axis=-1)
    return [chosen[..., i * count : (i + 1) * count] for i in range(len(places))]


def or_nan(y: Any, rows: Any) -> Any:
    """``y``, and in lines that hold a NaN that."""
    if rows.dtype not in INEXACT:
        return y
    return gg.where(gg.any(gg.isnan(rows), axis=-1, keepdims=True), float("nan"), y)


def beside(weights: Any, a: Any, axis: Any, name: str) -> Any:
    """Weights so that they broadcast against ``a``; they have its shape or that of the axes."""
    if weights.shape == a.shape:
        return weights
    if axis is None:
        raise TypeError(
            f"{name}: weights of shape {weights.shape} for an array of shape "
            f"{a.shape}; name the axis that they belong to"
        )
    axes = axes_of(axis, a.ndim, name)
    if weights.shape != tuple(a.shape[i] for i in axes):
        raise ValueError(
            f"{name}: weights of shape {weights.shape} do not fit axis={axis} of "
            f"an array of shape {a.shape}"
        )
    turned = gg.permute_dims(weights, tuple(sorted(range(len(axes)), key=axes.__getitem__)))
    return gg.reshape(turned, tuple(n if i in axes else 1 for i, n in enumerate(a.shape)))
