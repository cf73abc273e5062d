"""Layers with parameters that are matrices or tables, and what goes between layers."""

from math import sqrt
from typing import Any

from ..backend.dtypes import as_dtype
from ..backend.select import backend
from ..tensor.cell import Tensor
from . import functional, init
from .module import Module
from .parameter import Parameter


def fresh(shape: tuple[int, ...], device: str | None, dtype: Any) -> Parameter:
    """A parameter of ``shape``, zeros."""
    kind = as_dtype(float if dtype is None else dtype)
    return Parameter(Tensor(backend(device).natives["zeros"](shape, dtype=kind)))


def reset(weight: Parameter, bias: Parameter | None) -> None:
    """torch's first values of Linear and of convolutions: uniform up to 1 / sqrt(inputs)."""
    init.kaiming_uniform_(weight, a=sqrt(5))
    if bias is not None:
        inputs, _ = init.fans(weight)
        bound = 1 / sqrt(inputs) if inputs else 0.0
        init.uniform_(bias, -bound, bound)


class Linear(Module):
    """Linear layer ``x @ weight.T + bias``: (..., in_features) gives (..., out_features).

        print(gg.nn.Linear(3, 2)(gg.ones((5, 3))).shape)  # (5, 2)

    Another last axis raises ValueError.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.in_features, self.out_features = in_features, out_features
        self.weight = fresh((out_features, in_features), device, dtype)
        self.bias = fresh((out_features,), device, dtype) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values."""
        reset(self.weight, self.bias)

    def forward(self, input: Any) -> Any:
        """(..., in_features) gives (..., out_features)."""
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """As torch's."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Embedding(Module):
    """Table of ``num_embeddings`` rows of ``embedding_dim`` numbers, looked up by index.

    Integers of any shape give that shape with embedding_dim behind it.  The row padding_idx gets no
    gradient; one out of range raises ValueError.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        device: str | None = None,
        dtype: Any = None,
    ) -> None:
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(f"Embedding: padding_idx {padding_idx} of {num_embeddings} rows")
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = fresh((num_embeddings, embedding_dim), device, dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values; the row of padding is 0."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    def forward(self, input: Any) -> Any:
        """Indices of any shape give (*input.shape, embedding_dim)."""
        return functional.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """As torch's."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


class Dropout(Module):
    """Dropout: in training an element is 0 with probability ``p``, else x / (1 - p)."""

    def __init__(self, p: float = 0.5) -> None:
        self.p = p

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"p={self.p}, inplace=False"


class Flatten(Module):
    """Axes ``start_dim`` to ``end_dim`` joined into one: (N, C, H, W) gives (N, C * H * W)."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Any) -> Any:
        """(N, C, H, W) gives (N, C * H * W) by default."""
        rank = len(input.shape)
        start, end = self.start_dim % rank, self.end_dim % rank
        size = 1
        for n in input.shape[start : end + 1]:
            size *= n
        return input.reshape((*input.shape[:start], size, *input.shape[end + 1 :]))

    def extra_repr(self) -> str:
        """As torch's."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Identity(Module):
    """The input unchanged."""

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input
