"""Vectors as Modules: angles, distances, products of two inputs; axes as several."""

from math import sqrt
from typing import Any

from ..api import functions as gg
from ..backend.shapes import whole
from . import functional, init
from .layers import fresh
from .module import Module
from .parameter import Parameter
from .settings import integer, number

__all__ = ["Bilinear", "ChannelShuffle", "CosineSimilarity", "PairwiseDistance", "Unflatten"]


class CosineSimilarity(Module):
    """Cosine of the angle of vectors along ``dim``."""

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim, self.eps = integer(dim, self, "dim"), number(eps, self, "eps", 0)

    def forward(self, x1: Any, x2: Any) -> Any:
        """Two Tensors that broadcast; the result has no axis ``dim``."""
        return functional.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """Norm of order ``p`` of differences along the last axis."""

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.norm, self.eps = number(p, self, "p"), number(eps, self, "eps", 0)
        self.keepdim = keepdim

    def forward(self, x1: Any, x2: Any) -> Any:
        """(N, D) and (N, D) give (N,)."""
        return functional.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class Bilinear(Module):
    """``x1 @ weight[k] @ x2 + bias[k]`` for each output k."""

    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        self.in1_features = whole(in1_features, "Bilinear: in1_features", 1)
        self.in2_features = whole(in2_features, "Bilinear: in2_features")
        self.out_features = whole(out_features, "Bilinear: out_features")
        shape = (self.out_features, self.in1_features, self.in2_features)
        self.weight = fresh(shape, device, dtype)
        self.register_parameter("bias", fresh(shape[:1], device, dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values: uniform up to 1 / sqrt(in1_features)."""
        bound = 1 / sqrt(self.in1_features)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def forward(self, input1: Any, input2: Any) -> Any:
        """(..., I) and (..., J) give (..., K)."""
        return functional.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """As torch's."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )


class Unflatten(Module):
    """The axis ``dim`` as several, of lengths ``unflattened_size``."""

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        self.dim = integer(dim, self, "dim")
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, input: Any) -> Any:
        """(..., n, ...) gives (..., *unflattened_size, ...)."""
        shape, dim = tuple(input.shape), self.dim % input.ndim
        return gg.reshape(input, (*shape[:dim], *self.unflattened_size, *shape[dim + 1 :]))

    def extra_repr(self) -> str:
        """As torch's."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class ChannelShuffle(Module):
    """The channels of (N, C, ...) in another order: the first of each group, then the second."""

    def __init__(self, groups: int) -> None:
        self.groups = whole(groups, "ChannelShuffle: groups", 1)

    def forward(self, input: Any) -> Any:
        """The same shape."""
        return functional.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"groups={self.groups}"
