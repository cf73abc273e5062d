"""Connectionist temporal classification: how probable labels are, wherever in time they stand.

A path has a class, or the blank, at every step; it spells the labels that are left when repeats
become one and blanks are left out.  The probability of labels is the sum over all paths that spell
them, by a recursion over time: a state is a label, or the blank before, between or after.  All is
in logarithms; ``logaddexp`` and ``logsumexp`` take -inf without NaN, in derivatives too.
"""

from math import inf

from ..backend.positions import ALL, ARRAY
from .declare import composite, operation


def _states(xp, x, targets, target_lengths, blank):
    """The classes of all states (N, 2 S + 1), whether each may follow the one two before, as 0 or
    -inf, which ones end a path, and zeros in the dtype of x."""
    labels, whole = targets.shape[1], 2 * targets.shape[1] + 1
    of_members = xp.expand_dims(xp.sum(xp.zeros_like(x), axis=(0, 2)), axis=-1)
    zero = xp.broadcast_to(of_members, shape=(targets.shape[0], whole))
    ends = xp.expand_dims(2 * target_lengths, axis=-1)
    states = xp.arange_like(targets, whole)
    there = xp.less(xp.arange_like(targets, labels), xp.expand_dims(target_lengths, axis=-1))
    known = xp.where(there, targets, blank)
    pairs = xp.stack(known, xp.zeros_like(known) + blank, axis=-1)
    classes = xp.pad(
        xp.reshape(pairs, shape=(targets.shape[0], whole - 1)),
        pad_width=((0, 0), (1, 0)),
        value=blank,
    )
    other = xp.not_equal(classes, _before(xp, classes, 2, blank))
    leaps = xp.where(xp.logical_and(other, xp.not_equal(classes, blank)), zero, -inf)
    last = xp.logical_or(xp.equal(states, ends), xp.equal(states, ends - 1))
    return classes, leaps, last, zero


def _before(xp, x, steps, value):
    """Each state's neighbour so many before, ``value`` where there is none."""
    moved = xp.pad(x, pad_width=((0, 0), (steps, 0)), value=value)
    return xp.getitem(moved, spec=(ALL, (None, x.shape[1], None)))


def _after(xp, x, steps):
    """Each state's neighbour so many after, -inf where there is none."""
    moved = xp.pad(x, pad_width=((0, 0), (0, steps)), value=-inf)
    return xp.getitem(moved, spec=(ALL, (steps, None, None)))


def _sum(xp, a, b, c):
    return xp.logaddexp(xp.logaddexp(a, b), c)


def _places(xp, x, classes):
    """Where the states' classes stand in x: the arrays of an index, and its spec."""
    members = xp.expand_dims(xp.arange_like(classes, classes.shape[0]), axis=-1)
    return (members, classes), (ALL, ARRAY, ARRAY)


def _emitted(xp, x, classes):
    """The logarithm of each state's class at each step: T arrays (N, states)."""
    places, spec = _places(xp, x, classes)
    return xp.unstack(xp.getitem(x, *places, spec=spec), axis=0)


def _forward(xp, emitted, leaps, zero, going):
    """The logarithm of all paths up to each step that end in each state: T + 1 arrays, of which the
    first is before any step."""
    first = xp.equal(xp.arange_like(leaps, leaps.shape[1]), 0)
    found = [xp.where(first, zero, -inf)]
    for each, on in zip(emitted, going, strict=True):
        alpha = found[-1]
        one, two = _before(xp, alpha, 1, -inf), _before(xp, alpha, 2, -inf)
        found.append(xp.where(on, each + _sum(xp, alpha, one, two + leaps), alpha))
    return found


def _going(xp, lengths, steps):
    """Of each step, which members are still at theirs: (N, 1)."""
    return [xp.expand_dims(xp.greater(lengths, t), axis=-1) for t in range(steps)]


def _whole(xp, alpha, last):
    """The logarithm of all paths, and whether there is one."""
    total = xp.logsumexp(xp.where(last, alpha, -inf), axis=-1)
    return total, xp.greater(total, -inf)


@composite
def ctc_gradient(xp, g, x, targets, lengths, target_lengths, *, blank):
    """The gradient of x from that of every member's loss, ``g``: (N,); 0 for a member of which no
    path spells the labels."""
    classes, leaps, last, zero = _states(xp, x, targets, target_lengths, blank)
    emitted, going = _emitted(xp, x, classes), _going(xp, lengths, x.shape[0])
    alphas = _forward(xp, emitted, leaps, zero, going)
    total, there = _whole(xp, alphas[-1], last)
    total = xp.expand_dims(xp.where(there, total, 0), axis=-1)
    there, g = xp.expand_dims(there, axis=-1), xp.expand_dims(g, axis=-1)
    beta, shares = xp.where(last, zero, -inf), []
    for alpha, each, on in zip(alphas[:0:-1], emitted[::-1], going[::-1], strict=True):
        share = xp.where(xp.logical_and(there, on), xp.exp(alpha + beta - total), 0)
        shares.append(share * -g)
        after = each + beta
        one, two = _after(xp, after, 1), _after(xp, after + leaps, 2)
        beta = xp.where(on, _sum(xp, after, one, two), beta)
    places, spec = _places(xp, x, classes)
    if not shares:
        return xp.zeros_like(x)
    return xp.unindex(xp.stack(*shares[::-1], axis=0), *places, spec=spec, shape=x.shape)


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
    classes, leaps, last, zero = _states(xp, x, targets, target_lengths, blank)
    emitted, going = _emitted(xp, x, classes), _going(xp, lengths, x.shape[0])
    alphas = _forward(xp, emitted, leaps, zero, going)
    total, there = _whole(xp, alphas[-1], last)
    return xp.where(there, -total, inf)
