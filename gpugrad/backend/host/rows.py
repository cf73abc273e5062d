"""Softmax and cross-entropy on the host: rows by kernels/softmax.cpp, other axes in few passes of
NumPy, as without a compiler."""

from math import prod
from struct import pack
from typing import Any

import numpy as np

from ..kernels import buffers, pool
from ..kernels.functions import address, function
from ..shapes import refuse_features
from .natives import matmul

CHUNK = 1 << 13  # elements that are worth a thread


def softmax(x: Any, *, axis: int) -> Any:
    """e**x over its sum along ``axis``."""
    return _softmax(x, axis, None)


def _softmax(x: Any, axis: int, factor: Any) -> Any:
    """The softmax, of rows times a number each, ``factor``: (rows,) or None."""
    if (y := _by_rows("softmax", axis, x, factor=factor)) is not None or not x.size:
        return x.copy() if y is None else y
    y = np.asarray(x - x.max(axis=axis, keepdims=True))  # of a 0-d array NumPy makes a number
    np.exp(y, out=y)
    y *= (1 if factor is None else factor[:, None]) / y.sum(axis=axis, keepdims=True)
    return y


def softmax_gradient(g: Any, y: Any, *, axis: int) -> Any:
    """The gradient of softmax's input from that of its output ``y``."""
    if (result := _by_rows("softmax_gradient", axis, g, y)) is not None:
        return result
    result = np.asarray(g * y)
    total = result.sum(axis=axis, keepdims=True)
    np.subtract(g, total, out=result)
    result *= y
    return result


def log_softmax(x: Any, *, axis: int) -> Any:
    """Logarithm of the softmax along ``axis``."""
    if (y := _by_rows("log_softmax", axis, x)) is not None:
        return y
    return x - _log_sum(x, axis)


def _log_sum(x: Any, axis: int) -> Any:
    """log(sum(e**x)) along ``axis``, which stays with length one; of nothing 0."""
    if not x.size:
        return np.zeros((), x.dtype)
    shape = (*x.shape[:-1], 1)
    if (y := _by_rows("log_sum", axis, x, shape=shape)) is not None:
        return y
    most = x.max(axis=axis, keepdims=True)
    return most + np.log(np.exp(x - most).sum(axis=axis, keepdims=True))


def log_softmax_gradient(g: Any, y: Any, *, axis: int) -> Any:
    """The gradient of log_softmax's input from that of its output ``y``."""
    if (result := _by_rows("log_softmax_gradient", axis, g, y)) is not None:
        return result
    result = np.asarray(np.exp(y))
    result *= g.sum(axis=axis, keepdims=True)
    return np.subtract(g, result, out=result)


def _by_rows(
    name: str, axis: int, x: Any, z: Any = None, factor: Any = None, shape: Any = None
) -> Any:
    """The result of a kernel along the last axis, of ``x``'s shape unless another is given; None
    along others, of nothing, without a compiler and for other dtypes."""
    if axis not in (-1, x.ndim - 1) or not x.size or not x.ndim:
        return None
    kernel = function("softmax.cpp", name, x.dtype)
    if kernel is None or (z is not None and z.dtype != x.dtype):
        return None
    y, columns = buffers.empty(x.shape if shape is None else shape, x.dtype), x.shape[-1]
    arrays = [a if a is None else np.ascontiguousarray(a) for a in (x, z, factor)]
    job = pack("4Pl", *[address(a) or 0 for a in (*arrays, y)], columns)  # the kernel's Job
    pool.run(kernel, job, x.size // columns, -(-CHUNK // columns))
    return y


def cross_entropy_rows(
    x: Any, labels: Any, weight: Any = None, *, ignored: int, smoothing: float
) -> Any:
    """Cross-entropy of each row of scores with its label; IndexError for one out of range."""
    places, counted = _places(x, labels, ignored)
    logs = _log_sum(x, -1)[..., 0] if x.size else x.sum(axis=-1)
    losses = logs - x[np.arange(len(x)), places]
    if weight is not None:
        losses *= weight[places]
    if smoothing:
        whole = x.shape[1] if weight is None else weight.sum()
        every = logs * whole - (x.sum(axis=-1) if weight is None else x @ weight)
        losses = (1 - smoothing) * losses + (smoothing / x.shape[1]) * every
    return losses if counted is None else np.where(counted, losses, losses.dtype.type(0))


def cross_entropy_gradient(
    g: Any, x: Any, labels: Any, weight: Any, *, ignored: int, smoothing: float
) -> Any:
    """The gradient of the scores ``x`` from that of every row's loss, ``g``: (rows,)."""
    places, counted = _places(x, labels, ignored)
    scale = g if counted is None else np.where(counted, g, g.dtype.type(0))
    return _gradient(scale, x, places, weight, smoothing)


def _gradient(scale: Any, x: Any, places: Any, weight: Any, smoothing: float) -> Any:
    """``scale``, a number for each row, times the derivative of its loss."""
    hits = (1 - smoothing) * scale if weight is None else (1 - smoothing) * weight[places] * scale
    total = hits
    if smoothing:
        smooth = smoothing / x.shape[1] * (np.ones(x.shape[1]) if weight is None else weight)
        total = total + scale * smooth.sum()
    result = _softmax(x, -1, total.astype(x.dtype, copy=False))
    if smoothing:
        result -= scale[:, None] * smooth.astype(x.dtype)
    result[np.arange(len(x)), places] -= hits
    return result


def cross_entropy_mean(
    x: Any, labels: Any, weight: Any = None, *, ignored: int, smoothing: float
) -> Any:
    """The weighted mean of ``cross_entropy_rows``."""
    rows = cross_entropy_rows(x, labels, weight, ignored=ignored, smoothing=smoothing)
    return rows.sum() / _count(x, *_places(x, labels, ignored), weight)


def cross_entropy_mean_gradient(
    g: Any, x: Any, labels: Any, weight: Any, *, ignored: int, smoothing: float
) -> Any:
    """The gradient of the scores ``x`` from that of the mean loss, ``g``: a number."""
    places, counted = _places(x, labels, ignored)
    scale = np.full(len(x), g / _count(x, places, counted, weight), x.dtype)
    if counted is not None:
        scale[~counted] = 0
    return _gradient(scale, x, places, weight, smoothing)


def _count(x: Any, places: Any, counted: Any, weight: Any) -> Any:
    """The sum of the weights of the labels that count."""
    if weight is None:
        return x.dtype.type(len(x) if counted is None else np.count_nonzero(counted))
    each = weight[places]
    return each.sum() if counted is None else each[counted].sum()


def _places(x: Any, labels: Any, ignored: int) -> tuple[Any, Any]:
    """Labels with 0 for ignored ones, and which rows count (None: all)."""
    if not labels.size:
        return labels, None
    low, high = labels.min(), labels.max()
    if low >= 0 and high < x.shape[1] and not low <= ignored <= high:
        return labels, None
    counted = labels != ignored
    places = np.where(counted, labels, 0)
    low, high = places.min(), places.max()
    if low < 0 or high >= x.shape[1]:
        wrong = low if low < 0 else high
        classes = x.shape[1]
        raise IndexError(
            f"cross_entropy: label {wrong} of {classes} classes; give 0 to {classes - 1}"
        )
    return places, counted


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """``x @ weight.T + bias``, the weight read transposed where it lies."""
    shape = x.shape
    refuse_features(shape, weight.shape)
    outputs, features = weight.shape
    whole = len(shape) == 2
    y = matmul(x if whole else x.reshape(prod(shape[:-1]), features), weight.T)
    if bias is not None:
        y += bias
    return y if whole else y.reshape(*shape[:-1], outputs)
