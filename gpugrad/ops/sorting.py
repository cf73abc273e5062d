"""Order: sorting, searching in what is sorted, and sets of values."""

from .declare import composite, operation


@operation()
def argsort(xp, x, *, axis=-1, descending=False):
    """Where the elements of the sorted array come from; equal ones keep their order."""
    return xp.argsort(x, axis=axis, descending=descending)


@composite
def sort(xp, x, *, axis=-1, descending=False):
    """The elements in ascending order along ``axis``, NaN last; equal ones keep their order."""
    order = xp.argsort(x, axis=axis, descending=descending)
    return xp.take_along_axis(x, order, axis=axis)


@operation()
def searchsorted(xp, x, v, *, side="left"):
    """Where each element of ``v`` belongs in the ascending vector ``x``: before equal elements
    (side "left") or after them ("right")."""
    return xp.searchsorted(x, v, side=side)


@operation()
def unique_all(xp, x):
    """The different values in ascending order; where each is first in the flattened array; for
    every element the number of its value; how often each occurs."""
    return xp.unique_all(x)
