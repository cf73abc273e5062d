"""Probabilities from scores, and values with mean 0 and variance 1."""

from math import prod

from ..backend.shapes import whole
from .batching import along
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


@composite
def standardise_gradient(xp, g, y, variance, *, axes, epsilon):
    """The gradient of standardise's input, from that of its first output ``y``."""
    centred = g - mean(xp, g, axes) - y * mean(xp, g * y, axes)
    return centred / xp.sqrt(variance + epsilon)


def _standardise_pullback(xp, g, y, *, axes, epsilon):
    of_y, of_mean, of_variance = g
    values, _, variance = y
    share = 1 / count(values.shape, axes)
    total = None
    if of_y is not None:
        total = xp.standardise_gradient(of_y, values, variance, axes=axes, epsilon=epsilon)
    if of_mean is not None:
        total = added(total, xp.broadcast_to(of_mean * share, shape=values.shape))
    if of_variance is not None:
        total = added(total, values * (of_variance * xp.sqrt(variance + epsilon) * (2 * share)))
    return total


def _standardise_tangent(xp, tx, y, *, axes, epsilon):
    values, _, variance = y
    moved = xp.standardise_gradient(tx, values, variance, axes=axes, epsilon=epsilon)
    wide = 2 * xp.sqrt(variance + epsilon)
    return moved, mean(xp, tx, axes), mean(xp, tx * values, axes) * wide


@operation(
    to_x=_standardise_pullback,
    tangent=_standardise_tangent,
    batch=along("axes"),
    floats=True,
    native=True,
)
def standardise(xp, x, *, axes, epsilon):
    """(x - mean) / sqrt(variance + epsilon) over ``axes`` (numbered from 0), mean, variance.

    The variance is the mean of squares; mean and variance keep the axes, with length one.
    """
    centre = mean(xp, x, axes)
    shifted = x - centre
    variance = mean(xp, shifted * shifted, axes)
    return shifted / xp.sqrt(variance + epsilon), centre, variance


def scaled(y, weight, bias):
    """``y * weight + bias``, either of which may be None."""
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


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
    return scaled(xp.standardise(x, axes=axes, epsilon=eps)[0], weight, bias)


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
    y = xp.standardise(apart, axes=tuple(range(2, len(apart.shape))), epsilon=eps)[0]
    return _by_channel(xp, xp.reshape(y, shape=x.shape), weight, bias)


@composite
def batch_norm(xp, x, mean, variance, weight=None, bias=None, *, eps=1e-5):
    """Normalise by given statistics of the channels.  x: (N, C, ...), the others (C,)."""
    shape = (-1, *(1,) * (len(x.shape) - 2))
    spread = xp.sqrt(xp.reshape(variance, shape=shape) + eps)
    return _by_channel(xp, (x - xp.reshape(mean, shape=shape)) / spread, weight, bias)


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
    y, centre, variance = xp.standardise(x, axes=axes, epsilon=eps)
    statistics = (xp.reshape(centre, shape=(-1,)), xp.reshape(variance, shape=(-1,)))
    return _by_channel(xp, y, weight, bias), *statistics


def _by_channel(xp, y, weight, bias):
    shape = (-1, *(1,) * (len(y.shape) - 2))
    weight = weight if weight is None else xp.reshape(weight, shape=shape)
    bias = bias if bias is None else xp.reshape(bias, shape=shape)
    return scaled(y, weight, bias)
