"""Activations that write their result into their input, and return it: ``relu_(x)``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from . import activations, thresholds

__all__ = [
    "celu_",
    "elu_",
    "hardtanh_",
    "leaky_relu_",
    "relu_",
    "rrelu_",
    "selu_",
    "threshold_",
]


def _written(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` of a Tensor, which then has the result."""

    @wraps(function)
    def call(input: Any, *arguments: Any, **settings: Any) -> Any:
        input[...] = function(input, *arguments, **settings)
        return input

    call.__name__ = call.__qualname__ = f"{function.__name__}_"
    return call


celu_, elu_ = _written(thresholds.celu), _written(activations.elu)
hardtanh_, leaky_relu_ = _written(activations.hardtanh), _written(activations.leaky_relu)
relu_, rrelu_ = _written(activations.relu), _written(thresholds.rrelu)
selu_, threshold_ = _written(activations.selu), _written(thresholds.threshold)
