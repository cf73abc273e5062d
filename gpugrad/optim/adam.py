"""Adam and AdamW."""

from typing import Any

from ..backend.multi_tensor import MultiTensor
from .optimizer import Group, Optimizer, Parameters


class Adam(Optimizer):
    """Steps by running means of gradients and of their squares; torch.optim.Adam's formulas.

    weight_decay is added to the gradient.
    """

    roles = ("exp_avg", "exp_avg_sq")
    decoupled = False  # whether weights decay by themselves instead of through the gradient

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"{type(self).__name__}: betas {betas} are not in [0, 1)")
        if eps < 0 or weight_decay < 0:
            raise ValueError(
                f"{type(self).__name__}: eps {eps} and weight decay {weight_decay} are not negative"
            )
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults)

    def update(self, batch: MultiTensor, gradients: list[Any], group: Group, steps: Any) -> None:
        """One launch over all parameters of ``batch``."""
        beta1, beta2 = group["betas"]
        batch.adam(
            gradients,
            group["lr"].data,
            steps,
            beta1=beta1,
            beta2=beta2,
            epsilon=group["eps"],
            weight_decay=group["weight_decay"],
            decoupled=self.decoupled,
        )


class AdamW(Adam):
    """Adam whose weights decay by lr * weight_decay apart from the gradient."""

    decoupled = True

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)
