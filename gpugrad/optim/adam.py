"""Adam and AdamW."""

from .group import Parameters, not_negative
from .optimizer import Optimizer


class Adam(Optimizer):
    """Adam with the formulas of torch.optim.Adam: running means of gradients and of their squares.

    weight_decay is added to the gradient.  Negative settings, and betas outside [0, 1), raise
    ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        name = type(self).__name__
        if not (isinstance(betas, tuple | list) and all(0 <= beta < 1 for beta in betas)):
            raise ValueError(f"{name}: betas {betas!r}; give two numbers in [0, 1)")
        not_negative(name, "eps", eps)
        not_negative(name, "weight_decay", weight_decay)
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    @staticmethod
    def rule(xp, p, g, exp_avg, exp_avg_sq, *, lr, step, betas, eps, weight_decay):
        """The decay is part of the gradient, so the means see it."""
        return _stepped(xp, p, g + weight_decay * p, exp_avg, exp_avg_sq, lr, step, betas, eps)


class AdamW(Adam):
    """AdamW: Adam with weights that decay by lr * weight_decay, apart from the gradient."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    @staticmethod
    def rule(xp, p, g, exp_avg, exp_avg_sq, *, lr, step, betas, eps, weight_decay):
        """The decay shrinks the parameter, and the means do not see it."""
        shrunk = p * (1 - lr * weight_decay)
        return _stepped(xp, shrunk, g, exp_avg, exp_avg_sq, lr, step, betas, eps)


def _stepped(xp, p, g, mean, square, lr, step, betas, eps):
    """The step by means that are corrected for having begun at 0."""
    beta1, beta2 = betas
    mean = mean + (1 - beta1) * (g - mean)
    square = beta2 * square + (1 - beta2) * g * g
    root = xp.sqrt(1 - beta2**step)
    return p - lr / (1 - beta1**step) * mean / (xp.sqrt(square) / root + eps), mean, square
