"""Weighted means, covariance and correlation."""

from typing import Any

from ..api import functions as gg
from ..backend.dtypes import float64
from ..tensor.cell import Tensor
from . import making as make
from . import reductions
from .concrete import holds
from .lines import beside
from .reading import alike, array, in_float, no_out, numpy_dtype

__all__ = ["average", "corrcoef", "cov", "ptp"]


def average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """The mean of ``a`` over ``axis``, weighted, as numpy.average.

    weights: in the shape of ``a``, or in that of the axes.  returned: also their sums.
    ZeroDivisionError where weights add up to zero; within vmap that gives what division gives.
    """
    if weights is None:
        y = gg.mean(in_float(a), axis=axis, keepdims=keepdims)
        return (y, make.full_like(y, array(a).size / max(y.size, 1))) if returned else y
    a, weights = alike(a, array(weights), floats=True)
    weights = gg.broadcast_to(beside(weights, a, axis, "average"), a.shape)
    total = gg.sum(weights, axis=axis, keepdims=keepdims)
    if holds(total == 0):
        raise ZeroDivisionError("average: weights add up to zero and cannot be normalised")
    y = gg.sum(a * weights, axis=axis, keepdims=keepdims) / total
    return (y, total) if returned else y


def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Tensor:
    """Largest minus smallest element along ``axis``, as numpy.ptp."""
    no_out("ptp", out)
    return reductions.max(a, axis, None, keepdims) - reductions.min(a, axis, None, keepdims)


def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Tensor:
    """Covariances of the variables in the rows of ``m``, and of ``y``, as numpy.cov.

    rowvar: False takes variables from the columns.  ddof: taken off the number of observations,
    by default 1, or 0 with ``bias``.  fweights: how often each observation was made; aweights:
    how much each counts.
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"cov: ddof={ddof!r}; it must be a whole number")
    x = _observations(m, y, rowvar, dtype)
    if not x.shape[0]:
        return make.zeros((0, 0), dtype=float64, device=x.device)
    ddof = int(not bias) if ddof is None else int(ddof)
    weights, aweights = _weights(fweights, aweights, x)
    average_of, total = average(x, axis=1, weights=weights, returned=True)
    left = _degrees(x.shape[1], total, weights, aweights, ddof)
    x = x - average_of[:, None]
    turned = gg.transpose(x if weights is None else x * weights)
    return gg.squeeze(gg.matmul(x, gg.conj(turned)) * _inverse(left))


def _observations(m: Any, y: Any, rowvar: bool, dtype: Any) -> Any:
    """All variables in rows of one matrix."""
    m = array(m)
    given = [m] if y is None else [m, array(y, near=m)]
    for part in given:
        if part.ndim > 2:
            raise ValueError(f"cov: an array of shape {part.shape}; use one of at most two axes")
    if dtype is not None:
        given = [gg.astype(part, numpy_dtype(dtype), copy=False) for part in given]
    else:
        float_like = make.zeros((), dtype=float64, device=m.device)
        given = alike(*given, float_like)[:-1]
    rows = [gg.reshape(part, (1, -1)) if part.ndim < 2 else part for part in given]
    if not rowvar:
        first = rows[0] if m.ndim == 1 else gg.transpose(rows[0])
        rows = [first, *(x if x.shape[0] == 1 else gg.transpose(x) for x in rows[1:])]
    return rows[0] if y is None else gg.concat(rows, axis=0)


def _weights(fweights: Any, aweights: Any, x: Any) -> tuple[Any, Any]:
    """The product of both weights, and ``aweights``; None where they are not given."""
    read = {}
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is None:
            continue
        read[name] = weights = gg.astype(array(given, near=x), float64)
        if weights.shape != x.shape[1:]:
            raise RuntimeError(
                f"cov: {name} of shape {weights.shape} for {x.shape[1]} observations"
            )
        if holds(weights < 0):
            raise ValueError(f"cov: {name} below zero")
    if "fweights" in read and holds(read["fweights"] != gg.round(read["fweights"])):
        raise TypeError("cov: fweights must be whole numbers")
    if len(read) == 2:
        return read["fweights"] * read["aweights"], read["aweights"]
    return next(iter(read.values()), None), read.get("aweights")


def _degrees(count: int, total: Any, weights: Any, aweights: Any, ddof: int) -> Any:
    """Degrees of freedom: the sum of the weights, less ``ddof`` of their mean."""
    if weights is None:
        return count - ddof
    if not ddof or aweights is None:
        return total[0] - ddof
    return total[0] - ddof * gg.sum(weights * aweights) / total[0]


def _inverse(left: Any) -> Any:
    """One over the degrees of freedom; infinite where none are left."""
    if isinstance(left, int):
        return 1 / left if left > 0 else float("inf")
    return 1 / gg.maximum(gg.real(left), 0)


def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Tensor:
    """Correlations of the variables in the rows of ``x``, and of ``y``, as numpy.corrcoef.

    Rounding is kept from leaving -1 to 1.
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if not c.ndim:
        return c / c
    deviation = gg.sqrt(gg.real(gg.diagonal(c)))
    c = c / deviation[:, None] / deviation[None, :]
    if c.dtype.kind == "c":
        return gg.clip(gg.real(c), -1, 1) + 1j * gg.clip(gg.imag(c), -1, 1)
    return gg.clip(c, -1, 1)
