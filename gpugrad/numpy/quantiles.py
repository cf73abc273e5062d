"""Quantiles of elements along axes: what is chosen is sorted, what lies between is interpolated.

Only the chosen elements have gradients, as the interpolation weighs them; of equal elements those
that a stable sort chooses.  The place of a quantile is a function of ``q``, which has one too.
Where a NaN makes the result NaN there is no gradient.
"""

from typing import Any, NamedTuple

from ..api import functions as gg
from ..backend.dtypes import INEXACT, float64
from ..backend.numpy_rules import mixed
from ..backend.select import HOST, use_device
from ..engine.cells import raw
from ..tensor.arguments import to_device
from ..tensor.cell import Tensor
from .concrete import holds
from .lines import beside, counted, lines, or_nan, picked, reduced
from .reading import array, in_float, no_out

__all__ = ["median", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile"]

PARAMETERS = {  # alpha and beta of Hyndman and Fan's continuous methods (numpy.quantile has them)
    "interpolated_inverted_cdf": (0, 1),
    "hazen": (0.5, 0.5),
    "weibull": (0, 0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}
ROUNDED = {  # the one place of a discrete method, for n elements
    "lower": lambda n, q: gg.floor((n - 1) * q),
    "higher": lambda n, q: gg.ceil((n - 1) * q),
    "nearest": lambda n, q: gg.round((n - 1) * q),
    "inverted_cdf": lambda n, q: gg.ceil(n * q - 1),
    "closest_observation": lambda n, q: _nearest_odd(n * q - 1.5),
}
METHODS = ("linear", "midpoint", "averaged_inverted_cdf", *PARAMETERS, *ROUNDED)


class Asked(NamedTuple):
    """Which quantiles are asked for, and how they are found."""

    name: str
    q: Any  # a vector of fractions, on the host unless it was given on a device
    shape: tuple[int, ...]  # that q was given in
    weak: bool  # q was a Python number: the result keeps the dtype of the elements
    method: str
    ignores_nan: bool


def quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Tensor:
    """The ``q``-th quantiles of ``a`` over ``axis``, as numpy.quantile: its methods and weights.

    q: numbers from 0 to 1, whose axes come first in the result.  A NaN makes its quantile NaN.
    """
    no_out("quantile", out)
    return _of_fractions("quantile", a, q, 1, axis, method, keepdims, weights)


def percentile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Tensor:
    """``quantile`` with ``q`` from 0 to 100, as numpy.percentile."""
    no_out("percentile", out)
    return _of_fractions("percentile", a, q, 100, axis, method, keepdims, weights)


def nanquantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Tensor:
    """``quantile`` of the elements that are not NaN, as numpy.nanquantile; of none, NaN."""
    no_out("nanquantile", out)
    return _of_fractions("nanquantile", a, q, 1, axis, method, keepdims, weights)


def nanpercentile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Tensor:
    """``percentile`` of the elements that are not NaN, as numpy.nanpercentile; of none, NaN."""
    no_out("nanpercentile", out)
    return _of_fractions("nanpercentile", a, q, 100, axis, method, keepdims, weights)


def median(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False
) -> Tensor:
    """Median along ``axis``; a NaN makes it NaN, as numpy.median."""
    no_out("median", out)
    return _median("median", a, axis, keepdims)


def nanmedian(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False
) -> Tensor:
    """The median of the elements that are not NaN; of none, NaN."""
    no_out("nanmedian", out)
    return _median("nanmedian", a, axis, keepdims)


def _of_fractions(
    name: str, a: Any, q: Any, whole: int, axis: Any, method: str, keepdims: bool, weights: Any
) -> Any:
    a = array(a)
    if a.dtype.kind == "c":
        raise TypeError(f"{name}: a has dtype {a.dtype}; complex numbers have no order")
    if method not in METHODS:
        raise ValueError(f"{name}: method={method!r}; use one of {', '.join(METHODS)}")
    asked = _asked(name, a, q, whole, method)
    rows = lines(a, axis, name)
    if weights is None:
        y = _unweighted(rows, asked)
    else:
        y = _weighted(rows, lines(_spread(weights, a, axis, name), axis, name), asked)
    y = gg.moveaxis(y, -1, 0)
    return gg.reshape(y, (*asked.shape, *reduced(a.shape, axis, keepdims, name)))


def _asked(name: str, a: Any, q: Any, whole: int, method: str) -> Asked:
    weak = type(raw(q)) in (int, float)
    with use_device(HOST.name):  # a list of fractions is known to the program
        q = array(q)
    if q.ndim > 2:
        raise ValueError(f"{name}: q of shape {q.shape}; use a number or a vector")
    if whole == 1 and method == "linear" and q.dtype.kind in "iu":
        method = "lower"  # 0 and 1 are places themselves, so that integers stay integers
    q = in_float(q) if a.dtype in INEXACT else gg.astype(q, mixed((a.dtype, q.dtype), floats=True))
    q = q / whole if whole != 1 else q
    if holds(gg.logical_not(gg.logical_and(q >= 0, q <= 1))):
        raise ValueError(f"{name}: q has values outside of 0 to {whole}")
    return Asked(name, gg.reshape(q, (-1,)), q.shape, weak, method, name.startswith("nan"))


def _unweighted(rows: Any, asked: Asked) -> Any:
    """Quantiles along the last axis, which they take the place of."""
    length = rows.shape[-1]
    if not length and asked.ignores_nan:
        return gg.broadcast_to(
            gg.sum(rows, axis=-1, keepdims=True) + float("nan"),
            (*rows.shape[:-1], asked.q.shape[0]),
        )
    if not length:
        raise IndexError(f"{asked.name}: no elements to choose from")
    n, q = length, asked.q
    if asked.ignores_nan:
        n, q = counted(rows, q.dtype), to_device(q, rows.device)
    if asked.method in ROUNDED:
        (y,) = picked(rows, _inside(ROUNDED[asked.method](n, q), n))
    else:
        below, share = _between(asked.method, n, q)
        if asked.weak and rows.dtype in INEXACT:
            share = gg.astype(share, rows.dtype)
        low, high = picked(rows, _inside(below, n), _inside(below + 1, n))
        y = _between_elements(low, high, to_device(share, rows.device))
    return y if asked.ignores_nan else or_nan(y, rows)


def _between(method: str, n: Any, q: Any) -> tuple[Any, Any]:
    """The place below a quantile and how far it lies towards the next."""
    if method in PARAMETERS:
        alpha, beta = PARAMETERS[method]
        place = n * q + (alpha + q * (1 - alpha - beta)) - 1
    else:
        place = n * q - 1 if method == "averaged_inverted_cdf" else (n - 1) * q
    below = gg.floor(place)
    if method == "midpoint":
        return below, 0.5 * gg.astype(place != below, place.dtype)
    if method == "averaged_inverted_cdf":
        return below, 1 - 0.5 * gg.astype(place == below, place.dtype)
    return below, place - below


def _nearest_odd(place: Any) -> Any:
    below = gg.floor(place)
    stays = gg.logical_and(place == below, below % 2 == 1)
    return gg.where(stays, below, below + 1)


def _between_elements(low: Any, high: Any, share: Any) -> Any:
    """``low + share * (high - low)``, exact at both ends."""
    step = high - low
    return gg.where(share >= 0.5, high - step * (1 - share), low + step * share)


def _inside(place: Any, n: Any) -> Any:
    return gg.astype(gg.clip(gg.clip(place, 0, None), None, n - 1), "int64")


def _spread(weights: Any, a: Any, axis: Any, name: str) -> Any:
    """Weights in the shape of ``a``, given so or in that of the axes that are reduced."""
    weights = array(weights, near=a)
    if holds(weights < 0):
        raise ValueError(f"{name}: weights below zero")
    return gg.broadcast_to(beside(weights, a, axis, name), a.shape)


def _weighted(rows: Any, weights: Any, asked: Asked) -> Any:
    """Where the distribution function of the weights reaches ``q``; they have no gradient, as
    the place is a whole number."""
    if asked.method != "inverted_cdf":
        raise ValueError(
            f"{asked.name}: weights with method={asked.method!r}; only 'inverted_cdf' takes them"
        )
    order = gg.argsort(rows, axis=-1)
    if asked.ignores_nan:
        weights = gg.where(gg.isnan(rows), 0, weights)
    heavy = gg.cumsum(gg.take_along_axis(weights, order, axis=-1), axis=-1, dtype=float64)
    total = heavy[..., -1:]
    share = gg.astype(heavy / gg.where(total == 0, 1.0, total), asked.q.dtype)
    if not asked.ignores_nan and holds(
        gg.logical_not(gg.logical_and(total > 0, total < float("inf")))
    ):
        raise ValueError(f"{asked.name}: weights are NaN or infinite, or all zero")
    share = gg.where(share == 0, -1.0, share)  # what weighs nothing is not chosen for q = 0
    q = to_device(asked.q, rows.device)
    before = [gg.count_nonzero(share < q[i], axis=-1, keepdims=True) for i in range(q.shape[0])]
    places = gg.clip(gg.concat(before, axis=-1), 0, rows.shape[-1] - 1)
    y = gg.take_along_axis(rows, gg.take_along_axis(order, places, axis=-1), axis=-1)
    return y if asked.ignores_nan else or_nan(y, rows)


def _median(name: str, a: Any, axis: Any, keepdims: bool) -> Any:
    a = in_float(a)
    rows, ignores_nan = lines(a, axis, name), name.startswith("nan")
    shape = reduced(a.shape, axis, keepdims, name)
    if not rows.shape[-1]:
        return gg.reshape(gg.sum(rows, axis=-1) + float("nan"), shape)
    if ignores_nan:
        n = counted(rows, float64)
        middle = [_inside(gg.floor(place), n) for place in ((n - 1) / 2, n / 2)]
    else:
        length = rows.shape[-1]
        with use_device(HOST.name):
            middle = [array([place]) for place in ((length - 1) // 2, length // 2)]
    low, high = picked(rows, *middle)
    y = (low + high) / 2
    return gg.reshape(y if ignores_nan else or_nan(y, rows), shape)
