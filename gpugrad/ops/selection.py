"""Choosing between elements, and keeping them within bounds."""

from .declare import elementwise


@elementwise(
    da=lambda xp, condition: condition,
    db=lambda xp, condition: xp.logical_not(condition),
    floats=False,
)
def where(xp, condition, a, b):
    """Elements of ``a`` where ``condition`` is true, elements of ``b`` elsewhere."""
    return xp.where(condition, a, b)


def _share(xp, x, wins, ties):
    """The share of ``x`` in one of two elements, in the precision of ``x``: half at a tie."""
    return xp.where(ties, 0.5, xp.where(wins, xp.ones_like(x), 0))


@elementwise(
    da=lambda xp, a, b: _share(xp, a, a > b, a == b),
    db=lambda xp, a, b: _share(xp, b, b > a, a == b),
    real=True,
    floats=False,
)
def maximum(xp, a, b):
    """Larger of two elements; at a tie each gets half of the gradient, as in PyTorch."""
    return xp.maximum(a, b)


@elementwise(
    da=lambda xp, a, b: _share(xp, a, a < b, a == b),
    db=lambda xp, a, b: _share(xp, b, b < a, a == b),
    real=True,
    floats=False,
)
def minimum(xp, a, b):
    """Smaller of two elements; at a tie each gets half of the gradient, as in PyTorch."""
    return xp.minimum(a, b)


def _within(xp, x, *, min, max):
    if min is None or max is None:
        return x >= min if max is None else x <= max
    return xp.logical_and(x >= min, x <= max)


@elementwise(dx=_within, real=True, floats=False)
def clip(xp, x, *, min, max):
    """Elements no smaller than the number ``min`` and no larger than ``max``, None for no bound;
    at a bound the gradient passes, as in torch."""
    y = x if min is None else xp.maximum(x, min)
    return y if max is None else xp.minimum(y, max)


@elementwise(
    da=lambda xp, a, low: a >= low, dlow=lambda xp, a, low: a < low, real=True, floats=False
)
def at_least(xp, a, low):
    """The larger of two elements; at a tie the gradient goes to ``a``."""
    return xp.maximum(a, low)


@elementwise(
    da=lambda xp, a, high: a <= high, dhigh=lambda xp, a, high: a > high, real=True, floats=False
)
def at_most(xp, a, high):
    """The smaller of two elements; at a tie the gradient goes to ``a``."""
    return xp.minimum(a, high)


def _is_fmax(xp, a, b):
    """Whether the larger of two is ``a``: a number wins against NaN."""
    return xp.logical_or(a > b, xp.isnan(b))


def _is_fmin(xp, a, b):
    return xp.logical_or(a < b, xp.isnan(b))


@elementwise(
    da=lambda xp, a, b: _share(xp, a, _is_fmax(xp, a, b), a == b),
    db=lambda xp, a, b: _share(xp, b, xp.logical_not(_is_fmax(xp, a, b)), a == b),
    real=True,
    floats=False,
)
def fmax(xp, a, b):
    """Larger of two elements, where a number wins against NaN; at a tie as ``maximum``."""
    return xp.where(xp.isnan(a), b, xp.where(xp.isnan(b), a, xp.maximum(a, b)))


@elementwise(
    da=lambda xp, a, b: _share(xp, a, _is_fmin(xp, a, b), a == b),
    db=lambda xp, a, b: _share(xp, b, xp.logical_not(_is_fmin(xp, a, b)), a == b),
    real=True,
    floats=False,
)
def fmin(xp, a, b):
    """Smaller of two elements, where a number wins against NaN; at a tie as ``minimum``."""
    return xp.where(xp.isnan(a), b, xp.where(xp.isnan(b), a, xp.minimum(a, b)))


@elementwise(dx=lambda xp: 0, dh=lambda xp, x: x == 0, real=True)
def heaviside(xp, x, h):
    """Step function: 0 for negative x, 1 for positive x, and ``h`` at 0."""
    return xp.where(x == 0, h, xp.where(x < 0, 0, xp.where(x > 0, 1, x)))
