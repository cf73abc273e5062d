"""How reading and writing at indices is done on a batch.

Where each member has an index of its own, the batch becomes one more index beside the others:
``x[arange(size), indices]``.  NumPy puts the axes that such arrays make first; a member has them
where its own arrays stand, see ``layout``.
"""

from ..backend.positions import ALL, ARRAY, layout
from .axes import axes_of
from .batching import aligned, flattened
from .masks import beside, select


def _layout(stack, start, spec, ndim):
    """The layout of one member's index, whose arrays begin at argument ``start``."""
    places = range(start, len(stack.arrays))
    kinds = [(stack.arrays[i].dtype.kind == "b", stack.ndim(i)) for i in places]
    return layout(spec, kinds, ndim)


def _reject_masks(stack, start):
    """A mask of its own selects a number of elements of its own for each member."""
    for i in range(start, len(stack.arrays)):
        if stack.marked[i] and stack.arrays[i].dtype.kind == "b":
            raise TypeError(
                f"{stack.name}: under vmap a mask selects a different number of elements for each "
                "member; use gg.where(mask, x, 0), or index outside of vmap"
            )


def _side_by_side(xp, stack, start, count):
    """The arrays of an index, those that are marked with ``count`` axes beside the batch."""
    return [
        aligned(xp, stack.arrays[i], stack.ndim(i), count) if stack.marked[i] else stack.arrays[i]
        for i in range(start, len(stack.arrays))
    ]


def _members(xp, like, size, count):
    """The numbers of all members, laid out before ``count`` axes."""
    return xp.reshape(xp.arange_like(like, size), shape=(size, *(1,) * count))


def _whole(xp, stack, start, spec, ndim):
    """The index of the whole batch: its arrays, its spec, and the layout of a member's; that is
    None if the result has the batch and then a member's axes in their order."""
    at = _layout(stack, start, spec, ndim)
    arrays = _side_by_side(xp, stack, start, at.axes)
    if not any(stack.marked[start:]) and (at.together or not at.axes):
        return arrays, (ALL, *spec), None
    members = _members(xp, arrays[0], stack.size, at.axes)
    return [members, *arrays], (ARRAY, *spec), at


def _arrays_first(xp, v, at, lead=1):
    """A member's axes in the order in which the whole batch's index has them."""
    if at is None or not at.first or not at.axes:
        return v
    own = tuple(range(lead, lead + at.axes))
    return xp.moveaxis(v, source=tuple(i + at.first for i in own), destination=own)


def _arrays_back(xp, y, first, count):
    """``count`` axes after the batch, which an index's arrays made, put where members have them."""
    if not first or not count:
        return y
    own = tuple(range(1, 1 + count))
    return xp.moveaxis(y, source=own, destination=tuple(i + first for i in own))


def _first(xp, y, axis):
    return xp.moveaxis(y, source=axis, destination=0) if axis else y


def getitem(xp, stack, *, spec):
    """Batching rule of ``getitem``."""
    _reject_masks(stack, 1)
    if not stack.marked[0]:  # read where it lies, by all indices at once
        at = _layout(stack, 1, spec, stack.ndim(0))
        arrays = _side_by_side(xp, stack, 1, at.axes)
        return _first(xp, stack.apply(stack.arrays[0], *arrays, spec=spec), at.first)
    arrays, spec, at = _whole(xp, stack, 1, spec, stack.ndim(0))
    y = stack.apply(stack.arrays[0], *arrays, spec=spec)
    return y if at is None else _arrays_back(xp, y, at.first, at.axes)


def unindex(xp, stack, *, spec, shape):
    """Batching rule of ``unindex``."""
    _reject_masks(stack, 1)
    arrays, spec, at = _whole(xp, stack, 1, spec, len(shape))
    g = _arrays_first(xp, stack.full(xp, 0), at)
    return stack.apply(g, *arrays, spec=spec, shape=(stack.size, *shape))


def setitem(xp, stack, *, spec):
    """Batching rule of ``setitem``."""
    if any(
        stack.marked[i] and stack.arrays[i].dtype.kind == "b" for i in range(2, len(stack.arrays))
    ):
        return _masked(xp, stack, spec)
    ndim = _layout(stack, 2, spec, stack.ndim(0)).ndim
    arrays, spec, at = _whole(xp, stack, 2, spec, stack.ndim(0))
    return stack.apply(stack.full(xp, 0), _written(xp, stack, ndim, at), *arrays, spec=spec)


def _written(xp, stack, ndim, at):
    """The value to be written, its axes as the whole batch's index has them."""
    v, shape, lead = stack.arrays[1], stack.shape(1), int(stack.marked[1])
    if not shape and not lead:
        return v
    shape = (*(1,) * (ndim - len(shape)), *shape[max(0, len(shape) - ndim) :])
    v = xp.reshape(v, shape=(*v.shape[:lead], *shape))
    return _arrays_first(xp, v, at, lead)


def _masked(xp, stack, spec):
    """Writing where a mask holds that members have of their own."""
    ndim, shape = stack.ndim(0), stack.shape(1)
    how = select(spec, stack.ndim(2), shape, ndim)
    if how is None:
        _reject_masks(stack, 2)
    before, shape = how
    condition = beside(xp, stack.arrays[2], before, ndim, lead=1)
    v, lead = stack.arrays[1], int(stack.marked[1])
    if lead or stack.shape(1) != shape:
        shape = (*(1,) * (ndim - len(shape)), *shape)
        v = xp.reshape(v, shape=(*v.shape[:lead], *shape))
    return xp.where(condition, v, stack.arrays[0])


def take(xp, stack, *, axis):
    """Batching rule of ``take``."""
    x, indices = stack.arrays
    if not stack.marked[0]:
        y = stack.apply(x, indices, axis=axis)
        return _first(xp, y, 0 if axis is None else axes_of(axis, stack.ndim(0), stack.name)[0])
    axis, x = (1, flattened(xp, stack)) if axis is None else (stack.axes(0, axis), x)
    if not stack.marked[1]:
        return stack.apply(x, indices, axis=axis)
    members = _members(xp, indices, stack.size, stack.ndim(1))
    y = xp.getitem(x, members, indices, spec=(ARRAY, *(ALL,) * (axis - 1), ARRAY))
    return _arrays_back(xp, y, axis - 1, stack.ndim(1))


def _added(xp, stack, g, shape):
    """Zeros of ``shape`` with the rows of ``g`` added, those of each member at its indices."""
    members = _members(xp, stack.arrays[1], stack.size, 1)
    try:
        return xp.unindex(g, members, stack.arrays[1], spec=(ARRAY, ARRAY), shape=shape)
    except IndexError as error:
        raise IndexError(f"{stack.name}: {str(error).partition(': ')[2]}") from None


def scatter_add(xp, stack):
    """Batching rule of ``scatter_add``."""
    x, updates = (stack.full(xp, i) for i in (0, 2))
    return x + _added(xp, stack, updates, x.shape)


def embedding_gradient(xp, stack, *, rows):
    """Batching rule of ``embedding_gradient``."""
    g = stack.full(xp, 0)
    return _added(xp, stack, g, (stack.size, rows, *g.shape[2:]))


def embedding(xp, stack, *, padding_idx):
    """Batching rule of ``embedding``.  One table is read by all indices at once; tables by the
    same indices as one table with longer rows."""
    weight, indices = stack.arrays
    if not stack.marked[0]:
        return stack.apply(weight, indices, padding_idx=padding_idx)
    wide = xp.moveaxis(weight, source=0, destination=1)
    if not stack.marked[1]:
        y = stack.apply(wide, indices, padding_idx=padding_idx)
        return _first(xp, y, stack.ndim(1))
    count = stack.shape(0)[0]
    indices = xp.within(indices, size=count, what="embedding: index", whole="rows")
    members = _members(xp, indices, stack.size, stack.ndim(1))
    rows = xp.getitem(weight, members, indices, spec=(ARRAY, ARRAY))
    if padding_idx is None:
        return rows
    number = xp.full_like(xp.arange_like(indices, 1), padding_idx)
    padding = stack.apply(wide, number, padding_idx=padding_idx)  # has no gradient
    after = (1,) * (stack.ndim(0) - 1)
    padding = xp.reshape(padding, shape=(stack.size, *(1,) * stack.ndim(1), *stack.shape(0)[1:]))
    pads = xp.reshape(xp.equal(indices, padding_idx), shape=(*indices.shape, *after))
    return xp.where(pads, padding, rows)
