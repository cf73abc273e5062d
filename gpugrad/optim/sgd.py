"""Stochastic gradient descent."""

from collections.abc import Mapping
from typing import Any

from .group import Parameters, not_negative
from .optimizer import Optimizer


class SGD(Optimizer):
    """Gradient descent with momentum, with the formulas of torch.optim.SGD.

    velocity = momentum * velocity + (1 - dampening) * gradient; the first velocity is the gradient.
    Negative settings raise ValueError, and so does nesterov without momentum or with dampening.
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
        not_negative("SGD", "momentum", momentum)
        not_negative("SGD", "weight_decay", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError(
                f"SGD: nesterov=True with momentum={momentum!r} and dampening={dampening!r}; give "
                "a momentum above 0 and no dampening"
            )
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
        )

    def roles(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The velocity, if there is a momentum."""
        return ("momentum_buffer",) if settings["momentum"] else ()

    @staticmethod
    def rule(
        xp, p, g, momentum_buffer=None, *, lr, step, momentum, dampening, weight_decay, nesterov
    ):
        """The first step starts the velocity from the gradient, undamped."""
        g = g + weight_decay * p
        if momentum_buffer is None:
            return p - lr * g, None
        velocity = momentum * momentum_buffer + (1 - dampening) * g
        velocity = xp.where(step == 1, g, velocity)
        return p - lr * (g + momentum * velocity if nesterov else velocity), velocity
