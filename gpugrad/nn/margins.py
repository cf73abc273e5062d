"""Losses of margins as Modules."""

from collections.abc import Callable
from typing import Any

from ..tensor.cell import Tensor
from . import functional
from .module import Module
from .settings import number, reduction_of, refuse_data
from .vectors import PairwiseDistance

__all__ = [
    "CosineEmbeddingLoss",
    "HingeEmbeddingLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class _Margin(Module):
    """A loss of some inputs with a margin, ``function``."""

    function: Any = None
    usual = 0.0

    def __init__(
        self,
        margin: float | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        self.margin = number(self.usual if margin is None else margin, self, "margin")
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, *inputs: Any) -> Any:
        """The inputs, the target last."""
        return type(self).function(*inputs, margin=self.margin, reduction=self.reduction)


class HingeEmbeddingLoss(_Margin):
    """``input`` where target is 1, and what it lacks to ``margin`` (1) where it is -1."""

    function, usual = staticmethod(functional.hinge_embedding_loss), 1.0


class MarginRankingLoss(_Margin):
    """max(0, -target * (input1 - input2) + margin)."""

    function = staticmethod(functional.margin_ranking_loss)


class CosineEmbeddingLoss(_Margin):
    """1 - cosine where target is 1, the cosine above ``margin`` where it is -1."""

    function = staticmethod(functional.cosine_embedding_loss)


class SoftMarginLoss(Module):
    """log(1 + e**(-target * input)), of targets 1 and -1."""

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.soft_margin_loss(input, target, reduction=self.reduction)


class MultiLabelMarginLoss(SoftMarginLoss):
    """Margins between each target class and the others; targets end with -1."""

    def forward(self, input: Any, target: Any) -> Any:
        """Scores (N, C) or (C,) and classes of that shape."""
        return functional.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(Module):
    """Mean over the classes of the cross-entropy of each with its target 0 or 1."""

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        refuse_data(weight, self, "weight", 1)
        self.register_buffer("weight", weight)
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape, the classes last."""
        return functional.multilabel_soft_margin_loss(
            input, target, self.weight, reduction=self.reduction
        )


class MultiMarginLoss(Module):
    """Mean over the other classes of max(0, margin - score of the target + score) ** p."""

    weight: Tensor | None

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p is {p!r}; give 1 or 2")
        refuse_data(weight, self, "weight", 1)
        self.p, self.margin = p, number(margin, self, "margin")
        self.register_buffer("weight", weight)
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Any:
        """Scores (N, C) and classes (N,)."""
        settings = (self.p, self.margin, self.weight)
        return functional.multi_margin_loss(input, target, *settings, reduction=self.reduction)


class TripletMarginLoss(Module):
    """max(0, distance to a positive example - distance to a negative one + margin)."""

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        self.margin = number(margin, self, "margin", 0)
        self.p, self.eps, self.swap = number(p, self, "p"), eps, swap
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """Three Tensors (N, D)."""
        settings = (self.margin, self.p, self.eps, self.swap)
        return functional.triplet_margin_loss(
            anchor, positive, negative, *settings, reduction=self.reduction
        )


class TripletMarginWithDistanceLoss(Module):
    """``TripletMarginLoss`` with another distance."""

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        self.distance_function = distance_function or PairwiseDistance()
        self.margin, self.swap = number(margin, self, "margin", 0), swap
        self.reduction = reduction_of(self, reduction)

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """Three Tensors."""
        return functional.triplet_margin_with_distance_loss(
            *(anchor, positive, negative),
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
