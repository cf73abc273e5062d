"""ASGD and Rprop: averaged descent, and steps by the gradients' signs."""

from .group import Parameters, given, none_negative
from .optimizer import Optimizer
from .rules import gradient


class ASGD(Optimizer):
    """Averaged gradient descent with the formulas of torch.optim.ASGD.

    The rate falls as (1 + lambd * lr * step) ** -alpha; from step t0 on, the state ``ax`` is the
    mean of the parameter's values.  maximize: climb.  Negative settings raise ValueError.
    """

    uniform = frozenset({"eta", "mu"})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        none_negative("ASGD", weight_decay=weight_decay)
        super().__init__(params, given(locals()))

    @staticmethod
    def rule(xp, p, g, eta, mu, ax, *, lr, step, lambd, alpha, t0, weight_decay, maximize):
        """A step takes the rate and the weight of the mean that the step before it found."""
        eta, mu = xp.where(step == 1, lr, eta), xp.where(step == 1, 1.0, mu)
        p = p * (1 - lambd * eta) - eta * gradient(p, g, weight_decay, maximize)
        ax = xp.where(mu == 1, p, ax + mu * (p - ax))
        return p, lr / (1 + lambd * lr * step) ** alpha, 1 / xp.maximum(1, step - t0), ax


class Rprop(Optimizer):
    """Rprop with the formulas of torch.optim.Rprop: steps by signs, longer where the sign stays.

    etas: factors of a step's length where the sign turns and where it stays.  step_sizes: the least
    and the largest length; ``lr`` is the first.  maximize: climb.
    Etas that are not below and above 1 raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        if not 0 < etas[0] < 1 < etas[1]:
            raise ValueError(f"Rprop: etas {etas!r}; give one number below 1 and one above")
        super().__init__(params, given(locals()))

    @staticmethod
    def rule(xp, p, g, prev, step_size, *, lr, step, etas, step_sizes, maximize):
        """Where the sign turned, the parameter stays for one step."""
        g = -g if maximize else g
        (turned, stayed), (least, most) = etas, step_sizes
        same = g * prev
        factor = xp.where(same > 0, stayed, xp.where(same < 0, turned, 1.0))
        step_size = factor * xp.where(step == 1, lr, step_size)
        step_size = xp.minimum(xp.maximum(step_size, least), most)
        g = xp.where(same < 0, 0.0, g)
        return p - step_size * xp.sign(g), g, step_size
