"""A few elements of a sorted array on the host, without sorting all of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

SORT_BELOW = 2048  # elements of a line that are sorted sooner than searched
FEW = 8  # places that are found one by one sooner than by a sort


def sorted_places(x: Any, *, places: tuple[int, ...]) -> Any:
    """Where the elements come from that a stable sort along the last axis puts at ``places``."""
    wanted = list(places)
    if x.shape[-1] < SORT_BELOW or len(wanted) > FEW:
        return np.argsort(x, axis=-1, kind="stable")[..., wanted]
    values = np.partition(x, wanted, axis=-1)[..., wanted]
    found = [_place(x, values[..., i : i + 1], k) for i, k in enumerate(wanted)]
    return np.stack(found, axis=-1)


def _place(x: Any, value: Any, k: int) -> Any:
    """The place of the element number ``k`` of the sort, which is ``value``: of those that equal
    it, so many are before it as ``k`` exceeds the number of smaller ones."""
    same, smaller = x == value, np.count_nonzero(x < value, axis=-1, keepdims=True)
    is_nan = value != value  # NaN are the largest, and alike
    if is_nan.any():
        same = np.where(is_nan, x != x, same)
        smaller = np.where(is_nan, np.count_nonzero(x == x, axis=-1, keepdims=True), smaller)
    if x.ndim == 1:
        return np.flatnonzero(same)[k - smaller[0]]
    return np.argmax(np.cumsum(same, axis=-1) > k - smaller, axis=-1)


ORDER_NATIVES: dict[str, Callable] = {"sorted_places": sorted_places}
