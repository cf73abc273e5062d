"""NumPy's functions of single elements, one explicit line each."""

from collections.abc import Callable as _Callable
from typing import cast as _cast

from ..api import functions as _gg
from ..tensor.cell import Tensor as _Tensor
from . import derived as _derived
from . import reductions as _reductions
from . import scans as _scans
from .ufuncs import ufunc as _ufunc

_of_two = _cast(_Callable[..., _Callable[..., tuple[_Tensor, _Tensor]]], _ufunc)  # results

# arithmetic

add = _ufunc("add", _gg.add, _reductions.sum, _scans.cumsum)
subtract = _ufunc("subtract", _gg.subtract)
multiply = _ufunc("multiply", _gg.multiply, _reductions.prod, _scans.cumprod)
divide = true_divide = _ufunc("divide", _gg.divide)
floor_divide = _ufunc("floor_divide", _gg.floor_divide)
remainder = mod = _ufunc("remainder", _gg.remainder)
fmod = _ufunc("fmod", _gg.fmod)
divmod = _of_two("divmod", _derived.divmod_)
power = pow = _ufunc("power", _derived.power)
float_power = _ufunc("float_power", _derived.power)
negative = _ufunc("negative", _gg.negative)
positive = _ufunc("positive", _gg.positive)
reciprocal = _ufunc("reciprocal", _gg.reciprocal)
square = _ufunc("square", _gg.square)
gcd = _ufunc("gcd", _gg.gcd)
lcm = _ufunc("lcm", _gg.lcm)

# exponentials and logarithms

exp = _ufunc("exp", _gg.exp)
exp2 = _ufunc("exp2", _gg.exp2)
expm1 = _ufunc("expm1", _gg.expm1)
log = _ufunc("log", _gg.log)
log1p = _ufunc("log1p", _gg.log1p)
log2 = _ufunc("log2", _gg.log2)
log10 = _ufunc("log10", _gg.log10)
logaddexp = _ufunc("logaddexp", _gg.logaddexp, _reductions.logsumexp)
logaddexp2 = _ufunc("logaddexp2", _gg.logaddexp2)
sqrt = _ufunc("sqrt", _gg.sqrt)
cbrt = _ufunc("cbrt", _gg.cbrt)

# angles

sin = _ufunc("sin", _gg.sin)
cos = _ufunc("cos", _gg.cos)
tan = _ufunc("tan", _gg.tan)
arcsin = asin = _ufunc("arcsin", _gg.asin)
arccos = acos = _ufunc("arccos", _gg.acos)
arctan = atan = _ufunc("arctan", _gg.atan)
arctan2 = atan2 = _ufunc("arctan2", _gg.atan2)
hypot = _ufunc("hypot", _gg.hypot)
sinh = _ufunc("sinh", _gg.sinh)
cosh = _ufunc("cosh", _gg.cosh)
tanh = _ufunc("tanh", _gg.tanh)
arcsinh = asinh = _ufunc("arcsinh", _gg.asinh)
arccosh = acosh = _ufunc("arccosh", _gg.acosh)
arctanh = atanh = _ufunc("arctanh", _gg.atanh)
degrees = _ufunc("degrees", _derived.degrees)
rad2deg = _ufunc("rad2deg", _derived.degrees)
radians = _ufunc("radians", _derived.radians)
deg2rad = _ufunc("deg2rad", _derived.radians)

# signs, roundings, parts of floats

absolute = abs = _ufunc("absolute", _gg.absolute)
fabs = _ufunc("fabs", _gg.absolute)
sign = _ufunc("sign", _gg.sign)
copysign = _ufunc("copysign", _gg.copysign)
signbit = _ufunc("signbit", _gg.signbit)
heaviside = _ufunc("heaviside", _gg.heaviside)
floor = _ufunc("floor", _derived.whole(_gg.floor))
ceil = _ufunc("ceil", _derived.whole(_gg.ceil))
trunc = _ufunc("trunc", _derived.whole(_gg.trunc))
rint = _ufunc("rint", _gg.round)
modf = _of_two("modf", _derived.modf)
frexp = _of_two("frexp", _gg.frexp)
ldexp = _ufunc("ldexp", _gg.ldexp)
nextafter = _ufunc("nextafter", _gg.nextafter)
spacing = _ufunc("spacing", _derived.spacing)
conjugate = conj = _ufunc("conjugate", _gg.conj)

# choosing

maximum = _ufunc("maximum", _gg.maximum, _reductions.max)
minimum = _ufunc("minimum", _gg.minimum, _reductions.min)
fmax = _ufunc("fmax", _gg.fmax)
fmin = _ufunc("fmin", _gg.fmin)

# comparisons and logic

equal = _ufunc("equal", _gg.equal)
not_equal = _ufunc("not_equal", _gg.not_equal)
greater = _ufunc("greater", _gg.greater)
greater_equal = _ufunc("greater_equal", _gg.greater_equal)
less = _ufunc("less", _gg.less)
less_equal = _ufunc("less_equal", _gg.less_equal)
logical_and = _ufunc("logical_and", _gg.logical_and, _reductions.all)
logical_or = _ufunc("logical_or", _gg.logical_or, _reductions.any)
logical_xor = _ufunc("logical_xor", _gg.logical_xor)
logical_not = _ufunc("logical_not", _gg.logical_not)
bitwise_and = _ufunc("bitwise_and", _gg.bitwise_and)
bitwise_or = _ufunc("bitwise_or", _gg.bitwise_or)
bitwise_xor = _ufunc("bitwise_xor", _gg.bitwise_xor)
invert = bitwise_invert = bitwise_not = _ufunc("invert", _gg.bitwise_invert)
left_shift = bitwise_left_shift = _ufunc("left_shift", _gg.bitwise_left_shift)
right_shift = bitwise_right_shift = _ufunc("right_shift", _gg.bitwise_right_shift)
isnan = _ufunc("isnan", _gg.isnan)
isinf = _ufunc("isinf", _gg.isinf)
isfinite = _ufunc("isfinite", _gg.isfinite)
