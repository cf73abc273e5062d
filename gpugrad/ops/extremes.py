"""Largest and smallest elements along axes, and where they are."""

from math import inf

from .axes import with_axes
from .batching import along, along_flat
from .declare import operation


def _mark(xp, x, y, axis, keepdims):
    """Which elements are the extreme; where that is NaN, the elements that are NaN."""
    return xp.logical_or(x == with_axes(xp, y, axis, keepdims), xp.isnan(x))


def _shared(xp, g, mark, axis, keepdims):
    """A gradient or tangent by the number of elements that share it equally, in its precision,
    in which not every number of elements can be written."""
    share = g / xp.count_nonzero(mark, axis=axis, keepdims=keepdims)
    return xp.astype(share, dtype=g.dtype)


def _to_extreme(xp, g, x, y, *, axis, keepdims):
    mark = _mark(xp, x, y, axis, keepdims)
    share = _shared(xp, g, mark, axis, keepdims)
    return xp.where(mark, with_axes(xp, share, axis, keepdims), 0)


def _extreme_tangent(xp, tx, x, y, *, axis, keepdims):
    mark = _mark(xp, x, y, axis, keepdims)
    moved = xp.sum(xp.where(mark, tx, 0), axis=axis, keepdims=keepdims)
    return _shared(xp, moved, mark, axis, keepdims)


@operation(to_x=_to_extreme, tangent=_extreme_tangent, batch=along("axis"))
def max_(xp, x, *, axis=None, keepdims=False):
    """Largest element along ``axis``; equal ones share the gradient, and NaN wins.

    axis: None for all elements, an integer, or several.  An empty array raises ValueError.
    """
    return xp.max(x, axis=axis, keepdims=keepdims)


@operation(to_x=_to_extreme, tangent=_extreme_tangent, batch=along("axis"))
def min_(xp, x, *, axis=None, keepdims=False):
    """Smallest element along ``axis``; equal ones share the gradient, and NaN wins.

    axis: None for all elements, an integer, or several.  An empty array raises ValueError.
    """
    return xp.min(x, axis=axis, keepdims=keepdims)


def _place(xp, stack, *, axis, keepdims):
    """Batching rule of a place counted through all axes or along one."""
    if axis is not None or not keepdims:
        return along_flat(xp, stack, axis=axis, keepdims=keepdims)
    y = along_flat(xp, stack, axis=None, keepdims=False)
    return xp.reshape(y, shape=(stack.size, *(1,) * stack.ndim(0)))


@operation(batch=_place)
def argmax(xp, x, *, axis=None, keepdims=False):
    """Index (int64) of the first largest element along ``axis``; None flattens the array."""
    return xp.argmax(x, axis=axis, keepdims=keepdims)


@operation(batch=_place)
def argmin(xp, x, *, axis=None, keepdims=False):
    """Index (int64) of the first smallest element along ``axis``; None flattens the array."""
    return xp.argmin(x, axis=axis, keepdims=keepdims)


def largest(xp, x, axis):
    """The largest elements along ``axis``, which stays with length one; -inf of none."""
    if 0 in x.shape:
        return xp.sum(x, axis=axis, keepdims=True) - inf
    return xp.max(x, axis=axis, keepdims=True)
