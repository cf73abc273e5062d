"""Elements at indices that are data, by the kernels of gather.cu.

Nothing waits for the indices, so that none is refused: those outside of -n .. n - 1 name no
element.
"""

from collections.abc import Callable
from functools import lru_cache
from struct import unpack
from typing import Any

import numpy as np

from ..dtypes import INEXACT, int64
from .launchers import MOST_BLOCKS, addresses, function, tiles

FILE = "gather.cu"
THREADS = 256
NOBODY = np.iinfo(int64).min  # an index that names no element, however many there are


def gather(backend: Any, x: Any, indices: Any, otherwise: Any = None, zeros: bool = False) -> Any:
    """The elements of ``x``, (outer, n, inner), at ``indices`` along its middle axis.

    indices: int64, (outer, count, inner), or (count,) for all lines alike.  Outside of -n .. n - 1
    stands what ``otherwise``, contiguous, has there, or else NaN, or 0 for other dtypes and
    for ``zeros``.
    """
    outer, n, inner = x.shape
    alike = indices.ndim == 1
    count, steps = indices.shape[0 if alike else 1], indices.strides
    steps = (0, *steps, 0) if alike else steps
    y = backend.module.ndarray((outer, count, inner), x.dtype)
    if y.size:
        arrays, sizes = (x, indices, otherwise, y), (outer * count, count, inner, n)
        steps = (*[s // x.itemsize for s in x.strides], *[s // 8 for s in steps])
        start = _start(backend.driver, f"gather_{x.itemsize}", *sizes[::2])
        start((*addresses(arrays), *_missing(x.dtype, zeros), *sizes, *steps), arrays)
    return y


@lru_cache(1024)
def _start(driver: Any, symbol: str, rows: int, inner: int) -> Callable[[tuple, tuple], None]:
    return driver.prepared(function(driver, FILE, symbol), *tiles(rows, inner), "Q" * 4 + "q" * 12)


@lru_cache(64)
def _missing(dtype: Any, zeros: bool) -> tuple[int, int]:
    """The bytes that stand for an element that is not there, 16 of them."""
    value = np.nan if dtype in INEXACT and not zeros else 0
    return unpack("2q", np.full(16 // dtype.itemsize, value, dtype).tobytes())


def joined(backend: Any, indices: list, lengths: tuple[int, ...]) -> Any:
    """Places in a flattened array of ``lengths`` from indices along each of its axes.

    indices: int64, contiguous, of one shape, which the places have.  The number of all elements
    stands for none.
    """
    places, before = None, 1
    for index, n in zip(indices, lengths, strict=True):
        found = backend.module.ndarray(index.shape, int64)
        _over(backend, "join_places", (places, index, found), (index.size, before, n))
        places, before = found, before * n
    return places


def last_of_places(backend: Any, places: Any, n: int) -> Any:
    """Which of ``places``, (count,), is the last that names each of ``n``, NOBODY where none is."""
    last = backend.natives["full"]((n,), NOBODY, dtype=int64)
    _over(backend, "last_of_places", (places, last), (places.size, n))
    return last


def _over(backend: Any, symbol: str, arrays: tuple, sizes: tuple[int, ...]) -> None:
    """Start a kernel with a thread for each of ``sizes[0]`` elements."""
    if sizes[0]:
        form = f"{'Q' * len(arrays)}{'q' * len(sizes)}"
        start = _flat_start(backend.driver, symbol, -(-sizes[0] // THREADS), form)
        start((*addresses(arrays), *sizes), arrays)


@lru_cache(1024)
def _flat_start(driver: Any, symbol: str, blocks: int, form: str) -> Callable[[tuple, tuple], None]:
    grid = (min(blocks, MOST_BLOCKS), 1, 1)
    return driver.prepared(function(driver, FILE, symbol), grid, (THREADS, 1, 1), form)
