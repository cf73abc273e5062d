"""Relatives of Adam: Adamax, NAdam and RAdam."""

from .group import Parameters, beta_pair, given, none_negative
from .optimizer import Optimizer
from .rules import decayed, gradient, means


class Adamax(Optimizer):
    """Adamax with the formulas of torch.optim.Adamax: the mean gradient by the largest of late.

    maximize: climb.  Negative settings, and betas outside [0, 1), raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        beta_pair("Adamax", betas)
        none_negative("Adamax", eps=eps, weight_decay=weight_decay)
        super().__init__(params, given(locals()))

    @staticmethod
    def rule(xp, p, g, exp_avg, exp_inf, *, lr, step, betas, eps, weight_decay, maximize):
        """The largest gradient shrinks by beta2 a step."""
        beta1, beta2 = betas
        g = gradient(p, g, weight_decay, maximize)
        exp_avg = exp_avg + (1 - beta1) * (g - exp_avg)
        exp_inf = xp.maximum(beta2 * exp_inf, abs(g) + eps)
        return p - lr / (1 - beta1**step) * exp_avg / exp_inf, exp_avg, exp_inf


class NAdam(Optimizer):
    """NAdam with the formulas of torch.optim.NAdam: Adam with Nesterov's momentum, which grows.

    momentum_decay: how fast it grows.  decoupled_weight_decay: shrink the parameter, not as a part
    of the gradient.  maximize: climb.
    Negative settings, and betas outside [0, 1), raise ValueError.
    """

    uniform = frozenset({"mu_product"})

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        beta_pair("NAdam", betas)
        none_negative("NAdam", eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay)
        super().__init__(params, given(locals()))

    @staticmethod
    def rule(
        xp,
        p,
        g,
        exp_avg,
        exp_avg_sq,
        mu_product,
        *,
        lr,
        step,
        betas,
        eps,
        weight_decay,
        momentum_decay,
        decoupled_weight_decay,
        maximize,
    ):
        """The product of all momenta so far corrects the mean for having begun at 0."""
        beta1, beta2 = betas
        p, g = decayed(p, g, lr, weight_decay, maximize, decoupled_weight_decay)
        now, next = (beta1 * (1 - 0.5 * 0.96 ** (s * momentum_decay)) for s in (step, step + 1))
        mu_product = now * xp.where(step == 1, 1.0, mu_product)
        exp_avg, exp_avg_sq = means(betas, g, exp_avg, exp_avg_sq)
        scale = xp.sqrt(exp_avg_sq / (1 - beta2**step)) + eps
        moved = (1 - now) / (1 - mu_product) * g + next / (1 - mu_product * next) * exp_avg
        return p - lr * moved / scale, exp_avg, exp_avg_sq, mu_product


class RAdam(Optimizer):
    """RAdam with the formulas of torch.optim.RAdam: Adam that waits until it knows the variance.

    decoupled_weight_decay: shrink the parameter, not as a part of the gradient.  maximize: climb.
    Negative settings, and betas outside [0, 1), raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        beta_pair("RAdam", betas)
        none_negative("RAdam", eps=eps, weight_decay=weight_decay)
        super().__init__(params, given(locals()))

    @staticmethod
    def rule(
        xp,
        p,
        g,
        exp_avg,
        exp_avg_sq,
        *,
        lr,
        step,
        betas,
        eps,
        weight_decay,
        decoupled_weight_decay,
        maximize,
    ):
        """Up to a length of 5 of what the mean of squares saw, the step is the mean gradient."""
        beta1, beta2 = betas
        p, g = decayed(p, g, lr, weight_decay, maximize, decoupled_weight_decay)
        exp_avg, exp_avg_sq = means(betas, g, exp_avg, exp_avg_sq)
        correction, most = 1 - beta2**step, 2 / (1 - beta2) - 1
        length = most - 2 * step * beta2**step / correction
        known = xp.where(length > 5, length, 6.0)  # no root of a negative number
        trust = (known - 4) * (known - 2) * most / ((most - 4) * (most - 2) * known)
        adapted = xp.sqrt(trust * correction) / (xp.sqrt(exp_avg_sq) + eps)
        move = lr / (1 - beta1**step) * exp_avg * xp.where(length > 5, adapted, 1.0)
        return p - move, exp_avg, exp_avg_sq
