"""What stands where the device backend expects the module ``cupy``."""

# ruff: noqa: I001, RUF022  (the names stay several to a line)

from . import fft, linalg
from .arrays import ndarray
from .elements import (
    absolute, acos, acosh, add, asin, asinh, atan, atan2, atanh, bitwise_and, bitwise_invert,
    bitwise_left_shift, bitwise_or, bitwise_right_shift, bitwise_xor, cbrt, ceil, conj,
    copysign, cos, cosh, equal, exp, exp2, expm1, floor, floor_divide, fmod, frexp, gcd,
    greater, greater_equal, hypot, isfinite, isinf, isnan, lcm, ldexp, less, less_equal, log,
    log10, log1p, log2, logical_and, logical_not, logical_or, logical_xor, maximum, minimum,
    multiply, negative, nextafter, not_equal, power, remainder, rint, sign, signbit, sin, sinh,
    sqrt, subtract, tan, tanh, true_divide, trunc,
)  # fmt: skip
from .functions import (
    all, any, arange, argmax, argmin, argsort, array, asarray, ascontiguousarray, broadcast_to,
    concatenate, count_nonzero, cumprod, cumsum, diagonal, empty, empty_like, expand_dims, eye,
    flip, from_dlpack, full, full_like, imag, linspace, matmul, matrix_transpose, max, min,
    nonzero, ones, ones_like, permute_dims, prod, real, repeat, reshape, roll, searchsorted,
    sort, squeeze, sum, take, take_along_axis, transpose, tril, triu, unique, where, zeros,
    zeros_like,
)  # fmt: skip

__all__ = [
    "absolute", "acos", "acosh", "add", "all", "any", "arange", "argmax", "argmin", "argsort",
    "array", "asarray", "ascontiguousarray", "asin", "asinh", "atan", "atan2", "atanh",
    "bitwise_and", "bitwise_invert", "bitwise_left_shift", "bitwise_or",
    "bitwise_right_shift", "bitwise_xor", "broadcast_to", "cbrt", "ceil", "concatenate",
    "conj", "copysign", "cos", "cosh", "count_nonzero", "cumprod", "cumsum", "diagonal",
    "empty", "empty_like", "equal", "exp", "exp2", "expand_dims", "expm1", "eye", "fft",
    "flip", "floor", "floor_divide", "fmod", "frexp", "from_dlpack", "full", "full_like",
    "gcd", "greater", "greater_equal", "hypot", "imag", "isfinite", "isinf", "isnan", "lcm",
    "ldexp", "less", "less_equal", "linalg", "linspace", "log", "log10", "log1p", "log2",
    "logical_and", "logical_not", "logical_or", "logical_xor", "matmul", "matrix_transpose",
    "max", "maximum", "min", "minimum", "multiply", "ndarray", "negative", "nextafter",
    "nonzero", "not_equal", "ones", "ones_like", "permute_dims", "power", "prod", "real",
    "remainder", "repeat", "reshape", "rint", "roll", "searchsorted", "sign", "signbit",
    "sin", "sinh", "sort", "sqrt", "squeeze", "subtract", "sum", "take", "take_along_axis",
    "tan", "tanh", "transpose", "tril", "triu", "true_divide", "trunc", "unique", "where",
    "zeros", "zeros_like",
]  # fmt: skip
