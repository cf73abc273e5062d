"""Reductions along axes."""

from .declare import linear


def spread(xp, g, shape, axis, keepdims):
    """A reduced array laid out again along the axes that were reduced."""
    if not keepdims and axis is not None:
        g = xp.expand_dims(g, axis=axis)
    return xp.broadcast_to(g, shape=shape)


@linear(transpose=lambda xp, g, x_shape, *, axis, keepdims: spread(xp, g, x_shape, axis, keepdims))
def sum(xp, x, *, axis=None, keepdims=False):
    """Sum of elements over ``axis``: None for all, a number or several."""
    return xp.sum(x, axis=axis, keepdims=keepdims)
