"""Choosing between elements, and comparing them."""

from .declare import elementwise


@elementwise(da=lambda xp, condition: condition,
             db=lambda xp, condition: xp.logical_not(condition), floats=False)  # fmt: skip
def where(xp, condition, a, b):
    """``a`` where ``condition`` holds, else ``b``."""
    return xp.where(condition, a, b)


@elementwise(da=lambda xp, a, b: xp.where(a == b, 0.5, xp.where(a > b, 1.0, 0.0)),
             db=lambda xp, a, b: xp.where(a == b, 0.5, xp.where(b > a, 1.0, 0.0)),
             floats=False)  # fmt: skip
def maximum(xp, a, b):
    """The larger of two elements; at a tie each gets half the gradient, as in torch."""
    return xp.maximum(a, b)


@elementwise(da=lambda xp, a, b: xp.where(a == b, 0.5, xp.where(a < b, 1.0, 0.0)),
             db=lambda xp, a, b: xp.where(a == b, 0.5, xp.where(b < a, 1.0, 0.0)),
             floats=False)  # fmt: skip
def minimum(xp, a, b):
    """The smaller of two elements; at a tie each gets half the gradient, as in torch."""
    return xp.minimum(a, b)


@elementwise()
def greater(xp, a, b):
    """Whether ``a > b``."""
    return a > b


@elementwise()
def less(xp, a, b):
    """Whether ``a < b``."""
    return a < b


@elementwise()
def equal(xp, a, b):
    """Whether ``a == b``."""
    return a == b


@elementwise()
def logical_not(xp, x):
    """Whether an element is zero or false."""
    return xp.logical_not(x)
