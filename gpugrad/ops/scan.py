"""Running sums and products along an axis, and the product of all."""

from math import prod as prod_of

from .axes import axes_of, spread
from .batching import all_full, along, last_axes
from .declare import composite, linear, operation
from .shares import added


@linear(transpose=lambda xp, g, *, axis: _backwards(xp, g, axis), batch=along("axis"))
def cumsum(xp, x, *, axis):
    """Sums of all elements up to each one along the number ``axis``."""
    return xp.cumsum(x, axis=axis)


def _backwards(xp, g, axis):
    """Sums of all elements from each one on."""
    return xp.flip(xp.cumsum(xp.flip(g, axis=axis), axis=axis), axis=axis)


def _whole(shape, axis, name):
    """The axis of a scan: the only one of a vector if none is given."""
    if axis is None and len(shape) != 1:
        raise ValueError(f"{name}: an array of shape {shape} needs an axis, or ravel() it")
    if isinstance(axis, tuple | list):
        raise TypeError(f"{name}: axis={axis!r}; it runs along one axis, a number")
    return axes_of(0 if axis is None else axis, len(shape), name)[0]


def _with_initial(xp, y, axis, value):
    """One more element before the first: the sum or product of none."""
    frame = tuple((1, 0) if i == axis else (0, 0) for i in range(len(y.shape)))
    return xp.pad(y, pad_width=frame, value=value)


def _without_initial(xp, g, axis):
    return xp.getitem(g, spec=(*((None, None, None),) * axis, (1, None, None)))


def _to_cumulated(xp, g, x_shape, *, axis, include_initial):
    axis = axes_of(0 if axis is None else axis, len(x_shape), "cumulative_sum")[0]
    return _backwards(xp, _without_initial(xp, g, axis) if include_initial else g, axis)


def _cumulate_all(xp, stack, *, axis, include_initial):
    axis = stack.axes(0, _whole(stack.shape(0), axis, "cumulative_sum"))
    return stack.apply(*stack.arrays, axis=axis, include_initial=include_initial)


@linear(transpose=_to_cumulated, batch=_cumulate_all)
def cumulative_sum(xp, x, *, axis=None, include_initial=False):
    """Running sums along ``axis``, in the shape of ``x``; a vector needs no ``axis``.

    include_initial: begin with 0, which makes the axis one longer.
    """
    axis = _whole(x.shape, axis, "cumulative_sum")
    y = xp.cumsum(x, axis=axis)
    return _with_initial(xp, y, axis, 0) if include_initial else y


# Products: the running state h of h[i] = a[i] * h[i-1] + b[i] gives the derivatives of a running
# product without dividing, so zeros need no care, and its own derivatives are such states again.


def _before(xp, x, value):
    """Each element's predecessor on the last axis, ``value`` before the first."""
    if not x.shape[-1]:
        return x
    frame = (*((0, 0),) * (len(x.shape) - 1), (1, 0))
    return xp.pad(xp.getitem(x, spec=(..., (None, -1, None))), pad_width=frame, value=value)


def _adjoint(xp, g, a):
    """Gradients of all states, later ones included: s[i] = g[i] + a[i+1] * s[i+1]."""
    turned = _before(xp, xp.flip(a, axis=-1), 0)
    return xp.flip(xp.recurrence(turned, xp.flip(g, axis=-1)), axis=-1)


@operation(
    to_a=lambda xp, g, a, y: xp.scale(_adjoint(xp, g, a), _before(xp, y, 0)),
    to_b=lambda xp, g, a: _adjoint(xp, g, a),
    tangent=lambda xp, ta, tb, a, y: xp.recurrence(a, _driven(xp, ta, tb, y)),
    batch=all_full,
)
def recurrence(xp, a, b):
    """The states h[i] = a[i] * h[i-1] + b[i] along the last axis, from 0, in log2(n) passes."""
    step = 1
    while step < a.shape[-1]:
        frame = (*((0, 0),) * (len(a.shape) - 1), (step, 0))
        early = (..., (None, -step, None))
        b = b + xp.scale(a, xp.pad(xp.getitem(b, spec=early), pad_width=frame, value=0))
        a = a * xp.pad(xp.getitem(a, spec=early), pad_width=frame, value=1)
        step *= 2
    return b


def _driven(xp, ta, tb, y):
    return added(None if ta is None else xp.scale(ta, _before(xp, y, 0)), tb)


@operation(
    to_x=lambda xp, g, x, y: xp.scale(_adjoint(xp, g, x), _before(xp, y, 1)),
    tangent=lambda xp, tx, x, y: xp.recurrence(x, xp.scale(tx, _before(xp, y, 1))),
    batch=last_axes(1),
)
def running_product(xp, x):
    """Products of all elements up to each one along the last axis."""
    return xp.running_product(x)


@composite
def cumulative_prod(xp, x, *, axis=None, include_initial=False):
    """Running products along ``axis``, in the shape of ``x``; a vector needs no ``axis``.

    include_initial: begin with 1, which makes the axis one longer.
    """
    axis = _whole(x.shape, axis, "cumulative_prod")
    y = xp.running_product(xp.moveaxis(x, source=axis, destination=-1))
    y = xp.moveaxis(y, source=-1, destination=axis)
    return _with_initial(xp, y, axis, 1) if include_initial else y


def _rows(xp, x, axis):
    """``x`` with the axes that are reduced as one, the last."""
    axes = axes_of(axis, len(x.shape), "prod")
    kept = tuple(i for i in range(len(x.shape)) if i not in axes)
    moved = xp.permute_dims(x, axes=(*kept, *axes))
    return xp.reshape(moved, shape=(*(x.shape[i] for i in kept), prod_of(x.shape[i] for i in axes)))


def _from_rows(xp, rows, x_shape, axis):
    axes = axes_of(axis, len(x_shape), "prod")
    order = (*(i for i in range(len(x_shape)) if i not in axes), *axes)
    whole = xp.reshape(rows, shape=tuple(x_shape[i] for i in order))
    return xp.permute_dims(whole, axes=tuple(order.index(i) for i in range(len(order))))


def _others(xp, x, axis):
    """For each element the product of all others that are reduced with it."""
    rows = _rows(xp, x, axis)
    before = _before(xp, xp.running_product(rows), 1)
    after = _before(xp, xp.running_product(xp.flip(rows, axis=-1)), 1)
    return _from_rows(xp, before * xp.flip(after, axis=-1), x.shape, axis)


@operation(
    to_x=lambda xp, g, x, *, axis, keepdims: xp.scale(
        spread(xp, g, x.shape, axis, keepdims), _others(xp, x, axis)
    ),
    tangent=lambda xp, tx, x, *, axis, keepdims: xp.sum(
        xp.scale(tx, _others(xp, x, axis)), axis=axis, keepdims=keepdims
    ),
    batch=along("axis"),
)
def prod(xp, x, *, axis=None, keepdims=False):
    """Product of elements along ``axis``; gradients are exact where elements are 0."""
    return xp.prod(x, axis=axis, keepdims=keepdims)
