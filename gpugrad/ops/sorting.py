"""Order: sorting, searching in what is sorted, and sets of values."""

from math import prod

from .batching import along_flat, refused
from .declare import composite, operation


@operation(batch=along_flat)
def argsort(xp, x, *, axis=-1, descending=False):
    """Where the elements of the sorted array come from; equal ones keep their order."""
    return xp.argsort(x, axis=axis, descending=descending)


@composite
def sort(xp, x, *, axis=-1, descending=False):
    """The elements in ascending order along ``axis``, NaN last; equal ones keep their order."""
    order = xp.argsort(x, axis=axis, descending=descending)
    return xp.take_along_axis(x, order, axis=axis)


def _search_all(xp, stack, *, side):
    """Each member's ``v`` among its own ``x``: where a sort of both puts it, less those of ``v``
    before it.  Equal elements keep their order, so the first given ones come first."""
    if not stack.marked[0]:
        return stack.apply(*stack.arrays, side=side)
    x, v = stack.arrays[0], stack.full(xp, 1)
    v = xp.reshape(v, shape=(stack.size, prod(stack.shape(1))))
    whole = xp.concat(*((v, x) if side == "left" else (x, v)), axis=1)
    length, count = x.shape[1], v.shape[1]
    mine = (None, count, None) if side == "left" else (length, None, None)
    places = xp.getitem(_ranks(xp, whole), spec=((None, None, None), mine))
    return xp.reshape(places - _ranks(xp, v), shape=(stack.size, *stack.shape(1)))


def _ranks(xp, x):
    """Where each element of every row stands when that is sorted."""
    return xp.argsort(xp.argsort(x, axis=1, descending=False), axis=1, descending=False)


@operation(batch=_search_all)
def searchsorted(xp, x, v, *, side="left"):
    """Where each element of ``v`` belongs in the ascending vector ``x``: before equal elements
    (side "left") or after them ("right")."""
    return xp.searchsorted(x, v, side=side)


@operation(
    batch=refused(
        "members have different numbers of different values; sort them with gg.sort, or call it "
        "outside of vmap"
    )
)
def unique_all(xp, x):
    """The different values in ascending order; where each is first in the flattened array; for
    every element the number of its value; how often each occurs."""
    return xp.unique_all(x)
