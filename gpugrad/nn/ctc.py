"""The loss of labels of sequences whose places in time are not known."""

from typing import Any

from . import functional
from .module import Module
from .settings import REDUCTIONS, choice, integer

__all__ = ["CTCLoss"]


class CTCLoss(Module):
    """Less the logarithm of the probability of labels, wherever in time they stand.

        scores = gg.nn.functional.log_softmax(gg.zeros((4, 1, 3)), -1)
        loss = gg.nn.CTCLoss()(scores, gg.tensor([[1, 2]]), (4,), (2,))
        print(round(loss.item(), 4))  # 0.8432

    reduction: "mean", "sum" or "none"; another one raises ValueError.
    """

    def __init__(
        self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False
    ) -> None:
        self.blank = integer(blank, self, "blank")
        self.reduction = choice(reduction, self, "reduction", REDUCTIONS)
        self.zero_infinity = zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Any:
        """See ``functional.ctc_loss``."""
        settings = (self.blank, self.reduction, self.zero_infinity)
        return functional.ctc_loss(log_probs, targets, input_lengths, target_lengths, *settings)
