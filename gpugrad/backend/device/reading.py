"""Where an index with arrays of integers reads in an array of a device."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ..dtypes import int64
from ..positions import apart
from .gather import joined


class Reading:
    """An array in lines, and the places along them that an index reads.

    lines: (outer, n, inner); the axes that arrays of the index read are one, the middle one.
    places: (count,) of int64.
    """

    def __init__(self, device: Any, x: Any, arrays: tuple, spec: tuple) -> None:
        kinds = tuple([(a.dtype.kind == "b", a.ndim) for a in arrays])
        self.device, self.at = device, apart(spec, kinds, x.ndim)
        plain, order, begin, axes, _ = self.at
        view = x if plain is None else x[plain]
        view = view if order is None else view.transpose(order)
        self.view_shape: tuple[int, ...] = view.shape
        end = begin + axes
        lengths = view.shape[begin:end]
        self.lead, self.rest = view.shape[:begin], view.shape[end:]
        self.lines = view.reshape(prod(self.lead), prod(lengths), prod(self.rest))
        indices = _integers(device, arrays, lengths)
        self.shape = _common(indices)
        if axes == 1:
            self.places = indices[0].astype(int64, copy=False).reshape(-1)
        else:
            xp = device.module
            alike = [xp.ascontiguousarray(xp.broadcast_to(i, self.shape), int64) for i in indices]
            self.places = joined(device, alike, lengths).reshape(-1)

    def result(self, y: Any) -> Any:
        """What the index gives, from its elements (outer, count, inner)."""
        y = y.reshape((*self.lead, *self.shape, *self.rest))
        return _moved(y, len(self.shape), self.at.begin, self.at.first)

    def lines_of(self, v: Any) -> Any:
        """``v``, which broadcasts to what the index gives, as (outer, count, inner)."""
        first, others = self.at.first, (*self.lead, *self.rest)
        shape = (*others[:first], *self.shape, *others[first:])
        extra = max(v.ndim - len(shape), 0)
        if v.shape[:extra] != (1,) * extra or not _fits(v.shape[extra:], shape):
            raise ValueError(f"values of shape {v.shape} do not fit into {shape}")
        v = self.device.module.broadcast_to(v.reshape(v.shape[extra:]), shape)
        v = _moved(v, len(self.shape), first, self.at.begin)
        return v.reshape(self.lines.shape[0], prod(self.shape), self.lines.shape[2])

    def within(self, new: Any, copy: Callable[[], Any]) -> Any:
        """The array with ``new`` in place of its lines; ``copy()`` is the one to write into
        where the index leaves some of it out."""
        new = new.reshape(self.view_shape)
        if self.at.order is not None:
            new = new.transpose(np.argsort(self.at.order).tolist())
        if self.at.plain is None:
            return new
        y = copy()
        y[self.at.plain] = new
        return y


def _integers(device: Any, arrays: tuple, lengths: tuple[int, ...]) -> list:
    """The arrays of an index of axes of ``lengths``, one an axis: masks as the places of True."""
    indices: list = []
    for array in arrays:
        if array.dtype.kind != "b":
            indices.append(array)
            continue
        mask = array.reshape(array.shape or (1,))
        axes = lengths[len(indices) : len(indices) + mask.ndim]
        if mask.shape != axes:
            raise IndexError(f"truth values of shape {array.shape} for axes of lengths {axes}")
        indices += device.natives["nonzero"](mask)
    return indices


def _common(indices: list) -> tuple[int, ...]:
    """The shape that arrays of an index have together."""
    shapes = [index.shape for index in indices]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        together = " ".join(map(str, shapes))
        raise IndexError(f"arrays of an index do not broadcast: {together}") from None


def _fits(shape: tuple[int, ...], into: tuple[int, ...]) -> bool:
    pairs = zip(reversed(shape), reversed(into), strict=False)
    return all(n in (1, whole) for n, whole in pairs)


def _moved(x: Any, count: int, source: int, destination: int) -> Any:
    """``x`` with ``count`` neighbouring axes in another place."""
    if source == destination or not count:
        return x
    axes = list(range(x.ndim))
    block = axes[source : source + count]
    del axes[source : source + count]
    axes[destination:destination] = block
    return x.transpose(axes)
