"""Functions of elements of two Tensors, or of one and a number; bounds."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import numpy as gnp
from ..api import functions as gg
from ..backend.dtypes import as_dtype
from ..scipy import special
from .both import alias, both, in_place
from .tensor import owned

# fmt: off
__all__ = [
    "add", "addcdiv", "addcmul", "arctan2", "atan2", "bitwise_and", "bitwise_left_shift",
    "bitwise_or", "bitwise_right_shift", "bitwise_xor", "clamp", "clamp_max", "clamp_min", "clip",
    "copysign", "div", "divide", "eq", "float_power", "floor_divide", "fmax", "fmin", "fmod",
    "gcd", "ge", "greater", "greater_equal", "gt", "heaviside", "hypot", "lcm", "ldexp", "le",
    "lerp", "less", "less_equal", "logaddexp", "logaddexp2", "logical_and", "logical_or",
    "logical_xor", "logit", "lt", "maximum", "minimum", "mul", "multiply", "nan_to_num", "ne",
    "nextafter", "not_equal", "pow", "remainder", "rsub", "sub", "subtract", "true_divide", "xlogy",
]
# fmt: on


def _of_two(name: str, function: Callable) -> Callable[..., Any]:
    """A function of two Tensors, or of one and a number, with ``out=``."""

    @wraps(function)
    def call(input: Any, other: Any, *, out: Any = None) -> Any:
        y = owned(function(input, other))
        return y if out is None else out._become(y)

    call.__name__ = call.__qualname__ = name
    return in_place(call)


atan2, arctan2 = _of_two("atan2", gg.atan2), _of_two("arctan2", gg.atan2)
bitwise_and, bitwise_or = (
    _of_two("bitwise_and", gg.bitwise_and),
    _of_two("bitwise_or", gg.bitwise_or),
)
bitwise_xor = _of_two("bitwise_xor", gg.bitwise_xor)
bitwise_left_shift = _of_two("bitwise_left_shift", gg.bitwise_left_shift)
bitwise_right_shift = _of_two("bitwise_right_shift", gg.bitwise_right_shift)
copysign, hypot = _of_two("copysign", gg.copysign), _of_two("hypot", gg.hypot)
eq, ne, not_equal = (
    _of_two("eq", gg.equal),
    _of_two("ne", gg.not_equal),
    _of_two("not_equal", gg.not_equal),
)
gt, greater = _of_two("gt", gg.greater), _of_two("greater", gg.greater)
ge, greater_equal = _of_two("ge", gg.greater_equal), _of_two("greater_equal", gg.greater_equal)
lt, less = _of_two("lt", gg.less), _of_two("less", gg.less)
le, less_equal = _of_two("le", gg.less_equal), _of_two("less_equal", gg.less_equal)
floor_divide = _of_two("floor_divide", gg.floor_divide)
fmax, fmin, fmod = _of_two("fmax", gg.fmax), _of_two("fmin", gg.fmin), _of_two("fmod", gg.fmod)
gcd, lcm = _of_two("gcd", gg.gcd), _of_two("lcm", gg.lcm)
heaviside = _of_two("heaviside", gg.heaviside)
ldexp = _of_two("ldexp", gg.ldexp)
logaddexp, logaddexp2 = _of_two("logaddexp", gg.logaddexp), _of_two("logaddexp2", gg.logaddexp2)
logical_and, logical_or = (
    _of_two("logical_and", gg.logical_and),
    _of_two("logical_or", gg.logical_or),
)
logical_xor = _of_two("logical_xor", gg.logical_xor)
maximum, minimum = _of_two("maximum", gg.maximum), _of_two("minimum", gg.minimum)
mul, multiply = _of_two("mul", gg.multiply), _of_two("multiply", gg.multiply)
nextafter = _of_two("nextafter", gg.nextafter)
pow = _of_two("pow", lambda x, y: x**y)
float_power = _of_two("float_power", lambda x, y: gg.astype(x, "float64") ** y)
remainder = _of_two("remainder", gg.remainder)
true_divide = _of_two("true_divide", gg.divide)
xlogy = _of_two("xlogy", special.xlogy)


@in_place
def add(input: Any, other: Any, *, alpha: Any = 1, out: Any = None) -> Any:
    """``input + alpha * other``."""
    y = owned(gg.add(input, other if type(alpha) is int and alpha == 1 else alpha * other))
    return y if out is None else out._become(y)


@in_place
def sub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """``input - alpha * other``."""
    return owned(gg.subtract(input, other if alpha == 1 else alpha * other))


subtract = alias("subtract", sub)


@in_place
def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Any:
    """``input / other``; rounded down for "floor", towards 0 for "trunc"."""
    if rounding_mode == "floor":
        return owned(gg.floor_divide(input, other))
    y = owned(gg.divide(input, other))
    if rounding_mode is None:
        return y
    if rounding_mode != "trunc":
        raise RuntimeError(f"div: rounding_mode {rounding_mode!r}; give 'floor', 'trunc' or None")
    whole = all(_dtype(x).kind in "iub" for x in (input, other))
    return gg.trunc(y).astype("int64") if whole else gg.trunc(y)


def _dtype(x: Any) -> Any:
    return x.dtype if hasattr(x, "dtype") else as_dtype(type(x))


divide = alias("divide", div)


@both
def rsub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """``other - alpha * input``."""
    return owned(gg.subtract(other, alpha * input))


@in_place
def addcmul(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """``input + value * tensor1 * tensor2``."""
    return input + value * tensor1 * tensor2


@in_place
def addcdiv(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """``input + value * tensor1 / tensor2``."""
    return input + value * tensor1 / tensor2


@in_place
def lerp(input: Any, end: Any, weight: Any) -> Any:
    """``input + weight * (end - input)``."""
    return input + weight * (end - input)


@in_place
def clamp(input: Any, min: Any = None, max: Any = None) -> Any:
    """Elements from ``min`` to ``max``; what is beyond becomes the bound."""
    if min is None and max is None:
        raise ValueError("clamp: give min, max or both")
    return gg.clip(input, min, max)


clip = alias("clip", clamp)


@in_place
def clamp_min(input: Any, min: Any) -> Any:
    """Elements not below ``min``."""
    return gg.clip(input, min, None)


@in_place
def clamp_max(input: Any, max: Any) -> Any:
    """Elements not above ``max``."""
    return gg.clip(input, None, max)


@in_place
def nan_to_num(input: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """NaN and infinities replaced by numbers: by default 0 and the largest."""
    return gnp.nan_to_num(input, nan=nan, posinf=posinf, neginf=neginf)


@in_place
def logit(input: Any, eps: float | None = None) -> Any:
    """``log(p / (1 - p))``; eps: the distance from 0 and 1 that p keeps."""
    p = input if eps is None else gg.clip(input, eps, 1 - eps)
    return gg.log(p) - gg.log1p(-p)
