"""Initial values of parameters, with torch's names and formulas.

Each function writes new values into a Tensor and returns it.

    import gpugrad as gg

    layer = gg.nn.Linear(3, 2)
    gg.nn.init.zeros_(layer.bias)
    print(layer.bias.tolist())  # [0.0, 0.0]
"""

from math import prod, sqrt
from typing import Any

from .. import random
from ..api.creation import full
from ..tensor.cell import Tensor

__all__ = [
    "calculate_gain",
    "constant_",
    "fans",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

GAINS = {
    "linear": 1.0,
    "conv1d": 1.0,
    "conv2d": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": sqrt(2.0),
    "selu": 0.75,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Factor by which weights before ``nonlinearity`` keep the variance; unknown: ValueError."""
    if nonlinearity == "leaky_relu":
        return sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        raise ValueError(
            f"calculate_gain: unknown {nonlinearity!r}; known: leaky_relu, {', '.join(GAINS)}"
        )
    return GAINS[nonlinearity]


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Tensor:
    """Fill ``tensor`` with uniform numbers from [a, b)."""
    shape, kind = _like(tensor)
    return _written(tensor, random.uniform(a, b, shape, **kind))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    """Fill ``tensor`` with normal numbers."""
    shape, kind = _like(tensor)
    return _written(tensor, random.normal(mean, std, shape, **kind))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill ``tensor`` with one number."""
    shape, kind = _like(tensor)
    return _written(tensor, full(shape, val, **kind))


def zeros_(tensor: Tensor) -> Tensor:
    """Fill ``tensor`` with zeros."""
    return constant_(tensor, 0)


def ones_(tensor: Tensor) -> Tensor:
    """Fill ``tensor`` with ones."""
    return constant_(tensor, 1)


def kaiming_uniform_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Tensor:
    """Fill with He's uniform initial weights, for rectifiers with slope ``a`` below zero."""
    bound = sqrt(3.0) * calculate_gain(nonlinearity, a) * _scale(_fan(tensor, mode))
    return uniform_(tensor, -bound, bound)


def kaiming_normal_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Tensor:
    """Fill with He's normal initial weights, for rectifiers with slope ``a`` below zero."""
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) * _scale(_fan(tensor, mode)))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Fill with Glorot's uniform initial weights."""
    bound = gain * sqrt(6.0) * _scale(sum(fans(tensor)))
    return uniform_(tensor, -bound, bound)


def xavier_normal_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Fill with Glorot's normal initial weights."""
    return normal_(tensor, 0.0, gain * sqrt(2.0) * _scale(sum(fans(tensor))))


def fans(tensor: Tensor) -> tuple[int, int]:
    """Inputs and outputs of each unit of a weight (outputs, inputs, *kernel)."""
    if tensor.ndim < 2:
        raise ValueError(f"init: a weight of shape {tensor.shape} has no inputs and outputs")
    field = prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _fan(tensor: Tensor, mode: str) -> int:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"init: mode {mode!r} is neither 'fan_in' nor 'fan_out'")
    return fans(tensor)[mode == "fan_out"]


def _scale(count: int) -> float:
    """1 / sqrt(count); of no inputs or outputs there are no weights, and it is 0."""
    return 1 / sqrt(count) if count else 0.0


def _like(tensor: Tensor) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Shape, dtype and device of new values; TypeError for what is no Tensor."""
    if not isinstance(tensor, Tensor):
        what = type(tensor).__name__
        raise TypeError(f"init: {what}; give a Tensor, such as layer.weight, which is written")
    return tensor.shape, {"dtype": tensor.dtype, "device": tensor.device}


def _written(tensor: Tensor, values: Tensor) -> Tensor:
    """``tensor`` with new values; what was computed from the old ones keeps them."""
    tensor.write(values.held)
    return tensor
