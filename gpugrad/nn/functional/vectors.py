"""Vectors: lengths, angles and distances; classes as vectors."""

from typing import Any

from ...api import functions as gg
from ...api.creation import arange
from ...engine.calling import called
from ...linalg.norms import vector_norm
from ...tensor.cell import Tensor

__all__ = [
    "bilinear",
    "channel_shuffle",
    "cosine_similarity",
    "normalize",
    "one_hot",
    "pairwise_distance",
    "pdist",
]


def normalize(input: Any, p: float = 2.0, dim: Any = 1, eps: float = 1e-12) -> Tensor:
    """``input`` divided by its norm of order ``p`` along ``dim``, which counts as ``eps`` at
    least."""
    return input / gg.maximum(vector_norm(input, axis=dim, keepdims=True, ord=p), eps)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """Cosine of the angle of vectors along ``dim``; lengths count as ``eps`` at least."""
    lengths = [vector_norm(x, axis=dim, keepdims=True) for x in (x1, x2)]
    first, second = (
        x / gg.maximum(length, eps) for x, length in zip((x1, x2), lengths, strict=True)
    )
    return gg.sum(first * second, axis=dim)


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """Norm of ``x1 - x2 + eps`` along the last axis."""
    return vector_norm(x1 - x2 + eps, axis=-1, keepdims=keepdim, ord=p)


def pdist(input: Any, p: float = 2.0) -> Tensor:
    """Distances of all pairs of rows, each once: (N * (N - 1) / 2,)."""
    n = input.shape[0]
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    first, second = ([pair[k] for pair in pairs] for k in (0, 1))
    return vector_norm(input[first] - input[second], axis=-1, ord=p)


@called
def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """1 in the place of each class, 0 elsewhere, along a new last axis; int64.

    num_classes: by default one more than the largest class, which has to be read.
    """
    count = int(gg.max(tensor).item()) + 1 if num_classes == -1 else num_classes
    classes = arange(count, device=str(tensor.device))
    return gg.astype(gg.expand_dims(tensor, axis=-1) == classes, "int64")


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Tensor:
    """``x1 @ weight[k] @ x2`` for each output k: (..., I), (..., J) and (K, I, J) give (..., K)."""
    y = gg.einsum("...i,kij,...j->...k", input1, weight, input2)
    return y if bias is None else y + bias


def channel_shuffle(input: Any, groups: int) -> Tensor:
    """The channels of (N, C, ...) in another order: the first of each of ``groups`` groups, then
    the second of each, and so on; groups has to divide C."""
    if input.ndim < 3 or input.shape[1] % groups:
        raise RuntimeError(
            f"channel_shuffle: {tuple(input.shape)} has no channels (N, C, ...) in {groups} equal "
            "groups"
        )
    n, channels, *rest = input.shape
    apart = gg.reshape(input, (n, groups, channels // groups, *rest))
    return gg.reshape(gg.swapaxes(apart, 1, 2), input.shape)
