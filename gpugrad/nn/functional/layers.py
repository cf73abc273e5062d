"""Linear maps and dropout, with torch's arguments."""

from typing import Any

from ... import random
from ...api.creation import asarray
from ...backend.select import backend_of
from ...engine.cells import raw
from ...ops import arithmetic, linalg
from ...ops import dropout as dropping
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .reading import array

__all__ = [
    "dropout",
    "linear",
]


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:
    """Linear map ``input @ weight.T + bias``: (..., inputs) gives (..., outputs)."""
    return function_of(linalg.linear)(input, weight, bias)


def probability(name: str, p: float) -> float:
    """``p``; ValueError, by ``name``, where it is none."""
    if not isinstance(p, str) and 0 <= p <= 1:
        return p
    raise ValueError(f"{name}: the probability is {p!r}; give a number from 0 to 1")


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Zero with probability ``p``, else ``input / (1 - p)``; gg.random draws the mask, which the
    members of a ``gg.vmap`` share unless its ``randomness`` says otherwise."""
    probability("dropout", p)
    input = asarray(array("dropout", input))
    if not training or p == 0:
        return input
    if p == 1:
        return function_of(arithmetic.multiply)(input, 0.0)
    device = backend_of(raw(input)).name
    mask = random.bernoulli(1 - p, tuple(input.shape), device=device)
    return function_of(dropping.masked)(input, mask, rate=p)
