"""Signs, magnitudes, roundings and kinds of numbers."""

from .complexes import direction, magnitude
from .declare import elementwise


@elementwise(dx=lambda xp, x: xp.sign(x), floats=False, of_complex=magnitude)
def absolute(xp, x):
    """Absolute value; its gradient at 0 is 0, as in PyTorch."""
    return xp.absolute(x)


@elementwise(dx=lambda xp: 0, floats=False, of_complex=direction)
def sign(xp, x):
    """Sign -1, 0 or 1; a complex number is divided by its absolute value."""
    return xp.sign(x)


@elementwise(
    da=lambda xp, a, y: xp.sign(a) * xp.sign(y),
    db=lambda xp: 0,
)
def copysign(xp, a, b):
    """Absolute value of ``a`` with the sign of ``b``; where ``a`` is 0 its gradient is 0."""
    return xp.copysign(a, b)


@elementwise()
def signbit(xp, x):
    """True where an element is negative or -0.0."""
    return xp.signbit(x)


@elementwise()
def floor(xp, x):
    """Elements rounded down to whole numbers."""
    return xp.floor(x)


@elementwise()
def ceil(xp, x):
    """Elements rounded up to whole numbers."""
    return xp.ceil(x)


@elementwise()
def trunc(xp, x):
    """Elements rounded towards 0 to whole numbers."""
    return xp.trunc(x)


@elementwise()
def round_(xp, x):
    """Elements rounded to the nearest whole number; a half goes to the even one."""
    return xp.round(x)


@elementwise()
def nextafter(xp, a, b):
    """Next number after ``a`` in the direction of ``b`` that the dtype can hold."""
    return xp.nextafter(a, b)


@elementwise(dx=lambda xp, x, n: xp.ldexp(xp.ones_like(x), n), real=True)
def ldexp(xp, x, n):
    """x * 2**n for integers ``n``, exact unless it overflows or underflows."""
    return xp.ldexp(x, n)


@elementwise(fusible=False)
def binary_exponent(xp, x):
    """The integer e for which x * 2**-e is from [0.5, 1); 0 for 0, NaN and infinities."""
    return xp.binary_exponent(x)


@elementwise()
def isnan(xp, x):
    """True where an element is NaN."""
    return xp.isnan(x)


@elementwise()
def isinf(xp, x):
    """True where an element is infinite."""
    return xp.isinf(x)


@elementwise()
def isfinite(xp, x):
    """True where an element is neither infinite nor NaN."""
    return xp.isfinite(x)
