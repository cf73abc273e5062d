"""Activations in pieces; NaN stays NaN, and where they have a corner the slope is torch's."""

from .activation import activation


@activation(dx=lambda xp, x, *, threshold, value: xp.logical_not(x <= threshold))
def threshold(xp, x, *, threshold, value):
    """x where it is above ``threshold``, else ``value``."""
    return xp.where(x <= threshold, value, x)


@activation(dx=lambda xp, x, *, alpha: xp.where(x > 0, 1, xp.exp(xp.minimum(x, 0) / alpha)))
def celu(xp, x, *, alpha=1.0):
    """CELU: x where positive, elsewhere alpha * (e**(x / alpha) - 1)."""
    return xp.where(x > 0, x, alpha * xp.expm1(xp.minimum(x, 0) / alpha))


@activation(
    dx=lambda xp, x: xp.where(xp.logical_and(x > -3, x < 3), xp.full_like(x, 1 / 6), 0),
)
def hardsigmoid(xp, x):
    """Hard sigmoid min(max(x + 3, 0), 6) / 6; at both ends the slope is 0."""
    return xp.clip(x + 3, min=0, max=6) / 6


@activation(dx=lambda xp, x, *, lambd: xp.logical_not(abs(x) <= lambd))
def hardshrink(xp, x, *, lambd=0.5):
    """x where its magnitude is above ``lambd``, else 0."""
    return xp.where(abs(x) <= lambd, 0, x)


@activation(dx=lambda xp, x, *, lambd: xp.logical_not(abs(x) <= lambd))
def softshrink(xp, x, *, lambd=0.5):
    """x nearer to 0 by ``lambd``; 0 where it is nearer already."""
    return xp.where(x > lambd, x - lambd, xp.where(x < -lambd, x + lambd, 0 * x))


@activation(dx=lambda xp, x: xp.square(xp.tanh(x)))
def tanhshrink(xp, x):
    """x - tanh(x)."""
    return x - xp.tanh(x)


@activation(dx=lambda xp, x: xp.square(1 / (1 + abs(x))))
def softsign(xp, x):
    """x / (1 + |x|)."""
    return x / (1 + abs(x))
