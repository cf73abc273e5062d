"""Losses of margins: what should be large is larger by a margin than what should not be."""

from collections.abc import Callable
from typing import Any

from ...api import functions as gg
from ...api.creation import arange
from ...engine.anything import ANY
from ...engine.calling import called
from ...ops.loss import reduced
from ...tensor.cell import Tensor
from .reading import refuse_older
from .vectors import cosine_similarity, pairwise_distance

__all__ = [
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


def _reduced(losses: Any, reduction: str) -> Any:
    return reduced(ANY, losses, reduction)


def _numbers(x: Any, count: int) -> Any:
    return arange(count, device=str(x.device))


def _positive(x: Any) -> Any:
    return gg.maximum(x, 0.0)


@called
def hinge_embedding_loss(
    input: Any,
    target: Any,
    margin: float = 1.0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """``input`` where target is 1, and what it lacks to ``margin`` where it is -1."""
    refuse_older("hinge_embedding_loss", size_average, reduce)
    near = gg.where(target == 1, input, 0.0)
    return _reduced(near + gg.where(target == -1, _positive(margin - input), 0.0), reduction)


@called
def margin_ranking_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, -target * (input1 - input2) + margin): target 1 wants the first to be larger."""
    refuse_older("margin_ranking_loss", size_average, reduce)
    return _reduced(_positive(-target * (input1 - input2) + margin), reduction)


@called
def soft_margin_loss(
    input: Any, target: Any, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
) -> Tensor:
    """log(1 + e**(-target * input)), of targets 1 and -1."""
    refuse_older("soft_margin_loss", size_average, reduce)
    return _reduced(gg.softplus(-target * input), reduction)


@called
def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """1 - cosine of pairs of rows where target is 1, the cosine above ``margin`` where it is -1."""
    refuse_older("cosine_embedding_loss", size_average, reduce)
    cosine = cosine_similarity(input1, input2, dim=-1)
    near = gg.where(target == 1, 1 - cosine, 0.0)
    return _reduced(near + gg.where(target == -1, _positive(cosine - margin), 0.0), reduction)


@called
def multilabel_soft_margin_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Mean over the classes, the last axis, of the cross-entropy of each with its target 0 or 1."""
    refuse_older("multilabel_soft_margin_loss", size_average, reduce)
    losses = target * gg.log_sigmoid(input) + (1 - target) * gg.log_sigmoid(-input)
    losses = -losses if weight is None else -losses * weight
    return _reduced(gg.mean(losses, axis=-1), reduction)


@called
def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Mean over the other classes of max(0, margin - score of the target + score) ** p."""
    refuse_older("multi_margin_loss", size_average, reduce)
    classes = input.shape[-1]
    labels = gg.expand_dims(target, axis=-1)
    losses = _positive(margin - gg.take_along_axis(input, labels, axis=-1) + input) ** p
    if weight is not None:
        losses = losses * gg.expand_dims(gg.take(weight, target, axis=0), axis=-1)
    others = labels != _numbers(input, classes)
    return _reduced(gg.sum(gg.where(others, losses, 0.0), axis=-1) / classes, reduction)


@called
def multilabel_margin_loss(
    input: Any, target: Any, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
) -> Tensor:
    """Mean over pairs of a target class and another one of max(0, 1 - (score - other score)).

    target: classes of each row, up to the first -1.
    """
    refuse_older("multilabel_margin_loss", size_average, reduce)
    classes = input.shape[-1]
    before = gg.cumsum(gg.astype(target < 0, "int64"), axis=-1) == 0
    places = gg.expand_dims(gg.where(before, target, classes), axis=-1)
    hit = gg.any(places == _numbers(input, classes), axis=-2)  # (..., C): is it a target?
    scores = gg.take_along_axis(input, gg.where(before, target, 0), axis=-1)
    gaps = 1 - gg.expand_dims(scores, axis=-1) + gg.expand_dims(input, axis=-2)
    asked = gg.expand_dims(before, axis=-1) & ~gg.expand_dims(hit, axis=-2)
    losses = gg.sum(gg.where(asked, _positive(gaps), 0.0), axis=(-2, -1)) / classes
    return _reduced(losses, reduction)


@called
def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, distance to ``positive`` - distance to ``negative`` + margin), of rows.

    swap: the smaller one of the distances from anchor and from positive to negative counts.
    """
    refuse_older("triplet_margin_loss", size_average, reduce)

    def distance(a: Any, b: Any) -> Any:
        return pairwise_distance(a, b, p, eps)

    return triplet_margin_with_distance_loss(
        *(anchor, positive, negative),
        distance_function=distance,
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


@called
def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """``triplet_margin_loss`` with another distance."""
    distance = distance_function or pairwise_distance
    far = distance(anchor, negative)
    if swap:
        far = gg.minimum(far, distance(positive, negative))
    return _reduced(_positive(distance(anchor, positive) - far + margin), reduction)
