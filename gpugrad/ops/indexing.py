"""Reading and writing at indices.

An index is a ``spec`` (what the program says: numbers, slices, new axes) and arrays (what data
say): see backend/positions.py.  Arrays of integers or truth values get no gradient.
"""

from math import prod

from ..backend.positions import ALL, ARRAY, repeats
from . import batching_indices as batches
from .axes import axes_of
from .batching import refused
from .declare import composite, linear, operation
from .masks import beside, select


@linear(
    transpose=lambda xp, g, x_shape, indices, *, spec: xp.unindex(
        g, *indices, spec=spec, shape=x_shape
    ),
    batch=batches.getitem,
    moves=True,
)
def getitem(xp, x, *indices, spec):
    """The elements at an index of any kind that NumPy knows."""
    return xp.getitem(x, *indices, spec=spec)


@linear(
    transpose=lambda xp, g, x_shape, indices, *, spec: xp.unindex(
        g, *indices, spec=spec, shape=x_shape
    ),
    batch=batches.getitem,
    moves=True,
)
def getitem_or_zero(xp, x, *indices, spec):
    """The elements at an index, 0 where it lies outside, as it may on a device: the gradient of
    what was not written or added there."""
    return xp.getitem(x, *indices, spec=spec)


@linear(
    transpose=lambda xp, g, indices, *, spec, shape: xp.getitem_or_zero(g, *indices, spec=spec),
    batch=batches.unindex,
)
def unindex(xp, x, *indices, spec, shape):
    """Zeros of ``shape`` with ``x`` added where ``getitem`` would read it; what meets there adds
    up in the order of the index, so that the same bits come every time."""
    return xp.unindex(x, *indices, spec=spec, shape=shape)


def _written_tangent(xp, tx, tv, x, v, indices, *, spec):
    tx = xp.zeros_like(x) if tx is None else tx
    return xp.setitem(tx, xp.zeros_like(v) if tv is None else tv, *indices, spec=spec)


def _stays(xp, g, share, indices, spec):
    """Which of the elements written at an index are not written over by later ones there."""
    places = xp.reshape(xp.arange_like(g, prod(g.shape)), shape=g.shape)
    numbers = xp.reshape(xp.arange_like(g, prod(share.shape)), shape=share.shape)
    written = xp.setitem(places, numbers, *indices, spec=spec)
    return xp.equal(xp.getitem(written, *indices, spec=spec), numbers)


def _to_written(xp, g, v_shape, indices, *, spec):
    masked = len(indices) == 1 and indices[0].dtype.kind == "b"
    if masked and (how := select(spec, len(indices[0].shape), v_shape, len(g.shape))):
        before, shape = how
        share = xp.where(beside(xp, indices[0], before, len(g.shape)), g, 0)
        return xp.reshape(xp.sum_to(share, shape=shape), shape=v_shape)
    share = xp.getitem_or_zero(g, *indices, spec=spec)
    if repeats(indices):
        share = xp.scale(share, _stays(xp, g, share, indices, spec))
    extra = len(v_shape) - len(share.shape)  # axes of length one that the assignment dropped
    if extra > 0:
        return xp.reshape(xp.sum_to(share, shape=v_shape[extra:]), shape=v_shape)
    return share


@operation(
    to_x=lambda xp, g, indices, *, spec: xp.setitem(g, 0, *indices, spec=spec),
    to_v=_to_written,
    tangent=_written_tangent,
    batch=batches.setitem,
    moves=True,
)
def setitem(xp, x, v, *indices, spec):
    """A copy of ``x`` in which ``v`` stands at an index; where that repeats, the last stays."""
    return xp.setitem(x, v, *indices, spec=spec)


def _axis_spec(axis):
    """The spec of an index by one array along ``axis``, counted from either end."""
    return (*(ALL,) * axis, ARRAY) if axis >= 0 else (..., ARRAY, *(ALL,) * (-axis - 1))


def _to_taken(xp, g, x_shape, indices, *, axis):
    if axis is None:
        flat = xp.unindex(g, indices, spec=(ARRAY,), shape=(prod(x_shape),))
        return xp.reshape(flat, shape=x_shape)
    return xp.unindex(g, indices, spec=_axis_spec(axis), shape=x_shape)


@linear(transpose=_to_taken, batch=batches.take, moves=True)
def take(xp, x, indices, *, axis=None):
    """Elements, or whole slices, at integer ``indices`` along ``axis``; without one, of the
    flattened array.  indices: any shape, which takes the place of the axis."""
    return xp.take(x, indices, axis=axis)


@composite
def take_along_axis(xp, x, indices, *, axis=-1):
    """Elements at ``indices``, which differ from line to line along ``axis``.

    indices: integers with as many axes as x, broadcast against it on all others.
    """
    ndim = len(x.shape)
    if len(indices.shape) != ndim:
        raise ValueError(
            f"take_along_axis: indices of shape {indices.shape} for {x.shape}; "
            "both need the same number of axes"
        )
    axis = axes_of(axis, ndim, "take_along_axis")[0]
    places = [
        xp.reshape(xp.arange_like(x, n), shape=tuple(-1 if j == i else 1 for j in range(ndim)))
        for i, n in enumerate(x.shape)
    ]
    places[axis] = indices
    return xp.getitem(x, *places, spec=(ARRAY,) * ndim)


def _scattered_tangent(xp, tx, tupdates, x, indices, updates):
    tx = xp.zeros_like(x) if tx is None else tx
    return tx if tupdates is None else xp.scatter_add(tx, indices, tupdates)


@operation(
    to_x=lambda xp, g: g,
    to_updates=lambda xp, g, indices: xp.getitem_or_zero(g, indices, spec=(ARRAY,)),
    tangent=_scattered_tangent,
    batch=batches.scatter_add,
)
def scatter_add(xp, x, indices, updates):
    """A copy of ``x`` with ``updates`` added into its rows; repeated indices add up in order.

    x: (n, ...), indices: (k,) of integers, updates: (k, ...).
    """
    return xp.scatter_add(x, indices, updates)


@operation(
    batch=refused(
        "it would find a different number of places for each member; count them with "
        "gg.count_nonzero, select with gg.where, or call it outside of vmap"
    )
)
def nonzero(xp, x):
    """Indices of nonzero elements: a tuple with one int64 vector for each axis."""
    return xp.nonzero(x)
