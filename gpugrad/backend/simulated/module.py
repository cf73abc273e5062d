"""What stands where the device backend expects the module ``cupy``."""

# ruff: noqa: I001  (the names stay several to a line)

from . import linalg
from .arrays import ndarray
from .elements import (
    absolute, add, bitwise_and, bitwise_or, bitwise_xor, ceil, conjugate, cos, exp, floor,
    floor_divide, invert, isfinite, isinf, isnan, left_shift, log, log1p, logical_and,
    logical_not, logical_or, logical_xor, maximum, minimum, multiply, negative, power,
    remainder, right_shift, rint, sign, signbit, sin, sqrt, subtract, tanh, true_divide, trunc,
)  # fmt: skip
from .functions import (
    all, any, arange, argmax, argmin, argsort, array, asarray, ascontiguousarray, asnumpy,
    broadcast_to, concatenate, copyto, count_nonzero, cumprod, cumsum, diagonal, empty,
    empty_like, expand_dims, eye, flip, from_dlpack, full, full_like, linspace, matmul, max,
    min, moveaxis, nonzero, ones, ones_like, pad, prod, ravel, repeat, reshape, roll,
    searchsorted, sort, squeeze, stack, sum, swapaxes, take, take_along_axis, tile, transpose,
    tril, triu, unique, where, zeros, zeros_like,
)  # fmt: skip

__all__ = [
    "absolute", "add", "all", "any", "arange", "argmax", "argmin", "argsort", "array",
    "asarray", "ascontiguousarray", "asnumpy", "bitwise_and", "bitwise_or", "bitwise_xor",
    "broadcast_to", "ceil", "concatenate", "conjugate", "copyto", "cos", "count_nonzero",
    "cumprod", "cumsum", "diagonal", "empty", "empty_like", "exp", "expand_dims", "eye",
    "flip", "floor", "floor_divide", "from_dlpack", "full", "full_like", "invert", "isfinite",
    "isinf", "isnan", "left_shift", "linalg", "linspace", "log", "log1p", "logical_and",
    "logical_not", "logical_or", "logical_xor", "matmul", "max", "maximum", "min", "minimum",
    "moveaxis", "multiply", "ndarray", "negative", "nonzero", "ones", "ones_like", "pad",
    "power", "prod", "ravel", "remainder", "repeat", "reshape", "right_shift", "rint", "roll",
    "searchsorted", "sign", "signbit", "sin", "sort", "sqrt", "squeeze", "stack", "subtract",
    "sum", "swapaxes", "take", "take_along_axis", "tanh", "tile", "transpose", "tril", "triu",
    "true_divide", "trunc", "unique", "where", "zeros", "zeros_like",
]  # fmt: skip
