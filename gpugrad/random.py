"""Random numbers with the names of numpy.random.Generator, the same on every device.

    import gpugrad as gg

    gg.random.seed(1)
    first = gg.random.uniform(size=(2, 3))
    gg.random.seed(1)
    print(first.shape, gg.all(first == gg.random.uniform(size=(2, 3))).item())  # (2, 3) True

``seed(n)`` starts the sequence again, and every call continues it.  The bits are the same on every
device, except those of normals, which agree to 4 units in the last place, in float64 to 8.
Results are of the default float unless ``dtype`` is given, on the default device unless ``device``
is.  A ``size`` is an integer, a tuple, or None for one number.  No gradient passes to the
parameters of a distribution; ``loc + scale * normal(...)`` passes it.
"""

from typing import Any

from .backend.random import generator as source
from .backend.select import backend, backend_of
from .tensor.cell import Tensor
from .tensor.conversion import Conversion

Shape = int | tuple[int, ...] | None

__all__ = ["bernoulli", "integers", "normal", "permutation", "seed", "uniform"]


def seed(value: int) -> None:
    """Start the sequence of random numbers from the integer ``value``."""
    source.seed(value)


def uniform(
    low: float = 0.0,
    high: float = 1.0,
    size: Shape = None,
    *,
    dtype: Any = None,
    device: str | int | None = None,
) -> Tensor:
    """Uniform random numbers from [low, high), in the shape ``size``."""
    return Tensor(source.uniform(backend(device), _shape(size), dtype, low, high))


def normal(
    loc: float = 0.0,
    scale: float = 1.0,
    size: Shape = None,
    *,
    dtype: Any = None,
    device: str | int | None = None,
) -> Tensor:
    """Normal random numbers of mean ``loc`` and standard deviation ``scale``, in shape ``size``."""
    return Tensor(source.normal(backend(device), _shape(size), dtype, loc, scale))


def integers(
    low: int,
    high: int | None = None,
    size: Shape = None,
    *,
    dtype: Any = "int64",
    device: str | int | None = None,
) -> Tensor:
    """Uniform random integers from [low, high), or from [0, low) if ``high`` is None."""
    low, high = (0, low) if high is None else (low, high)
    return Tensor(source.integers(backend(device), _shape(size), low, high, dtype))


def bernoulli(probability: float, size: Shape = None, *, device: str | int | None = None) -> Tensor:
    """Random truth values in the shape ``size``, each True with ``probability``."""
    return Tensor(source.bernoulli(backend(device), _shape(size), probability))


def permutation(x: Any, *, device: str | int | None = None) -> Tensor:
    """Integers 0 to x - 1 in random order; for an array, its rows in random order."""
    if isinstance(x, int):
        return Tensor(source.permutation(backend(device), x))
    cell = x if isinstance(x, Conversion) else Tensor(backend().asarray(x))
    order = source.permutation(backend_of(cell.data), len(cell))
    return cell[Tensor(order)]  # type: ignore[index, return-value]


def _shape(size: Shape) -> tuple[int, ...]:
    if size is None:
        return ()
    return (size,) if isinstance(size, int) else tuple(size)
