"""Attention by the functions of an array module: where a backend has no kernel for it.

All scores are computed at once.  Arrays are as the operation's, gpugrad/ops/attention.py.
"""

from math import inf
from typing import Any


def forward(
    xp: Any, query: Any, key: Any, value: Any, bias: Any, scale: float, causal: bool
) -> tuple:
    """The means of values, and the logarithms of the sums."""
    scores = _scores(xp, query, key, bias, scale, causal)
    reduced = xp.max if scores.shape[-1] else xp.sum
    most = reduced(scores, axis=-1, keepdims=True)
    most = xp.where(most == -inf, most.dtype.type(0), most)
    weights = xp.exp(scores - most)
    total = xp.sum(weights, axis=-1, keepdims=True)
    none = total == 0
    total = xp.where(none, total.dtype.type(1), total)
    logs = xp.where(none, total.dtype.type(0), most + xp.log(total))
    return xp.matmul(weights, value) / total, logs[..., 0]


def backward(
    xp: Any,
    g: Any,
    share: Any,
    query: Any,
    key: Any,
    value: Any,
    bias: Any,
    y: Any,
    total: Any,
    scale: float,
    causal: bool,
) -> tuple:
    """The gradients of query, key and value."""
    weights = xp.exp(_scores(xp, query, key, bias, scale, causal) - total[..., None])
    mean = xp.sum(g * y, axis=-1)
    mean = mean if share is None else mean - share
    changes = weights * (xp.matmul(g, xp.matrix_transpose(value)) - mean[..., None]) * scale
    to_key, to_value = (
        xp.matmul(xp.matrix_transpose(a), b) for a, b in ((changes, query), (weights, g))
    )
    return xp.matmul(changes, key), to_key, to_value


def _scores(xp: Any, query: Any, key: Any, bias: Any, scale: float, causal: bool) -> Any:
    scores = xp.matmul(query, xp.matrix_transpose(key)) * scale
    if bias is not None:
        scores = scores + bias
    if not causal:
        return scores
    seen = xp.arange(scores.shape[-2])[:, None] >= xp.arange(scores.shape[-1])
    return xp.where(seen, scores, scores.dtype.type(-inf))
