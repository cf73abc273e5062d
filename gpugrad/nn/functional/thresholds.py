"""Activations in pieces, and gates: thresholds, shrinkage, hard sigmoids, GLU, Gumbel softmax.

``inplace`` is accepted everywhere, and the result is the same: nothing is written into the input.
"""

from typing import Any

from ... import random
from ...api import functions as gg
from ...api.inspection import finfo
from ...engine.calling import called
from ...ops import thresholds as t
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .activations import axis_of, typed

__all__ = [
    "celu",
    "glu",
    "gumbel_softmax",
    "hardshrink",
    "hardsigmoid",
    "prelu",
    "relu6",
    "rrelu",
    "softmin",
    "softshrink",
    "softsign",
    "tanhshrink",
    "threshold",
]


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """``input`` where it is above ``threshold``, else ``value``."""
    return function_of(t.threshold)(input, threshold=threshold, value=value)


def relu6(input: Any, inplace: bool = False) -> Tensor:
    """min(max(x, 0), 6)."""
    return gg.hardtanh(input, min_val=0.0, max_val=6.0)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """max(x, 0) + min(0, alpha * (e**(x / alpha) - 1))."""
    return function_of(t.celu)(input, alpha=alpha)


def hardsigmoid(input: Any, inplace: bool = False) -> Tensor:
    """min(max(x + 3, 0), 6) / 6."""
    return function_of(t.hardsigmoid)(input)


def hardshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """x where its magnitude is above ``lambd``, else 0."""
    return function_of(t.hardshrink)(input, lambd=lambd)


def softshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """x nearer to 0 by ``lambd``, which is not negative; 0 where it is nearer already."""
    if lambd < 0:
        raise RuntimeError(f"softshrink: lambd {lambd}; give 0 or more")
    return function_of(t.softshrink)(input, lambd=lambd)


def tanhshrink(input: Any) -> Tensor:
    """x - tanh(x)."""
    return function_of(t.tanhshrink)(input)


def softsign(input: Any) -> Tensor:
    """x / (1 + |x|)."""
    return function_of(t.softsign)(input)


def softmin(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Softmax of the negative along ``dim``; see ``softmax``."""
    return gg.softmax(-typed(input, dtype), axis=axis_of("softmin", input, dim))


@called
def prelu(input: Any, weight: Any) -> Tensor:
    """x where positive, else ``weight * x``; weight: one number, or one for each channel."""
    if weight.shape and weight.shape[0] != 1:
        if len(input.shape) < 2 or input.shape[1] != weight.shape[0]:
            raise RuntimeError(
                f"prelu: {weight.shape[0]} weights for an input of shape {tuple(input.shape)}"
            )
        weight = gg.reshape(weight, (-1, *[1] * (len(input.shape) - 2)))
    return gg.where(input > 0, input, weight * input)


def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Tensor:
    """x where positive, else a multiple of it: in training drawn for each element from [lower,
    upper), else their mean."""
    slope: Any = (lower + upper) / 2
    if training:
        shape, device = tuple(input.shape), str(input.device)
        slope = random.uniform(lower, upper, shape, dtype=input.dtype, device=device)
    return gg.where(input > 0, input, slope * input)


@called
def glu(input: Any, dim: int = -1) -> Tensor:
    """The first half along ``dim`` times the sigmoid of the second."""
    if input.shape[dim] % 2:
        raise RuntimeError(f"glu: axis {dim} of {tuple(input.shape)} has no halves")
    first, second = gg.split(input, 2, axis=dim)
    return first * gg.sigmoid(second)


def gumbel_softmax(
    logits: Any, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """Softmax of scores with Gumbel noise, divided by ``tau`` (Jang, Gu, Poole 2016).

    hard: one element along ``dim`` is 1, the others 0; the gradient is that of the softmax.
    """
    uniform = random.uniform(
        0.0, 1.0, tuple(logits.shape), dtype=logits.dtype, device=str(logits.device)
    )
    waiting = gg.maximum(-gg.log1p(-uniform), finfo(logits.dtype).smallest_normal)  # not 0
    y = gg.softmax((logits - gg.log(waiting)) / tau, axis=dim)
    if not hard:
        return y
    chosen = gg.astype(y == gg.max(y, axis=dim, keepdims=True), y.dtype)
    return (chosen - y).detach() + y
