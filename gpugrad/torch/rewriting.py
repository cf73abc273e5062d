"""Tensors filled, put into and cut, at the top and as methods."""

from typing import Any

from ..api import functions as gg
from .both import alias, in_place, method
from .shaping import chunk, split
from .tensor import Tensor

# fmt: off
__all__ = [
    "addbmm", "fill", "put", "split_with_sizes", "unsafe_chunk", "unsafe_split",
    "unsafe_split_with_sizes",
]
# fmt: on


@in_place
def addbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """beta input + alpha times the sum of the products of matrices, (B, n, m) and (B, m, p)."""
    product = gg.sum(gg.matmul(batch1, batch2), axis=0)
    return alpha * product if beta == 0 else beta * input + alpha * product


def fill(input: Any, value: Any) -> Any:
    """A Tensor of the shape of ``input`` full of one number."""
    return input.clone().fill_(value)


@in_place
def put(input: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """``input`` with the numbers of ``source`` at places counted as in the flattened Tensor."""
    flat, places, numbers = input.reshape(-1), index.reshape(-1), source.reshape(-1)
    if accumulate:
        return gg.scatter_add(flat, places, numbers).reshape(input.shape)
    return flat.index_put((places,), numbers).reshape(input.shape)


@method
def new(self: Any, *data: Any) -> Any:
    """A Tensor of sizes one by one, or of numbers, in this one's dtype and on its device."""
    return Tensor(*data).to(self.device, self.dtype)


split_with_sizes = alias("split_with_sizes", split)
unsafe_split_with_sizes = alias("unsafe_split_with_sizes", split)
unsafe_split, unsafe_chunk = alias("unsafe_split", split), alias("unsafe_chunk", chunk)
