"""Order: sorting, searching in what is sorted, and sets of values."""

from math import prod

from ..backend.positions import ALL, ARRAY
from .axes import axes_of
from .batching import along_flat, refused
from .declare import composite, operation


@operation(batch=along_flat)
def argsort(xp, x, *, axis=-1, descending=False):
    """Where the elements of the sorted array come from; equal ones keep their order."""
    return xp.argsort(x, axis=axis, descending=descending)


@operation(
    native=True,
    batch=lambda xp, stack, *, places: stack.apply(*stack.arrays, places=places),
)
def sorted_places(xp, x, *, places):
    """Where the elements come from that a stable sort along the last axis puts at ``places``, a
    tuple of numbers; few are found without sorting the others."""
    order = xp.argsort(x, axis=-1, descending=False)
    return xp.stack(*[xp.getitem(order, spec=(..., k)) for k in places], axis=-1)


@composite
def sort(xp, x, *, axis=-1, descending=False):
    """The elements in ascending order along ``axis``, NaN last; equal ones keep their order."""
    (axis,) = axes_of(axis, len(x.shape), "sort")
    if len(x.shape) > 3:  # each axis needs an array of indices, and NumPy takes 63
        lines = (prod(x.shape[:axis]), x.shape[axis], prod(x.shape[axis + 1 :]))
        y = xp.sort(xp.reshape(x, shape=lines), axis=1, descending=descending)
        return xp.reshape(y, shape=x.shape)
    order = xp.argsort(x, axis=axis, descending=descending)
    return xp.take_along_axis(x, order, axis=axis)


def _search_all(xp, stack, *, side):
    """Each member's ``v`` among its own ``x``: in a sort of both, the elements of ``x`` before it.
    Equal elements keep their order, so that those given first come first."""
    if not stack.marked[0]:
        return stack.apply(*stack.arrays, side=side)
    x, count = stack.arrays[0], prod(stack.shape(1))
    v = xp.reshape(stack.full(xp, 1), shape=(stack.size, count))
    first, start = ((v, x), 0) if side == "left" else ((x, v), x.shape[1])
    order = xp.argsort(xp.concat(*first, axis=1), axis=1, descending=False)
    of_v = xp.logical_and(order >= start, order < start + count)
    before = xp.cumsum(xp.where(of_v, 0, 1), axis=1)
    rows = xp.reshape(xp.arange_like(order, stack.size), shape=(stack.size, 1))
    places = xp.setitem(order, before, rows, order, spec=(ARRAY, ARRAY))
    places = xp.getitem(places, spec=(ALL, (start, start + count, None)))
    return xp.reshape(places, shape=(stack.size, *stack.shape(1)))


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
