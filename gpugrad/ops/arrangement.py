"""The same elements in another order, within a frame, or part of them by place."""

from operator import index

from ..backend.positions import ALL
from .axes import axes_of, zeros
from .batching import along, flattened, last_axes
from .declare import linear, operation


def _order(axes, ndim, name):
    """A whole permutation as numbers from 0; None turns the axes round."""
    if axes is None:
        return tuple(reversed(range(ndim)))
    order = axes_of(axes, ndim, name)
    if len(order) != ndim:
        raise ValueError(f"{name}: axes={axes!r} for an array of {ndim} axes; name each once")
    return order


def _inverse(order):
    return tuple(sorted(range(len(order)), key=order.__getitem__))


def _permute_all(xp, stack, *, axes):
    order = _order(axes, stack.ndim(0), "permute_dims")
    return stack.apply(stack.arrays[0], axes=(0, *stack.axes(0, order)))


@linear(
    transpose=lambda xp, g, x_shape, *, axes: xp.permute_dims(
        g, axes=_inverse(_order(axes, len(x_shape), "permute_dims"))
    ),
    batch=_permute_all,
    moves=True,
)
def permute_dims(xp, x, *, axes=None):
    """``x`` with its axes in the order ``axes``; None reverses them."""
    return xp.permute_dims(x, axes=_order(axes, len(x.shape), "permute_dims"))


@linear(transpose=lambda xp, g: xp.matrix_transpose(g), batch=last_axes(2), moves=True)
def matrix_transpose(xp, x):
    """Transposed matrices: the last two axes exchanged, (..., m, n) to (..., n, m)."""
    return xp.matrix_transpose(x)


def _moved(ndim, source, destination):
    """The permutation that puts the axes ``source`` at ``destination``, the rest in order."""
    sources, places = axes_of(source, ndim, "moveaxis"), axes_of(destination, ndim, "moveaxis")
    if len(sources) != len(places):
        raise ValueError(f"moveaxis: {len(sources)} sources but {len(places)} destinations")
    order = [i for i in range(ndim) if i not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return tuple(order)


@linear(
    transpose=lambda xp, g, *, source, destination: xp.moveaxis(
        g, source=destination, destination=source
    ),
    batch=along("source", "destination"),
    moves=True,
)
def moveaxis(xp, x, *, source, destination):
    """``x`` with the axes ``source`` moved to ``destination``; the others keep their order."""
    return xp.permute_dims(x, axes=_moved(len(x.shape), source, destination))


@linear(
    transpose=lambda xp, g, *, axis1, axis2: xp.swapaxes(g, axis1=axis1, axis2=axis2),
    batch=along("axis1", "axis2"),
    moves=True,
)
def swapaxes(xp, x, *, axis1, axis2):
    """``x`` with two axes exchanged."""
    order = list(range(len(x.shape)))
    first, second = (axes_of(a, len(order), "swapaxes")[0] for a in (axis1, axis2))
    order[first], order[second] = order[second], order[first]
    return xp.permute_dims(x, axes=tuple(order))


@linear(transpose=lambda xp, g, *, axis: xp.flip(g, axis=axis), batch=along("axis"), moves=True)
def flip(xp, x, *, axis=None):
    """Elements in reverse order along ``axis``: None for all axes, an integer, or several."""
    return xp.flip(x, axis=axis)


def _turned_back(xp, g, *, shift, axis):
    back = tuple(-s for s in shift) if isinstance(shift, tuple | list) else -shift
    return xp.roll(g, shift=back, axis=axis)


def _roll_all(xp, stack, *, shift, axis):
    if axis is not None:
        return stack.apply(stack.arrays[0], shift=shift, axis=stack.axes(0, axis))
    y = stack.apply(flattened(xp, stack), shift=shift, axis=1)
    return xp.reshape(y, shape=stack.arrays[0].shape)


@linear(transpose=_turned_back, batch=_roll_all, moves=True)
def roll(xp, x, *, shift, axis=None):
    """Elements moved by ``shift`` places along ``axis``; those beyond the end reappear in front."""
    return xp.roll(x, shift=shift, axis=axis)


@linear(transpose=lambda xp, g, *, k: xp.tril(g, k=k), batch=last_axes(2), moves=True)
def tril(xp, x, *, k=0):
    """Lower triangles: matrices (..., m, n) with zeros above diagonal ``k``."""
    return xp.tril(x, k=k)


@linear(transpose=lambda xp, g, *, k: xp.triu(g, k=k), batch=last_axes(2), moves=True)
def triu(xp, x, *, k=0):
    """Upper triangles: matrices (..., m, n) with zeros below diagonal ``k``."""
    return xp.triu(x, k=k)


def _diagonal_slice(shape, offset):
    """A diagonal of the last two axes as a slice of both flattened to one."""
    (rows, columns), offset = shape[-2:], index(offset)  # an unsigned one has no negative
    length = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    start = max(0, offset) + max(0, -offset) * columns
    return (..., (start, start + length * (columns + 1), columns + 1) if length else (0, 0, None))


def _to_diagonal(xp, g, x_shape, *, offset, axis1, axis2):
    order = _moved(len(x_shape), (axis1, axis2), (-2, -1))
    shape = tuple(x_shape[i] for i in order)
    flat = (*shape[:-2], shape[-2] * shape[-1])
    whole = xp.unindex(g, spec=_diagonal_slice(shape, offset), shape=flat)
    return xp.permute_dims(xp.reshape(whole, shape=shape), axes=_inverse(order))


@linear(transpose=_to_diagonal, batch=along("axis1", "axis2"), moves=True)
def diagonal(xp, x, *, offset=0, axis1=0, axis2=1):
    """Diagonal of two axes, ``offset`` places to the right; it becomes the last axis."""
    moved = xp.permute_dims(x, axes=_moved(len(x.shape), (axis1, axis2), (-2, -1)))
    *outer, rows, columns = moved.shape
    flat = xp.reshape(moved, shape=(*outer, rows * columns))
    return xp.getitem(flat, spec=_diagonal_slice(moved.shape, offset))


def frame_of(pad_width, ndim):
    """``pad_width`` as a pair (before, after) for each axis."""
    if isinstance(pad_width, int) and pad_width >= 0:
        return ((pad_width, pad_width),) * ndim
    pad_width = (pad_width,) if isinstance(pad_width, int) else pad_width
    pairs = tuple((p, p) if isinstance(p, int) else tuple(p) for p in pad_width)
    if len(pairs) == 2 and pairs[0][0] == pairs[0][1] and isinstance(pad_width[0], int):
        pairs = (tuple(pad_width),)  # one pair (before, after) stands for all axes
    pairs = pairs * ndim if len(pairs) == 1 else pairs
    if len(pairs) != ndim or any(len(p) != 2 or min(p) < 0 for p in pairs):
        raise ValueError(
            f"pad: pad_width={pad_width!r} for an array of {ndim} axes; "
            "give a pair of numbers from 0 for each axis"
        )
    return pairs


def _inside(xp, g, x_shape, *, pad_width, value):
    frame = frame_of(pad_width, len(x_shape))
    spec = tuple((before, before + n, None) for (before, _), n in zip(frame, x_shape, strict=True))
    return xp.getitem(g, spec=spec)


def _pad_all(xp, stack, *, pad_width, value):
    frame = ((0, 0), *frame_of(pad_width, stack.ndim(0)))
    return stack.apply(stack.arrays[0], pad_width=frame, value=value)


@operation(
    to_x=_inside,
    tangent=lambda xp, tx, *, pad_width, value: xp.pad(tx, pad_width=pad_width, value=0),
    batch=_pad_all,
    moves=True,
)
def pad(xp, x, *, pad_width, value=0):
    """``x`` with ``value`` added around it.

    pad_width: elements to add at each end, as numpy.pad: a number, a pair, or a pair each axis.
    """
    return xp.pad(x, pad_width=frame_of(pad_width, len(x.shape)), value=value)


def _differences(xp, x, axis, n):
    later, earlier = ((*(ALL,) * axis, part) for part in ((1, None, None), (None, -1, None)))
    for _ in range(n):
        x = xp.getitem(x, spec=later) - xp.getitem(x, spec=earlier)
    return x


def _to_differences(xp, g, x_shape, *, axis, n):
    axis = axes_of(axis, len(x_shape), "diff")[0]
    if x_shape[axis] <= n:  # nothing is left of the axis
        return zeros(xp, g, x_shape)
    frame = tuple((n, n) if i == axis else (0, 0) for i in range(len(x_shape)))
    return _differences(xp, xp.pad(g, pad_width=frame, value=0), axis, n) * (-1) ** n


@linear(transpose=_to_differences, batch=along("axis"))
def differences(xp, x, *, axis=-1, n=1):
    """What ``diff`` gives without further elements before or after."""
    return _differences(xp, x, axes_of(axis, len(x.shape), "diff")[0], n)
