"""NumPy's reductions, with ``where`` and ``initial`` and their gradients.

Everywhere: ``axis`` is a number, several, or None for all; ``keepdims`` keeps the reduced axes with
length one; ``where`` are truth values that broadcast to ``a``: what they leave out has no gradient;
``initial`` is a further element of every result, and may have a gradient of its own.
"""

from collections.abc import Callable
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import bool_
from ..backend.numpy_rules import lowest
from ..engine.promotion import NUMBERS
from ..ops.axes import count
from ..tensor.cell import Tensor
from .lines import reduced
from .reading import array, in_float, no_out, numpy_dtype

__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "count_nonzero",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
]


def sum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Sum of elements over ``axis``, as numpy.sum; of small integers in int64."""
    no_out("sum", out)
    x = array(a, dtype)
    y = array(gg.sum(_masked("sum", x, where, 0), axis=_axis(x, axis), keepdims=keepdims), dtype)
    return y if initial is None else y + array(initial, y.dtype, near=y)


def prod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Product of elements over ``axis``, as numpy.prod; zeros have their exact gradients."""
    no_out("prod", out)
    x = array(a, dtype)
    y = array(gg.prod(_masked("prod", x, where, 1), axis=_axis(x, axis), keepdims=keepdims), dtype)
    return y if initial is None else y * array(initial, y.dtype, near=y)


def max(
    a: Any,
    axis: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Largest element along ``axis``, as numpy.max; equal ones share the gradient."""
    no_out("max", out)
    return _extreme("max", gg.max, gg.maximum, a, axis, keepdims, initial, where)


def min(
    a: Any,
    axis: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Smallest element along ``axis``, as numpy.min; equal ones share the gradient."""
    no_out("min", out)
    return _extreme("min", gg.min, gg.minimum, a, axis, keepdims, initial, where)


amax, amin = max, min


def mean(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Tensor:
    """Mean of the elements over ``axis`` that ``where`` holds for, as numpy.mean."""
    no_out("mean", out)
    x = in_float(array(a, dtype))
    return array(_mean("mean", x, axis, keepdims, where), dtype)


def var(
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
    """Mean square deviation from the mean over ``axis``, as numpy.var; real, of complex too.

    ddof, correction: what is taken off the count of elements; mean: the mean, with the reduced
    axes kept, where it is known.
    """
    no_out("var", out)
    ddof, x = freedom("var", ddof, correction), _spreading("var", a, dtype)
    if where is True and mean is None and x.dtype.kind != "c":
        return gg.var(x, axis=axis, correction=ddof, keepdims=keepdims)
    off = _deviation("var", x, axis, where, mean)
    squares = gg.real(off) ** 2 + gg.imag(off) ** 2 if off.dtype.kind == "c" else off**2
    left = _left("var", x, axis, keepdims, where, ddof)
    return by_count(gg.sum(squares, axis=axis, keepdims=keepdims), left)


def std(
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
    """Square root of ``var``, as numpy.std; where all elements are equal its gradient is 0."""
    no_out("std", out)
    ddof, x = freedom("std", ddof, correction), _spreading("std", a, dtype)
    if where is True and mean is None and x.dtype.kind != "c":
        return gg.std(x, axis=axis, correction=ddof, keepdims=keepdims)
    length = gg.norm(_deviation("std", x, axis, where, mean), axis=axis, keepdims=keepdims)
    left = _left("std", x, axis, keepdims, where, ddof)
    return length / array(left, length.dtype) ** 0.5


def any(
    a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True
) -> Tensor:
    """True where at least one element along ``axis`` is nonzero, as numpy.any; where: a mask."""
    no_out("any", out)
    x = _truth(a)
    return gg.any(_masked("any", x, where, False), axis=_axis(x, axis), keepdims=keepdims)


def all(
    a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True
) -> Tensor:
    """True where all elements along ``axis`` are nonzero, as numpy.all; where: a mask."""
    no_out("all", out)
    x = _truth(a)
    return gg.all(_masked("all", x, where, True), axis=_axis(x, axis), keepdims=keepdims)


def count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Tensor:
    """Number of nonzero elements along ``axis``, as numpy.count_nonzero."""
    return gg.count_nonzero(array(a), axis=axis, keepdims=keepdims)


def argmax(a: Any, axis: int | None = None, out: Any = None, *, keepdims: bool = False) -> Tensor:
    """Index of the first largest element along ``axis``, as numpy.argmax."""
    no_out("argmax", out)
    return gg.argmax(array(a), axis=axis, keepdims=keepdims)


def argmin(a: Any, axis: int | None = None, out: Any = None, *, keepdims: bool = False) -> Tensor:
    """Index of the first smallest element along ``axis``, as numpy.argmin."""
    no_out("argmin", out)
    return gg.argmin(array(a), axis=axis, keepdims=keepdims)


def logsumexp(a: Any, axis: Any = None, keepdims: bool = False, where: Any = True) -> Any:
    """log of the sum of e**a over ``axis``, what numpy.logaddexp.reduce is."""
    x = in_float(a)
    return gg.logsumexp(_masked("logsumexp", x, where, -float("inf")), axis=axis, keepdims=keepdims)


def _axis(x: Any, axis: Any) -> Any:
    """``axis``, of which NumPy lets a number have its first and its last."""
    return None if not x.ndim and axis in (0, -1) else axis


def _spreading(name: str, a: Any, dtype: Any) -> Any:
    """``a`` as floats in ``dtype``."""
    x = in_float(array(a, dtype))
    if dtype is not None and x.dtype != numpy_dtype(dtype):
        raise TypeError(f"{name}: dtype={dtype!r}; deviations from a mean are floats")
    return x


def _masked(name: str, x: Any, where: Any, fill: Any) -> Any:
    """``x`` with ``fill`` where a mask does not hold."""
    if where is True:
        return x
    return gg.where(mask_of(name, x, where), x, array(fill, x.dtype, near=x))


def mask_of(name: str, x: Any, where: Any) -> Any:
    mask = array(where, bool_ if type(where) in NUMBERS else None, near=x)
    if mask.dtype != bool_:
        raise TypeError(f"{name}: where= of {mask.dtype}; give truth values, for example x > 0")
    try:
        return gg.broadcast_to(mask, shape=x.shape)
    except ValueError:
        raise ValueError(
            f"{name}: where= of shape {mask.shape} for an array of shape {x.shape}"
        ) from None


def _truth(a: Any) -> Any:
    x = array(a)
    return x if x.dtype == bool_ else x != 0


def _extreme(
    name: str,
    reduce: Callable,
    pair: Callable,
    a: Any,
    axis: Any,
    keepdims: bool,
    initial: Any,
    where: Any,
) -> Any:
    x = array(a)
    axis = _axis(x, axis)
    if where is not True and initial is None:
        raise ValueError(f"{name}: where= may leave out all elements; give initial=")
    if initial is None:
        return reduce(x, axis=axis, keepdims=keepdims)
    first = array(initial, x.dtype, near=x)
    x = _masked(name, x, where, lowest(x.dtype, largest=name == "min"))
    if not count(x.shape, axis, name):  # nothing but the initial value
        return gg.broadcast_to(first, shape=reduced(x.shape, axis, keepdims, name))
    return pair(reduce(x, axis=axis, keepdims=keepdims), first)


def _mean(name: str, x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    if where is True:
        return gg.mean(x, axis=axis, keepdims=keepdims)
    total = gg.sum(_masked(name, x, where, 0), axis=axis, keepdims=keepdims)
    counted = gg.count_nonzero(mask_of(name, x, where), axis=axis, keepdims=keepdims)
    return by_count(total, counted)


def by_count(total: Any, count: Any) -> Any:
    """Sums by the numbers of their elements, in the dtype of the sums."""
    return gg.astype(total / count, total.dtype, copy=False)


def freedom(name: str, ddof: float, correction: float | None) -> float:
    if correction is None:
        return ddof
    if ddof:
        raise ValueError(
            f"{name}: ddof={ddof!r} and correction={correction!r} are one thing; give one of them"
        )
    return correction


def _deviation(name: str, x: Any, axis: Any, where: Any, mean: Any) -> Any:
    """How far the elements are from their mean, 0 where a mask does not hold."""
    middle = _mean(name, x, axis, True, where) if mean is None else array(mean, near=x)
    return _masked(name, x - middle, where, 0)


def _left(name: str, x: Any, axis: Any, keepdims: bool, where: Any, ddof: float) -> Any:
    """How many elements there are, less ``ddof``, but not below 0."""
    if where is True:
        left = count(x.shape, axis, name) - ddof
        return left if left > 0 else 0
    counted = gg.count_nonzero(mask_of(name, x, where), axis=axis, keepdims=keepdims)
    return gg.clip(counted - ddof, min=0)
