"""Probabilities from scores, and values with mean 0 and variance 1."""

from math import prod

from ..backend.shapes import whole
from .batching import aligned, along
from .declare import composite, operation
from .extremes import largest
from .shares import added


@composite
def softmax_gradient(xp, g, y, *, axis):
    """The gradient of softmax's input, from that of its output ``y``."""
    return y * (g - xp.sum(g * y, axis=axis, keepdims=True))


@composite
def log_softmax_gradient(xp, g, y, *, axis):
    """The gradient of log_softmax's input, from that of its output ``y``."""
    return g - xp.exp(y) * xp.sum(g, axis=axis, keepdims=True)


@operation(
    to_x=lambda xp, g, y, *, axis: xp.softmax_gradient(g, y, axis=axis),
    tangent=lambda xp, tx, y, *, axis: xp.softmax_gradient(tx, y, axis=axis),  # symmetric
    batch=along("axis"),
    floats=True,
    native=True,
)
def softmax(xp, x, *, axis=-1):
    """Softmax along ``axis``: e**x divided by its sum, in the shape of ``x``.

    Where all elements are -inf the result is NaN, as in PyTorch.
    """
    e = xp.exp(x - largest(xp, x, axis))  # the largest exponent is 0
    return e / xp.sum(e, axis=axis, keepdims=True)


@operation(
    to_x=lambda xp, g, y, *, axis: xp.log_softmax_gradient(g, y, axis=axis),
    tangent=lambda xp, tx, y, *, axis: tx - xp.sum(xp.exp(y) * tx, axis=axis, keepdims=True),
    batch=along("axis"),
    floats=True,
    native=True,
)
def log_softmax(xp, x, *, axis=-1):
    """Logarithm of the softmax along ``axis``, in the shape of ``x``, without overflow."""
    shifted = x - largest(xp, x, axis)
    total = xp.sum(xp.exp(shifted), axis=axis, keepdims=True)
    return shifted - xp.log(xp.maximum(total, 1))  # it is less only where nothing is added up


def count(shape, axes):
    """How many elements a mean over ``axes`` is of; 1 where there are none, whose sum is 0."""
    return max(1, prod(shape[i] for i in axes))


def mean(xp, x, axes):
    """Mean over ``axes``, which stay with length one; 0 of no elements."""
    return xp.sum(x, axis=axes, keepdims=True) * (1 / count(x.shape, axes))


def _values(xp, x, centre, variance, epsilon):
    """What has mean 0 and variance 1."""
    return (x - centre) / xp.sqrt(variance + epsilon)


def _to_standardised(xp, g, values, variance, axes, epsilon):
    """The gradient of what is standardised, from that of the ``values``."""
    centred = g - mean(xp, g, axes) - values * mean(xp, g * values, axes)
    return centred / xp.sqrt(variance + epsilon)


@composite
def standardise_gradient(xp, g, x, weight, centre, variance, *, axes, epsilon):
    """The gradient of standardise's ``x`` from that of its first output, and, if there is a
    weight, those of weight and bias."""
    values = _values(xp, x, centre, variance, epsilon)
    if weight is None:
        return (_to_standardised(xp, g, values, variance, axes, epsilon),)
    lead = len(x.shape) - len(weight.shape)
    shared = (*range(lead), *(lead + i for i, n in enumerate(weight.shape) if n == 1))
    shape = weight.shape
    others = (xp.sum(y, axis=shared, keepdims=True) for y in (g * values, g))
    to_x = _to_standardised(xp, g * weight, values, variance, axes, epsilon)
    return to_x, *[xp.reshape(y, shape=shape) for y in others]


def _standardise_shares(xp, g, x, weight, y, needs, *, axes, epsilon):
    of_y, of_mean, of_variance = g
    _, centre, variance = y
    share = 1 / count(x.shape, axes)
    total = to_weight = to_bias = None
    if of_y is not None:
        settings = {"axes": axes, "epsilon": epsilon}
        found = xp.standardise_gradient(of_y, x, weight, centre, variance, **settings)
        total, to_weight, to_bias = (*found, None, None)[:3]
    if of_mean is not None:
        total = added(total, xp.broadcast_to(of_mean * share, shape=x.shape))
    if of_variance is not None:
        total = added(total, (x - centre) * (of_variance * (2 * share)))
    return total, to_weight, to_bias


def _standardise_tangent(xp, tx, tweight, tbias, x, weight, y, *, axes, epsilon):
    _, centre, variance = y
    values = _values(xp, x, centre, variance, epsilon)
    ty, tcentre, tvariance = tbias, xp.zeros_like(centre), xp.zeros_like(centre)
    if tweight is not None:
        ty = added(ty, values * tweight)
    if tx is not None:
        moved = _to_standardised(xp, tx, values, variance, axes, epsilon)
        ty = added(ty, moved if weight is None else moved * weight)
        tcentre = mean(xp, tx, axes)
        tvariance = 2 * mean(xp, tx * (x - centre), axes)
    return xp.broadcast_to(ty, shape=x.shape), tcentre, tvariance


def _standardise_all(xp, stack, *, axes, epsilon):
    others = stack.arrays[1:]
    if any(stack.marked[1:]):  # weight and bias are to have one shape
        full = ((stack.full(xp, i), stack.ndim(i)) for i in (1, 2))
        others = [w if w is None else aligned(xp, w, n, stack.ndim(0)) for w, n in full]
    return stack.apply(stack.full(xp, 0), *others, axes=stack.axes(0, axes), epsilon=epsilon)


@operation(
    together=_standardise_shares,
    tangent=_standardise_tangent,
    batch=_standardise_all,
    floats=True,
    native=True,
)
def standardise(xp, x, weight, bias, *, axes, epsilon):
    """(x - mean) / sqrt(variance + epsilon) * weight + bias; mean and variance over ``axes``.

    axes: numbered from 0; mean and variance keep them, with length one, and the variance is the
    mean of squares.  weight, bias: None, or arrays of one shape that broadcast to that of ``x``;
    there is a bias only with a weight.
    """
    centre = mean(xp, x, axes)
    shifted = x - centre
    variance = mean(xp, shifted * shifted, axes)
    return scaled(shifted / xp.sqrt(variance + epsilon), weight, bias), centre, variance


def scaled(y, weight, bias):
    """``y * weight + bias``, either of which may be None."""
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def _standardised(xp, x, weight, bias, axes, epsilon):
    """``standardise`` with or without each of weight and bias, which broadcast."""
    if weight is not None:
        return xp.standardise(x, weight, bias, axes=axes, epsilon=epsilon)
    y, centre, variance = xp.standardise(x, None, None, axes=axes, epsilon=epsilon)
    return scaled(y, None, bias), centre, variance


@composite
def layer_norm(xp, x, weight=None, bias=None, *, shape=None, eps=1e-5):
    """Elements scaled to mean 0 and variance 1 over the last axes, in the shape of ``x``.

    shape: the lengths of those axes; by default the last axis alone.
    """
    given = weight if weight is not None else bias
    if shape is None:
        shape = x.shape[-1:] if given is None else given.shape
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    rank = len(x.shape)
    if not shape or tuple(x.shape[rank - len(shape) :]) != shape:
        raise ValueError(f"layer_norm: the last axes of {x.shape} are not {shape}")
    axes = tuple(range(rank - len(shape), rank))
    return _standardised(xp, x, weight, bias, axes, eps)[0]


@composite
def rms_norm(xp, x, weight=None, *, eps=1e-5):
    """``x`` divided by its root mean square along the last axis, in the shape of ``x``."""
    squares = mean(xp, x * x, (len(x.shape) - 1,))
    return scaled(x / xp.sqrt(squares + eps), weight, None)


@composite
def group_norm(xp, x, weight=None, bias=None, *, groups, eps=1e-5):
    """Elements scaled to mean 0 and variance 1 in each of ``groups`` groups of channels.

    x: (N, C, ...), as the result; ``groups`` has to divide C.
    """
    if len(x.shape) < 2:
        raise ValueError(f"group_norm: {x.shape} has no axis of channels; give (N, C, ...)")
    batch, channels, *rest = x.shape
    if channels % whole(groups, "group_norm: groups", 1):
        raise ValueError(f"group_norm: {channels} channels do not make {groups} equal groups")
    apart = xp.reshape(x, shape=(batch, groups, channels // groups, *rest))
    shape = (groups, channels // groups, *(1,) * len(rest))
    weight, bias = (w if w is None else xp.reshape(w, shape=shape) for w in (weight, bias))
    axes = tuple(range(2, len(apart.shape)))
    return xp.reshape(_standardised(xp, apart, weight, bias, axes, eps)[0], shape=x.shape)


@composite
def batch_norm(xp, x, mean, variance, weight=None, bias=None, *, eps=1e-5):
    """Normalise by given statistics of the channels.  x: (N, C, ...), the others (C,)."""
    shape = (-1, *(1,) * (len(x.shape) - 2))
    spread = xp.sqrt(xp.reshape(variance, shape=shape) + eps)
    values = (x - xp.reshape(mean, shape=shape)) / spread
    return scaled(values, *_channels(xp, weight, bias, len(x.shape)))


@composite
def batch_norm_training(xp, x, weight=None, bias=None, *, eps=1e-5):
    """Normalise by the batch's own statistics: result, mean and variance (C,) of the batch.

    x: (N, C, ...).  The variance is the mean of squares.  An empty batch has statistics of 0.
    """
    axes = (0, *range(2, len(x.shape)))
    if prod(x.shape[i] for i in axes) == 1:
        raise ValueError(
            f"batch_norm: a batch of shape {x.shape} has one value a channel; "
            "normalise it in evaluation mode"
        )
    weight, bias = _channels(xp, weight, bias, len(x.shape))
    y, centre, variance = _standardised(xp, x, weight, bias, axes, eps)
    return y, xp.reshape(centre, shape=(-1,)), xp.reshape(variance, shape=(-1,))


def _channels(xp, weight, bias, rank):
    """Numbers for channels, in the shape that broadcasts with (N, C, ...)."""
    shape = (-1, *(1,) * (rank - 2))
    return [w if w is None else xp.reshape(w, shape=shape) for w in (weight, bias)]
