"""Random numbers on a device: the kernels of kernels/philox.cu, with host/random.py's arguments."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from .launchers import launch

THREADS = 128
MOST_BLOCKS = 4096  # of threads; the kernels stride over the rest
Shape = tuple[int, ...]


def random(device: Any) -> dict[str, Callable]:
    """The draws of ``device`` by name."""

    def words(seed: int, position: Any, shape: Shape) -> Any:
        return _draw(device, seed, position, shape, "words", "uint64", 4)

    def uniform(
        seed: int, position: Any, shape: Shape, *, dtype: Any, low: float, width: float
    ) -> Any:
        wide, per_block = (np.float64, 4) if dtype == np.float64 else (np.float32, 8)
        settings = (wide(low), wide(width))
        return _draw(device, seed, position, shape, "uniform", dtype, per_block, *settings)

    def normal(
        seed: int, position: Any, shape: Shape, *, dtype: Any, mean: float, deviation: float
    ) -> Any:
        per_block = 4 if dtype == np.float64 else 8
        settings = (np.float64(mean), np.float64(deviation))
        return _draw(device, seed, position, shape, "normal", dtype, per_block, *settings)

    def integers(seed: int, position: Any, shape: Shape, *, dtype: Any, low: int, high: int) -> Any:
        settings = (np.int64(low), np.uint64((high - low) % 2**64))
        drawn = _draw(device, seed, position, shape, "integers", "int64", 4, *settings)
        return drawn.astype(dtype, copy=False)

    def bernoulli(seed: int, position: Any, shape: Shape, *, threshold: int) -> Any:
        below = np.uint64(threshold)
        return _draw(device, seed, position, shape, "bernoulli", "bool", 8, below)

    return {
        "random_words": words,
        "random_uniform": uniform,
        "random_normal": normal,
        "random_integers": integers,
        "random_bernoulli": bernoulli,
    }


def _draw(
    device: Any,
    seed: int,
    position: Any,
    shape: Shape,
    name: str,
    dtype: Any,
    per_block: int,
    *settings: Any,
) -> Any:
    dtype, count = np.dtype(dtype), prod(shape)
    drawn = device.natives["empty"](shape, dtype=dtype)
    threads = -(-count // per_block)
    grid = (min(-(-threads // THREADS), MOST_BLOCKS), 1, 1)
    state, first = _state(device, seed, position)
    arguments = (state, first, drawn, np.int64(count), *settings)
    if count:
        launch(device, "philox.cu", f"{name}_{dtype.name}", grid, (THREADS, 1, 1), arguments)
    return drawn


def _state(device: Any, seed: Any, position: Any) -> tuple[Any, np.uint64]:
    """What a kernel reads, uint64 (key0, key1, counter base), and the position past that base.

    A seed that is an array is all that a kernel reads.  The base of a position that is an array is
    that array's element.  Both are read when the kernel runs.
    """
    if isinstance(seed, device.array_types):
        return seed, np.uint64(position)
    key = device.philox_key(seed)
    if not isinstance(position, device.array_types):
        return key, np.uint64(position)
    base = position.reshape(1).astype(np.uint64, copy=False)
    return device.natives["concat"](key[:2], base, axis=0), np.uint64(0)
