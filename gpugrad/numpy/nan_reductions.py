"""Reductions of the elements that are not NaN; those that are get the gradient 0, never NaN.

Where every element is NaN, what NumPy warns of is a NaN without a warning.
"""

from math import inf, nan
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import INEXACT
from ..tensor.cell import Tensor
from . import reductions, scans
from .concrete import holds
from .reading import array, in_float, no_out, numpy_dtype

__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]


def _without_nan(x: Any, fill: float) -> Any:
    return gg.where(gg.isnan(x), fill, x) if x.dtype in INEXACT else x


def nansum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Sum of the elements over ``axis`` that are not NaN, as numpy.nansum; of none, 0."""
    no_out("nansum", out)
    return reductions.sum(_without_nan(array(a), 0), axis, dtype, None, keepdims, initial, where)


def nanprod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Product of the elements over ``axis`` that are not NaN, as numpy.nanprod; of none, 1."""
    no_out("nanprod", out)
    return reductions.prod(_without_nan(array(a), 1), axis, dtype, None, keepdims, initial, where)


def nancumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Tensor:
    """Running sums along ``axis`` in which NaN counts as 0, as numpy.nancumsum."""
    no_out("nancumsum", out)
    return scans.cumsum(_without_nan(array(a), 0), axis, dtype)


def nancumprod(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Tensor:
    """Running products along ``axis`` in which NaN counts as 1, as numpy.nancumprod."""
    no_out("nancumprod", out)
    return scans.cumprod(_without_nan(array(a), 1), axis, dtype)


def nanmax(
    a: Any,
    axis: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """The largest element over ``axis`` that is not NaN, as numpy.nanmax; ties share."""
    no_out("nanmax", out)
    x = array(a)
    y = reductions.max(_without_nan(x, -inf), axis, None, keepdims, initial, where)
    return y if initial is not None else _or_nan(y, x, axis, keepdims)


def nanmin(
    a: Any,
    axis: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """The smallest element over ``axis`` that is not NaN, as numpy.nanmin; ties share."""
    no_out("nanmin", out)
    x = array(a)
    y = reductions.min(_without_nan(x, inf), axis, None, keepdims, initial, where)
    return y if initial is not None else _or_nan(y, x, axis, keepdims)


def _or_nan(y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """``y``, and NaN where all elements are."""
    if x.dtype not in INEXACT:
        return y
    return gg.where(reductions.all(gg.isnan(x), axis, None, keepdims), nan, y)


def nanargmax(
    a: Any, axis: int | None = None, out: Any = None, *, keepdims: bool = False
) -> Tensor:
    """Index of the first largest element along ``axis`` that is not NaN, as numpy.nanargmax.

    ValueError where all are NaN; within vmap, which cannot see it, 0.
    """
    no_out("nanargmax", out)
    return gg.argmax(_some("nanargmax", a, axis, -inf), axis=axis, keepdims=keepdims)


def nanargmin(
    a: Any, axis: int | None = None, out: Any = None, *, keepdims: bool = False
) -> Tensor:
    """Index of the first smallest element along ``axis`` that is not NaN, as numpy.nanargmin.

    ValueError where all are NaN; within vmap, which cannot see it, 0.
    """
    no_out("nanargmin", out)
    return gg.argmin(_some("nanargmin", a, axis, inf), axis=axis, keepdims=keepdims)


def _some(name: str, a: Any, axis: Any, fill: float) -> Any:
    x = array(a)
    if x.dtype in INEXACT and holds(reductions.all(gg.isnan(x), axis)):
        raise ValueError(f"{name}: all elements along axis={axis} are NaN; none is the one")
    return _without_nan(x, fill)


def nanmean(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Tensor:
    """Mean of the elements over ``axis`` that are not NaN, as numpy.nanmean; of none, NaN."""
    no_out("nanmean", out)
    x = in_float(array(a, dtype))
    return _mean(x, _present("nanmean", x, where), axis, keepdims, nan)


def _present(name: str, x: Any, where: Any) -> Any:
    """Which elements are counted: those that are not NaN, where ``where`` holds."""
    present = gg.logical_not(gg.isnan(x))
    return present if where is True else gg.logical_and(present, reductions.mask_of(name, x, where))


def _mean(x: Any, present: Any, axis: Any, keepdims: bool, of_none: float) -> Any:
    total = reductions.sum(gg.where(present, x, 0), axis, None, None, keepdims)
    count = gg.count_nonzero(present, axis=axis, keepdims=keepdims)
    return gg.where(count > 0, reductions.by_count(total, gg.maximum(count, 1)), of_none)


def nanvar(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Tensor:
    """Variance of the elements over ``axis`` that are not NaN, as numpy.nanvar.

    ddof, correction: taken off their count, and where that leaves nothing the result is NaN.
    """
    no_out("nanvar", out)
    if array(a).dtype not in INEXACT:
        return reductions.var(
            a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction
        )
    off, left = _deviation("nanvar", a, axis, dtype, (ddof, correction), keepdims, where, mean)
    squares = gg.real(off) ** 2 + gg.imag(off) ** 2 if off.dtype.kind == "c" else off**2
    total = gg.sum(squares, axis=axis, keepdims=keepdims)
    return gg.where(left > 0, reductions.by_count(total, gg.where(left > 0, left, 1)), nan)


def nanstd(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Tensor:
    """Square root of ``nanvar``, as numpy.nanstd; of equal elements its gradient is 0."""
    no_out("nanstd", out)
    if array(a).dtype not in INEXACT:
        return reductions.std(
            a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction
        )
    off, left = _deviation("nanstd", a, axis, dtype, (ddof, correction), keepdims, where, mean)
    length = gg.norm(off, axis=axis, keepdims=keepdims)
    root = gg.sqrt(array(gg.where(left > 0, left, 1), length.dtype))
    return gg.where(left > 0, length / root, nan)


def _deviation(
    name: str, a: Any, axis: Any, dtype: Any, freedom: tuple, keepdims: bool, where: Any, mean: Any
) -> tuple[Any, Any]:
    """How far each counted element is from the mean, 0 for others, and the degrees of freedom."""
    x = in_float(array(a, dtype))
    if dtype is not None and x.dtype != numpy_dtype(dtype):
        raise TypeError(f"{name}: dtype={dtype!r}; deviations from a mean are floats")
    present = _present(name, x, where)
    middle = _mean(x, present, axis, True, 0) if mean is None else array(mean, x.dtype, near=x)
    left = gg.count_nonzero(present, axis=axis, keepdims=keepdims)
    left = left - reductions.freedom(name, *freedom)
    return gg.where(present, x - middle, 0), left
