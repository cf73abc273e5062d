"""Initial values of parameters, with torch's names and formulas.

Each function writes new values into a Tensor and returns it.

    import gpugrad as gg

    layer = gg.nn.Linear(3, 2)
    gg.nn.init.zeros_(layer.bias)
    print(layer.bias.tolist())  # [0.0, 0.0]

generator: what draws in place of gg.random, an object with the methods of NumPy's Generators.
"""

from math import ceil, erfc, prod, sqrt
from typing import Any

from .. import random
from ..api import functions as F
from ..api.creation import asarray, eye, full, zeros
from ..linalg import qr
from ..ops.special_error import ndtri
from ..tensor.cell import Tensor
from ..tensor.operators import function_of

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "fans",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

CONVOLUTIONS = [f"conv{kind}{n}d" for kind in ("", "_transpose") for n in (1, 2, 3)]
GAINS = {
    "linear": 1.0,
    **dict.fromkeys(CONVOLUTIONS, 1.0),
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


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    """Fill ``tensor`` with uniform numbers from [a, b)."""
    return _drawn("uniform", tensor, a, b, generator)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    """Fill ``tensor`` with normal numbers."""
    return _drawn("normal", tensor, mean, std, generator)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Any = None,
) -> Tensor:
    """Fill ``tensor`` with normal numbers that lie within [a, b], also far from the mean."""
    side = 1 if mean > a else -1  # of small probabilities, which are exact
    low, high = sorted((side * (a - mean) / std, side * (b - mean) / std))
    chance = zeros(_like(tensor)[0], dtype="float64", device=tensor.device)
    uniform_(chance, erfc(-low / sqrt(2)) / 2, erfc(-high / sqrt(2)) / 2, generator)
    values = mean + side * std * function_of(ndtri)(chance)
    return _written(tensor, F.astype(F.clip(values, a, b), tensor.dtype))


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
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Fill with He's uniform initial weights, for rectifiers with slope ``a`` below zero."""
    bound = sqrt(3.0) * calculate_gain(nonlinearity, a) * _scale(_fan(tensor, mode))
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Fill with He's normal initial weights, for rectifiers with slope ``a`` below zero."""
    deviation = calculate_gain(nonlinearity, a) * _scale(_fan(tensor, mode))
    return normal_(tensor, 0.0, deviation, generator)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Fill with Glorot's uniform initial weights."""
    bound = gain * sqrt(6.0) * _scale(sum(fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Fill with Glorot's normal initial weights."""
    return normal_(tensor, 0.0, gain * sqrt(2.0) * _scale(sum(fans(tensor))), generator)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Any = None) -> Tensor:
    """Fill with orthonormal rows, or columns if there are fewer of them, times ``gain``.

    A tensor of more than two axes is the matrix of its first axis and all others.
    """
    _ranked("orthogonal_", tensor, range(2, 100))
    if not tensor.size:
        return tensor
    rows, columns = tensor.shape[0], tensor.size // tensor.shape[0]
    wide = "float32" if tensor.dtype.itemsize < 4 else tensor.dtype
    noise = zeros((rows, columns), dtype=wide, device=tensor.device)
    normal_(noise, generator=generator)
    q, r = qr(noise.T if rows < columns else noise)
    q = q * F.sign(F.diagonal(r))  # else the signs would not be uniform
    values = F.reshape(q.T if rows < columns else q, tensor.shape) * gain
    return _written(tensor, F.astype(values, tensor.dtype))


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Any = None) -> Tensor:
    """Fill a matrix with normal numbers, of which the fraction ``sparsity`` in each column is 0."""
    _ranked("sparse_", tensor, (2,))
    normal_(tensor, 0.0, std, generator)
    order = zeros(tensor.shape, device=tensor.device)
    uniform_(order, generator=generator)
    rank = F.argsort(F.argsort(order, axis=0), axis=0)
    kept = F.where(rank < ceil(sparsity * tensor.shape[0]), 0.0, tensor.detach())
    return _written(tensor, F.astype(kept, tensor.dtype))


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity."""
    _ranked("eye_", tensor, (2,))
    return _written(tensor, eye(*tensor.shape, **_like(tensor)[1]))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill the weight of a convolution so that it passes as many channels unchanged as it can."""
    _ranked("dirac_", tensor, (3, 4, 5))
    outputs, inputs, *kernel = tensor.shape
    if outputs % groups:
        raise ValueError(f"dirac_: {outputs} channels do not make {groups} equal groups")
    values = zeros(tensor.shape, **_like(tensor)[1])
    centre = tuple(n // 2 for n in kernel)
    for first in range(0, outputs, outputs // groups):
        for i in range(min(outputs // groups, inputs)):
            values[(first + i, i, *centre)] = 1
    return _written(tensor, values)


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


def _ranked(name: str, tensor: Tensor, ranks: Any) -> None:
    """ValueError for a Tensor with another number of axes."""
    shape, _ = _like(tensor)
    if len(shape) not in ranks:
        wanted = " or ".join(map(str, ranks)) if len(ranks) < 5 else "2 or more"
        raise ValueError(f"{name}: a Tensor of shape {shape}; it has {wanted} axes")


def _drawn(kind: str, tensor: Tensor, first: float, second: float, generator: Any) -> Tensor:
    """``tensor`` with numbers that gg.random, or a generator, draws."""
    shape, like = _like(tensor)
    if generator is None:
        return _written(tensor, getattr(random, kind)(first, second, shape, **like))
    drawn = getattr(generator, kind)(first, second, shape)
    return _written(tensor, F.astype(asarray(drawn, device=tensor.device), tensor.dtype))


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
