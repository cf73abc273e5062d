"""Arithmetic on elements."""

from .declare import elementwise


@elementwise(da=lambda xp: 1, db=lambda xp: 1, floats=False)
def add(xp, a, b):
    """Sum of two arrays."""
    return a + b


@elementwise(da=lambda xp: 1, db=lambda xp: -1, floats=False)
def subtract(xp, a, b):
    """Difference of two arrays."""
    return a - b


@elementwise(da=lambda xp, b: b, db=lambda xp, a: a, floats=False)
def multiply(xp, a, b):
    """Product of two arrays."""
    return a * b


@elementwise(da=lambda xp, b: 1 / b, db=lambda xp, y, b: -y / b)
def divide(xp, a, b):
    """Quotient of two arrays; integers give floats."""
    return a / b


@elementwise(dx=lambda xp: -1, floats=False)
def negative(xp, x):
    """Each element with its sign turned."""
    return -x


@elementwise(
    da=lambda xp, a, b: b * xp.power(a, b - 1),
    db=lambda xp, a, b, y: y * xp.log(xp.where(a > 0, a, 1)),  # x**b has no slope in b at x <= 0
    floats=False,
)
def power(xp, a, b):
    """``a`` to the power ``b``."""
    return xp.power(a, b)


@elementwise(dg=lambda xp, p: p, dp=lambda xp, g: g)
def scale(xp, g, p):
    """The product ``g * p`` in which a zero ``g`` stays zero whatever ``p`` is.

    A boolean ``p`` selects.  Gradients and tangents of elementwise operations use it, so that
    a partial that is infinite or NaN does not poison a gradient that is exactly zero.
    """
    return xp.scale(g, p)
