"""Connectionist temporal classification: how probable labels are, wherever in time they stand.

A path has a class, or the blank, at every step; it spells the labels that are left when repeats
become one and blanks are left out.  The probability of labels is the sum over all paths that spell
them, by a recursion over time: a state is a label, or the blank before, between or after.  All is
in logarithms; ``logaddexp`` and ``logsumexp`` take -inf without NaN, in derivatives too.

``xp`` is a namespace of operations: what a rule computes with, on anything, and a backend on raw
arrays for which it has no kernel.  Arrays are as the operation's, gpugrad/ops/ctc.py.
"""

from math import inf
from typing import Any

from ..positions import ALL, ARRAY


def loss(xp: Any, x: Any, targets: Any, lengths: Any, target_lengths: Any, blank: int) -> Any:
    """Less the logarithm of the probability of each member's labels: (N,)."""
    classes, leaps, last, zero = _states(xp, x, targets, target_lengths, blank)
    emitted, going = _emitted(xp, x, classes), _going(xp, lengths, x.shape[0])
    alphas = _forward(xp, emitted, leaps, zero, going)
    return -_whole(xp, alphas[-1], last)


def gradient(
    xp: Any, g: Any, x: Any, targets: Any, lengths: Any, target_lengths: Any, blank: int
) -> Any:
    """The gradient of x from that of the losses."""
    classes, leaps, last, zero = _states(xp, x, targets, target_lengths, blank)
    emitted, going = _emitted(xp, x, classes), _going(xp, lengths, x.shape[0])
    alphas = _forward(xp, emitted, leaps, zero, going)
    total = _whole(xp, alphas[-1], last)
    there = xp.not_equal(total, -inf)
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


def known(xp: Any, x: Any, targets: Any, target_lengths: Any, blank: int) -> Any:
    """The labels of each member, and blanks behind them; none may be outside of the classes."""
    places = xp.arange_like(targets, targets.shape[1])
    there = xp.less(places, xp.expand_dims(target_lengths, axis=-1))
    labels = xp.where(there, targets, blank)
    return xp.within(labels, size=x.shape[2], what="ctc_loss: label", whole="classes")


def _states(xp: Any, x: Any, targets: Any, target_lengths: Any, blank: int) -> tuple:
    """The classes of all states (N, 2 S + 1), whether each may follow the one two before, as 0 or
    -inf, which ones end a path, and zeros in the dtype of x."""
    members, whole = targets.shape[0], 2 * targets.shape[1] + 1
    of_members = xp.expand_dims(xp.sum(xp.zeros_like(x), axis=(0, 2)), axis=-1)
    zero = xp.broadcast_to(of_members, shape=(members, whole))
    labels = known(xp, x, targets, target_lengths, blank)
    pairs = xp.stack(labels, xp.zeros_like(labels) + blank, axis=-1)
    frame = {"pad_width": ((0, 0), (1, 0)), "value": blank}
    classes = xp.pad(xp.reshape(pairs, shape=(members, whole - 1)), **frame)
    other = xp.not_equal(classes, _before(xp, classes, 2, blank))
    leaps = xp.where(xp.logical_and(other, xp.not_equal(classes, blank)), zero, -inf)
    states, ends = xp.arange_like(targets, whole), xp.expand_dims(2 * target_lengths, axis=-1)
    last = xp.logical_or(xp.equal(states, ends), xp.equal(states, ends - 1))
    return classes, leaps, last, zero


def _before(xp: Any, x: Any, steps: int, value: Any) -> Any:
    """Each state's neighbour so many before, ``value`` where there is none."""
    moved = xp.pad(x, pad_width=((0, 0), (steps, 0)), value=value)
    return xp.getitem(moved, spec=(ALL, (None, x.shape[1], None)))


def _after(xp: Any, x: Any, steps: int) -> Any:
    """Each state's neighbour so many after, -inf where there is none."""
    moved = xp.pad(x, pad_width=((0, 0), (0, steps)), value=-inf)
    return xp.getitem(moved, spec=(ALL, (steps, None, None)))


def _sum(xp: Any, a: Any, b: Any, c: Any) -> Any:
    return xp.logaddexp(xp.logaddexp(a, b), c)


def _places(xp: Any, x: Any, classes: Any) -> tuple:
    """Where the states' classes stand in x: the arrays of an index, and its spec."""
    members = xp.expand_dims(xp.arange_like(classes, classes.shape[0]), axis=-1)
    return (members, classes), (ALL, ARRAY, ARRAY)


def _emitted(xp: Any, x: Any, classes: Any) -> Any:
    """The logarithm of each state's class at each step: T arrays (N, states)."""
    places, spec = _places(xp, x, classes)
    return xp.unstack(xp.getitem(x, *places, spec=spec), axis=0)


def _forward(xp: Any, emitted: Any, leaps: Any, zero: Any, going: list) -> list:
    """The logarithm of all paths up to each step that end in each state: T + 1 arrays, of which the
    first is before any step."""
    first = xp.equal(xp.arange_like(leaps, leaps.shape[1]), 0)
    found = [xp.where(first, zero, -inf)]
    for each, on in zip(emitted, going, strict=True):
        alpha = found[-1]
        one, two = _before(xp, alpha, 1, -inf), _before(xp, alpha, 2, -inf)
        found.append(xp.where(on, each + _sum(xp, alpha, one, two + leaps), alpha))
    return found


def _going(xp: Any, lengths: Any, steps: int) -> list:
    """Of each step, which members are still at theirs: (N, 1)."""
    return [xp.expand_dims(xp.greater(lengths, t), axis=-1) for t in range(steps)]


def _whole(xp: Any, alpha: Any, last: Any) -> Any:
    """The logarithm of all paths, -inf where there is none."""
    return xp.logsumexp(xp.where(last, alpha, -inf), axis=-1)
