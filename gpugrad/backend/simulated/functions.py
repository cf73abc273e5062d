"""CuPy's functions on the stand-in arrays: the names and parameters that the device backend uses.

Each has CuPy's names for its parameters, in CuPy's order, and no more of them;
tests/test_cupy_signatures.py compares them with CuPy.  Where NumPy takes what CuPy refuses, so
does this.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .arrays import computed, computed_raw, empty_array, ndarray, raw
from .driver import driver

MOST_COPIES = 8  # arrays that CuPy concatenates one by one; of more it uploads the addresses


def _filled(shape: Any, value: Any, dtype: Any) -> ndarray:
    out = empty_array(shape, dtype)
    out.fill(value)
    return out


def _moved(host: np.ndarray) -> ndarray:
    out = empty_array(host.shape, host.dtype)
    view = out._view
    driver().enqueue(lambda: np.copyto(view, host))
    return out


def empty(shape: Any, dtype: Any = float) -> ndarray:
    return empty_array(shape, dtype)


def zeros(shape: Any, dtype: Any = float) -> ndarray:
    return _filled(shape, 0, dtype)


def ones(shape: Any, dtype: Any = float) -> ndarray:
    return _filled(shape, 1, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> ndarray:
    return _filled(shape, fill_value, dtype or np.asarray(raw(fill_value)).dtype)


def empty_like(prototype: ndarray, dtype: Any = None) -> ndarray:
    return empty_array(prototype.shape, dtype or prototype.dtype)


def zeros_like(a: ndarray, dtype: Any = None) -> ndarray:
    return _filled(a.shape, 0, dtype or a.dtype)


def ones_like(a: ndarray, dtype: Any = None) -> ndarray:
    return _filled(a.shape, 1, dtype or a.dtype)


def full_like(a: ndarray, fill_value: Any, dtype: Any = None) -> ndarray:
    return _filled(a.shape, fill_value, dtype or a.dtype)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> ndarray:
    make: Any = np.arange
    return _moved(make(0, start, step, dtype) if stop is None else make(start, stop, step, dtype))


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, *, dtype: Any = None
) -> ndarray:
    return _moved(np.linspace(start, stop, num, endpoint, dtype=dtype))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = float) -> ndarray:
    return _moved(np.eye(N, M, k, dtype))


def _uploaded(host: np.ndarray) -> ndarray:
    """CuPy fills an array of no dimensions with its number, by a kernel, and copies any other."""
    if host.ndim:
        driver().forbid("H2D")
    return _moved(host)


def array(obj: Any, dtype: Any = None, copy: bool | None = True) -> ndarray:
    if isinstance(obj, ndarray):
        wanted = np.dtype(dtype or obj.dtype)
        if copy is False and wanted != obj.dtype:
            raise ValueError("Unable to avoid copy while creating an array as requested.")
        return obj.astype(wanted, copy=bool(copy))
    host = np.array(obj, dtype=dtype)
    if host.dtype.kind in "OSU":
        raise ValueError(f"Unsupported dtype {host.dtype}")
    return _uploaded(host)


def asarray(a: Any, dtype: Any = None) -> ndarray:
    return array(a, dtype, copy=None)


def ascontiguousarray(a: ndarray, dtype: Any = None) -> ndarray:
    return computed(np.ascontiguousarray, a, dtype=dtype)


def from_dlpack(array: Any) -> ndarray:
    if not isinstance(array, ndarray):
        raise BufferError(f"{type(array).__name__} is not in the simulated device's memory")
    return array[...]


def real(val: ndarray) -> ndarray:
    return val.real


def imag(val: ndarray) -> ndarray:
    return val.imag


def reshape(a: ndarray, newshape: Any) -> ndarray:
    return computed(np.reshape, a, shape=newshape)


def transpose(a: ndarray, axes: Any = None) -> ndarray:
    return computed(np.transpose, a, axes=axes)


def permute_dims(a: ndarray, axes: Any = None) -> ndarray:
    return computed(np.transpose, a, axes=axes)


def matrix_transpose(x: ndarray, /) -> ndarray:
    return computed(np.matrix_transpose, x)


def expand_dims(a: ndarray, axis: Any) -> ndarray:
    return computed(np.expand_dims, a, axis=axis)


def squeeze(a: ndarray, axis: Any = None) -> ndarray:
    return computed(np.squeeze, a, axis=axis)


def broadcast_to(array: ndarray, shape: Any) -> ndarray:
    return computed(np.broadcast_to, array, shape=shape)


def flip(a: ndarray, axis: Any = None) -> ndarray:
    return computed(np.flip, a, axis=axis)


def roll(a: ndarray, shift: Any, axis: Any = None) -> ndarray:
    return computed(np.roll, a, shift=shift, axis=axis)


def repeat(a: ndarray, repeats: Any, axis: Any = None) -> ndarray:
    if not isinstance(repeats, int | list | tuple):
        raise ValueError("repeats must be int or a sequence of ints")
    if not isinstance(repeats, int):
        driver().forbid("H2D")
    return computed(np.repeat, a, repeats=repeats, axis=axis)


def concatenate(tup: Sequence[ndarray], axis: Any = 0) -> ndarray:
    views = [raw(a) for a in tup]
    if len(views) > MOST_COPIES and len({view.dtype for view in views}) == 1:
        driver().forbid("H2D")
    return computed_raw(lambda *parts: np.concatenate(parts, axis), views, {}, ())


def diagonal(a: ndarray, offset: int = 0, axis1: int = 0, axis2: int = 1) -> ndarray:
    return computed(np.diagonal, a, offset=offset, axis1=axis1, axis2=axis2)


def tril(m: ndarray, k: int = 0) -> ndarray:
    return computed(np.tril, _chosen(m), k=k)


def triu(m: ndarray, k: int = 0) -> ndarray:
    return computed(np.triu, _chosen(m), k=k)


def _chosen(x: Any) -> Any:
    """What CuPy's where takes: it has no loop of bfloat16."""
    return x.astype(np.float32) if isinstance(x, ndarray) and x.dtype.kind == "V" else x


def sum(a: ndarray, axis: Any = None, dtype: Any = None, *, keepdims: bool = False) -> ndarray:
    return _accumulated(np.sum, a, axis=axis, dtype=dtype, keepdims=keepdims)


def prod(a: ndarray, axis: Any = None, dtype: Any = None, *, keepdims: bool = False) -> ndarray:
    return _accumulated(np.prod, a, axis=axis, dtype=dtype, keepdims=keepdims)


def cumsum(a: ndarray, axis: Any = None, dtype: Any = None) -> ndarray:
    return computed(np.cumsum, a, axis=axis, dtype=dtype)


def cumprod(a: ndarray, axis: Any = None, dtype: Any = None) -> ndarray:
    return computed(np.cumprod, a, axis=axis, dtype=dtype)


def _accumulated(function: Any, a: ndarray, *, dtype: Any, **settings: Any) -> ndarray:
    """Halves are added up in float32 and rounded once, as in CuPy's reductions."""
    if dtype is None and a.dtype.itemsize == 2 and a.dtype.kind in "fV":
        return computed(function, a, dtype=np.float32, **settings).astype(a.dtype)
    return computed(function, a, dtype=dtype, **settings)


def max(a: ndarray, axis: Any = None, *, keepdims: bool = False) -> ndarray:
    return computed(np.max, a, axis=axis, keepdims=keepdims)


def min(a: ndarray, axis: Any = None, *, keepdims: bool = False) -> ndarray:
    return computed(np.min, a, axis=axis, keepdims=keepdims)


def argmax(a: ndarray, axis: Any = None, *, keepdims: bool = False) -> ndarray:
    return computed(np.argmax, a, axis=axis, keepdims=keepdims)


def argmin(a: ndarray, axis: Any = None, *, keepdims: bool = False) -> ndarray:
    return computed(np.argmin, a, axis=axis, keepdims=keepdims)


def any(a: ndarray, axis: Any = None, *, keepdims: bool = False) -> ndarray:
    return computed(np.any, a, axis=axis, keepdims=keepdims)


def all(a: ndarray, axis: Any = None, *, keepdims: bool = False) -> ndarray:
    return computed(np.all, a, axis=axis, keepdims=keepdims)


def count_nonzero(a: ndarray, axis: Any = None) -> ndarray:
    return computed(np.count_nonzero, a, axis=axis)


def where(condition: ndarray, x: Any, y: Any) -> ndarray:
    return computed(np.where, condition, _chosen(x), _chosen(y))


def nonzero(a: ndarray) -> tuple[ndarray, ...]:
    if a.size:
        driver().forbid("D2H")
    return computed(np.nonzero, a)


def unique(
    ar: ndarray,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
) -> Any:
    if ar.size:
        driver().forbid("D2H")
    settings = {"axis": axis, "equal_nan": equal_nan}
    return computed(np.unique, ar, return_index, return_inverse, return_counts, **settings)


def sort(a: ndarray, axis: Any = -1, kind: Any = None) -> ndarray:
    return computed(np.sort, a, axis=axis, kind=_stable(kind))


def argsort(a: ndarray, axis: Any = -1, kind: Any = None) -> ndarray:
    return computed(np.argsort, a, axis=axis, kind=_stable(kind))


def _stable(kind: Any) -> str:
    if kind not in (None, "stable"):
        raise ValueError("kind can only be None or 'stable'")
    return "stable"


def searchsorted(a: ndarray, v: ndarray, side: str = "left") -> ndarray:
    return computed(np.searchsorted, a, v, side=side)


def matmul(x1: ndarray, x2: ndarray, /) -> ndarray:
    if x1.size and x2.size and np.result_type(x1.dtype, x2.dtype).kind not in "biu":
        driver().forbid("cuBLAS")
    return computed(np.matmul, x1, x2)
