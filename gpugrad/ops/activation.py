"""Activation functions; where they have a corner, the slope there is torch's."""

from functools import partial
from math import pi

from .declare import elementwise

activation = partial(elementwise, real=True)

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # of the fixed point's proof
ROOT_HALF, ROOT_2_OVER_PI = 0.5**0.5, (2 / pi) ** 0.5
CUBIC = 0.044715  # of gelu_tanh, by Hendrycks and Gimpel


@activation(dx=lambda xp, x, y: y * xp.sigmoid(-x))  # 1 - y would be 0 far out
def sigmoid(xp, x):
    """Logistic sigmoid 1 / (1 + e**-x)."""
    e = xp.exp(-abs(x))  # never exponentiates a positive number, and keeps the tail below 0
    return xp.where(x < 0, e, 1) / (1 + e)


@activation(dx=lambda xp, x: xp.sigmoid(-x))
def log_sigmoid(xp, x):
    """log(sigmoid(x)), accurate where the sigmoid rounds to 0 or 1."""
    return xp.minimum(x, 0) - xp.log1p(xp.exp(-abs(x)))


@activation(dx=lambda xp, x: xp.sigmoid(x))
def softplus(xp, x):
    """Softplus log(1 + e**x), computed without overflow."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-abs(x)))  # never exponentiates a positive number


@activation(dx=lambda xp, x: x > 0)
def relu(xp, x):
    """ReLU max(x, 0); its gradient at 0 is 0, as in PyTorch."""
    return xp.maximum(x, 0)


@activation(dx=lambda xp, x, *, negative_slope: xp.where(x > 0, xp.ones_like(x), negative_slope))
def leaky_relu(xp, x, *, negative_slope=0.01):
    """Leaky ReLU: x where positive, elsewhere negative_slope * x, also the slope at 0."""
    return xp.where(x > 0, x, x * negative_slope)


@activation(dx=lambda xp, x, *, alpha: xp.where(x > 0, 1, alpha * xp.exp(xp.minimum(x, 0))))
def elu(xp, x, *, alpha=1.0):
    """ELU: x where positive, elsewhere alpha * (e**x - 1); at 0 the slope is ``alpha``."""
    return xp.where(x > 0, x, alpha * xp.expm1(xp.minimum(x, 0)))


@activation(
    dx=lambda xp, x: xp.where(x > 0, SELU_SCALE, SELU_SCALE * SELU_ALPHA * xp.exp(xp.minimum(x, 0)))
)
def selu(xp, x):
    """SELU: a scaled ELU with the constants of self-normalising networks."""
    return SELU_SCALE * xp.where(x > 0, x, SELU_ALPHA * xp.expm1(xp.minimum(x, 0)))


def _gelu_slope(xp, x):
    density = xp.exp(-0.5 * x * x) * (ROOT_HALF / pi**0.5)
    return 0.5 * xp.erfc(-ROOT_HALF * x) + xp.scale(density, x)  # 0 at infinity, not 0 * inf


@activation(dx=_gelu_slope)
def gelu(xp, x):
    """x times the probability that a normal number is below x."""
    return xp.scale(0.5 * xp.erfc(-ROOT_HALF * x), x)  # erfc: 1 + erf(x) cancels where x is low


def _inner(xp, x):
    return ROOT_2_OVER_PI * (x + CUBIC * x * x * x)


def _gelu_tanh_slope(xp, x):
    t = xp.tanh(_inner(xp, x))
    inner_slope = ROOT_2_OVER_PI * (1 + 3 * CUBIC * x * x)
    return 0.5 * (1 + t) + 0.5 * xp.scale(1 - t * t, x * inner_slope)


@activation(dx=_gelu_tanh_slope)
def gelu_tanh(xp, x):
    """gelu approximated by a tanh."""
    return xp.scale(0.5 * (1 + xp.tanh(_inner(xp, x))), x)


def _silu_slope(xp, x):
    s = xp.sigmoid(x)
    return s + xp.scale(s * (1 - s), x)


@activation(dx=_silu_slope)
def silu(xp, x):
    """SiLU, also called swish: x * sigmoid(x)."""
    return xp.scale(xp.sigmoid(x), x)


def _mish_slope(xp, x):
    t = xp.tanh(xp.softplus(x))
    return t + xp.scale((1 - t * t) * xp.sigmoid(x), x)


@activation(dx=_mish_slope)
def mish(xp, x):
    """Mish: x * tanh(softplus(x))."""
    return xp.scale(xp.tanh(xp.softplus(x)), x)


@activation(dx=lambda xp, x, *, min_val, max_val: xp.logical_and(x > min_val, x < max_val))
def hardtanh(xp, x, *, min_val=-1.0, max_val=1.0):
    """Elements limited to the range from min_val to max_val; at both ends the slope is 0."""
    return xp.clip(x, min=min_val, max=max_val)


@activation(
    dx=lambda xp, x: xp.where(x <= -3, 0, xp.where(x >= 3, 1, xp.clip(x, min=-3, max=3) / 3 + 0.5))
)
def hardswish(xp, x):
    """Hardswish x * min(max(x + 3, 0), 6) / 6; at -3 the slope is 0, at 3 it is 1."""
    return xp.scale(xp.clip(x + 3, min=0, max=6) / 6, x)
