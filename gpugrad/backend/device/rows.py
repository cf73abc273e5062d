"""Softmax and cross-entropy on a device: any axis and layout, brought to the kernels' rows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import HALVES, float32
from . import launchers

ROWS = (
    "softmax",
    "softmax_gradient",
    "log_softmax",
    "log_softmax_gradient",
    "cross_entropy_rows",
    "cross_entropy_gradient",
)


def rows(device: Any) -> dict[str, Callable]:
    """The operations whose kernels take contiguous (rows, columns), by name.

    As in host_rows.py, but for labels out of range: they give NaN, since a device cannot raise.
    """
    return {**_softmax(device), **_cross_entropy(device)}


def _softmax(device: Any) -> dict[str, Callable]:
    def along(kernel: Callable, axis: int, *arrays: Any) -> Any:
        last = axis in (-1, arrays[0].ndim - 1)
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


def _cross_entropy(device: Any) -> dict[str, Callable]:
    def cross_entropy_rows(
        x: Any, labels: Any, weight: Any = None, *, ignored: int, smoothing: float
    ) -> Any:
        arrays = (_flat(device, x), _as(device, labels, np.int64), _wide(device, weight, x))
        loss, *_ = launchers.cross_entropy(device, *arrays, ignored=ignored, smoothing=smoothing)
        return loss.astype(x.dtype, copy=False)

    def cross_entropy_gradient(
        g: Any, x: Any, labels: Any, weight: Any, *, ignored: int, smoothing: float
    ) -> Any:
        return launchers.cross_entropy_backward(
            device,
            _wide(device, g, x),
            _flat(device, x),
            _as(device, labels, np.int64),
            _wide(device, weight, x),
            ignored=ignored,
            smoothing=smoothing,
        )

    return {
        "cross_entropy_rows": cross_entropy_rows,
        "cross_entropy_gradient": cross_entropy_gradient,
    }


def _swapped(x: Any, axis: int) -> Any:
    """``x`` with ``axis`` and the last exchanged."""
    axes = list(range(x.ndim))
    axes[axis], axes[-1] = axes[-1], axes[axis]
    return x.transpose(axes)


def _flat(device: Any, x: Any) -> Any:
    """(rows, columns), contiguous."""
    if not x._c_contiguous:
        x = device.module.ascontiguousarray(x)
    columns = x.shape[-1]
    return x if x.ndim == 2 else x.reshape(x.size // columns if columns else 0, columns)


def _wide(device: Any, values: Any, x: Any) -> Any:
    """Weights or gradients in what the kernel computes ``x`` in; None stays None."""
    wide = float32 if x.dtype in HALVES else x.dtype
    return None if values is None else _as(device, values, wide)


def _as(device: Any, values: Any, dtype: Any) -> Any:
    if values.dtype == dtype and values._c_contiguous:
        return values
    return device.module.ascontiguousarray(values.astype(dtype, copy=False))
