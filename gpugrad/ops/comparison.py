"""Comparisons, and the logic of truth values and bits: none has a derivative."""

from .declare import elementwise


@elementwise()
def equal(xp, a, b):
    """Whether ``a == b``."""
    return a == b


@elementwise()
def not_equal(xp, a, b):
    """Whether ``a != b``."""
    return a != b


@elementwise()
def greater(xp, a, b):
    """Whether ``a > b``."""
    return a > b


@elementwise()
def greater_equal(xp, a, b):
    """Whether ``a >= b``."""
    return a >= b


@elementwise()
def less(xp, a, b):
    """Whether ``a < b``."""
    return a < b


@elementwise()
def less_equal(xp, a, b):
    """Whether ``a <= b``."""
    return a <= b


COMPARISONS = frozenset((equal, not_equal, greater, greater_equal, less, less_equal))


@elementwise()
def logical_and(xp, a, b):
    """Whether both elements are nonzero."""
    return xp.logical_and(a, b)


@elementwise()
def logical_or(xp, a, b):
    """Whether one of two elements is nonzero."""
    return xp.logical_or(a, b)


@elementwise()
def logical_xor(xp, a, b):
    """Whether exactly one of two elements is nonzero."""
    return xp.logical_xor(a, b)


@elementwise()
def logical_not(xp, x):
    """Whether an element is zero or false."""
    return xp.logical_not(x)


@elementwise()
def bitwise_and(xp, a, b):
    """The bits that both integers have."""
    return xp.bitwise_and(a, b)


@elementwise()
def bitwise_or(xp, a, b):
    """The bits that one of two integers has."""
    return xp.bitwise_or(a, b)


@elementwise()
def bitwise_xor(xp, a, b):
    """The bits that exactly one of two integers has."""
    return xp.bitwise_xor(a, b)


@elementwise()
def bitwise_invert(xp, x):
    """The bits that an integer has not."""
    return xp.bitwise_invert(x)


@elementwise()
def bitwise_left_shift(xp, a, b):
    """The bits of ``a`` moved up by ``b`` places."""
    return xp.bitwise_left_shift(a, b)


@elementwise()
def bitwise_right_shift(xp, a, b):
    """The bits of ``a`` moved down by ``b`` places."""
    return xp.bitwise_right_shift(a, b)
