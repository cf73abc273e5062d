"""Functions that call a function of yours: on lines, on elements, on parts of an array."""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import bool_
from ..backend.positions import ARRAY
from ..engine.functions import function_of
from ..ops import indexing
from ..ops.axes import axes_of
from ..tensor.cell import Tensor
from . import making as make
from .concrete import readable
from .dtypes import ndindex
from .reading import alike, array, numpy_dtype

__all__ = ["apply_along_axis", "apply_over_axes", "fromfunction", "ndenumerate", "piecewise"]


def apply_along_axis(func1d: Callable, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Tensor:
    """Results of ``func1d`` on each line along ``axis``, as numpy.apply_along_axis.

    func1d(line, *args, **kwargs): gives a number or an array, whose axes take the place of
    ``axis``; all of one shape.  It is called once a line, and differentiates through it.
    """
    x = array(arr)
    axis = axes_of(axis, x.ndim, "apply_along_axis")[0]
    moved = gg.moveaxis(x, axis, -1)
    outer = moved.shape[:-1]
    if not prod(outer):
        raise ValueError(
            f"apply_along_axis: an array of shape {x.shape} has no line along axis {axis}"
        )
    lines = gg.unstack(gg.reshape(moved, (prod(outer), x.shape[axis])))
    results = gg.stack(alike(*[array(func1d(line, *args, **kwargs)) for line in lines]))
    inner = results.shape[1:]
    whole = gg.reshape(results, (*outer, *inner))
    own = range(len(outer), len(outer) + len(inner))
    return gg.moveaxis(whole, tuple(own), tuple(range(axis, axis + len(inner)))) if inner else whole


def apply_over_axes(func: Callable, a: Any, axes: Any) -> Tensor:
    """``func(a, axis)`` for one axis after another, as numpy.apply_over_axes; reduced axes stay,
    of length one."""
    y = array(a)
    ndim = y.ndim
    for axis in axes_of(axes, ndim, "apply_over_axes") if axes is not None else ():
        result = array(func(y, axis))
        y = result if result.ndim == ndim else gg.expand_dims(result, axis=axis)
        if y.ndim != ndim:
            raise ValueError(
                f"apply_over_axes: func gave shape {result.shape} for an array of {ndim} axes"
            )
    return y


def fromfunction(
    function: Callable, shape: Sequence[int], *, dtype: Any = float, like: Any = None, **kwargs: Any
) -> Tensor:
    """Result of ``function`` on the index arrays of ``shape``, as numpy.fromfunction."""
    places = [make.arange(n, dtype=numpy_dtype(dtype)) for n in shape]
    return function(*gg.meshgrid(*places, indexing="ij"), **kwargs)


def ndenumerate(arr: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Pairs of a place and the element there, as numpy.ndenumerate."""
    x = array(arr)
    return ((place, x[place]) for place in ndindex(x.shape))


def piecewise(x: Any, condlist: Any, funclist: Sequence, *args: Any, **kw: Any) -> Tensor:
    """Another function where each condition holds, the last that does, as numpy.piecewise.

    funclist: functions of the elements there, or numbers; one more is for all that is left.  In
    the dtype of ``x``.  Within vmap each function is given all elements, and of those elsewhere
    nothing is kept.
    """
    x = array(x)
    x = gg.astype(x, x.dtype, copy=False)  # of a number in a transform's box, a float64
    conditions = _conditions(condlist, x)
    if len(conditions) == len(funclist) - 1:
        left = gg.logical_not(conditions[0])
        for condition in conditions[1:]:
            left = gg.logical_and(left, gg.logical_not(condition))
        conditions.append(left)
    if len(conditions) != len(funclist):
        raise ValueError(
            f"piecewise: {len(funclist)} functions for {len(conditions)} conditions; "
            "give as many, or one more"
        )
    y = make.zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            y = gg.where(condition, array(function, x.dtype, near=x), y)
        elif readable(x, condition):
            y = _written(y, x, condition, function, args, kw)
        else:
            y = gg.where(condition, array(function(x, *args, **kw), x.dtype, near=x), y)
    return y


def _conditions(given: Any, x: Any) -> list:
    """Each condition as truth values in the shape of ``x``."""
    one = not isinstance(given, list | tuple) and getattr(given, "ndim", 0) == x.ndim
    if isinstance(given, list | tuple) and given and x.ndim:
        one = not isinstance(given[0], list | tuple) and getattr(given[0], "ndim", 0) == 0
    everywhere = make.ones(x.shape, dtype=bool_, device=x.device)
    return [gg.logical_and(array(c, near=x), everywhere) for c in ([given] if one else given)]


def _written(y: Any, x: Any, condition: Any, function: Callable, args: tuple, kw: dict) -> Any:
    """``y`` with the function of the chosen elements in their places."""
    chosen = x[condition]
    if not chosen.size:
        return y
    values = array(function(chosen, *args, **kw), x.dtype, near=x)
    return function_of(indexing.setitem)(y, values, condition, spec=(ARRAY,))
