"""Whether Tensors are equal or close, and kinds of numbers."""

from typing import Any

from .. import numpy as gnp
from ..api import functions as gg
from .both import both
from .tensor import owned

# fmt: off
__all__ = [
    "allclose", "equal", "is_nonzero", "is_same_size", "is_signed", "isclose", "isneginf",
    "isposinf", "isreal",
]
# fmt: on


@both
def equal(input: Any, other: Any) -> bool:
    """Whether two Tensors have the same shape and elements: a truth value of Python's."""
    return tuple(input.shape) == tuple(other.shape) and bool(gg.all(gg.equal(input, other)).item())


@both
def isclose(
    input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Whether elements differ by at most ``atol + rtol * abs(other)``."""
    return owned(gnp.isclose(input, other, rtol, atol, equal_nan))


@both
def allclose(
    input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether all elements differ by at most ``atol + rtol * abs(other)``."""
    return bool(isclose(input, other, rtol, atol, equal_nan).all().item())


@both
def is_nonzero(input: Any) -> bool:
    """Whether the only element is not 0."""
    return bool(input)


@both
def is_signed(input: Any) -> bool:
    """Whether the dtype has negative numbers."""
    return input.dtype.kind not in "ub"


@both
def is_same_size(input: Any, other: Any) -> bool:
    """Whether two Tensors have the same shape."""
    return tuple(input.shape) == tuple(other.shape)


@both
def isposinf(input: Any) -> Any:
    """Whether elements are infinite and positive."""
    return input == float("inf")


@both
def isneginf(input: Any) -> Any:
    """Whether elements are infinite and negative."""
    return input == -float("inf")


@both
def isreal(input: Any) -> Any:
    """Whether elements have no imaginary part."""
    return owned(gnp.isreal(input))
