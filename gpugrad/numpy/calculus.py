"""Differences, slopes and integrals of sampled functions, and what lies between samples."""

from math import pi
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import bool_, complex128, float64
from ..backend.numpy_rules import mixed
from ..engine.calling import called
from ..engine.cells import element_type
from ..engine.functions import function_of
from ..ops import arithmetic
from ..ops.axes import axes_of
from ..tensor.cell import Tensor
from .concrete import holds
from .reading import alike, array, in_float

__all__ = ["diff", "ediff1d", "gradient", "interp", "trapezoid", "unwrap"]


_scale = function_of(arithmetic.scale)


def _part(x: Any, axis: int, *bounds: int | None) -> Any:
    """The elements between ``bounds`` along the number ``axis``."""
    return x[(slice(None),) * axis + (slice(*bounds),)]


def _axis(x: Any, axis: int, name: str) -> int:
    return axes_of(axis, x.ndim, name)[0]


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Tensor:
    """Differences of neighbours along ``axis``, ``n`` times over, as numpy.diff.

    prepend, append: arrays, or one number, to put before and after ``a`` first.  Of truth values:
    whether neighbours differ.
    """
    if n == 0:
        return array(a)
    if n < 0:
        raise ValueError(f"diff: n={n}; take differences 0 times or more")
    x = array(a)
    if not x.ndim:
        raise ValueError("diff: a number has no neighbours; use an array")
    axis = _axis(x, axis, "diff")
    parts = [
        x if part is a else _edge(part, x, axis)
        for part in (prepend, a, append)
        if part is not None
    ]
    x = gg.concat(alike(*parts), axis=axis) if len(parts) > 1 else x
    if x.dtype != bool_:
        return gg.diff(x, n=n, axis=axis)
    for _ in range(n):
        x = gg.not_equal(_part(x, axis, 1, None), _part(x, axis, None, -1))
    return x


def _edge(part: Any, x: Any, axis: int) -> Any:
    part = array(part, near=x)
    shape = tuple(1 if i == axis else n for i, n in enumerate(x.shape))
    return part if part.ndim else gg.broadcast_to(part, shape)


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Tensor:
    """Differences of neighbours in the flattened array, with ``to_begin`` before and ``to_end``
    after them, as numpy.ediff1d; these get the dtype of ``ary``."""
    x = gg.flatten(array(ary))
    if x.dtype == bool_:
        raise TypeError("ediff1d: truth values have no differences; use diff, or astype(int)")
    parts = [
        gg.diff(x) if part is ary else gg.flatten(_same_kind(part, x))
        for part in (to_begin, ary, to_end)
        if part is not None
    ]
    return gg.concat(parts) if len(parts) > 1 else parts[0]


def _same_kind(part: Any, x: Any) -> Any:
    part = array(part, near=x)
    if "biufc".index(part.dtype.kind.replace("u", "i")) > "biufc".index(x.dtype.kind):
        raise TypeError(
            f"ediff1d: elements of {part.dtype} beside differences of {x.dtype}; "
            "write ary.astype(float)"
        )
    return gg.astype(part, x.dtype, copy=False)


def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Slopes along each axis by central differences, one-sided at the ends, as numpy.gradient.

    As numpy.gradient: ``varargs`` are one spacing for all axes, or one for each, a number or the
    coordinates along it.  One array for one axis, else a tuple.  Coordinates have gradients, also
    where they are evenly spaced.
    """
    f = in_float(f)
    axes = axes_of(axis, f.ndim, "gradient")
    spacings = _spacings(varargs, f, axes)
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order={edge_order!r}; use 1 or 2")
    if any(f.shape[i] < edge_order + 1 for i in axes):
        raise ValueError(
            f"gradient: shape {f.shape} is too small along an axis; "
            f"edge_order={edge_order} needs {edge_order + 1} elements"
        )
    slopes = tuple(
        _slopes(gg.moveaxis(f, i, -1), step, edge_order, i)
        for i, step in zip(axes, spacings, strict=True)
    )
    return slopes[0] if len(axes) == 1 else slopes


def _spacings(given: tuple, f: Any, axes: tuple) -> list:
    """For each axis a number, or the distances between its coordinates."""
    if not given:
        return [1.0] * len(axes)
    if len(given) == 1 and getattr(array(given[0]), "ndim", 0) == 0:
        given = given * len(axes)
    if len(given) != len(axes):
        raise TypeError(f"gradient: {len(given)} spacings for {len(axes)} axes")
    found = []
    for x, i in zip(given, axes, strict=True):
        step: Any = x if isinstance(x, int | float) else in_float(array(x, near=f))
        if getattr(step, "shape", ()) not in ((), (f.shape[i],)):
            raise ValueError(
                f"gradient: a spacing of shape {step.shape} for axis {i} of "
                f"{f.shape}; use a number or the coordinates"
            )
        found.append(gg.diff(step) if getattr(step, "ndim", 0) else step)
    return found


def _slopes(f: Any, step: Any, edge_order: int, axis: int) -> Any:
    """Slopes along the last axis, moved to ``axis``."""
    low, middle, high = f[..., :-2], f[..., 1:-1], f[..., 2:]
    if getattr(step, "ndim", 0):
        first, last = (step[0], step[1:2]), (step[-2:-1], step[-1])
        weights = _central(step[:-1], step[1:])
        inner = weights[0] * low + weights[1] * middle + weights[2] * high
    else:
        first = last = (step, step)
        inner = (high - low) / (2.0 * step)
    if edge_order == 1:
        begin = (f[..., 1:2] - f[..., :1]) / first[0]
        end = (f[..., -1:] - f[..., -2:-1]) / last[1]
    else:
        far, near, at = _one_sided(*last)
        at_first, near_first, far_first = (-w for w in reversed(_one_sided(first[1], first[0])))
        begin = at_first * f[..., :1] + near_first * f[..., 1:2] + far_first * f[..., 2:3]
        end = far * f[..., -3:-2] + near * f[..., -2:-1] + at * f[..., -1:]
    return gg.moveaxis(gg.astype(gg.concat([begin, inner, end], axis=-1), f.dtype), -1, axis)


def _central(before: Any, after: Any) -> tuple[Any, Any, Any]:
    """Weights of three neighbours for the slope at the middle one."""
    both = before + after
    return -after / (before * both), (after - before) / (before * after), before / (after * both)


def _one_sided(before: Any, after: Any) -> tuple[Any, Any, Any]:
    """Weights of three neighbours for the slope at the last one."""
    both = before + after
    return after / (before * both), -both / (before * after), (both + after) / (after * both)


@called
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Tensor:
    """The integral of ``y`` along ``axis`` by the trapezoidal rule, as numpy.trapezoid.

    x: coordinates, a vector or in the shape of ``y``; without them the distance ``dx``.
    """
    y = in_float(y)
    axis = _axis(y, axis, "trapezoid")
    width = dx
    if x is not None:
        x = in_float(array(x, near=y))
        width = gg.diff(x) if x.ndim == 1 else gg.diff(x, axis=axis)
        if x.ndim == 1:
            width = gg.reshape(width, tuple(-1 if i == axis else 1 for i in range(y.ndim)))
    return gg.sum(width * (_part(y, axis, 1, None) + _part(y, axis, None, -1)) / 2, axis=axis)


def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Tensor:
    """Linear interpolation at ``x`` between the points (``xp``, ``fp``), as numpy.interp.

    xp: ascending, or in any order with a ``period``.  left, right: the values outside, by default
    the first and the last of ``fp``.  The slope at a point is that of the line to its right.
    """
    fp = array(fp)
    fp = gg.astype(fp, complex128 if fp.dtype.kind == "c" else float64, copy=False)
    x, xp = (array(v, near=fp) for v in (x, xp))
    if "c" in (x.dtype.kind, xp.dtype.kind):
        raise TypeError("interp: x and xp are complex, which have no order; give gnp.real of them")
    x, xp = (gg.astype(v, float64, copy=False) for v in (x, xp))
    if xp.ndim != 1 or xp.shape != fp.shape or not xp.size:
        raise ValueError(
            f"interp: points of shapes {xp.shape} and {fp.shape}; use two vectors "
            "of one length above 0"
        )
    if period is not None:
        x, xp, fp = _around(x, xp, fp, period)
        left = right = None
    y = _on_polyline(x, xp, fp)
    y = gg.where(x < xp[0], fp[0] if left is None else array(left, near=fp), y)
    return gg.where(x > xp[-1], fp[-1] if right is None else array(right, near=fp), y)


def _around(x: Any, xp: Any, fp: Any, period: Any) -> tuple[Any, Any, Any]:
    """The points of one period in order, with one more at each end."""
    if holds(array(period) == 0):
        raise ValueError("interp: period=0; give another or None")
    period = gg.abs(gg.astype(array(period, near=x), float64))
    x, xp = gg.remainder(x, period), gg.remainder(xp, period)
    order = gg.argsort(xp)
    xp, fp = gg.take(xp, order), gg.take(fp, order)
    return x, gg.concat([xp[-1:] - period, xp, xp[:1] + period]), gg.concat([fp[-1:], fp, fp[:1]])


def _on_polyline(x: Any, xp: Any, fp: Any) -> Any:
    if xp.shape[0] == 1:
        return gg.broadcast_to(fp[0], x.shape)
    place = gg.clip(gg.searchsorted(xp, x, side="right") - 1, 0, xp.shape[0] - 2)
    low, high = gg.take(xp, place), gg.take(xp, place + 1)
    start, end = gg.take(fp, place), gg.take(fp, place + 1)
    slope = (end - start) / (high - low)
    y = _scale(x - low, slope) + start  # at a point its value, though the next one is infinite
    y = gg.where(gg.isnan(y), _scale(x - high, slope) + end, y)
    y = gg.where(gg.logical_and(gg.isnan(slope), start == end), start, y)  # two infinities
    y = gg.where(x == high, end, y)  # the last point; no other has a right neighbour's place
    return gg.where(gg.isnan(x), x, y)


def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * pi) -> Tensor:
    """``p`` with whole periods added where it jumps by more than half a period along ``axis``.

    As numpy.unwrap; ``discont``: the least jump that is taken back.  What is added is constant.
    """
    p = array(p)
    axis = _axis(p, axis, "unwrap")
    dtype = mixed((p.dtype, element_type(period)))
    p = gg.astype(p, dtype, copy=False)
    whole = dtype.kind in "iu"
    high = period // 2 if whole else period / 2
    steps = gg.diff(p, axis=axis)
    moved = gg.remainder(steps + high, period) - high
    if not whole or period % 2 == 0:
        moved = gg.where(gg.logical_and(moved == -high, steps > 0), high, moved)
    jumps = gg.abs(steps) >= (high if discont is None else discont)
    change = gg.cumsum(gg.where(jumps, moved - steps, 0), axis=axis)
    first = _part(p, axis, 0, 1)
    return gg.concat([first, _part(p, axis, 1, None) + gg.astype(change, dtype)], axis=axis)
