"""The device's raw operations by name: those of numpy_natives.py, written once on CuPy's functions.

Elements of floats come from generated kernels as a rule; those here are for the dtypes that none
takes.  Sums, products and scatter-add run kernels that give the same bits every time.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from ..dtypes import COMPLEX, FLOATS, INEXACT, bfloat16, default_float, float64
from ..host.natives import CREATION, UFUNCS, astype
from ..maths.fourier import fourier_natives
from ..shapes import AxisError
from . import sums
from .attention import attention_natives
from .ctc import ctc_natives
from .indexing import indexing
from .linalg import linalg
from .products import products
from .random import random
from .recurrent import recurrent
from .rows import rows
from .special import device_special
from .updates import update
from .windows import windows

OTHERS = (
    "real imag broadcast_to expand_dims squeeze matrix_transpose permute_dims flip roll repeat "
    "diagonal prod max min any all argmax argmin cumsum nonzero"
)
LOGICAL = "logical_and logical_or logical_xor logical_not"


def natives(device: Any) -> dict[str, Callable]:
    """Every raw operation of ``device`` by its name."""
    xp = device.module
    return {
        **{name: getattr(xp, name) for name in f"{CREATION} {UFUNCS} {OTHERS}".split()},
        **{name: _of_truth(getattr(xp, name)) for name in LOGICAL.split()},
        **_elements(xp),
        **_movement(xp),
        **_sums(device),
        **_order(xp),
        **indexing(device),
        **rows(device),
        **windows(device),
        **attention_natives(device),
        **recurrent(device),
        **ctc_natives(device),
        **linalg(device),
        **fourier_natives(xp),
        **device_special(device),
        **products(device),
        **random(device),
        "update": partial(update, device),
    }


def _of_truth(function: Callable) -> Callable:
    """A logical function for all dtypes: CuPy's have no complex numbers."""

    def taking(*arrays: Any) -> Any:
        return function(*[a != 0 if getattr(a, "dtype", None) in COMPLEX else a for a in arrays])

    return taking


def _of_bits(function: Callable) -> Callable:
    """A function that moves elements, for all dtypes: CuPy's make float32 of bfloat16."""

    def taking(x: Any, **settings: Any) -> Any:
        if x.dtype != bfloat16:
            return function(x, **settings)
        return function(x.view(np.uint16), **settings).view(bfloat16)

    return taking


def _elements(xp: Any) -> dict[str, Callable]:
    def scale(g: Any, p: Any) -> Any:
        product = xp.where((g == 0) | (p == 0), g.dtype.type(0), g * p)
        return product.astype(g.dtype, copy=False)

    def power(a: Any, b: Any) -> Any:
        return a * a if isinstance(b, int | float) and b == 2 else a**b

    def rounded(x: Any) -> Any:
        return xp.rint(x) if x.dtype in INEXACT else x.copy()  # integers are whole

    def where(condition: Any, a: Any, b: Any) -> Any:
        if bfloat16 not in (getattr(a, "dtype", None), getattr(b, "dtype", None)):
            return xp.where(condition, a, b)
        both = [x if hasattr(x, "dtype") else xp.full((), x, dtype=bfloat16) for x in (a, b)]
        if both[0].dtype != both[1].dtype:
            return xp.where(condition, *both)
        return xp.where(condition, *[x.view(np.uint16) for x in both]).view(bfloat16)

    def sign(x: Any) -> Any:
        if x.dtype.kind == "b":
            raise TypeError("sign: truth values have none; give numbers")
        return xp.sign(x)

    return {
        "where": where,
        "sign": sign,
        "scale": scale,
        "power": power,
        "round": rounded,
        "astype": astype,
        "binary_exponent": lambda x: xp.frexp(x)[1],
    }


def _movement(xp: Any) -> dict[str, Callable]:
    def pad(x: Any, pad_width: tuple, value: Any) -> Any:
        shape = tuple(n + sum(ends) for n, ends in zip(x.shape, pad_width, strict=True))
        y = xp.full(shape, value, dtype=x.dtype)
        inner = zip(x.shape, pad_width, strict=True)
        y[tuple(slice(before, before + n) for n, (before, _) in inner)] = x
        return y

    return {
        "reshape": lambda x, shape: x.reshape(shape),
        "concat": lambda *arrays, axis: xp.concatenate(arrays, axis=axis),
        "pad": pad,
        "arange_like": lambda x, n: xp.arange(n),
        "tril": _of_bits(xp.tril),
        "triu": _of_bits(xp.triu),
        "from_dlpack": xp.from_dlpack,
        "running_product": lambda x: xp.cumprod(x, axis=-1),
    }


def _sums(device: Any) -> dict[str, Callable]:
    xp = device.module

    def sum_to(x: Any, shape: tuple[int, ...]) -> Any:
        if x.dtype in FLOATS and x.shape != shape:
            x = x if x._c_contiguous else xp.ascontiguousarray(x)
            return sums.sum_to(device, x, tuple(shape))
        extra = x.ndim - len(shape)
        pairs = enumerate(zip(x.shape[extra:], shape, strict=True))
        repeated = tuple(extra + i for i, (n, to) in pairs if n != to)
        if extra or repeated:
            x = xp.sum(x, axis=(*range(extra), *repeated), keepdims=True)
        return x.reshape(shape)

    def sum(x: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
        x = x if dtype is None else x.astype(dtype, copy=False)
        if x.dtype not in FLOATS or not x.ndim:
            return xp.sum(x, axis=axis, keepdims=keepdims)
        kept, shape = _reduced(x.shape, tuple(axis) if isinstance(axis, list) else axis)
        if kept == x.shape:
            return x.copy() if keepdims else x.reshape(shape).copy()
        x = x if x._c_contiguous else xp.ascontiguousarray(x)
        return sums.sum_to(device, x, kept, kept if keepdims else shape)

    def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        if x.dtype in INEXACT:
            total = sum(x, axis, None, keepdims)
            return total / (x.size // max(total.size, 1))
        total = xp.sum(x, axis=axis, dtype=float64, keepdims=keepdims)  # by a kernel, with no copy
        return (total / (x.size // max(total.size, 1))).astype(default_float())

    def count_nonzero(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return xp.sum(x != 0, axis=axis, keepdims=keepdims)

    return {"sum_to": sum_to, "sum": sum, "mean": mean, "count_nonzero": count_nonzero}


@lru_cache(4096)
def _reduced(shape: tuple[int, ...], axis: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shape after a reduction over ``axis``, with its axes of one element and without."""
    axes = _axes(axis, len(shape))
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
    return kept, tuple(n for i, n in enumerate(shape) if i not in axes)


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes that a reduction's argument names, counted from the front."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    for a in axes:
        if not -ndim <= a < ndim:
            raise AxisError(f"axis {a} is out of bounds for an array of {ndim} axes")
    if len({a % ndim for a in axes}) < len(axes):
        raise ValueError(f"an axis twice in {axis}")
    return tuple(a % ndim for a in axes)


def _order(xp: Any) -> dict[str, Callable]:
    # CuPy's sorts are always stable, and have no keyword for it.
    def argsort(x: Any, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
        if not descending:
            return xp.argsort(x, axis=axis)
        turned = xp.argsort(xp.flip(x, axis), axis=axis)
        return xp.flip(x.shape[axis] - 1 - turned, axis)

    def unique_all(x: Any) -> tuple:
        settings = dict.fromkeys(("return_index", "return_inverse", "return_counts"), True)
        values, index, inverse, counts = xp.unique(x, **settings, equal_nan=False)
        return values, index, inverse.reshape(x.shape), counts  # CuPy's may be flat

    return {
        "argsort": argsort,
        "unique_all": unique_all,
        "searchsorted": lambda x, v, side: xp.searchsorted(x, v, side=side),
    }
