"""Activation functions."""

from .declare import elementwise


@elementwise(dx=lambda xp, y: y * (1 - y))
def sigmoid(xp, x):
    """1 / (1 + e**-x)."""
    return 0.5 * xp.tanh(0.5 * x) + 0.5  # e**-x would overflow at large negative x


@elementwise(dx=lambda xp, x: x > 0)
def relu(xp, x):
    """max(x, 0); its gradient at 0 is 0, as torch's."""
    return xp.maximum(x, 0)


@elementwise(dx=lambda xp, x: xp.sigmoid(x))
def softplus(xp, x):
    """log(1 + e**x)."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-abs(x)))  # never exponentiates a positive number
