"""Generated elementwise kernels started on a device, over arrays of any layout."""

from functools import cache
from math import prod
from typing import Any

import numpy as np

THREADS = 256  # a block
BLOCKS_A_PROCESSOR = 16  # enough to hide memory latency; more elements go round the grid again
ALIGNED = 16  # bytes that are loaded at once


def empty(backend: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """An uninitialised device array."""
    return backend.natives["empty"](shape, dtype=np.dtype(dtype))


def run(
    backend: Any, handle: Any, inputs: tuple, outputs: tuple, numbers: tuple[float, ...]
) -> None:
    """Start a kernel of codegen/cuda_text.py.

    inputs broadcast to the shape of the outputs, which are C-contiguous and of one shape.
    """
    shape = tuple(outputs[0].shape)
    count = prod(shape)
    if not count:
        return
    repeated, layout, dimensions = _places(backend, inputs, outputs, shape)
    width = max(1, ALIGNED // max(a.dtype.itemsize for a in (*inputs, *outputs)))
    most = backend.driver.multiprocessor_count * BLOCKS_A_PROCESSOR
    grid = (min(-(-count // (THREADS * width)), most), 1, 1)
    arguments = (
        *inputs,
        *outputs,
        *map(np.float64, numbers),
        np.int64(count),
        np.uint32(repeated),
        layout,
        np.int32(dimensions),
    )
    backend.driver.launch(handle, grid, (THREADS, 1, 1), arguments)


def _places(
    backend: Any, inputs: tuple, outputs: tuple, shape: tuple[int, ...]
) -> tuple[int, Any, int]:
    """Which inputs are one element repeated, and a layout where others need one."""
    repeated, plain = 0, all(a.data.ptr % ALIGNED == 0 for a in outputs)
    rows = []
    for k, array in enumerate(inputs):
        if array.size == 1 or not any(array.strides):
            repeated |= 1 << k
            rows.append((0,) * len(shape))
            continue
        rows.append(_strides(array, shape))
        whole = tuple(array.shape) == shape and array.flags.c_contiguous
        plain = plain and whole and array.data.ptr % ALIGNED == 0
    if plain:
        return repeated, None, 0
    return repeated, _layout(backend, shape, tuple(rows)), len(shape)


def _strides(array: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides in elements along the axes of ``shape``, 0 where the array is repeated."""
    pairs = zip(array.shape, array.strides, strict=True)
    own = tuple(0 if n == 1 else stride // array.dtype.itemsize for n, stride in pairs)
    return (0,) * (len(shape) - len(own)) + own


@cache
def _layout(backend: Any, shape: tuple[int, ...], rows: tuple[tuple[int, ...], ...]) -> Any:
    """Shape and strides as a device array, made once."""
    return backend.asarray(np.array((shape, *rows), np.int64).reshape(-1))
