"""Losses of labels: how little of the probability the right class has."""

from ..backend.positions import ARRAY
from .batching import first_axis
from .declare import composite, operation
from .loss import reduced
from .shares import added


def _hits(xp, x, labels):
    """(rows, classes): whether the class is the row's label."""
    return xp.equal(xp.expand_dims(labels, axis=-1), xp.arange_like(x, x.shape[-1]))


def _target(xp, x, labels, weight, ignored, smoothing):
    """(rows, classes): what every log-probability counts in its row's loss; NaN in the row of a
    label that is no class."""
    each = xp.ones_like(x) if weight is None else xp.ones_like(x) * weight
    hits = _hits(xp, x, labels)
    target = xp.where(hits, xp.multiply(each, 1 - smoothing), 0)
    if smoothing:
        target = target + xp.multiply(each, smoothing / x.shape[-1])
    target = xp.where(xp.any(hits, axis=-1, keepdims=True), target, float("nan"))
    return xp.where(xp.expand_dims(xp.equal(labels, ignored), axis=-1), 0, target)


@composite
def cross_entropy_gradient(xp, g, x, labels, weight, *, ignored, smoothing):
    """The gradient of the scores ``x`` from that of every row's loss, ``g``: (rows,)."""
    target = _target(xp, x, labels, weight, ignored, smoothing)
    total = xp.sum(target, axis=-1, keepdims=True)
    return xp.expand_dims(g, axis=-1) * (xp.softmax(x, axis=-1) * total - target)


def _by_weight(xp, x, labels, ignored, smoothing):
    """(rows, classes): what each class's weight counts in each row's loss."""
    return -_target(xp, x, labels, None, ignored, smoothing) * xp.log_softmax(x, axis=-1)


def _tangent(xp, tx, tweight, x, labels, weight, *, ignored, smoothing):
    moved = None
    if tx is not None:
        one = xp.sum(xp.zeros_like(x), axis=-1) + 1
        settings = {"ignored": ignored, "smoothing": smoothing}
        gradient = xp.cross_entropy_gradient(one, x, labels, weight, **settings)
        moved = xp.sum(tx * gradient, axis=-1)
    if tweight is None:
        return moved
    return added(moved, xp.sum(_by_weight(xp, x, labels, ignored, smoothing) * tweight, axis=-1))


def _rows_of_all(xp, stack, **settings):
    """The rows of all members as those of one call, if they weigh classes alike."""
    weight = stack.arrays[2:]
    if any(stack.marked[2:]):
        x, labels = stack.full(xp, 0), stack.full(xp, 1)
        apart = xp.expand_dims(weight[0], axis=1)
        return cross_entropy_rows.forward(xp, x, labels, apart, **settings)

    def apply(x, labels, **how):
        return stack.apply(x, labels, *weight, **how)

    alike = stack._replace(apply=apply, arrays=stack.arrays[:2], marked=stack.marked[:2])
    return first_axis(xp, alike, **settings)


@operation(
    to_x=lambda xp, g, x, labels, weight, *, ignored, smoothing: xp.cross_entropy_gradient(
        g, x, labels, weight, ignored=ignored, smoothing=smoothing
    ),
    to_weight=lambda xp, g, x, labels, *, ignored, smoothing: xp.sum(
        xp.expand_dims(g, axis=-1) * _by_weight(xp, x, labels, ignored, smoothing), axis=0
    ),
    tangent=_tangent,
    batch=_rows_of_all,
    native=True,
)
def cross_entropy_rows(xp, x, labels, weight=None, *, ignored=-100, smoothing=0.0):
    """Cross-entropy of each row of scores with its label.

    x: (rows, classes), labels: (rows,) of integers, weight: (classes,) or None; gives (rows,).
    A row whose label is ``ignored`` has loss and gradient 0.
    """
    target = _target(xp, x, labels, weight, ignored, smoothing)
    return -xp.sum(target * xp.log_softmax(x, axis=-1), axis=-1)


@composite
def cross_entropy_mean_gradient(xp, g, x, labels, weight, *, ignored, smoothing):
    """The gradient of the scores ``x`` from that of the mean loss, ``g``: a number."""
    share = xp.broadcast_to(g / _count(xp, x, labels, weight, ignored), shape=x.shape[:1])
    return xp.cross_entropy_gradient(share, x, labels, weight, ignored=ignored, smoothing=smoothing)


def _mean_by_weight(xp, x, labels, weight, y, ignored, smoothing):
    """(classes,): how the mean loss changes with each class's weight."""
    hits = xp.where(_hits(xp, x, labels), xp.ones_like(x), 0)
    hits = xp.where(xp.expand_dims(xp.equal(labels, ignored), axis=-1), 0, hits)
    rows = _by_weight(xp, x, labels, ignored, smoothing) - y * hits
    return xp.sum(rows, axis=0) / _count(xp, x, labels, weight, ignored)


def _mean_tangent(xp, tx, tweight, x, labels, weight, y, *, ignored, smoothing):
    moved = None
    if tx is not None:
        one = 1 + xp.sum(xp.zeros_like(x))
        settings = {"ignored": ignored, "smoothing": smoothing}
        gradient = xp.cross_entropy_mean_gradient(one, x, labels, weight, **settings)
        moved = xp.sum(tx * gradient)
    if tweight is None:
        return moved
    gradient = _mean_by_weight(xp, x, labels, weight, y, ignored, smoothing)
    return added(moved, xp.sum(gradient * tweight))


def _mean_of_all(xp, stack, *, ignored, smoothing):
    x, labels, *weight = stack.arrays
    rows = stack._replace(apply=xp.cross_entropy_rows)
    total = xp.sum(_rows_of_all(xp, rows, ignored=ignored, smoothing=smoothing), axis=-1)
    apart = weight[0] if weight else None
    if any(stack.marked[2:]):
        apart = xp.expand_dims(apart, axis=1)
    return total / _count(xp, x, labels, apart, ignored)


@operation(
    to_x=lambda xp, g, x, labels, weight, *, ignored, smoothing: xp.cross_entropy_mean_gradient(
        g, x, labels, weight, ignored=ignored, smoothing=smoothing
    ),
    to_weight=lambda xp, g, x, labels, weight, y, *, ignored, smoothing: (
        g * _mean_by_weight(xp, x, labels, weight, y, ignored, smoothing)
    ),
    tangent=_mean_tangent,
    batch=_mean_of_all,
    native=True,
)
def cross_entropy_mean(xp, x, labels, weight=None, *, ignored=-100, smoothing=0.0):
    """The mean of ``cross_entropy_rows`` over rows that are not ignored, weighted by label."""
    rows = xp.cross_entropy_rows(x, labels, weight, ignored=ignored, smoothing=smoothing)
    return xp.sum(rows) / _count(xp, x, labels, weight, ignored)


def _count(xp, x, labels, weight, ignored):
    """The sum of the weights of the labels along the last axis that are not ignored."""
    each = xp.sum(xp.zeros_like(x), axis=-1) + 1
    if weight is not None:
        each = xp.sum(xp.where(_hits(xp, x, labels), weight, 0), axis=-1)
    return xp.sum(xp.where(xp.equal(labels, ignored), 0, each), axis=-1)


@composite
def cross_entropy(
    xp, x, target, weight=None, *, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Cross-entropy of scores with class labels or with probabilities, as torch's.

    x: (classes,), (N, classes) or (N, classes, ...); target: labels in the shape of x without the
    classes, or probabilities in the shape of x; weight: (classes,).  A mean is weighted.
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing is {label_smoothing}; give a number from 0 to 1")
    _refuse_integers(x)
    rows = _classes_last(xp, x)
    weight = _weights(xp, x, weight, rows.shape[-1])
    if target.shape == x.shape:
        return _with_probabilities(xp, rows, target, weight, reduction, label_smoothing)
    labels = _labels(xp, x, target)
    settings = {"ignored": ignore_index, "smoothing": label_smoothing}
    if reduction == "mean":
        return xp.cross_entropy_mean(rows, labels, weight, **settings)
    losses = xp.cross_entropy_rows(rows, labels, weight, **settings)
    return reduced(xp, xp.reshape(losses, shape=target.shape), reduction)


@composite
def nll_loss(xp, x, target, weight=None, *, ignore_index=-100, reduction="mean"):
    """Negative log-likelihood of labels, given log-probabilities; shapes as cross_entropy's."""
    _refuse_integers(x)
    rows, labels = _classes_last(xp, x), _labels(xp, x, target)
    classes, weight = rows.shape[-1], _weights(xp, x, weight, rows.shape[-1])
    counted = xp.not_equal(labels, ignore_index)
    places = xp.where(counted, labels, 0)
    places = xp.within(places, size=classes, what="nll_loss: label", whole="classes")
    numbers = xp.arange_like(rows, rows.shape[0])
    losses = -xp.getitem(rows, numbers, places, spec=(ARRAY, ARRAY))
    each = xp.astype(counted, dtype=rows.dtype)
    if weight is not None:
        each = xp.where(counted, xp.take(weight, places, axis=0), 0)
        losses = losses * each
    losses = xp.where(counted, losses, 0)
    if reduction == "mean":
        return xp.sum(losses) / xp.sum(each)
    return reduced(xp, xp.reshape(losses, shape=target.shape), reduction)


def _refuse_integers(x):
    if x.dtype.kind in "biu":
        raise TypeError(f"scores are floats, not {x.dtype}; they come first, then the target")


def _weights(xp, x, weight, classes):
    """Weights of classes in the dtype of the scores; ValueError unless each has one."""
    if weight is None:
        return None
    if tuple(weight.shape) != (classes,):
        raise ValueError(f"weights of shape {tuple(weight.shape)} for {classes} classes")
    return weight if weight.dtype == x.dtype else xp.astype(weight, dtype=x.dtype)


def _classes_last(xp, x):
    """(rows, classes) of scores whose second axis, or only one, is the classes."""
    if len(x.shape) > 2:
        x = xp.permute_dims(x, axes=(0, *range(2, len(x.shape)), 1))
    return x if len(x.shape) == 2 else xp.reshape(x, shape=(-1, x.shape[-1]))


def _labels(xp, x, target):
    expected = (*x.shape[:-1],) if len(x.shape) == 1 else (x.shape[0], *x.shape[2:])
    if tuple(target.shape) != expected:
        raise ValueError(
            f"labels of shape {target.shape} for scores of shape {x.shape}; "
            f"labels have shape {expected}, probabilities {x.shape}"
        )
    if target.dtype.kind not in "iu":
        raise TypeError(f"labels are integers, not {target.dtype}")
    return target if len(expected) == 1 else xp.reshape(target, shape=(-1,))


def _with_probabilities(xp, rows, target, weight, reduction, smoothing):
    classes = rows.shape[-1]
    if smoothing:
        target = target * (1 - smoothing) + smoothing / classes
    products = xp.log_softmax(rows, axis=-1) * _classes_last(xp, target)
    losses = -xp.sum(products if weight is None else products * weight, axis=-1)
    if reduction == "none" and len(target.shape) != 2:
        return xp.reshape(
            losses, shape=(*target.shape[:1], *target.shape[2:])[: len(target.shape) - 1]
        )
    return reduced(xp, losses, reduction)
