"""Layers with parameters that are matrices, and what goes between layers."""

from math import sqrt
from typing import Any
from warnings import warn

from ..backend.dtypes import FLOATS, as_dtype, promote
from ..backend.select import backend
from ..backend.shapes import whole
from ..ops.axes import flattened
from ..tensor.cell import Tensor
from . import functional, init
from .module import Module
from .parameter import Parameter
from .settings import integer, number

__all__ = [
    "Dropout",
    "Flatten",
    "Identity",
    "Linear",
]


def fresh(shape: tuple[int, ...], device: str | int | None, dtype: Any) -> Parameter:
    """A parameter of ``shape``, zeros."""
    kind = as_dtype(float if dtype is None else dtype)
    return Parameter(Tensor(backend(device).natives["zeros"](shape, dtype=kind)))


def warn_of_wider(input: Any, weight: Parameter | None) -> None:
    """Warn where data are in a wider dtype than the parameters: all that follows is computed in it.

    Once, in Python's own manner: the text and its place are the same for all layers.
    """
    dtype: Any = getattr(input, "dtype", None)
    if weight is None or dtype is weight.held.dtype or dtype not in FLOATS:
        return
    wide = promote(dtype, weight.dtype)
    if wide != weight.dtype:
        warn(
            f"{dtype} data make a {weight.dtype} model compute in {wide}, slower and in more "
            f"memory; convert the data, x.astype('{weight.dtype}'), or the model, "
            f"model.to('{wide}')",
            stacklevel=1,
        )


def begin(
    module: Any, shape: tuple[int, ...], bias: bool, device: str | int | None, dtype: Any
) -> None:
    """Have a weight (outputs, inputs, ...) and, if wanted, a bias, with their first values."""
    module.weight = fresh(shape, device, dtype)
    module.register_parameter("bias", fresh(shape[:1], device, dtype) if bias else None)
    module.reset_parameters()


def equal_groups(layer: str, groups: Any, *channels: int) -> int:
    """The number of groups; a ValueError where channels do not make so many equal ones."""
    groups = whole(groups, f"{layer}: groups", 1)
    if any(count % groups for count in channels):
        counts = " to ".join(map(str, channels))
        raise ValueError(f"{layer}: {counts} channels do not make {groups} equal groups")
    return groups


def reset(weight: Parameter, bias: Parameter | None) -> None:
    """torch's first values of Linear and of convolutions: uniform up to 1 / sqrt(inputs)."""
    init.kaiming_uniform_(weight, a=sqrt(5))
    inputs, _ = init.fans(weight)
    if bias is not None and inputs:  # of no inputs the bias stays 0
        init.uniform_(bias, -1 / sqrt(inputs), 1 / sqrt(inputs))


class Linear(Module):
    """Linear layer ``x @ weight.T + bias``: (..., in_features) gives (..., out_features).

        print(gg.nn.Linear(3, 2)(gg.ones((5, 3))).shape)  # (5, 2)

    Another last axis raises ValueError.
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        self.in_features = whole(in_features, "Linear: in_features")
        self.out_features = whole(out_features, "Linear: out_features")
        begin(self, (self.out_features, self.in_features), bias, device, dtype)

    def reset_parameters(self) -> None:
        """Draw new values."""
        reset(self.weight, self.bias)

    def forward(self, input: Any) -> Any:
        """(..., in_features) gives (..., out_features)."""
        weight = self.weight  # read once: it may be computed
        warn_of_wider(input, weight)
        return functional.linear(input, weight, self.bias)

    def extra_repr(self) -> str:
        """As torch's."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Dropout(Module):
    """Dropout: in training an element is 0 with probability ``p``, else x / (1 - p)."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        self.p, self.inplace = number(p, self, "the probability", 0, 1), inplace

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"p={self.p}, inplace={self.inplace}"


class Flatten(Module):
    """Axes ``start_dim`` to ``end_dim`` joined into one: (N, C, H, W) gives (N, C * H * W)."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = integer(start_dim, self, "start_dim")
        self.end_dim = integer(end_dim, self, "end_dim")

    def forward(self, input: Any) -> Any:
        """(N, C, H, W) gives (N, C * H * W) by default."""
        return input.reshape(flattened(input.shape, self.start_dim, self.end_dim, "Flatten"))

    def extra_repr(self) -> str:
        """As torch's."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Identity(Module):
    """The input unchanged."""

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input
