"""Softmax and cross-entropy on a device: any axis and layout, brought to the kernels' rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..dtypes import COMPLEX
from . import cross_entropy, launchers

ROWS = (
    "softmax",
    "softmax_gradient",
    "log_softmax",
    "log_softmax_gradient",
    "cross_entropy_rows",
    "cross_entropy_gradient",
    "cross_entropy_mean",
    "cross_entropy_mean_gradient",
)


def rows(device: Any) -> dict[str, Callable]:
    """The operations whose kernels take contiguous (rows, columns), by name.

    As in host_rows.py, but for labels out of range: they give NaN, since a device cannot raise.
    """
    return {**_softmax(device), **_cross_entropy(device)}


def _softmax(device: Any) -> dict[str, Callable]:
    def along(kernel: Callable, axis: int, *arrays: Any) -> Any:
        if arrays[0].dtype in COMPLEX:
            return OF_COMPLEX[kernel](device.module, axis, *arrays)
        axis = normalize_axis_index(axis, arrays[0].ndim or 1)  # one number is a row of one
        last = axis >= arrays[0].ndim - 1
        moved = arrays if last else [_swapped(a, axis) for a in arrays]
        shape = moved[0].shape
        y = kernel(device, *[_flat(device, a) for a in moved])
        y = y if len(shape) == 2 else y.reshape(shape)
        return y if last else _swapped(y, axis)

    def softmax(x: Any, *, axis: int) -> Any:
        return along(launchers.softmax, axis, x)

    def softmax_gradient(g: Any, y: Any, *, axis: int) -> Any:
        return along(launchers.softmax_backward, axis, g, y)

    def log_softmax(x: Any, *, axis: int) -> Any:
        return along(launchers.log_softmax, axis, x)

    def log_softmax_gradient(g: Any, y: Any, *, axis: int) -> Any:
        return along(launchers.log_softmax_backward, axis, g, y)

    return {
        "softmax": softmax,
        "softmax_gradient": softmax_gradient,
        "log_softmax": log_softmax,
        "log_softmax_gradient": log_softmax_gradient,
    }


def _complex_softmax(xp: Any, axis: int, x: Any) -> Any:
    y = xp.exp(x - xp.max(x.real, axis=axis, keepdims=True))
    return y / xp.sum(y, axis=axis, keepdims=True)


def _complex_softmax_gradient(xp: Any, axis: int, g: Any, y: Any) -> Any:
    return y * (g - xp.sum(g * y, axis=axis, keepdims=True))


def _complex_log_softmax(xp: Any, axis: int, x: Any) -> Any:
    y = x - xp.max(x.real, axis=axis, keepdims=True)
    return y - xp.log(xp.sum(xp.exp(y), axis=axis, keepdims=True))


def _complex_log_softmax_gradient(xp: Any, axis: int, g: Any, y: Any) -> Any:
    return g - xp.exp(y) * xp.sum(g, axis=axis, keepdims=True)


OF_COMPLEX: dict[Callable, Callable] = {  # what stands for a kernel, which takes floats
    launchers.softmax: _complex_softmax,
    launchers.softmax_backward: _complex_softmax_gradient,
    launchers.log_softmax: _complex_log_softmax,
    launchers.log_softmax_backward: _complex_log_softmax_gradient,
}


def _cross_entropy(device: Any) -> dict[str, Callable]:
    def places(x: Any, labels: Any, weight: Any) -> tuple:
        if x.dtype in COMPLEX:
            raise TypeError("cross_entropy: takes no complex numbers; give it gg.real(x)")
        return _flat(device, x), _as(device, labels, np.int64), _wide(device, weight, x)

    def cross_entropy_rows(x: Any, labels: Any, weight: Any = None, **settings: Any) -> Any:
        loss = cross_entropy.forward(device, *places(x, labels, weight), **settings)
        return loss.astype(x.dtype, copy=False)

    def cross_entropy_gradient(g: Any, x: Any, labels: Any, weight: Any, **settings: Any) -> Any:
        given = places(x, labels, weight)
        return cross_entropy.backward(device, _wide(device, g, x), *given, **settings)

    def cross_entropy_mean(x: Any, labels: Any, weight: Any = None, **settings: Any) -> Any:
        given, ignored = places(x, labels, weight), settings["ignored"]
        losses = cross_entropy.forward(device, *given, **settings)
        mean = cross_entropy.mean(device, losses, *given, ignored=ignored)
        return mean.astype(x.dtype, copy=False)

    def cross_entropy_mean_gradient(
        g: Any, x: Any, labels: Any, weight: Any, **settings: Any
    ) -> Any:
        given, ignored = places(x, labels, weight), settings["ignored"]
        share = cross_entropy.mean(device, _wide(device, g, x), *given, ignored=ignored)
        return cross_entropy.backward(device, share, *given, **settings)

    return {
        "cross_entropy_rows": cross_entropy_rows,
        "cross_entropy_gradient": cross_entropy_gradient,
        "cross_entropy_mean": cross_entropy_mean,
        "cross_entropy_mean_gradient": cross_entropy_mean_gradient,
    }


def _swapped(x: Any, axis: int) -> Any:
    """``x`` with ``axis`` and the last exchanged."""
    axes = list(range(x.ndim))
    axes[axis], axes[-1] = axes[-1], axes[axis]
    return x.transpose(axes)


def _flat(device: Any, x: Any) -> Any:
    """(rows, columns), contiguous; of a 0-d array one of each."""
    if not x._c_contiguous:
        x = device.module.ascontiguousarray(x)
    columns = x.shape[-1] if x.ndim else 1
    return x if x.ndim == 2 else x.reshape(x.size // columns if columns else 0, columns)


def _wide(device: Any, values: Any, x: Any) -> Any:
    """Weights or gradients in what the kernel computes ``x`` in; None stays None."""
    return None if values is None else _as(device, values, cross_entropy.wide(x.dtype))


def _as(device: Any, values: Any, dtype: Any) -> Any:
    if values.dtype == dtype and values._c_contiguous:
        return values
    return device.module.ascontiguousarray(values.astype(dtype, copy=False))
