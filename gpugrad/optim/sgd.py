"""Stochastic gradient descent."""

from typing import Any

from ..backend.multi_tensor import MultiTensor
from .optimizer import Group, Optimizer, Parameters


class SGD(Optimizer):
    """Descent along the gradient, with momentum; torch.optim.SGD's formulas.

    velocity = momentum * velocity + (1 - dampening) * gradient, beginning with the gradient.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        if momentum < 0 or weight_decay < 0:
            raise ValueError(
                f"SGD: momentum {momentum} and weight decay {weight_decay} are not negative"
            )
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("SGD: nesterov needs a momentum and no dampening")
        self.roles = ("momentum_buffer",) if momentum else ()
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
            },
        )

    def update(self, batch: MultiTensor, gradients: list[Any], group: Group, steps: Any) -> None:
        """One launch over all parameters of ``batch``."""
        if bool(group["momentum"]) != bool(self.roles):
            raise ValueError("SGD: the momentum becomes or stops being 0; make a new optimizer")
        batch.sgd(
            gradients,
            group["lr"].data,
            steps,
            momentum=group["momentum"],
            dampening=group["dampening"],
            weight_decay=group["weight_decay"],
            nesterov=group["nesterov"],
        )
