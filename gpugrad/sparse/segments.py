"""Sums, maxima and softmax of rows that belong together, as edges of a graph do at a node."""

from typing import Any

from ..api import functions as gg
from ..api.creation import arange, asarray, zeros
from ..tensor.cell import Tensor


def _read(name: str, data: Any, segment_ids: Any) -> tuple[Any, Any]:
    data, ids = asarray(data), asarray(segment_ids)
    if not data.ndim or ids.shape != data.shape[:1]:
        raise ValueError(
            f"{name}: segment_ids of shape {ids.shape} for data of shape {data.shape}; give one "
            "whole number for each entry of the first axis"
        )
    return data, ids


def segment_sum(data: Any, segment_ids: Any, num_segments: int) -> Tensor:
    """Sums of the rows of ``data`` that have the same number, as jax.ops.segment_sum.

    data: (n, ...); segment_ids: (n,), whole numbers below ``num_segments``, in any order.  Gives
    (num_segments, ...), 0 where no row belongs.
    """
    data, ids = _read("segment_sum", data, segment_ids)
    none = zeros((num_segments, *data.shape[1:]), dtype=data.dtype, device=data.device)
    return gg.scatter_add(none, ids, data)


def segment_max(data: Any, segment_ids: Any, num_segments: int) -> Tensor:
    """Maxima of the rows of ``data`` that have the same number, -infinity where no row belongs.

    Arguments are those of segment_sum.  The gradient goes to one of those that are equal.
    """
    data, ids = _read("segment_max", data, segment_ids)
    columns = gg.reshape(data, shape=(data.shape[0], -1)) if data.size else data
    by_value = gg.argsort(columns, axis=0)
    by_segment = gg.argsort(gg.take(ids, by_value), axis=0, stable=True)
    order = gg.take_along_axis(by_value, by_segment, axis=0)
    ends = gg.searchsorted(gg.sort(ids), arange(num_segments, device=data.device), side="right")
    starts = gg.concat([zeros((1,), dtype=ends.dtype, device=data.device), ends[:-1]])
    last = gg.take(order, gg.maximum(ends - 1, 0), axis=0)
    found = gg.take_along_axis(columns, last, axis=0)
    found = gg.where(gg.expand_dims(ends > starts, axis=1), found, -float("inf"))
    return gg.reshape(found, shape=(num_segments, *data.shape[1:]))


def segment_softmax(data: Any, segment_ids: Any, num_segments: int) -> Tensor:
    """Softmax among the rows of ``data`` that have the same number, as attention over the edges
    that end in a node; it has the shape of ``data``.  Arguments are those of segment_sum."""
    data, ids = _read("segment_softmax", data, segment_ids)
    highest = segment_max(data, ids, num_segments).detach()
    powers = gg.exp(data - gg.take(highest, ids, axis=0))
    return powers / gg.take(segment_sum(powers, ids, num_segments), ids, axis=0)
