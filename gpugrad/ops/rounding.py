"""Signs, magnitudes, roundings and kinds of numbers."""

from .complexes import direction, magnitude
from .declare import elementwise


@elementwise(dx=lambda xp, x: xp.sign(x), floats=False, of_complex=magnitude)
def absolute(xp, x):
    """Magnitude; its gradient at 0 is 0, as torch's."""
    return xp.absolute(x)


@elementwise(dx=lambda xp: 0, floats=False, of_complex=direction)
def sign(xp, x):
    """-1, 0 or 1; a complex number divided by its magnitude."""
    return xp.sign(x)


@elementwise(
    da=lambda xp, a, y: xp.sign(a) * xp.sign(y),
    db=lambda xp: 0,
)
def copysign(xp, a, b):
    """The magnitude of ``a`` with the sign of ``b``; its gradient at a = 0 is 0."""
    return xp.copysign(a, b)


@elementwise()
def signbit(xp, x):
    """Whether an element is negative or -0.0."""
    return xp.signbit(x)


@elementwise()
def floor(xp, x):
    """The largest whole number not above each element."""
    return xp.floor(x)


@elementwise()
def ceil(xp, x):
    """The smallest whole number not below each element."""
    return xp.ceil(x)


@elementwise()
def trunc(xp, x):
    """The whole part of each element."""
    return xp.trunc(x)


@elementwise()
def round_(xp, x):
    """The nearest whole number; halfway, the even one."""
    return xp.round(x)


@elementwise()
def nextafter(xp, a, b):
    """The next number of the dtype from ``a`` towards ``b``."""
    return xp.nextafter(a, b)


@elementwise(dx=lambda xp, x, n: xp.ldexp(xp.ones_like(x), n), real=True)
def ldexp(xp, x, n):
    """x * 2**n for integers ``n``, exact as long as the result has room."""
    return xp.ldexp(x, n)


@elementwise(fusible=False)
def binary_exponent(xp, x):
    """The integer e for which x * 2**-e is from [0.5, 1); 0 for 0, NaN and infinities."""
    return xp.binary_exponent(x)


@elementwise()
def isnan(xp, x):
    """Whether an element is NaN."""
    return xp.isnan(x)


@elementwise()
def isinf(xp, x):
    """Whether an element is infinite."""
    return xp.isinf(x)


@elementwise()
def isfinite(xp, x):
    """Whether an element is neither infinite nor NaN."""
    return xp.isfinite(x)
