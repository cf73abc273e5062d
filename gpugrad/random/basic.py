"""Uniform and normal numbers, whole numbers, truth values and orders."""

from numbers import Integral, Real
from typing import Any

from ..backend.random import generator as source
from ..backend.select import backend, backend_of
from ..backend.shapes import sizes
from ..engine.cells import raw
from ..tensor.cell import Tensor
from ..tensor.conversion import Conversion
from .drawing import Device, Size, asked, drawn, not_negative, shape_of


def uniform(
    low: Any = 0.0,
    high: Any = 1.0,
    size: Size = None,
    *,
    dtype: Any = None,
    device: Device = None,
) -> Any:
    """Uniform random numbers from [low, high), in the shape ``size``.

    low, high: numbers, or arrays and Tensors that broadcast, to which gradients pass.
    """
    if isinstance(low, Real) and isinstance(high, Real):
        numbers = dtype, float(low), float(high)
        return drawn(lambda shape: source.uniform(backend(device), shape, *numbers), shape_of(size))
    ask = asked("uniform", size, dtype, device, low, high)
    low, high = ask.parameters
    return ask.given(low + (high - low) * ask.uniform())


def normal(
    loc: Any = 0.0,
    scale: Any = 1.0,
    size: Size = None,
    *,
    dtype: Any = None,
    device: Device = None,
) -> Any:
    """Normal random numbers of mean ``loc`` and standard deviation ``scale``, in shape ``size``.

    loc, scale: numbers, or arrays and Tensors that broadcast, to which gradients pass.
    """
    if isinstance(loc, Real) and isinstance(scale, Real):
        numbers = dtype, float(loc), float(scale)
        return drawn(lambda shape: source.normal(backend(device), shape, *numbers), shape_of(size))
    not_negative("normal", scale=scale)
    ask = asked("normal", size, dtype, device, loc, scale)
    loc, scale = ask.parameters
    return ask.given(loc + scale * ask.normal())


def integers(
    low: int,
    high: int | None = None,
    size: Size = None,
    *,
    dtype: Any = "int64",
    device: Device = None,
) -> Any:
    """Uniform random integers from [low, high), or from [0, low) if ``high`` is None."""
    low, high = (0, low) if high is None else (low, high)
    return drawn(
        lambda shape: source.integers(backend(device), shape, low, high, dtype), shape_of(size)
    )


def bernoulli(probability: Any, size: Size = None, *, device: Device = None) -> Any:
    """Truth values, each True with ``probability``: a number, or an array of them."""
    if isinstance(probability, Real):
        p = float(probability)
        return drawn(lambda shape: source.bernoulli(backend(device), shape, p), shape_of(size))
    ask = asked("bernoulli", size, None, device, probability)
    return ask.uniform() < ask.parameters[0]


def permutation(x: Any, *, device: Device = None) -> Any:
    """Integers 0 to x - 1 in random order; for an array, its rows in random order."""
    if isinstance(x, Integral):
        return drawn(lambda shape: source.permutation(backend(device), shape), sizes(x))
    rows: Any = x if isinstance(x, Conversion) else Tensor(backend().asarray(x))
    if not rows.ndim:
        raise TypeError(f"permutation: {x!r:.200}; give a whole number, or an array with rows")
    home = backend_of(raw(rows))
    return rows[drawn(lambda shape: source.permutation(home, shape), rows.shape[:1])]
