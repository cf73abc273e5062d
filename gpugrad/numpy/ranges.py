"""Numbers from a start to an end, by steps, by their number or by their logarithms.

Names, arguments and dtypes are NumPy's.  Ends that are Tensors keep their gradients.
"""

from math import ceil
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import INEXACT
from ..tensor.cell import Tensor
from . import making as make
from .concrete import holds, on_host, reads_freely
from .reading import alike, array, numpy_dtype

__all__ = ["arange", "geomspace", "linspace", "logspace"]


def arange(
    start_or_stop: Any,
    /,
    stop: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: str | int | None = None,
) -> Tensor:
    """Numbers from a start (or 0) up to but not including ``stop``, as numpy.arange; integers give
    int64."""
    start, stop = (0, start_or_stop) if stop is None else (start_or_stop, stop)
    step = 1 if step is None else step
    ends = (start, stop, step)
    if not any(isinstance(end, Tensor) for end in ends):
        wanted = alike(*ends, weak=False)[0].dtype if dtype is None else numpy_dtype(dtype)
        return make.arange(*ends, dtype=wanted, device=device)
    values = [on_host(end, "arange", "its ends").item() for end in ends]
    count = max(0, ceil((values[1] - values[0]) / values[2]))
    first, _, by = (
        alike(*ends, weak=False) if dtype is None else [array(end, dtype) for end in ends]
    )
    return first + by * gg.astype(
        make.arange(count, device=first.device if device is None else device), by.dtype
    )


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: str | int | None = None,
) -> Any:
    """``num`` numbers evenly spaced from ``start`` to ``stop``, arrays too, as numpy.linspace;
    their new axis is ``axis``."""
    if num < 0:
        raise ValueError(f"linspace: {num} numbers; give 0 or more")
    first, last = (
        x if device is None else x.to_device(device)
        for x in gg.broadcast_arrays(*alike(start, stop, floats=True))
    )
    y, step = _evenly_spaced(first, last, num, endpoint)
    y = gg.moveaxis(y, source=0, destination=axis) if axis else y
    if dtype is not None:
        wanted = numpy_dtype(dtype)
        y = gg.astype(gg.floor(y) if wanted not in INEXACT else y, wanted, copy=False)
    return (y, step) if retstep else y


def _evenly_spaced(first: Any, last: Any, num: int, endpoint: bool) -> tuple[Any, Any]:
    """``num`` numbers along a first axis from ``first`` to ``last``, and the step between them."""
    parts = num - 1 if endpoint else num
    step = (last - first) / parts if parts > 0 else first * float("nan")
    along = gg.astype(make.arange(num, device=first.device), first.dtype)
    along = gg.reshape(along, shape=(num, *(1,) * first.ndim))
    y = first + along * step if parts > 0 else first + along * (last - first)
    if endpoint and num > 1:
        y = gg.concat([y[:-1], gg.expand_dims(last, axis=0)])  # exact
    return y, step


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Powers of ``base`` with exponents evenly spaced from ``start`` to ``stop``, as
    numpy.logspace."""
    start, stop, base = alike(start, stop, base, floats=True)
    exponents = linspace(start, stop, num, endpoint, axis=axis)
    if base.ndim:
        start, stop, base = gg.broadcast_arrays(start, stop, base)
        exponents = linspace(start, stop, num, endpoint, axis=axis)
        base = gg.expand_dims(base, axis=axis)
    y = gg.power(base, exponents)
    return y if dtype is None else gg.astype(y, numpy_dtype(dtype), copy=False)


def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Tensor:
    """``num`` numbers in geometric progression, as numpy.geomspace."""
    first, last, _ = alike(start, stop, array(0.0))  # NumPy's: of single precision, double too
    first, last = gg.broadcast_arrays(first, last)
    if reads_freely(first) and holds((first == 0) | (last == 0)):
        raise ValueError("geomspace: an end is 0, of which no multiple is another number")
    if first.dtype.kind == "c":
        y = first * gg.exp(linspace(first * 0, gg.log(last / first), num, endpoint))
    else:
        sign = gg.sign(first)
        y = sign * logspace(gg.log10(first * sign), gg.log10(last * sign), num, endpoint)
    if num > 0:
        ends = [gg.expand_dims(first, axis=0), y[1 : num - 1 if endpoint else num]]
        y = gg.concat([*ends, gg.expand_dims(last, axis=0)] if endpoint and num > 1 else ends)
    y = gg.moveaxis(y, source=0, destination=axis) if axis else y
    return y if dtype is None else gg.astype(y, numpy_dtype(dtype), copy=False)
