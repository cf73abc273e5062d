"""New arrays, with NumPy's names, arguments and dtypes: floats are float64.

``device`` names where they are made, the default device without it.  Values and ends that are
Tensors keep their gradients.
"""

from math import ceil
from typing import Any

from ..api import creation as make
from ..api import functions as gg
from ..backend.dtypes import INEXACT, float64
from ..backend.select import BACKENDS, HOST, default_device
from ..tensor.arguments import innermost
from ..tensor.cell import Tensor
from .concrete import holds, on_host, reads_freely
from .reading import alike, array, numpy_dtype
from .shapes import sizes

Device = str | None


def array_(
    object: Any,
    dtype: Any = None,
    *,
    copy: bool | None = True,
    order: str = "K",
    subok: bool = False,
    ndmin: int = 0,
    device: Device = None,
) -> Any:
    """A new Tensor of numbers, nested sequences, which may hold Tensors, or an array, as
    numpy.array; gradients pass.  An array of NumPy's goes to the default device, as with CuPy."""
    x = asarray(object, dtype, device=device, copy=copy)
    return gg.reshape(x, shape=(*(1,) * (ndmin - x.ndim), *x.shape)) if x.ndim < ndmin else x


def asarray(
    a: Any,
    dtype: Any = None,
    order: str | None = None,
    *,
    device: Device = None,
    copy: bool | None = None,
) -> Any:
    """``a`` as a Tensor, itself if it is one of that dtype, as numpy.asarray.

    device: Tensors and arrays on a GPU stay where they are without it; all else, an array of
    NumPy's too, goes to the default device, as with CuPy.
    copy: True makes a new one in any case; False raises where a new one would be needed.
    """
    made = isinstance(a, list | tuple | int | float | complex) or not hasattr(a, "dtype")
    x = array(a, dtype)
    device = default_device() if device is None and BACKENDS.get(type(a)) is HOST else device
    x = x if device is None else x.to_device(device)
    same = not made and innermost(x) is innermost(a)
    if copy is False and not same:
        raise ValueError("asarray: copy=False, but this needs a copy; leave copy out")
    return gg.astype(x, x.dtype) if copy and same else x


asanyarray = asarray


def ascontiguousarray(a: Any, dtype: Any = None) -> Any:
    """``a`` as a Tensor of one axis or more, as numpy.ascontiguousarray."""
    x = asarray(a, dtype)
    return x if x.ndim else gg.reshape(x, shape=(1,))


def asfortranarray(a: Any, dtype: Any = None) -> Any:
    """``a`` as a Tensor; how elements lie in memory is not promised."""
    return asarray(a, dtype)


def asarray_chkfinite(a: Any, dtype: Any = None, order: Any = None) -> Any:
    """``a`` as a Tensor, and ValueError if it holds NaN or infinities, but not within vmap."""
    x = asarray(a, dtype)
    if holds(gg.logical_not(gg.isfinite(x))):
        raise ValueError("asarray_chkfinite: NaN or infinities among the elements")
    return x


def from_dlpack(x: Any, /, *, device: Device = None, copy: bool | None = None) -> Any:
    """A Tensor on the memory of another library's array, as numpy.from_dlpack."""
    return make.from_dlpack(x, device=device, copy=copy)


def zeros(shape: Any, dtype: Any = None, order: str = "C", *, device: Device = None) -> Any:
    """Zeros, as numpy.zeros."""
    return make.zeros(sizes(shape), dtype=_or_float(dtype), device=device)


def ones(shape: Any, dtype: Any = None, order: str = "C", *, device: Device = None) -> Any:
    """Ones, as numpy.ones."""
    return make.ones(sizes(shape), dtype=_or_float(dtype), device=device)


def empty(shape: Any, dtype: Any = None, order: str = "C", *, device: Device = None) -> Any:
    """An array whose elements are not set, as numpy.empty."""
    return make.empty(sizes(shape), dtype=_or_float(dtype), device=device)


def full(
    shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", *, device: Device = None
) -> Any:
    """``fill_value`` everywhere, a number or an array that broadcasts, as numpy.full."""
    value = array(fill_value, dtype)
    value = value if device is None else value.to_device(device)
    y = gg.broadcast_to(value, shape=sizes(shape))
    return gg.astype(y, y.dtype)


def _or_float(dtype: Any) -> Any:
    return float64 if dtype is None else numpy_dtype(dtype)


def zeros_like(
    a: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Device = None,
) -> Any:
    """Zeros in the shape, dtype and place of ``a``, as numpy.zeros_like."""
    return zeros(*_like(a, dtype, shape), device=device or array(a).device)


def ones_like(
    a: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Device = None,
) -> Any:
    """Ones in the shape, dtype and place of ``a``, as numpy.ones_like."""
    return ones(*_like(a, dtype, shape), device=device or array(a).device)


def empty_like(
    prototype: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Device = None,
) -> Any:
    """An array like ``prototype`` whose elements are not set, as numpy.empty_like."""
    return empty(*_like(prototype, dtype, shape), device=device or array(prototype).device)


def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Device = None,
) -> Any:
    """``fill_value`` everywhere in the shape, dtype and place of ``a``, as numpy.full_like."""
    shape, dtype = _like(a, dtype, shape)
    place = device or array(a).device
    value = fill_value if isinstance(fill_value, Tensor) else array(fill_value).to_device(place)
    return full(shape, gg.astype(value, dtype), device=place)


def _like(a: Any, dtype: Any, shape: Any) -> tuple[tuple, Any]:
    x = array(a)
    return (
        x.shape if shape is None else sizes(shape),
        x.dtype if dtype is None else numpy_dtype(dtype),
    )


def arange(
    start_or_stop: Any,
    /,
    stop: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Device = None,
) -> Any:
    """Numbers from a start (or 0) to before ``stop`` in steps, as numpy.arange; of integers
    int64."""
    start, stop = (0, start_or_stop) if stop is None else (start_or_stop, stop)
    step = 1 if step is None else step
    ends = (start, stop, step)
    if not any(isinstance(end, Tensor) for end in ends):
        wanted = alike(*ends)[0].dtype if dtype is None else numpy_dtype(dtype)
        return make.arange(*ends, dtype=wanted, device=device)
    values = [on_host(end, "arange", "its ends").item() for end in ends]
    count = max(0, ceil((values[1] - values[0]) / values[2]))
    first, _, by = alike(*ends) if dtype is None else [array(end, dtype) for end in ends]
    return first + by * gg.astype(make.arange(count, device=device or first.device), by.dtype)


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Device = None,
) -> Any:
    """``num`` numbers evenly spaced from ``start`` to ``stop``, arrays too, as numpy.linspace;
    their new axis is ``axis``."""
    if num < 0:
        raise ValueError(f"linspace: {num} numbers; give 0 or more")
    first, last = (
        x if device is None else x.to_device(device)
        for x in gg.broadcast_arrays(*alike(start, stop, floats=True))
    )
    parts = num - 1 if endpoint else num
    step = (last - first) / parts if parts > 0 else first * float("nan")
    along = gg.astype(make.arange(num, device=first.device), first.dtype)
    along = gg.reshape(along, shape=(num, *(1,) * first.ndim))
    y = first + along * step if parts > 0 else first + along * (last - first)
    if endpoint and num > 1:
        y = gg.concat([y[:-1], gg.expand_dims(last, axis=0)])  # exact
    y = gg.moveaxis(y, source=0, destination=axis) if axis else y
    if dtype is not None:
        wanted = numpy_dtype(dtype)
        y = gg.astype(gg.floor(y) if wanted not in INEXACT else y, wanted, copy=False)
    return (y, step) if retstep else y


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
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
) -> Any:
    """``num`` numbers of which each is the same multiple of the one before, as numpy.geomspace."""
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


def eye(
    N: int,
    M: int | None = None,
    k: int = 0,
    dtype: Any = None,
    order: str = "C",
    *,
    device: Device = None,
) -> Any:
    """Ones on the diagonal number ``k`` of a matrix, zeros elsewhere, as numpy.eye."""
    columns = N if M is None else M
    return make.eye(N, columns, k=k, dtype=_or_float(dtype), device=device)


def identity(n: int, dtype: Any = None) -> Any:
    """The square matrix with ones on its diagonal, as numpy.identity."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """A matrix of ones on and below the diagonal number ``k``, as numpy.tri."""
    return gg.tril(ones((N, N if M is None else M), dtype), k=k)
