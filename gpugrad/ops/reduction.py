"""Reductions along axes that add up or ask, and those made of sums."""

from math import inf

from .axes import count, spread, with_axes
from .batching import along
from .declare import linear, operation
from .extremes import largest
from .shares import per_length

LEAST_EXPONENT = {4: -125, 8: -1021}  # of normal numbers, by the bytes of a float


@linear(
    transpose=lambda xp, g, x_shape, *, axis, keepdims: spread(xp, g, x_shape, axis, keepdims),
    batch=along("axis"),
    native=True,
)
def sum(xp, x, *, axis=None, keepdims=False):
    """Sum of elements along ``axis``; integers and truth values are added in 64 bits.

    axis: None for all elements, an integer, or several; one out of range raises ValueError.
    keepdims: keep those axes with length 1.
    """
    return xp.sum(x, axis=axis, keepdims=keepdims)


@linear(
    transpose=lambda xp, g, x_shape, *, axis, keepdims: spread(
        xp, g / count(x_shape, axis, "mean"), x_shape, axis, keepdims
    ),
    batch=along("axis"),
    floats=True,
    native=True,
)
def mean(xp, x, *, axis=None, keepdims=False):
    """Mean of elements along ``axis``, which is a float for integers too.

    axis, keepdims: as in ``sum``.
    """
    return xp.sum(x, axis=axis, keepdims=keepdims) / count(x.shape, axis, "mean")


def _deviation(xp, x, axis):
    return x - xp.mean(x, axis=axis, keepdims=True)


def _slope(xp, x, axis, correction, factor=2):
    """The partials of var; of std without what depends on the result."""
    left = count(x.shape, axis, "var") - correction
    return _deviation(xp, x, axis) * (factor / left if left > 0 else inf)


def _std_slope(xp, x, y, axis, correction, keepdims):
    """The partials of std."""
    slope = _slope(xp, x, axis, correction, factor=1)
    return per_length(xp, slope, with_axes(xp, y, axis, keepdims))


def _unit(xp, x, axis, ord=2):
    """A power of two near the largest magnitude of real ``x`` over ``axis``, of a negative ``ord``
    the smallest: powers of what is divided by it have room, and no digit changes."""
    if 0 in x.shape:
        return 1
    if ord < 0:
        extreme = xp.min(xp.absolute(x), axis=axis, keepdims=True)
    else:  # without an array of magnitudes
        low, high = (find(x, axis=axis, keepdims=True) for find in (xp.min, xp.max))
        extreme = xp.maximum(-low, high)
    known = xp.logical_and(extreme > 0, xp.isfinite(extreme))
    exponents = xp.binary_exponent(xp.where(known, extreme, 1))
    least = LEAST_EXPONENT[x.dtype.itemsize]
    return xp.ldexp(xp.ones_like(extreme), xp.maximum(exponents, least) - 1)


@operation(
    to_x=lambda xp, g, x, *, axis, correction, keepdims: xp.scale(
        with_axes(xp, g, axis, keepdims), _slope(xp, x, axis, correction)
    ),
    tangent=lambda xp, tx, x, *, axis, correction, keepdims: xp.sum(
        xp.scale(tx, _slope(xp, x, axis, correction)), axis=axis, keepdims=keepdims
    ),
    batch=along("axis"),
    floats=True,
)
def var(xp, x, *, axis=None, correction=0, keepdims=False):
    """Variance along ``axis``: the sum of squared deviations by n - ``correction``.

    correction: 0 as in NumPy; 1 gives the unbiased variance.  axis, keepdims: as in ``sum``.
    """
    _reject_complex(x, "var")
    squares = xp.sum(xp.square(_deviation(xp, x, axis)), axis=axis, keepdims=keepdims)
    left = count(x.shape, axis, "var") - correction
    return squares / (left if left > 0 else 0)


@operation(
    to_x=lambda xp, g, x, y, *, axis, correction, keepdims: xp.scale(
        with_axes(xp, g, axis, keepdims), _std_slope(xp, x, y, axis, correction, keepdims)
    ),
    tangent=lambda xp, tx, x, y, *, axis, correction, keepdims: xp.sum(
        xp.scale(tx, _std_slope(xp, x, y, axis, correction, keepdims)),
        axis=axis,
        keepdims=keepdims,
    ),
    batch=along("axis"),
    floats=True,
)
def std(xp, x, *, axis=None, correction=0, keepdims=False):
    """Standard deviation, the root of ``var``; where all elements are equal its gradient is 0."""
    _reject_complex(x, "std")
    off, left = _deviation(xp, x, axis), count(x.shape, axis, "std") - correction
    unit = _unit(xp, off, axis)
    squares = xp.sum(xp.square(off / unit), axis=axis, keepdims=True)
    y = xp.sqrt(squares / (left if left > 0 else 0)) * unit
    return y if keepdims else xp.squeeze(y, axis=axis)


def _reject_complex(x, name):
    if x.dtype.kind == "c":
        raise TypeError(f"{name}: of {x.dtype}; take it of gg.real(x) and gg.imag(x), and add")


def _weights(xp, x, y, axis, keepdims):
    """The share of each element in the sum of exponentials; 0 where that sum is 0."""
    return xp.exp(x - with_axes(xp, xp.where(y == -inf, 0, y), axis, keepdims))


@operation(
    to_x=lambda xp, g, x, y, *, axis, keepdims: xp.scale(
        with_axes(xp, g, axis, keepdims), _weights(xp, x, y, axis, keepdims)
    ),
    tangent=lambda xp, tx, x, y, *, axis, keepdims: xp.sum(
        xp.scale(tx, _weights(xp, x, y, axis, keepdims)), axis=axis, keepdims=keepdims
    ),
    batch=along("axis"),
    floats=True,
)
def logsumexp(xp, x, *, axis=None, keepdims=False):
    """Logarithm of the sum of e**x along ``axis``, computed without overflow.

    Where all elements are -inf, or there are none, the result is -inf with gradient 0.  axis,
    keepdims: as in ``sum``.
    """
    most = largest(xp, x, axis)
    apart = x - xp.where(xp.isfinite(most), most, 0)
    total = xp.sum(xp.exp(apart), axis=axis, keepdims=True)
    y = xp.log(xp.maximum(total, 1)) + most  # the total is less only where all are -inf
    return y if keepdims else xp.squeeze(y, axis=axis)


def _norm_slope(xp, x, y, axis, ord, keepdims):
    """The partials of a norm; zero elements have none, so that none is infinite."""
    whole = with_axes(xp, y, axis, keepdims)
    if ord == 2:
        return per_length(xp, xp.conj(x), whole)
    if x.dtype.kind == "c":
        return xp.scale(xp.conj(x), xp.power(xp.absolute(x) / whole, ord - 2) / whole)
    return xp.scale(xp.sign(x), xp.power(xp.absolute(x) / whole, ord - 1))


@operation(
    to_x=lambda xp, g, x, y, *, axis, ord, keepdims: xp.scale(
        _norm_slope(xp, x, y, axis, ord, keepdims), with_axes(xp, g, axis, keepdims)
    ),
    tangent=lambda xp, tx, x, y, *, axis, ord, keepdims: xp.sum(
        xp.real(xp.scale(_norm_slope(xp, x, y, axis, ord, keepdims), tx)),
        axis=axis,
        keepdims=keepdims,
    ),
    batch=along("axis"),
    floats=True,
)
def power_norm(xp, x, *, axis=None, ord=2, keepdims=False):
    """The ``ord``-th root of the sum of the magnitudes to the power ``ord``, which is not 0;
    at 0 its gradient is 0."""
    magnitudes = xp.absolute(x)
    if ord == 2:  # in the range that squares have, as NumPy's and torch's, and as fast
        return xp.sqrt(xp.sum(xp.square(magnitudes), axis=axis, keepdims=keepdims))
    unit = _unit(xp, magnitudes, axis, ord)
    total = xp.sum(xp.power(magnitudes / unit, ord), axis=axis, keepdims=True)
    y = xp.power(total, 1 / ord) * unit
    return y if keepdims else xp.squeeze(y, axis=axis)


@operation(batch=along("axis"))
def any_(xp, x, *, axis=None, keepdims=False):
    """True where at least one element along ``axis`` is nonzero."""
    return xp.any(x, axis=axis, keepdims=keepdims)


@operation(batch=along("axis"))
def all_(xp, x, *, axis=None, keepdims=False):
    """True where all elements along ``axis`` are nonzero."""
    return xp.all(x, axis=axis, keepdims=keepdims)


@operation(batch=along("axis"))
def count_nonzero(xp, x, *, axis=None, keepdims=False):
    """Number (int64) of nonzero elements along ``axis``."""
    return xp.count_nonzero(x, axis=axis, keepdims=keepdims)
