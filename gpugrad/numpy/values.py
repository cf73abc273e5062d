"""Bounds, roundings, kinds of values, comparisons of arrays, with NumPy's names and arguments."""

from math import pi
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import INEXACT, float64
from ..backend.numpy_rules import largest_finite, loop, mixed
from ..backend.select import HOST
from ..engine.cells import element_type
from ..engine.functions import function_of
from ..engine.promotion import NUMBERS
from ..ops import special_bessel
from ..ops.axes import count
from ..tensor.cell import Tensor
from .concrete import on_host
from .reading import alike, array, in_float, no_out, whole

__all__ = [
    "allclose",
    "angle",
    "around",
    "array_equal",
    "array_equiv",
    "clip",
    "fix",
    "i0",
    "imag",
    "isclose",
    "iscomplex",
    "iscomplexobj",
    "isneginf",
    "isposinf",
    "isreal",
    "isrealobj",
    "isscalar",
    "nan_to_num",
    "ndim",
    "real",
    "real_if_close",
    "round",
    "shape",
    "sinc",
    "size",
]


def clip(
    a: Any,
    a_min: Any = None,
    a_max: Any = None,
    out: Any = None,
    *,
    min: Any = None,
    max: Any = None,
) -> Tensor:
    """Elements no smaller than a lower bound and no larger than an upper one, as numpy.clip.

    Bounds are numbers or arrays, or None; at a bound the gradient goes to ``a``, beyond it to the
    bound.
    """
    no_out("clip", out)
    if (a_min is not None or a_max is not None) and (min is not None or max is not None):
        raise ValueError("clip: bounds twice; give a_min and a_max, or min= and max=")
    bounds = [min if a_min is None else a_min, max if a_max is None else a_max]
    x = array(a)
    read = [b if b is None or type(b) in NUMBERS else array(b, near=x) for b in bounds]
    dtype = mixed((x.dtype, *[element_type(b) for b in read if b is not None]))
    if dtype.kind == "c":
        raise TypeError("clip: complex numbers have no order; clip gnp.real(x) and gnp.imag(x)")
    low, high = (
        gg.astype(b, dtype, copy=False) if hasattr(b, "dtype") else _bounded(b, dtype) for b in read
    )
    return gg.clip(gg.astype(x, dtype, copy=False), low, high)


def _bounded(bound: Any, dtype: Any) -> Any:
    """A Python integer as one that ``dtype``, of integers, has."""
    if type(bound) is not int or dtype.kind not in "iu":
        return bound
    least, most = largest_finite(dtype)
    return least if bound < least else most if bound > most else bound


def round(a: Any, decimals: int = 0, out: Any = None) -> Tensor:
    """Elements rounded to ``decimals`` digits, a half to the even one, as numpy.round."""
    no_out("round", out)
    x, decimals = array(a), whole("round", "decimals", decimals)
    if x.dtype.kind == "b":
        return gg.astype(x, "float16")
    if x.dtype.kind in "iu":
        if decimals >= 0:
            return +x
        return gg.astype(gg.round(gg.astype(x, float64) / 10**-decimals) * 10**-decimals, x.dtype)
    if x.dtype.kind == "c":
        return round(gg.real(x), decimals) + 1j * round(gg.imag(x), decimals)
    if decimals < 0:
        return gg.round(x / 10**-decimals) * 10**-decimals
    return gg.round(x * 10**decimals) / 10**decimals if decimals else gg.round(x)


around = round


def fix(x: Any, out: Any = None) -> Tensor:
    """Elements rounded towards 0 to whole numbers, as numpy.fix."""
    no_out("fix", out)
    x = array(x)
    return +x if x.dtype.kind in "iub" else gg.trunc(x)


def nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Tensor:
    """``x`` with NaN and infinities replaced by numbers, as numpy.nan_to_num; only the elements
    that were finite keep their gradient."""
    x = array(x)
    if x.dtype not in INEXACT:
        return +x if x.dtype.kind != "b" else x
    if x.dtype.kind == "c":
        parts = (nan_to_num(part, copy, nan, posinf, neginf) for part in (gg.real(x), gg.imag(x)))
        real_part, imaginary = parts
        return gg.astype(real_part + 1j * imaginary, x.dtype, copy=False)
    least, most = largest_finite(x.dtype)
    y = gg.where(gg.isnan(x), array(nan, x.dtype, x), x)
    y = gg.where(isposinf(x), array(most if posinf is None else posinf, x.dtype, x), y)
    return gg.where(isneginf(x), array(least if neginf is None else neginf, x.dtype, x), y)


def isposinf(x: Any, out: Any = None) -> Tensor:
    """True where an element is positive infinity, as numpy.isposinf."""
    no_out("isposinf", out)
    x = _real_only("isposinf", x)
    return gg.logical_and(gg.isinf(x), x > 0)


def isneginf(x: Any, out: Any = None) -> Tensor:
    """True where an element is negative infinity, as numpy.isneginf."""
    no_out("isneginf", out)
    x = _real_only("isneginf", x)
    return gg.logical_and(gg.isinf(x), x < 0)


def _real_only(name: str, x: Any) -> Any:
    x = array(x)
    if x.dtype.kind == "c":
        raise TypeError(f"{name}: complex numbers have no sign; take np.real or np.imag of them")
    return x


def real(val: Any) -> Tensor:
    """Real part, as numpy.real."""
    x = array(val)
    return gg.real(x) if x.dtype.kind == "c" else x


def imag(val: Any) -> Tensor:
    """Imaginary part, of real numbers 0, as numpy.imag."""
    return gg.imag(array(val))


def angle(z: Any, deg: bool = False) -> Tensor:
    """Angle of complex numbers, as numpy.angle; ``deg`` gives degrees."""
    x = array(z)
    x = in_float(x) if x.dtype.kind == "b" else x
    x = x if x.dtype in INEXACT else gg.astype(x, loop("arctan2", (x.dtype, x.dtype))[0][0])
    y = gg.angle(x)
    return y * (180 / pi) if deg else y


def real_if_close(a: Any, tol: float = 100) -> Tensor:
    """The real part if all imaginary ones are within ``tol`` units of precision of 0, as
    numpy.real_if_close; a ``tol`` of 1 or less is a distance."""
    x = array(a)
    if x.dtype.kind != "c":
        return x
    part = on_host(gg.imag(x), "real_if_close", "a")
    unit = 2.0**-52 if x.dtype.itemsize == 16 else 2.0**-23
    return gg.real(x) if bool((abs(part) < (tol * unit if tol > 1 else tol)).all()) else x


def iscomplex(x: Any) -> Tensor:
    """True where an element has an imaginary part, as numpy.iscomplex."""
    return gg.imag(array(x)) != 0


def isreal(x: Any) -> Tensor:
    """True where an element has no imaginary part, as numpy.isreal."""
    return gg.imag(array(x)) == 0


def iscomplexobj(x: Any) -> bool:
    """True if the dtype is complex, as numpy.iscomplexobj."""
    return array(x).dtype.kind == "c"


def isrealobj(x: Any) -> bool:
    """True if the dtype is not complex, as numpy.isrealobj."""
    return not iscomplexobj(x)


def isscalar(element: Any) -> bool:
    """True for a number or a string, False for arrays, as numpy.isscalar."""
    return isinstance(element, (*NUMBERS, str, bytes, *HOST.array_types[1:]))


def sinc(x: Any) -> Tensor:
    """sin(pi x) / (pi x), and 1 at 0, as numpy.sinc."""
    return gg.sinc(in_float(x))


def i0(x: Any) -> Tensor:
    """The modified Bessel function of the first kind and order 0, as numpy.i0."""
    x = array(x)
    if x.dtype.kind == "c":
        raise TypeError("i0: takes no complex numbers")
    return function_of(special_bessel.i0)(in_float(x))


def isclose(
    a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False
) -> Tensor:
    """True where elements differ by at most atol + rtol * |b|, as numpy.isclose."""
    x, y = alike(a, b)
    if x.dtype.kind in "iub":
        x, y = in_float(x), in_float(y)
    near = gg.abs(x - y) <= atol + rtol * gg.abs(y)
    found = gg.logical_or(gg.logical_and(near, gg.isfinite(y)), x == y)
    if equal_nan:
        found = gg.logical_or(found, gg.logical_and(gg.isnan(x), gg.isnan(y)))
    return found


def allclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> bool:
    """True if all elements are close, as numpy.allclose."""
    return bool(gg.all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> bool:
    """True if shapes and all elements are equal, as numpy.array_equal."""
    x, y = alike(a1, a2)
    if x.shape != y.shape:
        return False
    same = x == y
    if equal_nan and x.dtype in INEXACT:
        same = gg.logical_or(same, gg.logical_and(gg.isnan(x), gg.isnan(y)))
    return bool(gg.all(same))


def array_equiv(a1: Any, a2: Any) -> bool:
    """True if the arrays broadcast to each other and all elements are equal, as
    numpy.array_equiv."""
    x, y = alike(a1, a2)
    try:
        return bool(gg.all(x == y))
    except ValueError:
        return False


def ndim(a: Any) -> int:
    """Number of axes, as numpy.ndim."""
    return array(a).ndim


def shape(a: Any) -> tuple[int, ...]:
    """Lengths of the axes, as numpy.shape."""
    return array(a).shape


def size(a: Any, axis: Any = None) -> int:
    """Number of elements, along ``axis`` if it is given, as numpy.size."""
    x = array(a)
    if axis is None:
        return x.size
    return count(x.shape, axis, "size")
