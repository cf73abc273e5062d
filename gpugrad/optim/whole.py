"""Optimizers that look at whole arrays: Adafactor and Muon, written with the functions of gg.

A compiled step makes kernels of them, as of any other program.
"""

from math import sqrt
from typing import Any

from ..api import functions as F
from ..api.inspection import finfo
from ..backend.multi_tensor import state_dtype
from ..backend.select import backend_of
from ..engine.levels import no_grad
from ..tensor.cell import Tensor
from .group import Group, Parameters, given, moved, none_negative, zeros
from .optimizer import Optimizer

ADJUSTED = {  # how Muon's rate grows with the sides of a matrix
    None: lambda rows, columns: sqrt(max(1, rows / columns)),
    "original": lambda rows, columns: sqrt(max(1, rows / columns)),
    "match_rms_adamw": lambda rows, columns: 0.2 * sqrt(max(rows, columns)),
}


class Whole(Optimizer):
    """Base of optimizers that change one parameter after another by operations on whole arrays."""

    def changed(
        self,
        p: Tensor,
        g: Tensor,
        state: dict[str, Tensor],
        rate: Tensor,
        step: Tensor,
        group: Group,
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The new parameter and state; halves come as float32, rate and step as float64."""
        raise NotImplementedError(f"{type(self).__name__} does not define changed")

    def _update(self, group: Group, live: list[int]) -> None:
        group.count(live)
        with no_grad():
            for i in live:
                self._change(group, i)

    def _change(self, group: Group, i: int) -> None:
        """Update parameter number ``i`` of a group."""
        parameter = group["params"][i]
        home, wide = backend_of(parameter.held), state_dtype(parameter.dtype)
        rate, steps = map(Tensor, group.clock(home))
        state = {n: moved(cell, home, wide) for n, cell in self.state[parameter].items()}
        p, g = (Tensor(x.held).astype(wide) for x in (parameter, parameter.grad))
        step = steps[i].astype("float64")
        new, new_state = self.changed(p, g, state, rate, step, group)
        parameter.write(new.astype(parameter.dtype).held)
        for name, value in new_state.items():
            self.state[parameter][name].write(value.held)


class Adafactor(Whole):
    """Adafactor with the formulas of torch.optim.Adafactor: mean squares of rows and columns.

    Of a matrix, or a stack of them, the state is one number a row and a column.
    eps: the least mean square, by default that of the dtype; the least scale of a parameter.
    d: the root mean square above which a step is clipped.  maximize: climb.
    Settings outside of their ranges raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        if not beta2_decay <= 0:
            raise ValueError(f"Adafactor: beta2_decay {beta2_decay!r}; give 0 or a negative number")
        if not d >= 1:
            raise ValueError(f"Adafactor: d {d!r}; give a number from 1 on")
        none_negative("Adafactor", weight_decay=weight_decay, eps_0=eps[0] or 0, eps_1=eps[1])
        super().__init__(params, given(locals()))

    def begun(self, parameter: Tensor, group: Group) -> dict[str, Any]:
        """The mean squares: of rows and columns, or of single elements."""
        if parameter.ndim < 2:
            return {"variance": zeros(parameter)}
        *stack, rows, columns = parameter.shape
        shapes = {"row_var": (*stack, rows, 1), "col_var": (*stack, 1, columns)}
        make, kind = backend_of(parameter.held).natives["zeros"], state_dtype(parameter.dtype)
        return {role: Tensor(make(shape, dtype=kind)) for role, shape in shapes.items()}

    def changed(
        self,
        p: Tensor,
        g: Tensor,
        state: dict[str, Tensor],
        rate: Tensor,
        step: Tensor,
        group: Group,
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The step is scaled by the parameter's root mean square."""
        least, least_scale = group["eps"]
        if least is None:
            least = finfo(group["params"][0].dtype).eps
        weight = (step ** group["beta2_decay"]).astype(p.dtype)
        rate_now = F.minimum(rate, 1 / F.sqrt(step)).astype(p.dtype)
        scale = F.maximum(_size(p), least_scale) * rate_now
        p = p * (1 - rate * group["weight_decay"]).astype(p.dtype)
        g = -g if group["maximize"] else g
        square, state = self._square(g, state, weight, least)
        update = g / F.sqrt(F.maximum(square, least * least))
        return p - scale / F.maximum(_size(update) / group["d"], 1.0) * update, state

    def _square(
        self, g: Tensor, state: dict[str, Tensor], weight: Tensor, least: float
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The mean squares of the elements, for a matrix from those of rows and columns."""
        if g.ndim < 2:
            square = state["variance"] + weight * (g * g - state["variance"])
            return square, {"variance": square}
        new = {
            role: old + weight * (F.mean(g * g, axis=axis, keepdims=True) - old)
            for (role, old), axis in zip(state.items(), (-1, -2), strict=True)
        }
        rows, columns = new.values()
        return rows * columns / F.maximum(F.mean(rows, axis=-2, keepdims=True), least), new


class Muon(Whole):
    """Muon with the formulas of torch.optim.Muon: the momentum, made orthogonal, for matrices.

    adjust_lr_fn: "original", or "match_rms_adamw" for the rates of AdamW.
    The five Newton-Schulz iterations run in float32 (torch's in bfloat16), so that results differ
    from torch's by roundings of bfloat16.
    A parameter that is no matrix, and negative settings, raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        none_negative("Muon", momentum=momentum, weight_decay=weight_decay)
        if adjust_lr_fn not in ADJUSTED:
            raise ValueError(f"Muon: adjust_lr_fn {adjust_lr_fn!r}; give one of {list(ADJUSTED)}")
        if len(ns_coefficients) != 3:
            raise ValueError(f"Muon: ns_coefficients {ns_coefficients!r}; give three numbers")
        super().__init__(params, given(locals()))

    def begun(self, parameter: Tensor, group: Group) -> dict[str, Any]:
        """The momentum."""
        if parameter.ndim != 2:
            raise ValueError(
                f"Muon: a parameter of shape {parameter.shape}; give matrices, and the others to "
                "AdamW"
            )
        return {"momentum_buffer": zeros(parameter)}

    def changed(
        self,
        p: Tensor,
        g: Tensor,
        state: dict[str, Tensor],
        rate: Tensor,
        step: Tensor,
        group: Group,
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The decay is apart from the gradient."""
        velocity = g + group["momentum"] * (state["momentum_buffer"] - g)
        update = g + group["momentum"] * (velocity - g) if group["nesterov"] else velocity
        update = orthogonal(update, group["ns_coefficients"], group["ns_steps"], group["eps"])
        kept = (1 - rate * group["weight_decay"]).astype(p.dtype)
        length = (rate * ADJUSTED[group["adjust_lr_fn"]](*p.shape)).astype(p.dtype)
        return p * kept - length * update, {"momentum_buffer": velocity}


def orthogonal(
    matrix: Tensor, coefficients: tuple[float, float, float], steps: int, eps: float
) -> Tensor:
    """Almost the nearest matrix with orthonormal rows or columns, by Newton-Schulz iterations."""
    a, b, c = coefficients
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else matrix.T
    x = x / F.maximum(F.sqrt(F.sum(x * x)), eps)
    for _ in range(steps):
        gram = F.matmul(x, x.T)
        x = a * x + F.matmul(b * gram + c * F.matmul(gram, gram), x)
    return x if wide else x.T


def _size(x: Tensor) -> Tensor:
    """The root mean square of the elements."""
    return F.sqrt(F.mean(x * x))
