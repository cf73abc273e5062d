"""Reductions and scans."""

from collections.abc import Callable
from typing import Any, NamedTuple

from .. import numpy as gnp
from ..api import functions as gg
from ..backend.dtypes import INEXACT
from ..linalg import norms
from .both import both
from .tensor import owned

# fmt: off
__all__ = [
    "all", "amax", "amin", "aminmax", "any", "argmax", "argmin", "corrcoef", "count_nonzero",
    "cov", "cummax", "cummin", "cumprod", "cumsum", "diff", "logcumsumexp", "logsumexp", "max",
    "mean", "min", "nanmean", "nansum", "norm", "prod", "quantile", "std", "std_mean", "sum",
    "var", "var_mean",
]
# fmt: on


class Found(NamedTuple):
    """Elements along an axis and where they stand there."""

    values: Any
    indices: Any


class Extremes(NamedTuple):
    """The smallest and the largest elements."""

    min: Any
    max: Any


def _axis(dim: Any) -> Any:
    """An axis, several as a tuple, None for all; an empty list means all, as torch's."""
    if isinstance(dim, list | tuple):
        return tuple(dim) or None
    return dim


def _cast(x: Any, dtype: Any) -> Any:
    return x if dtype is None else x.astype(dtype)


@both
def sum(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Sum over ``dim``, or of all elements; of integers and truth values int64."""
    return gg.sum(_cast(input, dtype), axis=_axis(dim), keepdims=keepdim)


@both
def nansum(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Sum in which NaN counts as 0."""
    x = _cast(input, dtype)
    return gg.sum(gg.where(gg.isnan(x), 0.0, x), axis=_axis(dim), keepdims=keepdim)


@both
def mean(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Mean over ``dim``, or of all elements; RuntimeError for integers, as torch's."""
    x = _cast(input, dtype)
    if x.dtype not in INEXACT:
        raise RuntimeError(f"mean: could not infer output dtype of {x.dtype}; write x.float()")
    return gg.mean(x, axis=_axis(dim), keepdims=keepdim)


@both
def nanmean(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Mean of the elements that are not NaN."""
    return gnp.nanmean(input, axis=_axis(dim), keepdims=keepdim)


def _spread(name: str, function: Callable) -> Callable[..., Any]:
    def spread(
        input: Any,
        dim: Any = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: Any = None,
    ) -> Any:
        """Spread over ``dim``, or of all elements: of a sample, divided by n - 1, unless
        ``correction`` or ``unbiased=False`` says otherwise."""
        if isinstance(dim, bool):  # x.std(False)
            dim, unbiased = None, dim
        if correction is None:
            correction = 0 if unbiased is False else 1
        return function(input, axis=_axis(dim), correction=correction, keepdims=keepdim)

    spread.__name__ = spread.__qualname__ = name
    return both(spread)


std, var = _spread("std", gg.std), _spread("var", gg.var)


def std_mean(input: Any, dim: Any = None, **settings: Any) -> tuple:
    """Standard deviation and mean."""
    return std(input, dim, **settings), mean(input, dim, settings.get("keepdim", False))


def var_mean(input: Any, dim: Any = None, **settings: Any) -> tuple:
    """Variance and mean."""
    return var(input, dim, **settings), mean(input, dim, settings.get("keepdim", False))


@both
def prod(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Product over ``dim``, or of all elements."""
    return gg.prod(_cast(input, dtype), axis=dim, keepdims=keepdim)


@both
def all(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Whether all elements are true, or different from 0."""
    return gg.all(input, axis=_axis(dim), keepdims=keepdim)


@both
def any(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Whether an element is true, or different from 0."""
    return gg.any(input, axis=_axis(dim), keepdims=keepdim)


def _extreme(name: str, of_all: Callable, of_two: Callable, place: Callable) -> Callable[..., Any]:
    def extreme(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
        """The extreme of all elements; along ``dim`` with its index, the first one's, which alone
        gets the gradient; with another Tensor in place of ``dim``, element by element."""
        if hasattr(dim, "held"):
            return of_two(input, dim)
        if dim is None:
            return of_all(input)
        indices = place(input, axis=dim, keepdims=True)
        values = gg.take_along_axis(input, indices, axis=dim)
        if keepdim:
            return Found(values, indices)
        return Found(gg.squeeze(values, axis=dim), gg.squeeze(indices, axis=dim))

    extreme.__name__ = extreme.__qualname__ = name
    return both(extreme)


max = _extreme("max", gg.max, gg.maximum, gg.argmax)
min = _extreme("min", gg.min, gg.minimum, gg.argmin)


@both
def amax(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest elements over ``dim``; equal ones share the gradient."""
    return gg.max(input, axis=_axis(dim), keepdims=keepdim)


@both
def amin(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest elements over ``dim``; equal ones share the gradient."""
    return gg.min(input, axis=_axis(dim), keepdims=keepdim)


@both
def aminmax(input: Any, *, dim: Any = None, keepdim: bool = False) -> Extremes:
    """The smallest and the largest elements."""
    return Extremes(amin(input, dim, keepdim), amax(input, dim, keepdim))


@both
def argmax(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Index of the largest element along ``dim``, or among all."""
    return gg.argmax(input, axis=dim, keepdims=keepdim)


@both
def argmin(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Index of the smallest element along ``dim``, or among all."""
    return gg.argmin(input, axis=dim, keepdims=keepdim)


@both
def logsumexp(input: Any, dim: Any, keepdim: bool = False) -> Any:
    """Logarithm of the sum of exponentials."""
    return gg.logsumexp(input, axis=_axis(dim), keepdims=keepdim)


@both
def count_nonzero(input: Any, dim: Any = None) -> Any:
    """Number of elements that are not 0."""
    return gg.count_nonzero(input, axis=_axis(dim))


@both
def norm(
    input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Any:
    """Norm of all elements as a vector, or of those over ``dim``; p: its order."""
    order = 2 if p in ("fro", None) else p
    x, axis = _cast(input, dtype), _axis(dim)
    return norms.vector_norm(x, axis=axis, keepdims=keepdim, ord=order)


def _scan(name: str, function: Callable) -> Callable[..., Any]:
    def scan(input: Any, dim: int, *, dtype: Any = None) -> Any:
        """Running results along ``dim``."""
        return function(_cast(input, dtype), axis=dim)

    scan.__name__ = scan.__qualname__ = name
    scan.__doc__ = function.__doc__
    return both(scan)


cumsum, cumprod = _scan("cumsum", gg.cumsum), _scan("cumprod", gg.cumprod)


@both
def logcumsumexp(input: Any, dim: int) -> Any:
    """Logarithm of the running sum of exponentials along ``dim``."""
    top = gg.max(input, axis=dim, keepdims=True).detach()
    return gg.log(gg.cumsum(gg.exp(input - top), axis=dim)) + top


def _so_far(x: Any, better: Callable) -> Any:
    """The extreme of the first elements, along the first axis, in log2(n) steps."""
    step = 1
    while step < x.shape[0]:
        x = gg.concat([x[:step], better(x[step:], x[:-step])], axis=0)
        step *= 2
    return x


def _running(name: str, better: Callable) -> Callable[..., Any]:
    def running(input: Any, dim: int) -> Found:
        """The extreme so far along ``dim`` and its index, the last one of equal ones."""
        rows = gg.moveaxis(input.detach(), dim, 0)
        places = gg.reshape(owned(gnp.arange(rows.shape[0])), (-1, *[1] * (rows.ndim - 1)))
        hits = gg.where(rows == _so_far(rows, better), places.to(rows.device), 0)
        indices = gg.moveaxis(_so_far(hits, gg.maximum), 0, dim)
        return Found(gg.take_along_axis(input, indices, axis=dim), indices)

    running.__name__ = running.__qualname__ = name
    return both(running)


cummax, cummin = _running("cummax", gg.maximum), _running("cummin", gg.minimum)


@both
def quantile(
    input: Any,
    q: Any,
    dim: Any = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Any:
    """Quantiles ``q``, numbers from 0 to 1, along ``dim`` or of all elements."""
    return gnp.quantile(input, q, axis=dim, keepdims=keepdim, method=interpolation)


@both
def diff(input: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along ``dim``, ``n`` times."""
    return gg.diff(input, n, dim, prepend, append)


@both
def cov(input: Any, *, correction: int = 1) -> Any:
    """Covariances of variables, which are rows."""
    return owned(gnp.cov(input, ddof=correction)).astype(input.dtype)


@both
def corrcoef(input: Any) -> Any:
    """Correlations of variables, which are rows."""
    return owned(gnp.corrcoef(input)).astype(input.dtype)
