"""Tables of rows looked up by index, and bags of such rows, with torch's arguments."""

from typing import Any

from ...api import functions as gg
from ...api.creation import arange, zeros
from ...engine.calling import called
from ...engine.levels import no_grad
from ...linalg import vector_norm
from ...ops import embedding as tables
from ...tensor.cell import Tensor
from ...tensor.operators import function_of

__all__ = ["embedding", "embedding_bag"]

SPARSE = "sparse=True: gradients are dense here; leave it out"


def padding_row(name: str, padding_idx: int, rows: int) -> int:
    """The row that a padding index means, counted from either end; ValueError where there is none;
    errors say ``name``."""
    if not -rows <= padding_idx < rows:
        raise ValueError(f"{name}: padding_idx {padding_idx}; give {-rows} to {rows - 1}")
    return padding_idx % rows


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Row of ``weight`` for each index; integers of any shape.

    padding_idx: a row without a gradient.  max_norm: rows that are looked up are first made
    shorter, in ``weight`` itself, where their norm of order norm_type is above it.
    scale_grad_by_freq: the gradient of a row is divided by how often it is looked up.  sparse is
    refused, since gradients are dense.
    """
    if sparse:
        raise ValueError(f"embedding: {SPARSE}")
    if padding_idx is not None:
        padding_idx = padding_row("embedding", padding_idx, weight.shape[0])
    if max_norm is not None:
        _shorten(weight, input, max_norm, norm_type)
    found = function_of(tables.embedding)(weight, input, padding_idx=padding_idx)
    return _shared(found, weight, input) if scale_grad_by_freq else found


def _shorten(weight: Any, indices: Any, most: float, order: float) -> None:
    """Write rows of norm ``most`` over those that are longer."""
    if weight.level:
        raise ValueError(
            "embedding: max_norm writes into weight, which belongs to a transform here; shorten "
            "its rows before"
        )
    with no_grad():
        places, table = gg.reshape(indices, (-1,)), weight.detach().clone()
        rows = gg.take(table, places, axis=0)
        norms = vector_norm(rows, axis=-1, keepdims=True, ord=order)
        table[places] = rows * gg.where(norms > most, most / (norms + 1e-7), 1.0)
        weight.write(table.held)  # and its history stays


def _shared(found: Any, weight: Any, indices: Any) -> Tensor:
    """``found`` with a gradient divided by how often each index comes."""
    places = gg.reshape(indices, (-1,))
    rows = zeros((weight.shape[0],), dtype=found.dtype, device=str(found.device))
    ones = gg.take(rows, places, axis=0) + 1
    counts = gg.take(gg.scatter_add(rows, places, ones), indices, axis=0)
    value = found.detach()
    return value + (found - value) / gg.expand_dims(counts, axis=-1)


@called
def embedding_bag(  # long: torch's arguments
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Sum, mean or largest elements of the rows of ``weight`` in each bag of indices: (bags, D).

    input: (bags, n), or (n,) with the place at which each bag begins in ``offsets``, after which
    include_last_offset has the end of the last.  per_sample_weights: a factor of each row, for
    mode "sum".  padding_idx is no part of a bag; an empty bag gives zeros.  Where ``offsets`` are
    with mode "max", their values are needed, which no compiled function has.  Others: as in
    ``embedding``.
    """
    _check_bags(input, weight, offsets, mode, per_sample_weights)
    rows = embedding(input, weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse)
    if per_sample_weights is not None:
        rows = rows * gg.expand_dims(per_sample_weights, axis=-1)
    none = -1 if padding_idx is None else padding_row("embedding_bag", padding_idx, len(weight))
    counted = input != none
    if input.ndim == 1:
        starts = offsets[:-1] if include_last_offset else offsets
        if mode != "max":
            return _scattered(rows, counted, starts, mode)
        rows, counted = _padded(rows, counted, starts, input.shape[0])
    mask = gg.expand_dims(counted, axis=-1)
    if mode == "max":
        largest = gg.max(gg.where(mask, rows, -float("inf")), axis=1)
        return gg.where(gg.any(mask, axis=1), largest, 0.0)
    total = gg.sum(gg.where(mask, rows, 0.0), axis=1)
    if mode == "sum":
        return total
    return total / gg.astype(gg.maximum(gg.sum(mask, axis=1), 1), total.dtype)


def _scattered(rows: Any, counted: Any, starts: Any, mode: str) -> Tensor:
    """Sums or means of the rows that lie between two places."""
    device, bags = str(rows.device), starts.shape[0]
    places = arange(rows.shape[0], dtype=starts.dtype, device=device)
    owner = gg.searchsorted(starts, places, side="right") - 1
    mask = gg.expand_dims(counted, axis=-1)
    empty = zeros((bags, rows.shape[1]), dtype=rows.dtype, device=device)
    total = gg.scatter_add(empty, owner, gg.where(mask, rows, 0.0))
    if mode == "sum":
        return total
    count = gg.scatter_add(empty[:, :1], owner, gg.astype(mask, rows.dtype))
    return total / gg.maximum(count, 1.0)


def _padded(rows: Any, counted: Any, starts: Any, end: int) -> tuple[Any, Any]:
    """Rows (bags, n, D) and whether they count (bags, n), of bags as long as the longest."""
    firsts = starts.tolist()
    lengths = [b - a for a, b in zip(firsts, [*firsts[1:], end], strict=True)]
    device = str(rows.device)
    steps = arange(max([0, *lengths]), dtype=starts.dtype, device=device)
    places = gg.expand_dims(starts, axis=-1) + steps
    ends = gg.concat([starts[1:], starts[:1] * 0 + end])
    inside = places < gg.expand_dims(ends, axis=-1)
    places = gg.where(inside, places, 0)
    return gg.take(rows, places, axis=0), inside & gg.take(counted, places, axis=0)


def _check_bags(input: Any, weight: Any, offsets: Any, mode: str, factors: Any) -> None:
    """ValueError for shapes and settings that do not fit."""
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"embedding_bag: mode {mode!r}; give 'sum', 'mean' or 'max'")
    if weight.ndim != 2:
        raise ValueError(f"embedding_bag: weight of shape {tuple(weight.shape)}; it has 2 axes")
    if input.ndim not in (1, 2):
        raise ValueError(f"embedding_bag: input of shape {tuple(input.shape)}; it has 1 or 2 axes")
    if (offsets is None) is (input.ndim == 1) or (offsets is not None and offsets.ndim != 1):
        raise ValueError("embedding_bag: offsets are a vector for input (n,), None for (bags, n)")
    if factors is not None and mode != "sum":
        raise NotImplementedError(f"embedding_bag: per_sample_weights are for 'sum', not {mode!r}")
    if factors is not None and tuple(factors.shape) != tuple(input.shape):
        shapes = f"{tuple(factors.shape)} for an input {tuple(input.shape)}"
        raise ValueError(f"embedding_bag: per_sample_weights of shape {shapes}")
