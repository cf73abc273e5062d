"""Adam and AdamW."""

from collections.abc import Mapping
from typing import Any

from .group import Parameters, beta_pair, given, none_negative
from .optimizer import Optimizer
from .rules import decayed, means, present


class Adam(Optimizer):
    """Adam with the formulas of torch.optim.Adam: running means of gradients and of their squares.

    weight_decay is added to the gradient, or with decoupled_weight_decay shrinks the parameter.
    amsgrad: divide by the largest mean of squares so far.  maximize: climb.
    Negative settings, and betas outside [0, 1), raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        beta_pair(type(self).__name__, betas)
        none_negative(type(self).__name__, eps=eps, weight_decay=weight_decay)
        super().__init__(params, given(locals()))

    def roles(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The largest mean of squares only with amsgrad."""
        return present(super().roles(settings), settings, max_exp_avg_sq="amsgrad")

    @staticmethod
    def rule(
        xp,
        p,
        g,
        exp_avg,
        exp_avg_sq,
        max_exp_avg_sq=None,
        *,
        lr,
        step,
        betas,
        eps,
        weight_decay,
        amsgrad,
        maximize,
        decoupled_weight_decay,
    ):
        """The means are corrected for having begun at 0."""
        p, g = decayed(p, g, lr, weight_decay, maximize, decoupled_weight_decay)
        exp_avg, exp_avg_sq = means(betas, g, exp_avg, exp_avg_sq)
        square = exp_avg_sq
        if amsgrad:
            square = max_exp_avg_sq = xp.maximum(max_exp_avg_sq, exp_avg_sq)
        beta1, beta2 = betas
        scale = xp.sqrt(square) / xp.sqrt(1 - beta2**step) + eps
        return p - lr / (1 - beta1**step) * exp_avg / scale, exp_avg, exp_avg_sq, max_exp_avg_sq


class AdamW(Adam):
    """AdamW: Adam with weights that decay by lr * weight_decay, apart from the gradient."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(params, **given(locals()), decoupled_weight_decay=True)
