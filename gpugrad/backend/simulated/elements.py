"""CuPy's ufuncs on the stand-in arrays: arrays of the host and lists are refused."""

from collections.abc import Callable
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


absolute, negative, sign = _one(np.absolute), _one(np.negative), _one(np.sign)
exp, log, log1p, sqrt = _one(np.exp), _one(np.log), _one(np.log1p), _one(np.sqrt)
sin, cos, tanh = _one(np.sin), _one(np.cos), _one(np.tanh)
conjugate, invert, logical_not = _one(np.conjugate), _one(np.invert), _one(np.logical_not)
isfinite, isnan, isinf = _one(np.isfinite), _one(np.isnan), _one(np.isinf)
floor, ceil, trunc, rint = _one(np.floor), _one(np.ceil), _one(np.trunc), _one(np.rint)
signbit = _one(np.signbit)
add, subtract, multiply = _two(np.add), _two(np.subtract), _two(np.multiply)
true_divide, floor_divide = _two(np.true_divide), _two(np.floor_divide)
remainder, power = _two(np.remainder), _two(np.power)
maximum, minimum = _two(np.maximum), _two(np.minimum)
logical_and, logical_or = _two(np.logical_and), _two(np.logical_or)
logical_xor = _two(np.logical_xor)
bitwise_and, bitwise_or = _two(np.bitwise_and), _two(np.bitwise_or)
bitwise_xor = _two(np.bitwise_xor)
left_shift, right_shift = _two(np.left_shift), _two(np.right_shift)
