"""Comparisons, and the logic of truth values and bits: none has a derivative."""

from .declare import elementwise


@elementwise()
def equal(xp, a, b):
    """True where ``a == b``."""
    return a == b


@elementwise()
def not_equal(xp, a, b):
    """True where ``a != b``."""
    return a != b


@elementwise()
def greater(xp, a, b):
    """True where ``a > b``."""
    return a > b


@elementwise()
def greater_equal(xp, a, b):
    """True where ``a >= b``."""
    return a >= b


@elementwise()
def less(xp, a, b):
    """True where ``a < b``."""
    return a < b


@elementwise()
def less_equal(xp, a, b):
    """True where ``a <= b``."""
    return a <= b


COMPARISONS = frozenset((equal, not_equal, greater, greater_equal, less, less_equal))


@elementwise()
def logical_and(xp, a, b):
    """True where both elements are nonzero."""
    return xp.logical_and(a, b)


@elementwise()
def logical_or(xp, a, b):
    """True where at least one of two elements is nonzero."""
    return xp.logical_or(a, b)


@elementwise()
def logical_xor(xp, a, b):
    """True where exactly one of two elements is nonzero."""
    return xp.logical_xor(a, b)


@elementwise()
def logical_not(xp, x):
    """True where an element is zero or False."""
    return xp.logical_not(x)


@elementwise()
def bitwise_and(xp, a, b):
    """Bitwise and of two integers."""
    return xp.bitwise_and(a, b)


@elementwise()
def bitwise_or(xp, a, b):
    """Bitwise or of two integers."""
    return xp.bitwise_or(a, b)


@elementwise()
def bitwise_xor(xp, a, b):
    """Bitwise exclusive or of two integers."""
    return xp.bitwise_xor(a, b)


@elementwise()
def bitwise_invert(xp, x):
    """Bitwise complement of an integer."""
    return xp.bitwise_invert(x)


@elementwise()
def bitwise_left_shift(xp, a, b):
    """Integers ``a`` shifted left by ``b`` bits: a * 2**b."""
    return xp.bitwise_left_shift(a, b)


@elementwise()
def bitwise_right_shift(xp, a, b):
    """Integers ``a`` shifted right by ``b`` bits: a // 2**b."""
    return xp.bitwise_right_shift(a, b)
