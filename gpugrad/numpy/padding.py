"""``pad`` in all of numpy.pad's modes: gathered where elements repeat, joined where new ones come.

Every mode works along one axis after the other, so that corners see what earlier axes have added.
"""

from collections.abc import Callable
from typing import Any

from ..api import functions as gg
from ..ops.arrangement import frame_of
from ..ops.axes import axes_of
from ..tensor.cell import Tensor
from .quantiles import median
from .reading import array, numbers, whole
from .reductions import max, mean, min

__all__ = ["pad"]

MODES: dict[str, tuple] = {  # mode -> the settings that it takes, with their defaults
    "constant": (("constant_values", 0),),
    "edge": (),
    "empty": (),
    "linear_ramp": (("end_values", 0),),
    "maximum": (("stat_length", None),),
    "mean": (("stat_length", None),),
    "median": (("stat_length", None),),
    "minimum": (("stat_length", None),),
    "reflect": (("reflect_type", "even"),),
    "symmetric": (("reflect_type", "even"),),
    "wrap": (),
}
STATISTICS: dict[str, Callable[..., Any]] = {
    "maximum": max,
    "minimum": min,
    "mean": mean,
    "median": median,
}


def pad(array_: Any, pad_width: Any, mode: str = "constant", **settings: Any) -> Tensor:
    """``array_`` with elements added around it, as numpy.pad, in every mode except a function.

    What is put around has the gradient of what it is made of: edges and reflected elements,
    statistics, ``constant_values`` and ``end_values`` that are Tensors.
    """
    x = array(array_)
    if mode not in MODES:
        given = repr(mode) if isinstance(mode, str) else "a function, which writes into an array,"
        raise ValueError(f"pad: mode {given} is not known; use {', '.join(MODES)}")
    if unknown := settings.keys() - dict(MODES[mode]).keys():
        raise ValueError(f"pad: mode {mode!r} takes no {', '.join(sorted(unknown))}")
    chosen = {**dict(MODES[mode]), **settings}
    frame = tuple(
        tuple(whole("pad", "pad_width", n) for n in ends)
        for ends in frame_of(_width(pad_width, x.ndim), x.ndim)
    )
    simple = mode == "empty" or (
        mode == "constant" and type(chosen["constant_values"]) in (int, float)
    )
    if simple:
        return gg.pad(x, frame, chosen.get("constant_values", 0))
    for axis, ends in enumerate(frame):
        if any(ends):
            if not x.shape[axis] and mode != "constant":
                raise ValueError(f"pad: axis {axis} is empty; mode {mode!r} has nothing to extend")
            x = _ALONG[mode](x, axis, ends, mode, chosen)
    return x


def _width(given: Any, ndim: int) -> Any:
    """``pad_width`` as lists; named axes as pairs for all."""
    if isinstance(given, dict):
        pairs: list = [(0, 0)] * ndim
        for axis, ends in given.items():
            axis = axes_of(axis, ndim, "pad")[0]
            pairs[axis] = (ends, ends) if isinstance(ends, int) else tuple(ends)
        return pairs
    given = numbers(given)
    if not isinstance(given, tuple):
        return whole("pad", "pad_width", given)
    return given[0] if len(given) == 1 else given


def pair(given: Any, axis: int, ndim: int) -> tuple:
    """What a setting says of both ends of ``axis``: one value, a pair, or a pair for each axis."""
    if not isinstance(given, list | tuple):
        if getattr(given, "ndim", 0) == 0:
            return given, given
        given = list(given)
    parts = list(given)
    if len(parts) == ndim and all(_several(part) for part in parts):
        parts = list(parts[axis])
    elif len(parts) == 1 and _several(parts[0]):
        parts = list(parts[0])
    if any(map(_several, parts)) or len(parts) > 2:
        raise ValueError(
            f"pad: {given!r} for an array of {ndim} axes; one value, a pair, or a "
            "pair for each axis"
        )
    return parts[0], parts[-1]


def _several(part: Any) -> bool:
    return isinstance(part, list | tuple) or getattr(part, "ndim", 0) > 0


def _constant(x: Any, axis: int, ends: tuple, mode: str, settings: dict) -> Any:
    values = pair(settings["constant_values"], axis, x.ndim)
    blocks = [
        _repeated(array(value, x.dtype, x), x, axis, n)
        for value, n in zip(values, ends, strict=True)
    ]
    return gg.concat([blocks[0], x, blocks[1]], axis=axis)


def _repeated(value: Any, x: Any, axis: int, n: int) -> Any:
    """``value`` ``n`` times along ``axis`` of an array like ``x``."""
    return gg.broadcast_to(value, shape=(*x.shape[:axis], n, *x.shape[axis + 1 :]))


def _ramp(x: Any, axis: int, ends: tuple, mode: str, settings: dict) -> Any:
    """Even steps from the end values to the edges."""
    shape = tuple(-1 if i == axis else 1 for i in range(x.ndim))
    values = pair(settings["end_values"], axis, x.ndim)
    blocks = []
    for i, (value, n) in enumerate(zip(values, ends, strict=True)):
        steps = [k / n for k in range(n)]
        share = gg.reshape(array(steps[::-1] if i else steps, near=x), shape=shape)
        share = share if x.dtype.kind in "iub" else gg.astype(share, x.dtype)
        end = array(value, near=x)
        ramp = end + share * (_edge(x, axis, -1 if i else 0) - end)
        ramp = gg.floor(ramp) if x.dtype.kind in "iu" else ramp
        blocks.append(gg.astype(_repeated(ramp, x, axis, n), x.dtype, copy=False))
    return gg.concat([blocks[0], x, blocks[1]], axis=axis)


def _edge(x: Any, axis: int, place: int) -> Any:
    return _part(x, axis, slice(place, None if place else 1))


def _part(x: Any, axis: int, part: slice) -> Any:
    return x[(*(slice(None),) * axes_of(axis, x.ndim, "pad")[0], part)]


def _statistic(x: Any, axis: int, ends: tuple, mode: str, settings: dict) -> Any:
    """A statistic of the elements next to each end."""
    lengths = pair(settings["stat_length"], axis, x.ndim)
    blocks = []
    for i, (length, n) in enumerate(zip(lengths, ends, strict=True)):
        length = numbers(length)
        if length is not None and length < 1:
            raise ValueError(f"pad: stat_length={length}; give at least one element")
        near = slice(None) if length is None else slice(-length, None) if i else slice(length)
        value = STATISTICS[mode](_part(x, axis, near), axis, keepdims=True)
        value = gg.round(value) if x.dtype.kind in "iu" and value.dtype.kind == "f" else value
        blocks.append(_repeated(gg.astype(value, x.dtype, copy=False), x, axis, n))
    return gg.concat([blocks[0], x, blocks[1]], axis=axis)


def _gathered(x: Any, axis: int, ends: tuple, mode: str, settings: dict) -> Any:
    """Elements of the array itself, in a mode that continues it."""
    n = x.shape[axis]
    wanted = range(-ends[0], n + ends[1])
    if mode in ("edge", "wrap"):
        places = [j % n if mode == "wrap" else _bounded(j, n) for j in wanted]
        return gg.take(x, array(places, near=x), axis=axis)
    found = [_mirrored(j, n, mode == "reflect") for j in wanted]
    y = gg.take(x, array([place for place, _, _ in found], near=x), axis=axis)
    if settings["reflect_type"] == "even":
        return y
    if settings["reflect_type"] != "odd":
        raise ValueError(f"pad: reflect_type={settings['reflect_type']!r}; use 'even' or 'odd'")
    shape = tuple(-1 if i == axis else 1 for i in range(x.ndim))
    turned, periods = (
        gg.reshape(array(array(list(column), near=x), x.dtype), shape=shape)
        for column in list(zip(*found, strict=True))[1:]
    )
    first, last = _edge(x, axis, 0), _edge(x, axis, -1)
    return y + turned * 2 * (last - y) + periods * 2 * (last - first)


def _bounded(j: int, n: int) -> int:
    return 0 if j < 0 else n - 1 if j >= n else j


def _mirrored(j: int, n: int, at_elements: bool) -> tuple[int, int, int]:
    """The place that a mirrored array has at ``j``, whether it is turned, and its period.

    at_elements: the mirrors stand on the first and the last element, not beside them.
    """
    period = 2 * n - 2 if at_elements else 2 * n
    if not period:
        return 0, 0, 0
    periods, within = divmod(j, period)
    if within < n:
        return within, 0, periods
    return (period - within if at_elements else period - 1 - within), 1, periods


_ALONG: dict[str, Callable[..., Any]] = {
    "constant": _constant,
    "linear_ramp": _ramp,
    **dict.fromkeys(STATISTICS, _statistic),
    **dict.fromkeys(("edge", "wrap", "reflect", "symmetric"), _gathered),
}
