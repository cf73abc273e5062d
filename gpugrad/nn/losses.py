"""Losses as Modules."""

from typing import Any

from ..tensor.cell import Tensor
from . import functional
from .module import Module
from .settings import integer, number, reduction_of, refuse_data

__all__ = [
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "HuberLoss",
    "L1Loss",
    "MSELoss",
    "NLLLoss",
]


class CrossEntropyLoss(Module):
    """Cross-entropy of scores with class labels or with probabilities.

        loss = gg.nn.CrossEntropyLoss()(gg.tensor([[0.0, 0.0]]), gg.tensor([1]))
        print(round(loss.item(), 4))  # 0.6931

    Scores (N, C, ...), labels (N, ...) of integers or probabilities (N, C, ...), weight: (C,).
    reduction: "mean", "sum" or "none"; another one raises ValueError.
    """

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        refuse_data(weight, self, "weight", 1)
        self.register_buffer("weight", weight)
        self.ignore_index = integer(ignore_index, self, "ignore_index")
        self.reduction = reduction_of(self, reduction, size_average, reduce)
        self.label_smoothing = number(label_smoothing, self, "label_smoothing", 0, 1)

    def forward(self, input: Any, target: Any) -> Any:
        """Scores (N, C, ...) and labels (N, ...) or probabilities (N, C, ...)."""
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(Module):
    """Negative log-likelihood of labels for given log-probabilities.

    Log-probabilities (N, C, ...), labels (N, ...) of integers, weight: (C,).
    reduction: "mean", "sum" or "none"; another one raises ValueError.
    """

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        refuse_data(weight, self, "weight", 1)
        self.register_buffer("weight", weight)
        self.ignore_index = integer(ignore_index, self, "ignore_index")
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Any:
        """Log-probabilities (N, C, ...) and labels (N, ...)."""
        return functional.nll_loss(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class MSELoss(Module):
    """Squared difference of two arrays of one shape.

    reduction: "mean", "sum" or "none"; another one raises ValueError.
    """

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Module):
    """Absolute difference of two arrays of one shape.

    reduction: "mean", "sum" or "none"; another one raises ValueError.
    """

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.l1_loss(input, target, reduction=self.reduction)


class HuberLoss(Module):
    """Huber loss: half the squared difference up to ``delta``, linear beyond.

    reduction: "mean", "sum" or "none"; another one raises ValueError.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        self.reduction = reduction_of(self, reduction)
        self.delta = number(delta, self, "delta", 0)

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.huber_loss(input, target, self.reduction, self.delta)


class BCEWithLogitsLoss(Module):
    """Cross-entropy of the probability sigmoid(input) with the target in [0, 1].

    Both have one shape; weight and pos_weight broadcast.
    reduction: "mean", "sum" or "none"; another one raises ValueError.
    """

    weight: Tensor | None
    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)
        self.reduction = reduction_of(self, reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Any:
        """Two Tensors of one shape."""
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )
