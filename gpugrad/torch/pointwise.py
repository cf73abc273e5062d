"""Functions of single elements of one Tensor, and softmax."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import numpy as gnp
from ..api import functions as gg
from ..engine.cells import BOXES
from ..scipy import special
from .both import both, in_place
from .tensor import Tensor, owned

# fmt: off
__all__ = [
    "abs",
    "absolute",
    "acos",
    "acosh",
    "angle",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "bitwise_not",
    "ceil",
    "conj",
    "conj_physical",
    "cos",
    "cosh",
    "deg2rad",
    "digamma",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "fix",
    "floor",
    "frac",
    "i0",
    "imag",
    "isfinite",
    "isinf",
    "isnan",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logical_not",
    "neg",
    "negative",
    "positive",
    "rad2deg",
    "real",
    "reciprocal",
    "relu",
    "round",
    "rsqrt",
    "selu",
    "sgn",
    "sigmoid",
    "sign",
    "signbit",
    "sin",
    "sinc",
    "sinh",
    "softmax",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "trunc",
]
# fmt: on


def _checked(name: str, x: Any) -> Any:
    """A Tensor, of this package's kind; TypeError for anything else, as torch's."""
    if isinstance(x, Tensor) or type(x) in BOXES:
        return x
    if hasattr(x, "held"):
        return owned(x)
    raise TypeError(f"{name}: input is {type(x).__name__}; give a Tensor, torch.tensor(x)")


def _of_one(name: str, function: Callable) -> Callable[..., Any]:
    """A function of one Tensor, with ``out=``."""

    @wraps(function)
    def call(input: Any, *, out: Any = None) -> Any:
        y = function(_checked(name, input))
        return y if out is None else out._become(y)

    call.__name__ = call.__qualname__ = name
    return in_place(call)


abs, absolute = _of_one("abs", gg.abs), _of_one("absolute", gg.abs)
acos, arccos = _of_one("acos", gg.acos), _of_one("arccos", gg.acos)
acosh, arccosh = _of_one("acosh", gg.acosh), _of_one("arccosh", gg.acosh)
angle = _of_one("angle", gg.angle)
asin, arcsin = _of_one("asin", gg.asin), _of_one("arcsin", gg.asin)
asinh, arcsinh = _of_one("asinh", gg.asinh), _of_one("arcsinh", gg.asinh)
atan, arctan = _of_one("atan", gg.atan), _of_one("arctan", gg.atan)
atanh, arctanh = _of_one("atanh", gg.atanh), _of_one("arctanh", gg.atanh)
bitwise_not = _of_one("bitwise_not", gg.bitwise_invert)
ceil, floor, trunc = (
    _of_one("ceil", gnp.ceil),
    _of_one("floor", gnp.floor),
    _of_one("trunc", gnp.trunc),
)
fix = _of_one("fix", gnp.trunc)
conj, conj_physical = _of_one("conj", gg.conj), _of_one("conj_physical", gg.conj)
cos, cosh = _of_one("cos", gg.cos), _of_one("cosh", gg.cosh)
deg2rad, rad2deg = _of_one("deg2rad", gnp.deg2rad), _of_one("rad2deg", gnp.rad2deg)
digamma, lgamma = _of_one("digamma", special.digamma), _of_one("lgamma", special.gammaln)
erf, erfc = _of_one("erf", gg.erf), _of_one("erfc", gg.erfc)
erfinv = _of_one("erfinv", special.erfinv)
exp, exp2, expm1 = _of_one("exp", gg.exp), _of_one("exp2", gg.exp2), _of_one("expm1", gg.expm1)
i0 = _of_one("i0", special.i0)
isfinite, isinf, isnan = (
    _of_one("isfinite", gg.isfinite),
    _of_one("isinf", gg.isinf),
    _of_one("isnan", gg.isnan),
)
log, log1p = _of_one("log", gg.log), _of_one("log1p", gg.log1p)
log2, log10 = _of_one("log2", gg.log2), _of_one("log10", gg.log10)
logical_not = _of_one("logical_not", gg.logical_not)
neg = _of_one("neg", gg.negative)
negative = _of_one("negative", gg.negative)
positive = _of_one("positive", gg.positive)
reciprocal = _of_one("reciprocal", gg.reciprocal)
relu = _of_one("relu", gg.relu)
rsqrt = _of_one("rsqrt", lambda x: gg.reciprocal(gg.sqrt(x)))
selu = _of_one("selu", gg.selu)
sigmoid = _of_one("sigmoid", gg.sigmoid)
sgn, sign = _of_one("sgn", gg.sign), _of_one("sign", gg.sign)
signbit = _of_one("signbit", gg.signbit)
sin, sinc, sinh = _of_one("sin", gg.sin), _of_one("sinc", gg.sinc), _of_one("sinh", gg.sinh)
sqrt, square = _of_one("sqrt", gg.sqrt), _of_one("square", gg.square)
tan, tanh = _of_one("tan", gg.tan), _of_one("tanh", gg.tanh)
frac = _of_one("frac", lambda x: x - gg.trunc(x))


def real(input: Any) -> Any:
    """Real parts."""
    return gg.real(input)


def imag(input: Any) -> Any:
    """Imaginary parts."""
    return gg.imag(input)


@in_place
def round(input: Any, *, decimals: int = 0) -> Any:
    """The nearest number of so many decimals, halfway the even one."""
    return gnp.round(input, decimals)


@both
def softmax(input: Any, dim: int, dtype: Any = None) -> Any:
    """Softmax along ``dim``: e**x divided by its sum."""
    return gg.softmax(input if dtype is None else input.astype(dtype), axis=dim)


@both
def log_softmax(input: Any, dim: int, dtype: Any = None) -> Any:
    """Logarithm of the softmax along ``dim``."""
    return gg.log_softmax(input if dtype is None else input.astype(dtype), axis=dim)
