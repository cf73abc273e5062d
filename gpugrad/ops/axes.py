"""Axes as settings: one number, several, or None for all; and arrays laid out along them."""

from math import prod
from operator import index

from ..backend.shapes import AxisError


def axes_of(axis, ndim, name):
    """``axis`` as a tuple of numbers from 0; NumPy's AxisError, a ValueError and an IndexError, for
    one that ``ndim`` axes do not have."""
    if axis is None:
        return tuple(range(ndim))
    given = axis.tolist() if hasattr(axis, "tolist") else axis
    try:
        axes = tuple(map(index, given if isinstance(given, tuple | list) else (given,)))
    except TypeError:
        raise TypeError(f"{name}: axis={axis!r}; an axis is a whole number") from None
    for a in axes:
        if not -ndim <= a < ndim:
            way_out = f"use {-ndim} to {ndim - 1}" if ndim else "a 0-d array has none"
            raise AxisError(f"{name}: axis {a} of an array of {ndim} axes; {way_out}")
    normal = tuple(a % ndim for a in axes)
    if len(set(normal)) < len(normal):
        raise ValueError(f"{name}: axis={axis!r} names an axis twice")
    return normal


def count(shape, axis, name):
    """How many elements a reduction over ``axis`` makes one of."""
    return prod(shape[a] for a in axes_of(axis, len(shape), name))


def flattened(shape, start, end, name):
    """``shape`` with the axes ``start`` to ``end`` as one; a number gets an axis of one element."""
    if not shape:
        return (1,)
    first, last = (axes_of(axis, len(shape), name)[0] for axis in (start, end))
    if first > last:
        raise ValueError(f"{name}: axis {start} comes after axis {end} in a shape of {shape}")
    return (*shape[:first], prod(shape[first : last + 1]), *shape[last + 1 :])


def zeros(xp, like, shape):
    """Zeros of ``shape`` in the dtype and place of ``like``."""
    return xp.broadcast_to(xp.sum(xp.zeros_like(like)), shape=shape)


def spread(xp, g, shape, axis, keepdims):
    """A reduced array laid out again along the axes that were reduced."""
    return xp.broadcast_to(with_axes(xp, g, axis, keepdims), shape=shape)


def with_axes(xp, g, axis, keepdims):
    """A reduced array with the axes that were reduced, of length one: in an expression with what
    it was reduced from it broadcasts, and need not be spread."""
    return g if keepdims or axis is None else xp.expand_dims(g, axis=axis)
