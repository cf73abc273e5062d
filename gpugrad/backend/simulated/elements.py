"""CuPy's ufuncs on the stand-in arrays: arrays of the host and lists are refused."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .arrays import computed


def _one(function: Callable) -> Callable:
    def ufunc(x: Any, /) -> Any:
        return computed(function, x)

    return ufunc


def _two(function: Callable) -> Callable:
    def ufunc(x1: Any, x2: Any, /) -> Any:
        return computed(function, x1, x2)

    return ufunc


def _of_truth(ufunc: Callable) -> Callable:
    """CuPy's logical functions have no loops of complex numbers."""

    @wraps(ufunc)
    def logical(*arrays: Any) -> Any:
        if any(getattr(x, "dtype", np.dtype(bool)).kind == "c" for x in arrays):
            raise TypeError("Wrong type for a logical ufunc: complex")
        return ufunc(*arrays)

    return logical


absolute, acos, acosh = _one(np.absolute), _one(np.acos), _one(np.acosh)
asin, asinh, atan = _one(np.asin), _one(np.asinh), _one(np.atan)
atanh, bitwise_invert, cbrt = _one(np.atanh), _one(np.bitwise_invert), _one(np.cbrt)
ceil, conj, cos = _one(np.ceil), _one(np.conj), _one(np.cos)
cosh, exp, exp2 = _one(np.cosh), _one(np.exp), _one(np.exp2)
expm1, floor, isfinite = _one(np.expm1), _one(np.floor), _one(np.isfinite)
isinf, isnan, log = _one(np.isinf), _one(np.isnan), _one(np.log)
log10, log1p, log2 = _one(np.log10), _one(np.log1p), _one(np.log2)
logical_not, negative, rint = _of_truth(_one(np.logical_not)), _one(np.negative), _one(np.rint)
sign, signbit, sin = _one(np.sign), _one(np.signbit), _one(np.sin)
sinh, sqrt, tan = _one(np.sinh), _one(np.sqrt), _one(np.tan)
tanh, trunc, frexp = _one(np.tanh), _one(np.trunc), _one(np.frexp)
add, atan2, bitwise_and = _two(np.add), _two(np.atan2), _two(np.bitwise_and)
bitwise_left_shift, bitwise_or, bitwise_right_shift = (
    _two(np.bitwise_left_shift),
    _two(np.bitwise_or),
    _two(np.bitwise_right_shift),
)
bitwise_xor, copysign, equal = _two(np.bitwise_xor), _two(np.copysign), _two(np.equal)
fmod, gcd, lcm, ldexp = _two(np.fmod), _two(np.gcd), _two(np.lcm), _two(np.ldexp)
floor_divide, greater, greater_equal = (
    _two(np.floor_divide),
    _two(np.greater),
    _two(np.greater_equal),
)
hypot, less, less_equal = _two(np.hypot), _two(np.less), _two(np.less_equal)
logical_and, logical_or, logical_xor = (
    _of_truth(_two(np.logical_and)),
    _of_truth(_two(np.logical_or)),
    _of_truth(_two(np.logical_xor)),
)
maximum, minimum, multiply = _two(np.maximum), _two(np.minimum), _two(np.multiply)
nextafter, not_equal, power = _two(np.nextafter), _two(np.not_equal), _two(np.power)
remainder, subtract, true_divide = _two(np.remainder), _two(np.subtract), _two(np.true_divide)
