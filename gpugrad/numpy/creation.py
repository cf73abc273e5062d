"""New arrays, with NumPy's names, arguments and dtypes: floats are float64.

``device`` names where they are made, the default device without it.  Values that are Tensors keep
their gradients.
"""

from typing import Any

from ..api import functions as gg
from ..backend.dtypes import float64
from ..backend.select import BACKENDS, HOST, default_device
from ..backend.shapes import sizes
from ..engine.cells import raw
from ..tensor.cell import Tensor
from . import making as make
from .concrete import holds
from .reading import array as read
from .reading import numpy_dtype

__all__ = [
    "array",
    "asanyarray",
    "asarray",
    "asarray_chkfinite",
    "ascontiguousarray",
    "asfortranarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "identity",
    "ones",
    "ones_like",
    "require",
    "tri",
    "zeros",
    "zeros_like",
]

Device = str | int | None


def array(
    object: Any,
    dtype: Any = None,
    *,
    copy: bool | None = True,
    order: str = "K",
    subok: bool = False,
    ndmin: int = 0,
    device: Device = None,
) -> Tensor:
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
) -> Tensor:
    """``a`` as a Tensor, itself if it is one of that dtype, as numpy.asarray.

    device: Tensors and arrays on a GPU stay where they are without it; all else, an array of
    NumPy's too, goes to the default device, as with CuPy.
    copy: True makes a new one in any case; False raises where a new one would be needed.
    """
    made = isinstance(a, list | tuple | int | float | complex) or not hasattr(a, "dtype")
    x = read(a, dtype)
    device = default_device() if device is None and BACKENDS.get(type(a)) is HOST else device
    x = x if device is None else x.to_device(device)
    same = not made and raw(x) is raw(a)
    if copy is False and not same:
        raise ValueError("asarray: copy=False, but this needs a copy; leave copy out")
    return gg.astype(x, x.dtype) if copy and same else x


asanyarray = asarray


def ascontiguousarray(a: Any, dtype: Any = None) -> Tensor:
    """``a`` as a Tensor of one axis or more, as numpy.ascontiguousarray."""
    x = asarray(a, dtype)
    return x if x.ndim else gg.reshape(x, shape=(1,))


def asfortranarray(a: Any, dtype: Any = None) -> Any:
    """``a`` as a Tensor; how elements lie in memory is not promised."""
    return asarray(a, dtype)


def require(a: Any, dtype: Any = None, requirements: Any = None) -> Any:
    """``a`` as a Tensor in ``dtype``, as numpy.require; how elements lie is not promised."""
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


def zeros(shape: Any, dtype: Any = None, order: str = "C", *, device: Device = None) -> Tensor:
    """Zeros, as numpy.zeros."""
    return make.zeros(sizes(shape), dtype=_or_float(dtype), device=device)


def ones(shape: Any, dtype: Any = None, order: str = "C", *, device: Device = None) -> Tensor:
    """Ones, as numpy.ones."""
    return make.ones(sizes(shape), dtype=_or_float(dtype), device=device)


def empty(shape: Any, dtype: Any = None, order: str = "C", *, device: Device = None) -> Any:
    """An array whose elements are not set, as numpy.empty."""
    return make.empty(sizes(shape), dtype=_or_float(dtype), device=device)


def full(
    shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", *, device: Device = None
) -> Tensor:
    """Array filled with ``fill_value``, a number or an array that broadcasts, as numpy.full."""
    value = read(fill_value, dtype)
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
) -> Tensor:
    """Zeros in the shape, dtype and place of ``a``, as numpy.zeros_like."""
    return zeros(*_like(a, dtype, shape), device=read(a).device if device is None else device)


def ones_like(
    a: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Device = None,
) -> Tensor:
    """Ones in the shape, dtype and place of ``a``, as numpy.ones_like."""
    return ones(*_like(a, dtype, shape), device=read(a).device if device is None else device)


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
    return empty(
        *_like(prototype, dtype, shape), device=read(prototype).device if device is None else device
    )


def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Device = None,
) -> Tensor:
    """Array like ``a`` filled with ``fill_value``, as numpy.full_like."""
    shape, dtype = _like(a, dtype, shape)
    place = read(a).device if device is None else device
    value = fill_value if isinstance(fill_value, Tensor) else read(fill_value).to_device(place)
    return full(shape, gg.astype(value, dtype), device=place)


def _like(a: Any, dtype: Any, shape: Any) -> tuple[tuple, Any]:
    x = read(a)
    return (
        x.shape if shape is None else sizes(shape),
        x.dtype if dtype is None else numpy_dtype(dtype),
    )


def eye(
    N: int,
    M: int | None = None,
    k: int = 0,
    dtype: Any = None,
    order: str = "C",
    *,
    device: Device = None,
) -> Tensor:
    """Matrix with ones on diagonal ``k`` and zeros elsewhere, as numpy.eye."""
    columns = N if M is None else M
    return make.eye(N, columns, k=k, dtype=_or_float(dtype), device=device)


def identity(n: int, dtype: Any = None) -> Tensor:
    """The square matrix with ones on its diagonal, as numpy.identity."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """A matrix of ones on and below the diagonal number ``k``, as numpy.tri."""
    return gg.tril(ones((N, N if M is None else M), dtype), k=k)
