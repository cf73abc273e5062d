"""Several arrays made one, and one made several."""

from itertools import accumulate

from ..backend.positions import ALL
from .axes import axes_of, zeros
from .batching import along
from .declare import operation


def _part(xp, x, axis, start, stop):
    return xp.getitem(x, spec=(*(ALL,) * axis, (start, stop, None)))


def _filled(xp, parts, shapes):
    """The parts, zeros in place of those that are None; not all are."""
    like = next(p for p in parts if p is not None)
    return [
        zeros(xp, like, shape) if part is None else part
        for part, shape in zip(parts, shapes, strict=True)
    ]


def _to_joined(xp, g, index, arrays_shape, *, axis):
    before, own = arrays_shape[:index], arrays_shape[index]
    if axis is None:
        start = sum([_size(shape) for shape in before])
        return xp.reshape(_part(xp, g, 0, start, start + _size(own)), shape=own)
    axis %= len(own)
    start = sum([shape[axis] for shape in before])
    return _part(xp, g, axis, start, start + own[axis])


def _size(shape):
    return [*accumulate(shape, int.__mul__, initial=1)][-1]


def _join_all(xp, stack, *, axis):
    arrays = [stack.full(xp, i) for i in range(len(stack.arrays))]
    if axis is not None:
        return stack.apply(*arrays, axis=stack.axes(0, axis))
    sizes = [_size(stack.shape(i)) for i in range(len(arrays))]
    rows = [xp.reshape(a, shape=(stack.size, n)) for a, n in zip(arrays, sizes, strict=True)]
    return stack.apply(*rows, axis=1)


@operation(
    to_arrays=_to_joined,
    tangent=lambda xp, tarrays, arrays_shape, *, axis: xp.concat(
        *_filled(xp, tarrays, arrays_shape), axis=axis
    ),
    batch=_join_all,
    moves=True,
)
def concat(xp, *arrays, axis=0):
    """The arrays one after another along ``axis``; without one, flattened."""
    if axis is None:
        arrays, axis = tuple([xp.reshape(a, shape=(-1,)) for a in arrays]), 0
    return xp.concat(*arrays, axis=axis)


def _to_stacked(xp, g, index, *, axis):
    return xp.getitem(g, spec=(*(ALL,) * axes_of(axis, len(g.shape), "stack")[0], index))


def _stack_all(xp, stack, *, axis):
    arrays = [stack.full(xp, i) for i in range(len(stack.arrays))]
    return stack.apply(*arrays, axis=stack.axes(0, axis, more=1))


@operation(
    to_arrays=_to_stacked,
    tangent=lambda xp, tarrays, arrays_shape, *, axis: xp.stack(
        *_filled(xp, tarrays, arrays_shape), axis=axis
    ),
    batch=_stack_all,
    moves=True,
)
def stack(xp, *arrays, axis=0):
    """Arrays of one shape joined along a new ``axis``; other shapes raise ValueError."""
    if len({a.shape for a in arrays}) > 1:
        raise ValueError(f"stack: arrays of different shapes, {[a.shape for a in arrays]}")
    shape = arrays[0].shape
    (place,) = axes_of(axis, len(shape) + 1, "stack")
    if place == len(shape):
        return xp.concat(*[xp.expand_dims(a, axis=place) for a in arrays], axis=place)
    joined = xp.concat(*arrays, axis=place)  # one call, not one an array
    return xp.reshape(joined, shape=(*shape[:place], len(arrays), *shape[place:]))


def _unstacked(xp, x, axis):
    axis = axes_of(axis, len(x.shape), "unstack")[0]
    return tuple(xp.getitem(x, spec=(*(ALL,) * axis, i)) for i in range(x.shape[axis]))


def _to_unstacked(xp, g, x_shape, *, axis):
    axis = axes_of(axis, len(x_shape), "unstack")[0]
    shape = (*x_shape[:axis], *x_shape[axis + 1 :])
    return xp.stack(*_filled(xp, g, [shape] * len(g)), axis=axis)


@operation(
    to_x=_to_unstacked,
    tangent=lambda xp, tx, *, axis: _unstacked(xp, tx, axis),
    batch=along("axis"),
    moves=True,
)
def unstack(xp, x, *, axis=0):
    """Tuple of the slices along ``axis``, each without that axis."""
    return _unstacked(xp, x, axis)


def _bounds(length, sections):
    """Where the parts of an axis begin and end, for a count of parts or the places between."""
    if isinstance(sections, int):
        if sections < 1 or length % sections:
            raise ValueError(
                f"split: {length} elements in {sections} equal parts; "
                "give the places between the parts"
            )
        sections = [length // sections * i for i in range(1, sections)]
    inner = [min(max(s + length if s < 0 else s, 0), length) for s in sections]
    return list(zip([0, *inner], [*inner, length], strict=True))


def _split(xp, x, sections, axis):
    axis = axes_of(axis, len(x.shape), "split")[0]
    return tuple(
        _part(xp, x, axis, start, max(start, stop))
        for start, stop in _bounds(x.shape[axis], sections)
    )


def _to_split(xp, g, x_shape, *, sections, axis):
    axis = axes_of(axis, len(x_shape), "split")[0]
    shapes = [
        (*x_shape[:axis], max(0, stop - start), *x_shape[axis + 1 :])
        for start, stop in _bounds(x_shape[axis], sections)
    ]
    return xp.concat(*_filled(xp, g, shapes), axis=axis)


@operation(
    to_x=_to_split,
    tangent=lambda xp, tx, *, sections, axis: _split(xp, tx, sections, axis),
    batch=along("axis"),
    moves=True,
)
def split(xp, x, *, sections, axis=0):
    """Tuple of parts along ``axis``: a number of equal parts, or the places between them,
    which must not decrease."""
    return _split(xp, x, sections, axis)
