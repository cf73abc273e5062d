"""Weighted sums of few elements along each axis of planes: what resizing of images is made of.

Planes are (N, C, *size).  Tables are two for each axis of size: the places of the elements that
are added, (count, taps) of integers, and their weights, of the same shape.  They have no
batching rule: operations that make tables of their settings have one, see resizing.py.
"""

from ..backend.positions import ALL, ARRAY
from .declare import linear


def _weighted(xp, x, weights, axis):
    """``x``, (..., count, taps, ...), whose count is ``axis``, times weights (count, taps)."""
    ones = (1,) * (len(x.shape) - axis - 2)
    return x * xp.astype(xp.reshape(weights, shape=(*weights.shape, *ones)), dtype=x.dtype)


@linear(
    transpose=lambda xp, g, x_shape, tables: xp.band_spread(g, *tables, size=x_shape[2:]),
    native=True,
)
def band_sums(xp, x, *tables):
    """Sums of elements at the tables' places, times their weights: (N, C, *count)."""
    for axis in range(2, len(x.shape)):
        places, weights = tables[2 * axis - 4 : 2 * axis - 2]
        met = _weighted(xp, xp.take(x, places, axis=axis), weights, axis)
        x = xp.sum(met, axis=axis + 1)
    return x


@linear(transpose=lambda xp, g, tables, *, size: xp.band_sums(g, *tables), native=True)
def band_spread(xp, x, *tables, size):
    """The transpose of ``band_sums``: each element added at its places, in planes of ``size``."""
    for axis in range(2, len(x.shape)):
        places, weights = tables[2 * axis - 4 : 2 * axis - 2]
        before, length, after = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
        shape = (*before, length, weights.shape[1], *after)
        shares = xp.broadcast_to(xp.expand_dims(x, axis=axis + 1), shape=shape)
        shares = _weighted(xp, shares, weights, axis)
        whole = (*before, size[axis - 2], *after)
        x = xp.unindex(shares, places, spec=(*(ALL,) * axis, ARRAY), shape=whole)
    return x
