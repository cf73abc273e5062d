"""Special functions with gradients in every argument that has one: scipy.special's names.

Arguments are Tensors, arrays, lists and numbers that broadcast; whole numbers become float64 and
float32 stays.  SciPy computes the values on the host and CuPy on a device; of what CuPy lacks,
Bessel functions of any order are copied to the host and back.  Whole orders (``n``) get no
gradient, nor do the orders of ``jv`` and ``yv``: to ask for one is an error.  Poles, and arguments
out of a function's domain, give what SciPy gives.
"""

from collections.abc import Callable
from functools import wraps
from math import inf, log, nan, pi, prod
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import COMPLEX
from ..engine.calling import called
from ..engine.functions import function_of
from ..numpy.reading import alike, array
from ..ops import activation as _activation
from ..ops import arithmetic as _arithmetic
from ..ops import elementary as _elementary
from ..ops import special_bessel as _bessel
from ..ops import special_error as _error
from ..ops import special_gamma as _gamma
from ..ops import special_incomplete as _incomplete
from ..ops import special_information as _information
from ..ops.axes import axes_of
from ..ops.declare import Op

__all__ = [
    "beta",
    "betainc",
    "betaincc",
    "betaincinv",
    "betaln",
    "cbrt",
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "exprel",
    "gamma",
    "gammainc",
    "gammaincc",
    "gammainccinv",
    "gammaincinv",
    "gammaln",
    "gammasgn",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "iv",
    "ive",
    "j0",
    "j1",
    "jn",
    "jv",
    "k0",
    "k1",
    "kl_div",
    "kv",
    "kve",
    "log1p",
    "log_expit",
    "log_ndtr",
    "log_softmax",
    "loggamma",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "psi",
    "rel_entr",
    "rgamma",
    "softmax",
    "stdtr",
    "stdtrit",
    "xlog1py",
    "xlogy",
    "y0",
    "y1",
    "yn",
    "yv",
    "zeta",
]

MOST = 80.0  # e to that power is a float32
_scale = function_of(_arithmetic.scale)


def _floats(op: Op) -> Callable[..., Any]:
    """``op`` of arguments in the float dtype that they have together."""
    function = function_of(op)

    @wraps(function)
    def of_floats(*arguments: Any) -> Any:
        if len(arguments) != len(op.inputs):
            names = ", ".join(op.inputs)
            raise TypeError(f"{op.name} takes ({names}), not {len(arguments)} arguments")
        if any(hasattr(x, "operands") for x in arguments):  # symbols of a kernel
            return function(*arguments)
        return function(*alike(*arguments, floats=True))

    return of_floats


def _with_order(op: Op) -> Callable[..., Any]:
    """``op`` of a whole order, which stays what it is, and a float."""
    function = function_of(op)

    @wraps(function)
    def of_order(n: Any, x: Any, /) -> Any:
        _check_real(op.name, x := alike(x, floats=True)[0])
        return function(n if isinstance(n, int) else array(n, near=x), x)

    return of_order


# gamma and beta

gamma = _floats(_gamma.gamma)
gammaln = _floats(_gamma.gammaln)
loggamma = _floats(_gamma.loggamma)
rgamma = _floats(_gamma.rgamma)
gammasgn = _floats(_gamma.gammasgn)
digamma = psi = _floats(_gamma.digamma)
polygamma = _with_order(_gamma.polygamma)
beta = _floats(_gamma.beta)
betaln = _floats(_gamma.betaln)
gammainc = _floats(_incomplete.gammainc)
gammaincc = _floats(_incomplete.gammaincc)
gammaincinv = _floats(_incomplete.gammaincinv)
gammainccinv = _floats(_incomplete.gammainccinv)
betainc = _floats(_incomplete.betainc)
betaincc = _floats(_incomplete.betaincc)
betaincinv = _floats(_incomplete.betaincinv)

# error function and distributions

erf = _floats(_elementary.erf)
erfc = _floats(_elementary.erfc)
erfcx = _floats(_error.erfcx)
erfinv = _floats(_error.erfinv)
erfcinv = _floats(_error.erfcinv)
ndtr = _floats(_error.ndtr)
ndtri = _floats(_error.ndtri)
log_ndtr = _floats(_error.log_ndtr)
stdtr = _floats(_incomplete.stdtr)
stdtrit = _floats(_incomplete.stdtrit)

# logarithms and exponentials

logit = _floats(_information.logit)
expit = _floats(_activation.sigmoid)
log_expit = _floats(_activation.log_sigmoid)
xlogy = _floats(_information.xlogy)
xlog1py = _floats(_information.xlog1py)
entr = _floats(_information.entr)
rel_entr = _floats(_information.rel_entr)
kl_div = _floats(_information.kl_div)
exprel = _floats(_information.exprel)
expm1 = _floats(_elementary.expm1)
exp2 = _floats(_elementary.exp2)
log1p = _floats(_elementary.log1p)
cbrt = _floats(_elementary.cbrt)

# Bessel functions

j0 = _floats(_bessel.j0)
j1 = _floats(_bessel.j1)
jv = jn = _floats(_bessel.jv)
y0 = _floats(_bessel.y0)
y1 = _floats(_bessel.y1)
yn = _with_order(_bessel.yn)
yv = _floats(_bessel.yv)
i0 = _floats(_bessel.i0)
i0e = _floats(_bessel.i0e)
i1 = _floats(_bessel.i1)
i1e = _floats(_bessel.i1e)
iv = _floats(_bessel.iv)
ive = _floats(_bessel.ive)
k0 = _floats(_bessel.k0)
k1 = _floats(_bessel.k1)
kv = _floats(_bessel.kv)
kve = _floats(_bessel.kve)


@called
def zeta(x: Any, q: Any = None) -> Any:
    """Riemann's zeta function, or Hurwitz's with ``q``: the sum of (q + k)**-x over k from 0.

    Gradients in ``x``, for Hurwitz's where x > 1 and q > 0, and in ``q``.
    """
    if q is None:
        return function_of(_gamma.riemann_zeta)(*alike(x, floats=True))
    return function_of(_gamma.zeta)(*alike(x, q, floats=True))


@called
def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the gamma function of ``d`` dimensions; NaN unless a > (d - 1) / 2.

    SciPy raises where that does not hold.
    """
    if not isinstance(d, int) or d < 1:
        raise ValueError(f"multigammaln: d={d!r}; the dimension is a whole number above 0")
    (a,) = alike(a, floats=True)
    inside = a > 0.5 * (d - 1)
    a = gg.where(inside, a, 0.5 * d)
    total = sum(gammaln(a - 0.5 * j) for j in range(d)) + d * (d - 1) * 0.25 * log(pi)
    return gg.where(inside, total, nan)


# over axes


@called
def logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Any:
    """The logarithm of the sum of ``b`` e**a over ``axis``, all axes without one.

    return_sign: (logarithm of the magnitude, sign), which else is NaN for a negative sum.
    Where the sum is 0 the result is -inf, with a gradient of 0; where ``b`` is 0, ``a`` does not
    matter.  Real numbers only.
    """
    if b is None and not return_sign:
        (a,) = alike(a, floats=True)
        _check_real("logsumexp", a)
        if a.size:
            return gg.logsumexp(a, axis=axis, keepdims=keepdims)
    a, b = gg.broadcast_arrays(*alike(a, 1.0 if b is None else b, floats=True))
    _check_real("logsumexp", a)
    total, largest = _scaled_total(a, b, axis)
    nothing = total == 0
    y = gg.where(nothing, -inf, gg.log(gg.where(nothing, 1.0, gg.abs(total))) + largest)
    sign = gg.sign(total)
    if not return_sign:
        y = gg.where(sign < 0, nan, y)
    y, sign = (one if keepdims else gg.squeeze(one, axis=axis) for one in (y, sign))
    return (y, sign) if return_sign else y


def _check_real(name: str, x: Any) -> None:
    if x.dtype in COMPLEX:
        raise TypeError(f"{name}: takes no complex numbers; give it gg.real(x), gg.imag(x)")


def _scaled_total(a: Any, b: Any, axis: Any) -> tuple:
    """The sum of b e**(a - m), and m: as large as the largest ``a`` that counts, in whole numbers,
    so that it has no derivative.  Where ``b`` is 0 and e**(a - m) too large, ``b`` has no gradient.
    """
    m: Any = 0.0
    if a.size:
        counted = gg.where(b == 0, -inf, a)
        m = gg.floor(gg.max(counted, axis=axis, keepdims=True))
        m = gg.where(gg.isfinite(m), m, 0.0)
    above = gg.where(gg.logical_and(b == 0, a - m > MOST), nan, a - m)
    return gg.sum(_scale(b, gg.exp(above)), axis=axis, keepdims=True), m


@called
def softmax(x: Any, axis: Any = None) -> Any:
    """e**x over its sum over ``axis``: a number, several, or None for all."""
    return _over(gg.softmax, x, axis)


@called
def log_softmax(x: Any, axis: Any = None) -> Any:
    """The logarithm of ``softmax``."""
    return _over(gg.log_softmax, x, axis)


def _over(along: Callable, x: Any, axis: Any) -> Any:
    """``along`` one axis, which several become."""
    (x,) = alike(x, floats=True)
    axes = axes_of(axis, x.ndim, "softmax")
    if len(axes) == 1:
        return along(x, axis=axes[0])
    last = tuple(range(x.ndim - len(axes), x.ndim))
    turned = gg.moveaxis(x, axes, last)
    lead = turned.shape[: last[0]] if last else turned.shape
    flat = gg.reshape(turned, shape=(*lead, prod(turned.shape[len(lead) :])))
    return gg.moveaxis(gg.reshape(along(flat, axis=-1), shape=turned.shape), last, axes)
