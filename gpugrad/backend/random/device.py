"""Random numbers on a device: the kernels of kernels/philox.cu.

Every function takes the generator, the first block and the count, and gives a flat array.
"""

from typing import Any

import numpy as np

from ..device.launchers import launch

THREADS = 128
MOST_BLOCKS = 4096  # of threads; the kernels stride over the rest


def state(backend: Any, seed: int) -> Any:
    """(key0, key1, counter base) as the kernels read it."""
    return backend.asarray(np.array([seed % 2**64, seed >> 64, 0], np.uint64))


def words(backend: Any, generator: Any, first: int, count: int) -> Any:
    """``count`` 64-bit words from block ``first`` on."""
    return _draw(backend, generator, first, count, "words", "uint64", 4)


def uniform(
    backend: Any, generator: Any, first: int, count: int, dtype: Any, low: float, width: float
) -> Any:
    """Uniform numbers of a float dtype in [low, low + width)."""
    wide, per_block = (np.float64, 4) if dtype == np.float64 else (np.float32, 8)
    settings = (wide(low), wide(width))
    return _draw(backend, generator, first, count, "uniform", dtype, per_block, *settings)


def normal(
    backend: Any, generator: Any, first: int, count: int, dtype: Any, mean: float, deviation: float
) -> Any:
    """Normal numbers, computed in float64 and rounded once to the dtype."""
    per_block = 4 if dtype == np.float64 else 8
    settings = (np.float64(mean), np.float64(deviation))
    return _draw(backend, generator, first, count, "normal", dtype, per_block, *settings)


def integers(backend: Any, generator: Any, first: int, count: int, low: int, high: int) -> Any:
    """Integers in [low, high), int64: the high word of word * range."""
    settings = (np.int64(low), np.uint64((high - low) % 2**64))
    return _draw(backend, generator, first, count, "integers", "int64", 4, *settings)


def bernoulli(backend: Any, generator: Any, first: int, count: int, threshold: int) -> Any:
    """True where a half word is below ``threshold``."""
    return _draw(backend, generator, first, count, "bernoulli", "bool", 8, np.uint64(threshold))


def order(backend: Any, keys: Any) -> Any:
    """The stable order that sorts ``keys``."""
    return backend.natives["argsort"](keys, stable=True)


def _draw(
    backend: Any,
    generator: Any,
    first: int,
    count: int,
    name: str,
    dtype: Any,
    per_block: int,
    *settings: Any,
) -> Any:
    dtype = np.dtype(dtype)
    drawn = backend.natives["empty"](count, dtype=dtype)
    threads = -(-count // per_block)
    grid = (min(-(-threads // THREADS), MOST_BLOCKS), 1, 1)
    arguments = (generator.state(backend), np.uint64(first), drawn, np.int64(count), *settings)
    if count:
        launch(backend, "philox.cu", f"{name}_{dtype.name}", grid, (THREADS, 1, 1), arguments)
    return drawn
