"""Sets of values: which there are, and which are in one array or in both.

The values come from the elements that stand first, and their gradients go there.
"""

from typing import Any

from ..api import functions as gg
from ..backend.dtypes import INEXACT, bool_
from ..ops.axes import axes_of
from ..tensor.cell import Tensor
from . import making as make
from .reading import alike, array

__all__ = ["intersect1d", "isin", "setdiff1d", "setxor1d", "union1d", "unique"]


def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """The different elements in ascending order, or slices along ``axis``, as numpy.unique.

    return_index: also where each stands first; return_inverse: for each element the number of its
    value; return_counts: how often each occurs.  equal_nan: all NaN count as one.  ``sorted``
    changes nothing.
    """
    x = array(ar)
    rows = _rows(x, axis)
    order = _lexical(rows)
    starts = _starts(gg.take(rows, order, axis=0), equal_nan and (axis is None or x.ndim == 1))
    firsts = gg.nonzero(starts)[0]
    index = gg.take(order, firsts)
    found = [gg.take(gg.flatten(x), index) if axis is None else gg.take(x, index, axis=axis)]
    if return_index:
        found.append(index)
    if return_inverse:
        inverse = gg.take(gg.cumsum(starts, dtype="int64") - 1, gg.argsort(order))
        found.append(gg.reshape(inverse, x.shape) if axis is None else inverse)
    if return_counts:
        found.append(gg.diff(gg.concat([firsts, array([rows.shape[0]], near=x)])))
    return found[0] if len(found) == 1 else tuple(found)


def _rows(x: Any, axis: int | None) -> Any:
    """A matrix whose rows are the elements, or the slices along ``axis``."""
    if axis is None:
        return gg.reshape(x, (-1, 1))
    moved = gg.moveaxis(x, axes_of(axis, x.ndim, "unique")[0], 0)
    return gg.reshape(moved, (moved.shape[0], moved.size // max(moved.shape[0], 1)))


def _lexical(rows: Any) -> Any:
    """The order of rows by their first element, those that agree by their second, and so on."""
    order = (
        gg.argsort(rows[:, -1]) if rows.shape[1] else make.arange(rows.shape[0], device=rows.device)
    )
    for i in reversed(range(rows.shape[1] - 1)):
        order = gg.take(order, gg.argsort(gg.take(rows[:, i], order)))
    return order


def _starts(rows: Any, equal_nan: bool) -> Any:
    """Which sorted rows differ from the one before; the first does."""
    before, after = rows[:-1], rows[1:]
    differ = gg.not_equal(after, before)
    if equal_nan and rows.dtype in INEXACT:
        both = gg.logical_and(gg.isnan(before), gg.isnan(after))
        differ = gg.logical_and(differ, gg.logical_not(both))
    first = make.ones((min(rows.shape[0], 1),), dtype=bool_, device=rows.device)
    return gg.concat([first, gg.any(differ, axis=1)])


def union1d(ar1: Any, ar2: Any) -> Tensor:
    """The different values of both arrays in ascending order."""
    return unique(gg.concat(alike(ar1, ar2), axis=None))


def intersect1d(
    ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False
) -> Any:
    """Common values of two arrays in ascending order, as numpy.intersect1d.

    assume_unique: no array has a value twice.  return_indices: return the indices in both too.
    """
    a, b = (gg.flatten(x) for x in alike(ar1, ar2))
    first, second = None, None
    if not assume_unique:
        a, first = unique(a, return_index=True)
        b, second = unique(b, return_index=True)
    both = gg.concat([a, b])
    order = gg.argsort(both)
    ordered = gg.take(both, order)
    shared = gg.nonzero(ordered[1:] == ordered[:-1])[0]
    of_a = gg.take(order, shared)
    values = gg.take(both, of_a)
    if not return_indices:
        return values
    of_b = gg.take(order, shared + 1) - a.shape[0]
    if first is not None:
        of_a, of_b = gg.take(first, of_a), gg.take(second, of_b)
    return values, of_a, of_b


def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Tensor:
    """The values that only one of two arrays has, in ascending order."""
    a, b = (gg.flatten(x) if assume_unique else unique(x) for x in alike(ar1, ar2))
    both = gg.sort(gg.concat([a, b]))
    edge = make.ones((1,), dtype=bool_, device=both.device)
    apart = gg.concat([edge, gg.not_equal(both[1:], both[:-1]), edge])
    return both[gg.logical_and(apart[1:], apart[:-1])] if both.size else both


def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Tensor:
    """The values of the first array that the second has not; ascending, or with
    ``assume_unique`` in their order."""
    a = array(ar1)
    a = gg.flatten(a) if assume_unique else unique(a)
    return a[isin(a, ar2, invert=True)]


def isin(
    element: Any,
    test_elements: Any,
    assume_unique: bool = False,
    invert: bool = False,
    *,
    kind: str | None = None,
) -> Tensor:
    """True where an element is one of ``test_elements``; ``invert`` negates, as numpy.isin.

    NaN is in nothing.  ``assume_unique`` and ``kind`` change nothing: one way serves all.
    """
    if kind not in (None, "sort", "table"):
        raise ValueError(f"isin: kind={kind!r}; use None, 'sort' or 'table'")
    x, known = alike(element, test_elements)
    known = gg.sort(gg.flatten(known))
    if not known.size:
        found = gg.not_equal(x, x) & False
    else:
        place = gg.clip(gg.searchsorted(known, x), None, known.shape[0] - 1)
        found = gg.equal(gg.take(known, place), x)
    return gg.logical_not(found) if invert else found
