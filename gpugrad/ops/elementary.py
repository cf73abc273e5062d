"""Elementary functions of one element."""

from .declare import elementwise


@elementwise(dx=lambda xp, y: y)
def exp(xp, x):
    """e to the power of each element."""
    return xp.exp(x)


@elementwise(dx=lambda xp, x: 1 / x)
def log(xp, x):
    """Natural logarithm."""
    return xp.log(x)


@elementwise(dx=lambda xp, x: 1 / (1 + x))
def log1p(xp, x):
    """log(1 + x), exact near 0."""
    return xp.log1p(x)


@elementwise(dx=lambda xp, y: 0.5 / y)
def sqrt(xp, x):
    """Square root."""
    return xp.sqrt(x)


@elementwise(dx=lambda xp, x: xp.cos(x))
def sin(xp, x):
    """Sine."""
    return xp.sin(x)


@elementwise(dx=lambda xp, x: -xp.sin(x))
def cos(xp, x):
    """Cosine."""
    return xp.cos(x)


@elementwise(dx=lambda xp, y: 1 - y * y)
def tanh(xp, x):
    """Hyperbolic tangent."""
    return xp.tanh(x)


@elementwise(dx=lambda xp, x: xp.sign(x), floats=False)
def absolute(xp, x):
    """Magnitude; its gradient at 0 is 0, as torch's."""
    return xp.absolute(x)


@elementwise(floats=False)
def sign(xp, x):
    """-1, 0 or 1."""
    return xp.sign(x)
