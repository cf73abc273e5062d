"""Activations, with torch's arguments."""

from typing import Any
from warnings import warn

from ...backend.dtypes import as_dtype
from ...engine.calling import called
from ...ops import activation as a
from ...ops import elementary, shape
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

_relu, _selu = function_of(a.relu), function_of(a.selu)
_silu, _mish = function_of(a.silu), function_of(a.mish)
sigmoid, logsigmoid = function_of(a.sigmoid), function_of(a.log_sigmoid)
tanh = function_of(elementary.tanh)
_elu, _leaky_relu = function_of(a.elu), function_of(a.leaky_relu)
_hardtanh, _hardswish = function_of(a.hardtanh), function_of(a.hardswish)

# torch's functions that may write over their input; here ``inplace`` changes nothing


def relu(input: Any, inplace: bool = False) -> Tensor:
    """max(x, 0)."""
    return _relu(input)


def selu(input: Any, inplace: bool = False) -> Tensor:
    """A scaled ELU with the constants of self-normalising networks."""
    return _selu(input)


def silu(input: Any, inplace: bool = False) -> Tensor:
    """x * sigmoid(x)."""
    return _silu(input)


def mish(input: Any, inplace: bool = False) -> Tensor:
    """x * tanh(softplus(x))."""
    return _mish(input)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, elsewhere alpha * (e**x - 1)."""
    return _elu(input, alpha=alpha)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where positive, elsewhere negative_slope * x."""
    return _leaky_relu(input, negative_slope=negative_slope)


def hardtanh(
    input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """Elements limited to the range from ``min_val`` to ``max_val``."""
    return _hardtanh(input, min_val=min_val, max_val=max_val)


def hardswish(input: Any, inplace: bool = False) -> Tensor:
    """x * clip(x + 3, 0, 6) / 6."""
    return _hardswish(input)


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


def softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Softmax along ``dim``: e**x divided by its sum, computed in ``dtype`` if there is one.

    Without ``dim`` it is 0 for 0, 1 and 3 axes, else 1, with a warning, as in torch.
    """
    return function_of(n.softmax)(typed(input, dtype), axis=axis_of("softmax", input, dim))


def log_softmax(
    input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """Logarithm of the softmax along ``dim``; see ``softmax``."""
    return function_of(n.log_softmax)(typed(input, dtype), axis=axis_of("log_softmax", input, dim))


def typed(input: Any, dtype: Any) -> Any:
    """``input`` in ``dtype``; None: as it is."""
    return input if dtype is None else function_of(shape.astype)(input, dtype=as_dtype(dtype))


def axis_of(name: str, input: Any, dim: int | None) -> int:
    """``dim``, or what torch takes where there is none, with its warning."""
    if dim is not None:
        return dim
    warn(f"{name}: no dim; give dim=-1 for the last axis", stacklevel=3)
    return 0 if len(array(name, input).shape) in (0, 1, 3) else 1
