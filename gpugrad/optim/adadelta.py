"""Adadelta and Adagrad: rates that follow the squares of the gradients so far."""

from .group import Parameters, given, none_negative
from .optimizer import Optimizer
from .rules import gradient


class Adadelta(Optimizer):
    """Adadelta with the formulas of torch.optim.Adadelta: the gradient by its root mean square,
    times that of the steps.

    maximize: climb.  Negative settings, and rho above 1, raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        none_negative("Adadelta", eps=eps, weight_decay=weight_decay)
        if not 0 <= rho <= 1:
            raise ValueError(f"Adadelta: rho {rho!r}; give a number from 0 to 1")
        super().__init__(params, given(locals()))

    @staticmethod
    def rule(xp, p, g, square_avg, acc_delta, *, lr, rho, eps, weight_decay, maximize):
        """The units of a step are those of the parameter."""
        g = gradient(p, g, weight_decay, maximize)
        square_avg = rho * square_avg + (1 - rho) * g * g
        delta = xp.sqrt(acc_delta + eps) / xp.sqrt(square_avg + eps) * g
        return p - lr * delta, square_avg, rho * acc_delta + (1 - rho) * delta * delta


class Adagrad(Optimizer):
    """Adagrad with the formulas of torch.optim.Adagrad: the gradient by the root of the sum of all
    squares so far.

    initial_accumulator_value: what the sum begins with.  maximize: climb.
    Negative settings raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        none_negative(
            "Adagrad",
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )
        super().__init__(params, given(locals()))

    @staticmethod
    def rule(
        xp,
        p,
        g,
        sum,
        *,
        lr,
        step,
        lr_decay,
        weight_decay,
        initial_accumulator_value,
        eps,
        maximize,
    ):
        """The first step knows what the sum begins with."""
        g = gradient(p, g, weight_decay, maximize)
        sum = xp.where(step == 1, initial_accumulator_value, sum) + g * g
        return p - lr / (1 + (step - 1) * lr_decay) * g / (xp.sqrt(sum) + eps), sum
