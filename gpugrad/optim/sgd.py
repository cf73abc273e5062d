"""Stochastic gradient descent."""

from collections.abc import Mapping
from typing import Any

from .group import Parameters, given, none_negative
from .optimizer import Optimizer
from .rules import gradient, present


class SGD(Optimizer):
    """Gradient descent with momentum, with the formulas of torch.optim.SGD.

    velocity = momentum * velocity + (1 - dampening) * gradient; the first velocity is the gradient.
    maximize: climb.
    Negative settings raise ValueError, and so does nesterov without momentum or with dampening.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        none_negative("SGD", momentum=momentum, weight_decay=weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError(
                f"SGD: nesterov=True with momentum={momentum!r} and dampening={dampening!r}; give "
                "a momentum above 0 and no dampening"
            )
        super().__init__(params, given(locals()))

    def roles(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The velocity, if there is a momentum."""
        return present(super().roles(settings), settings, momentum_buffer="momentum")

    @staticmethod
    def rule(
        xp,
        p,
        g,
        momentum_buffer=None,
        *,
        lr,
        step,
        momentum,
        dampening,
        weight_decay,
        nesterov,
        maximize,
    ):
        """The first step starts the velocity from the gradient, undamped."""
        g = gradient(p, g, weight_decay, maximize)
        if momentum_buffer is None:
            return p - lr * g, None
        velocity = momentum * momentum_buffer + (1 - dampening) * g
        velocity = xp.where(step == 1, g, velocity)
        return p - lr * (g + momentum * velocity if nesterov else velocity), velocity
