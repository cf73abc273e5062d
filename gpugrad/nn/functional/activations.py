"""Activations, with torch's arguments."""

from typing import Any

from ...engine.calling import called
from ...ops import activation as a
from ...ops import elementary
from ...ops import normalisation as n
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .reading import array

__all__ = [
    "elu",
    "gelu",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "mish",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]

relu, selu = function_of(a.relu), function_of(a.selu)
silu, mish = function_of(a.silu), function_of(a.mish)
sigmoid, logsigmoid = function_of(a.sigmoid), function_of(a.log_sigmoid)
tanh = function_of(elementary.tanh)
elu, leaky_relu = function_of(a.elu), function_of(a.leaky_relu)
hardtanh, hardswish = function_of(a.hardtanh), function_of(a.hardswish)


@called
def gelu(input: Any, approximate: str = "none") -> Tensor:
    """GELU: x times the normal distribution function of x; approximate="tanh" approximates it.

    Another ``approximate`` raises ValueError.
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate {approximate!r} is neither 'none' nor 'tanh'")
    return function_of(a.gelu if approximate == "none" else a.gelu_tanh)(input)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """Softplus log(1 + e**(beta x)) / beta; it is exact, so ``threshold`` changes nothing."""
    exact = function_of(a.softplus)
    return exact(input) if beta == 1 else exact(array("softplus", input) * beta) / beta


def softmax(input: Any, dim: int = -1) -> Tensor:
    """Softmax along ``dim``: e**x divided by its sum."""
    return function_of(n.softmax)(input, axis=dim)


def log_softmax(input: Any, dim: int = -1) -> Tensor:
    """Logarithm of the softmax along ``dim``."""
    return function_of(n.log_softmax)(input, axis=dim)
