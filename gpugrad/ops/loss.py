"""Losses: how far a prediction is from its target, element by element.

``reduction`` says what becomes of the single losses: "mean", "sum" or "none".
"""

from math import prod

from .declare import composite


def reduced(xp, losses, reduction):
    """The losses, their sum or their mean."""
    if reduction == "none":
        return losses
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction={reduction!r}; use 'mean', 'sum' or 'none'")
    total = xp.sum(losses)
    return total if reduction == "sum" else total / prod(losses.shape)


def _difference(x, target):
    """Prediction less target."""
    _refuse_others(x, target)
    return x - target


def _refuse_others(x, target):
    """A ValueError unless target has the shape of the prediction: broadcast, each would be compared
    with all others."""
    if x.shape != target.shape:
        raise ValueError(
            f"input of shape {tuple(x.shape)} and target of shape {tuple(target.shape)}; give both "
            "one shape, for example target.reshape(input.shape)"
        )


def _fits(shape, whole):
    """Whether ``shape`` broadcasts to ``whole``."""
    pairs = zip(reversed(shape), reversed(whole), strict=False)
    return len(shape) <= len(whole) and all(n in (1, m) for n, m in pairs)


@composite
def mse_loss(xp, x, target, *, reduction="mean"):
    """Squared difference of two arrays."""
    difference = _difference(x, target)
    return reduced(xp, difference * difference, reduction)


@composite
def l1_loss(xp, x, target, *, reduction="mean"):
    """Absolute difference of two arrays."""
    return reduced(xp, xp.absolute(_difference(x, target)), reduction)


@composite
def huber_loss(xp, x, target, *, reduction="mean", delta=1.0):
    """Huber loss: half the squared difference up to ``delta``, linear beyond."""
    if not delta > 0:
        raise ValueError(f"delta is {delta!r}; give a number above 0")
    distance = xp.absolute(_difference(x, target))
    near = xp.minimum(distance, delta)
    return reduced(xp, near * (distance - 0.5 * near), reduction)


@composite
def smooth_l1_loss(xp, x, target, *, reduction="mean", beta=1.0):
    """Huber loss with delta = ``beta``, divided by ``beta``; 0 gives the absolute difference."""
    if not beta >= 0:
        raise ValueError(f"beta is {beta!r}; give a number from 0 on")
    distance = xp.absolute(_difference(x, target))
    if not beta:
        return reduced(xp, distance, reduction)
    near = xp.minimum(distance, beta)
    return reduced(xp, near * (distance - 0.5 * near) / beta, reduction)


@composite
def binary_cross_entropy_with_logits(
    xp, x, target, weight=None, pos_weight=None, *, reduction="mean"
):
    """Cross-entropy of the probability sigmoid(x) with ``target`` in [0, 1].

    x, target: one shape.  It neither overflows nor takes the logarithm of 0.
    """
    _refuse_others(x, target)
    for name, factor in (("weight", weight), ("pos_weight", pos_weight)):
        if factor is not None and not _fits(factor.shape, x.shape):
            shapes = f"{tuple(factor.shape)}, which does not broadcast to input's {tuple(x.shape)}"
            raise ValueError(f"{name} has shape {shapes}")
    lower = (1 - target) * x
    if pos_weight is None:
        losses = lower + xp.softplus(-x)
    else:
        losses = lower + (1 + (pos_weight - 1) * target) * xp.softplus(-x)
    return reduced(xp, losses if weight is None else losses * weight, reduction)
