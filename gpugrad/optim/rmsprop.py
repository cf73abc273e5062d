"""RMSprop."""

from collections.abc import Mapping
from typing import Any

from .group import Parameters, given, none_negative
from .optimizer import Optimizer
from .rules import gradient, present


class RMSprop(Optimizer):
    """RMSprop with the formulas of torch.optim.RMSprop: the gradient by its root mean square.

    centered: divide by the standard deviation instead.  maximize: climb.
    Negative settings raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        none_negative("RMSprop", alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
        super().__init__(params, given(locals()))

    def roles(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The mean of the gradients only if centered, the velocity only with a momentum."""
        needs = {"grad_avg": "centered", "momentum_buffer": "momentum"}
        return present(super().roles(settings), settings, **needs)

    @staticmethod
    def rule(
        xp,
        p,
        g,
        square_avg,
        grad_avg=None,
        momentum_buffer=None,
        *,
        lr,
        alpha,
        eps,
        weight_decay,
        momentum,
        centered,
        maximize,
    ):
        """Of the state, what is absent is None, and stays so."""
        g = gradient(p, g, weight_decay, maximize)
        square_avg = alpha * square_avg + (1 - alpha) * g * g
        if centered:
            grad_avg = grad_avg + (1 - alpha) * (g - grad_avg)
        variance = square_avg - grad_avg * grad_avg if centered else square_avg
        direction = g / (xp.sqrt(variance) + eps)
        if momentum_buffer is not None:
            direction = momentum_buffer = momentum * momentum_buffer + direction
        return p - lr * direction, square_avg, grad_avg, momentum_buffer
