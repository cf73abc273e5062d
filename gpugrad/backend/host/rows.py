"""Softmax, cross-entropy and standardising on the host, with few temporaries."""

from math import prod
from typing import Any

import numpy as np

from ..shapes import refuse_features


def softmax(x: Any, *, axis: int) -> Any:
    """e**x over its sum along ``axis``."""
    if not x.size:
        return x.copy()
    y = np.asarray(x - x.max(axis=axis, keepdims=True))  # of a 0-d array NumPy makes a number
    np.exp(y, out=y)
    y /= y.sum(axis=axis, keepdims=True)
    return y


def softmax_gradient(g: Any, y: Any, *, axis: int) -> Any:
    """The gradient of softmax's input from that of its output ``y``."""
    result = np.asarray(g * y)
    total = result.sum(axis=axis, keepdims=True)
    np.subtract(g, total, out=result)
    result *= y
    return result


def log_softmax(x: Any, *, axis: int) -> Any:
    """Logarithm of the softmax along ``axis``."""
    if not x.size:
        return x.copy()
    y = x - x.max(axis=axis, keepdims=True)
    y -= np.log(np.exp(y).sum(axis=axis, keepdims=True))
    return y


def log_softmax_gradient(g: Any, y: Any, *, axis: int) -> Any:
    """The gradient of log_softmax's input from that of its output ``y``."""
    result = np.asarray(np.exp(y))
    result *= g.sum(axis=axis, keepdims=True)
    return np.subtract(g, result, out=result)


def cross_entropy_rows(
    x: Any, labels: Any, weight: Any = None, *, ignored: int, smoothing: float
) -> Any:
    """Cross-entropy of each row of scores with its label; IndexError for one out of range."""
    places, counted = _places(x, labels, ignored)
    y = log_softmax(x, axis=-1)
    losses = -y[np.arange(len(x)), places]
    if weight is not None:
        losses *= weight[places]
    if smoothing:
        every = -(y if weight is None else y * weight).sum(axis=-1)
        losses = (1 - smoothing) * losses + (smoothing / x.shape[1]) * every
    return losses if counted is None else np.where(counted, losses, losses.dtype.type(0))


def cross_entropy_gradient(
    g: Any, x: Any, labels: Any, weight: Any, *, ignored: int, smoothing: float
) -> Any:
    """The gradient of the scores ``x`` from that of every row's loss, ``g``: (rows,)."""
    places, counted = _places(x, labels, ignored)
    scale = g if counted is None else np.where(counted, g, g.dtype.type(0))
    return _gradient(scale[:, None], x, places, weight, smoothing)


def _gradient(scale: Any, x: Any, places: Any, weight: Any, smoothing: float) -> Any:
    """``scale`` times the derivative of every row's loss."""
    result = softmax(x, axis=-1)
    each = x.dtype.type(1 - smoothing)
    if weight is not None:
        each = each * weight[places]
    if smoothing:
        smooth = smoothing / x.shape[1] * (np.ones(x.shape[1]) if weight is None else weight)
        result *= (each + smooth.sum(dtype=x.dtype))[..., None]
        result -= smooth.astype(x.dtype)
    elif weight is not None:
        result *= each[:, None]
    result[np.arange(len(x)), places] -= each
    result *= scale
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
    scale = g / _count(x, places, counted, weight)
    if counted is not None:
        scale = np.where(counted, scale, scale.dtype.type(0))[:, None]
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


def standardise(x: Any, *, axes: tuple, epsilon: float) -> tuple:
    """(x - mean) / sqrt(variance + epsilon), mean, variance; sums in float32 and wider."""
    scale = x.dtype.type(1 / max(1, prod(x.shape[i] for i in axes)))
    centre = x.sum(axis=axes, keepdims=True) * scale
    y = x - centre
    variance = _sum_of_products(y, y, axes) * scale
    y *= 1 / np.sqrt(variance + x.dtype.type(epsilon))
    return y, centre, variance


def standardise_gradient(g: Any, y: Any, variance: Any, *, axes: tuple, epsilon: float) -> Any:
    """The gradient of standardise's input from that of its first output ``y``."""
    scale = y.dtype.type(1 / max(1, prod(y.shape[i] for i in axes)))
    result = y * (_sum_of_products(g, y, axes) * -scale)
    result += g
    result -= g.sum(axis=axes, keepdims=True) * scale
    result *= 1 / np.sqrt(variance + y.dtype.type(epsilon))
    return result


def _sum_of_products(a: Any, b: Any, axes: tuple) -> Any:
    """Sum of ``a * b`` over ``axes``, which stay with length one."""
    if axes == (a.ndim - 1,):
        return np.vecdot(a, b)[..., None]
    return (a * b).sum(axis=axes, keepdims=True)


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """``x @ weight.T + bias``, the weight read transposed where it lies."""
    shape = x.shape
    refuse_features(shape, weight.shape)
    outputs, features = weight.shape
    whole = len(shape) == 2
    y = np.matmul(x if whole else x.reshape(prod(shape[:-1]), features), weight.T)
    if bias is not None:
        y += bias
    return y if whole else y.reshape(*shape[:-1], outputs)
