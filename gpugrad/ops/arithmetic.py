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
    """Each element times -1."""
    return -x


@elementwise(dx=lambda xp: 1, floats=False)
def positive(xp, x):
    """The elements unchanged."""
    return +x


@elementwise(dx=lambda xp, y: -y * y)
def reciprocal(xp, x):
    """Reciprocal 1 / x; integers give floats."""
    return 1 / x


@elementwise(dx=lambda xp, x: 2 * x, floats=False)
def square(xp, x):
    """Square x * x."""
    return x * x


def _base(xp, a, y):
    """The base, and 1 where it is 0 and its power is 0 or 1 whatever the exponent, above 0, is."""
    return xp.where(xp.logical_and(a == 0, xp.isfinite(y)), 1, a)


@elementwise(
    da=lambda xp, a, b: xp.scale(b, xp.power(a, b - 1)),  # b = 0 has the slope 0, at a = 0 too
    db=lambda xp, a, y: xp.scale(y, xp.log(_base(xp, a, y))),
    floats=False,
)
def power(xp, a, b):
    """Power ``a ** b``; where ``a`` is negative, the gradient of ``b`` is NaN."""
    return xp.power(a, b)


@elementwise(da=lambda xp: 1, db=lambda xp, a, b: -xp.floor_divide(a, b), floats=False)
def remainder(xp, a, b):
    """Remainder of ``a / b`` with the sign of ``b``, as Python's ``%``."""
    return xp.remainder(a, b)


@elementwise()
def floor_divide(xp, a, b):
    """Quotient ``a / b`` rounded down, as Python's ``//``."""
    return xp.floor_divide(a, b)


@elementwise(da=lambda xp: 1, db=lambda xp, a, b: -xp.trunc(a / b), floats=False, real=True)
def fmod(xp, a, b):
    """Remainder of ``a / b`` with the sign of ``a``, as C's fmod."""
    return xp.fmod(a, b)


@elementwise(fusible=False)
def gcd(xp, a, b):
    """Greatest common divisor of two integers."""
    return xp.gcd(a, b)


@elementwise(fusible=False)
def lcm(xp, a, b):
    """Least common multiple of two integers; beside 0 it is 0."""
    return xp.lcm(a, b)


@elementwise(dg=lambda xp, p: p, dp=lambda xp, g: g)
def scale(xp, g, p):
    """The product ``g * p`` in which a zero stays zero whatever the other is.

    A boolean ``p`` selects.  Gradients and tangents of elementwise operations use it, so that
    a partial that is infinite or NaN does not poison a gradient that is exactly zero, and a partial
    of zero ends one that is; both, so that every mode meets the same zeros.  The price: where a
    zero meets infinity the limit may be another number, as in ``exp(log(x))`` at 0, whose slope is
    1 and comes out as 0.  So what can be 0 is written as a product, not as e to its logarithm.
    Products of matrices are those of BLAS, where 0 * inf is NaN, in derivatives too.
    """
    return xp.scale(g, p)
