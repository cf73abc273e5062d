"""The device's raw operations by name: NumPy's semantics, written once on CuPy's functions.

Elementwise float functions come from generated kernels as a rule; those here are for arrays that
no kernel takes.  Sums, products and scatter-add run kernels that give the same bits every time.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import handwritten, products
from .device_indexing import indexing
from .dtypes import FLOATS


def natives(device: Any) -> dict[str, Callable]:
    """Every raw operation of ``device`` by its name."""
    xp = device.module
    return {
        **_creation(xp), **_elements(xp), **_movement(xp), **_sums(device), **_reductions(xp),
        **_order(xp), **_linalg(device), **indexing(device),
    }  # fmt: skip


def _creation(xp: Any) -> dict[str, Callable]:
    return {
        "zeros": xp.zeros, "ones": xp.ones, "full": xp.full, "empty": xp.empty,
        "arange": xp.arange, "eye": xp.eye, "linspace": xp.linspace, "zeros_like": xp.zeros_like,
        "ones_like": xp.ones_like, "full_like": xp.full_like, "empty_like": xp.empty_like,
        "arange_like": lambda x, n: xp.arange(n),
    }  # fmt: skip


def _elements(xp: Any) -> dict[str, Callable]:
    def scale(g: Any, p: Any) -> Any:
        product = xp.where(g == 0, g.dtype.type(0), g * p)
        if p.dtype == np.bool_:  # a false p gives 0 beside an infinite g too
            product = xp.where(p, product, g.dtype.type(0))
        return product.astype(g.dtype, copy=False)

    def power(a: Any, b: Any) -> Any:
        return a * a if isinstance(b, int | float) and b == 2 else a**b

    names = (
        "exp", "log", "log1p", "sqrt", "sin", "cos", "tanh", "maximum", "minimum", "logical_not",
        "logical_and", "logical_or", "logical_xor", "absolute", "sign", "where", "isfinite",
        "isnan", "isinf", "floor", "ceil", "trunc", "signbit", "floor_divide", "remainder",
        "bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift",
    )  # fmt: skip
    return {
        **{name: getattr(xp, name) for name in names},
        "scale": scale, "power": power, "conj": xp.conjugate, "bitwise_invert": xp.invert,
        "bitwise_left_shift": xp.left_shift, "bitwise_right_shift": xp.right_shift,
        "round": xp.rint, "real": lambda x: x.real, "imag": lambda x: x.imag,
        "astype": lambda x, dtype: x.astype(dtype),
    }  # fmt: skip


def _movement(xp: Any) -> dict[str, Callable]:
    def matrix_transpose(x: Any) -> Any:
        if x.ndim < 2:
            raise ValueError(f"matrix_transpose: {x.ndim} axes are fewer than two")
        return xp.swapaxes(x, -1, -2)

    return {
        "reshape": lambda x, shape: x.reshape(shape),
        "broadcast_to": lambda x, shape: xp.broadcast_to(x, shape),
        "expand_dims": xp.expand_dims, "squeeze": xp.squeeze, "moveaxis": xp.moveaxis,
        "swapaxes": xp.swapaxes, "transpose": xp.transpose, "permute_dims": xp.transpose,
        "matrix_transpose": matrix_transpose, "ravel": xp.ravel, "flip": xp.flip,
        "roll": xp.roll, "repeat": xp.repeat, "tile": xp.tile, "concat": xp.concatenate,
        "concatenate": xp.concatenate, "stack": xp.stack, "pad": xp.pad, "tril": xp.tril,
        "triu": xp.triu, "diagonal": xp.diagonal, "copy": lambda x: x.copy(),
        "contiguous": xp.ascontiguousarray,
    }  # fmt: skip


def _sums(device: Any) -> dict[str, Callable]:
    xp = device.module

    def sum_to(x: Any, shape: tuple[int, ...]) -> Any:
        if x.dtype in FLOATS and x.shape != shape:
            return handwritten.sum_to(device, xp.ascontiguousarray(x), tuple(shape))
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
        axes = _axes(axis, x.ndim)
        kept = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
        y = sum_to(x, kept)
        return y if keepdims else y.reshape([n for i, n in enumerate(x.shape) if i not in axes])

    def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        total = sum(x, axis=axis, keepdims=keepdims)
        return total / (x.size / total.size if total.size else 1)

    return {"sum_to": sum_to, "sum": sum, "mean": mean}


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes that a reduction's argument names, counted from the front."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    for a in axes:
        if not -ndim <= a < ndim:
            raise ValueError(f"axis {a} is out of bounds for an array of {ndim} axes")
    if len({a % ndim for a in axes}) < len(axes):
        raise ValueError(f"an axis twice in {axis}")
    return tuple(a % ndim for a in axes)


def _reductions(xp: Any) -> dict[str, Callable]:
    names = "prod", "max", "min", "any", "all", "argmax", "argmin", "cumsum", "cumprod"
    return {**{name: getattr(xp, name) for name in names}, "count_nonzero": xp.count_nonzero}


def _order(xp: Any) -> dict[str, Callable]:
    # CuPy's sorts are stable always, and know no keyword for it.
    return {
        "sort": lambda x, axis=-1, stable=True: xp.sort(x, axis=axis),
        "argsort": lambda x, axis=-1, stable=True: xp.argsort(x, axis=axis),
        "searchsorted": lambda x, v, side="left": xp.searchsorted(x, v, side=side),
        "unique": xp.unique, "nonzero": xp.nonzero,
    }  # fmt: skip


def _linalg(device: Any) -> dict[str, Callable]:
    xp = device.module
    names = (
        "cholesky", "solve", "inv", "det", "slogdet", "eigh", "eigvalsh", "qr", "svd", "pinv"
    )  # fmt: skip
    return {
        **{name: getattr(xp.linalg, name) for name in names},
        "matmul": lambda a, b: products.matmul(device.driver, xp, a, b),
    }
