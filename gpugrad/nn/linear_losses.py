"""Losses with a linear layer of their own."""

from collections.abc import Sequence
from math import prod
from typing import Any

from ..api import functions as gg
from ..tensor.cell import Tensor
from . import functional
from .layers import Linear
from .module import Module
from .settings import integer, number, reduction_of, refuse_data

__all__ = ["LinearCrossEntropyLoss"]


class LinearCrossEntropyLoss(Module):
    """Cross-entropy of scores that its own layer ``linear`` gives.

        loss = gg.nn.LinearCrossEntropyLoss(4, 3)
        print(loss(gg.zeros((2, 4)), gg.tensor([0, 2])).shape, list(loss.state_dict()))
        # () ['linear.weight']

    out_features: lengths d1, ... of labels (N, d1, ...) of ``num_classes`` classes each.
    """

    weight: Tensor | None

    def __init__(  # long: torch's arguments, each on a line
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: Sequence[int] = (),
        bias: bool = False,
        device: str | int | None = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Tensor | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: None = None,
    ) -> None:
        refuse_data(weight, self, "weight", 1)
        self.register_buffer("weight", weight)
        self.in_features, self.num_classes = in_features, num_classes
        self.out_features, self.bias, self.options = tuple(out_features), bias, options
        self.reduction = reduction_of(self, reduction)
        if ignore_index is not None:
            integer(ignore_index, self, "ignore_index")
        self.ignore_index = ignore_index
        self.label_smoothing = number(label_smoothing, self, "label_smoothing", 0, 1)
        scores = num_classes * prod(self.out_features)
        self.linear = Linear(in_features, scores, bias=bias, device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw new values."""
        self.linear.reset_parameters()

    def forward(self, input: Any, target: Any) -> Any:
        """Input (N, in_features); labels (N, *out_features) or probabilities (N, C, ...)."""
        classes, bias = (self.num_classes, *self.out_features), self.linear.bias
        return functional.linear_cross_entropy(
            input,
            gg.reshape(self.linear.weight, (*classes, self.in_features)),
            target,
            linear_bias=None if bias is None else gg.reshape(bias, classes),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        """See Module."""
        names = "in_features num_classes out_features bias reduction ignore_index label_smoothing"
        return ", ".join(f"{name}={getattr(self, name)}" for name in [*names.split(), "options"])
