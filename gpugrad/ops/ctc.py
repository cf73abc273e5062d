"""Connectionist temporal classification as an operation; backend/maths/ctc.py has the recursion."""

from ..backend.maths import ctc as paths
from .declare import composite, operation


@composite
def ctc_gradient(xp, g, x, targets, lengths, target_lengths, *, blank):
    """The gradient of x from that of every member's loss, ``g``: (N,); 0 for a member of which no
    path spells the labels."""
    return paths.gradient(xp, g, x, targets, lengths, target_lengths, blank)


def _tangent(xp, tx, x, targets, lengths, target_lengths, *, blank):
    one = xp.sum(xp.zeros_like(x), axis=(0, 2)) + 1
    gradient = xp.ctc_gradient(one, x, targets, lengths, target_lengths, blank=blank)
    return xp.sum(tx * gradient, axis=(0, 2))


def _members(xp, stack, *, blank):
    """Members of all calls as those of one."""
    x, *others = [stack.full(xp, i) for i in range(4)]
    steps, classes, count = x.shape[1], x.shape[3], stack.size * x.shape[2]
    whole = xp.reshape(xp.moveaxis(x, source=0, destination=1), shape=(steps, count, classes))
    flat = [xp.reshape(other, shape=(count, *other.shape[2:])) for other in others]
    return xp.reshape(stack.apply(whole, *flat, blank=blank), shape=x.shape[:1] + x.shape[2:3])


@operation(
    to_x=lambda xp, g, x, targets, lengths, target_lengths, *, blank: xp.ctc_gradient(
        g, x, targets, lengths, target_lengths, blank=blank
    ),
    tangent=_tangent,
    batch=_members,
    floats=True,
    native=True,
)
def ctc(xp, x, targets, lengths, target_lengths, *, blank):
    """Less the logarithm of the probability of each member's labels: (N,), inf for one of which no
    path spells them.

    x: logarithms of probabilities (T, N, C); targets: (N, S) of classes other than ``blank``;
    lengths, target_lengths: (N,), how many steps and labels count.
    """
    return paths.loss(xp, x, targets, lengths, target_lengths, blank)
