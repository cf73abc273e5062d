"""Random Tensors, spelled as numpy.random.Generator's: the same numbers on every device.

The bits are the same, except those of normals, which agree to 4 units in the last place, in
float64 to 8: the libraries of two devices differ in the last bits of a logarithm.
``seed(n)`` starts the sequence again; every call goes on in it.
"""

from typing import Any

from .backend.random import generator as source
from .backend.select import backend, backend_of
from .tensor.cell import Tensor
from .tensor.conversion import Conversion

Shape = int | tuple[int, ...] | None

__all__ = ["bernoulli", "integers", "normal", "permutation", "seed", "uniform"]


def seed(value: int) -> None:
    """Start the sequence of random numbers from ``value``."""
    source.seed(value)


def uniform(
    low: float = 0.0,
    high: float = 1.0,
    size: Shape = None,
    *,
    dtype: Any = None,
    device: str | int | None = None,
) -> Tensor:
    """Numbers from [low, high), each as likely as any other."""
    return Tensor(source.uniform(backend(device), _shape(size), dtype, low, high))


def normal(
    loc: float = 0.0,
    scale: float = 1.0,
    size: Shape = None,
    *,
    dtype: Any = None,
    device: str | int | None = None,
) -> Tensor:
    """Normally distributed numbers with mean ``loc`` and standard deviation ``scale``."""
    return Tensor(source.normal(backend(device), _shape(size), dtype, loc, scale))


def integers(
    low: int,
    high: int | None = None,
    size: Shape = None,
    *,
    dtype: Any = "int64",
    device: str | int | None = None,
) -> Tensor:
    """Integers from [low, high), or from [0, low) if only that is given."""
    low, high = (0, low) if high is None else (low, high)
    return Tensor(source.integers(backend(device), _shape(size), low, high, dtype))


def bernoulli(probability: float, size: Shape = None, *, device: str | int | None = None) -> Tensor:
    """Truth values, each True with ``probability``."""
    return Tensor(source.bernoulli(backend(device), _shape(size), probability))


def permutation(x: Any, *, device: str | int | None = None) -> Tensor:
    """The numbers 0 to x - 1 in random order; of an array, its rows in random order."""
    if isinstance(x, int):
        return Tensor(source.permutation(backend(device), x))
    cell = x if isinstance(x, Conversion) else Tensor(backend().asarray(x))
    order = source.permutation(backend_of(cell.data), len(cell))
    return cell[Tensor(order)]  # type: ignore[index, return-value]


def _shape(size: Shape) -> tuple[int, ...]:
    if size is None:
        return ()
    return (size,) if isinstance(size, int) else tuple(size)
