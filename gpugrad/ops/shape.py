"""The same elements in another shape, or repeated."""

from math import prod

from ..backend.select import backend, holder
from .axes import axes_of
from .batching import aligned, along_flat, flattened, unchanged
from .declare import composite, linear


def _reshape_all(xp, stack, *, shape):
    lengths = list(shape) if isinstance(shape, tuple | list) else [shape]
    size, others = prod(stack.shape(0)), prod(n for n in lengths if n != -1)
    if lengths.count(-1) == 1 and others:  # the batch may be empty, so its length is told
        lengths[lengths.index(-1)] = size // others
    if prod(lengths) != size or -1 in lengths:
        raise ValueError(
            f"{stack.name}: {size} elements of shape {stack.shape(0)} do not make {shape}"
        )
    return stack.apply(stack.arrays[0], shape=(stack.size, *lengths))


@linear(
    transpose=lambda xp, g, x_shape, *, shape: xp.reshape(g, shape=x_shape),
    batch=_reshape_all,
    moves=True,
)
def reshape(xp, x, *, shape):
    """The same elements in another shape; one length may be -1, which is then computed.

    A shape with another number of elements raises ValueError.
    """
    return xp.reshape(x, shape=shape)


@linear(
    transpose=lambda xp, g, x_shape: xp.reshape(g, shape=x_shape),
    batch=flattened,
    moves=True,
)
def flatten(xp, x):
    """All elements in one axis: shape (n,)."""
    return xp.reshape(x, shape=(-1,))


def _broadcast_all(xp, stack, *, shape):
    shape = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    if len(shape) < stack.ndim(0):
        raise ValueError(f"{stack.name}: {stack.shape(0)} has more axes than {shape}")
    x = aligned(xp, stack.arrays[0], stack.ndim(0), len(shape))
    return stack.apply(x, shape=(stack.size, *shape))


@linear(
    transpose=lambda xp, g, x_shape, *, shape: xp.sum_to(g, shape=x_shape),
    batch=_broadcast_all,
    moves=True,
)
def broadcast_to(xp, x, *, shape):
    """``x`` repeated to the shape ``shape``: along new axes and axes of length 1.

    Another shape raises ValueError.
    """
    return xp.broadcast_to(x, shape=shape)


def _sum_all(xp, stack, *, shape):
    ones = (1,) * (stack.ndim(0) - len(shape))
    y = stack.apply(stack.arrays[0], shape=(stack.size, *ones, *shape))
    return xp.reshape(y, shape=(stack.size, *shape)) if ones else y


@linear(
    transpose=lambda xp, g, x_shape, *, shape: xp.broadcast_to(g, shape=x_shape), batch=_sum_all
)
def sum_to(xp, x, *, shape):
    """The transpose of broadcasting: sums the axes along which ``shape`` is repeated in x."""
    return xp.sum_to(x, shape=shape)


def common_shape(shapes, name="broadcast_arrays"):
    """The shape that arrays of ``shapes`` are broadcast to; a ValueError of ``name`` without."""
    ndim = max(map(len, shapes), default=0)
    padded = [(1,) * (ndim - len(s)) + tuple(s) for s in shapes]
    result = tuple(next((n for n in lengths if n != 1), 1) for lengths in zip(*padded, strict=True))
    for shape in padded:
        if any(n not in (1, to) for n, to in zip(shape, result, strict=True)):
            given = ", ".join(map(str, shapes))
            raise ValueError(
                f"{name}: shapes {given} do not broadcast: lengths differ and none is 1"
            )
    return result


@composite
def broadcast_arrays(xp, *arrays):
    """The arrays broadcast to their common shape, as a list or tuple; ValueError without one."""
    shape = common_shape([a.shape for a in arrays])
    return tuple(xp.broadcast_to(a, shape=shape) for a in arrays)


def _expand_all(xp, stack, *, axis):
    more = len(axis) if isinstance(axis, tuple | list) else 1
    return stack.apply(stack.arrays[0], axis=stack.axes(0, axis, more))


@linear(
    transpose=lambda xp, g, x_shape, *, axis: xp.reshape(g, shape=x_shape),
    batch=_expand_all,
    moves=True,
)
def expand_dims(xp, x, *, axis=0):
    """``x`` with a new axis, or several, of length 1."""
    return xp.expand_dims(x, axis=axis)


def _squeeze_all(xp, stack, *, axis):
    if axis is None:
        axis = tuple(i for i, n in enumerate(stack.shape(0)) if n == 1)
    return stack.apply(stack.arrays[0], axis=stack.axes(0, axis))


@linear(
    transpose=lambda xp, g, x_shape, *, axis: xp.reshape(g, shape=x_shape),
    batch=_squeeze_all,
    moves=True,
)
def squeeze(xp, x, *, axis=None):
    """``x`` without the axes of length 1 that ``axis`` names; None removes all of them.

    An axis of another length raises ValueError.
    """
    return xp.squeeze(x, axis=axis)


def _to_tiled(xp, g, x_shape, *, reps):
    counts, lengths = _aligned(reps, x_shape)
    pairs = tuple(n for pair in zip(counts, lengths, strict=True) for n in pair)
    whole = xp.reshape(g, shape=pairs)
    total = xp.sum(whole, axis=tuple(range(0, len(pairs), 2))) if pairs else whole
    return xp.reshape(total, shape=x_shape)


def _aligned(reps, shape):
    """Repetitions and lengths with leading ones, so that there are as many of both."""
    reps = tuple(reps) if isinstance(reps, tuple | list) else (reps,)
    ndim = max(len(reps), len(shape))
    return (1,) * (ndim - len(reps)) + reps, (1,) * (ndim - len(shape)) + tuple(shape)


def _tile_all(xp, stack, *, reps):
    counts, _ = _aligned(reps, stack.shape(0))
    x = aligned(xp, stack.arrays[0], stack.ndim(0), len(counts))
    return stack.apply(x, reps=(1, *counts))


@linear(transpose=_to_tiled, batch=_tile_all, moves=True)
def tile(xp, x, *, reps):
    """``x`` repeated as a whole: ``reps`` times along each axis."""
    counts, lengths = _aligned(reps, x.shape)
    single = tuple(n for length in lengths for n in (1, length))
    pairs = tuple(n for pair in zip(counts, lengths, strict=True) for n in pair)
    whole = xp.broadcast_to(xp.reshape(x, shape=single), shape=pairs)
    return xp.reshape(whole, shape=tuple(r * n for r, n in zip(counts, lengths, strict=True)))


def _to_repeated(xp, g, x_shape, *, repeats, axis):
    shape = (prod(x_shape),) if axis is None else x_shape
    axis = 0 if axis is None else axes_of(axis, len(shape), "repeat")[0]
    if isinstance(repeats, int):
        apart = (*shape[: axis + 1], repeats, *shape[axis + 1 :])
        return xp.reshape(xp.sum(xp.reshape(g, shape=apart), axis=axis + 1), shape=x_shape)
    places = xp.repeat(xp.arange_like(g, shape[axis]), repeats=repeats, axis=0)
    spec = (*((None, None, None),) * axis, "array")
    return xp.reshape(xp.unindex(g, places, spec=spec, shape=shape), shape=x_shape)


@linear(transpose=_to_repeated, batch=along_flat, moves=True)
def repeat(xp, x, *, repeats, axis=None):
    """Every element ``repeats`` times in a row, a number or one for each place on ``axis``;
    without an axis, of the flattened array."""
    return xp.repeat(x, repeats=repeats, axis=axis)


@linear(  # the tape gives a gradient its input's dtype
    transpose=lambda xp, g: g, batch=unchanged, moves=True
)
def astype(xp, x, *, dtype):
    """The elements in another dtype; of complex ones in a real dtype, the real parts."""
    return xp.astype(x, dtype=dtype)


@linear(
    transpose=lambda xp, g, *, source, target: xp.to_device(g, source=target, target=source),
    batch=unchanged,
    moves=True,
)
def to_device(xp, x, *, source, target):
    """The elements of an array on the device ``source`` on the device ``target``."""
    home = holder(x) or backend(source)  # a number that stands for an array may be anywhere
    return backend(target).asarray(home.to_host(x))
