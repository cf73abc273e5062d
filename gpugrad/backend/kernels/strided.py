"""Elementwise kernels run on NumPy arrays of any layout, on several threads where that pays."""

import ctypes
from functools import cache
from math import prod
from typing import Any

import numpy as np

from ...settings import settings
from . import pool
from .functions import address as place

DIRECT, SCALAR, STRIDED = range(3)
BLOCK = 1024  # elements that strided.c packs at once
THREADS_FROM = 1 << 16  # elements from which waking a thread (10 us) pays
LEAST_CHUNK = 1 << 14
MOST_OPERANDS = 24  # as in strided.c, which has room for so many


def run(
    kernel: int,
    inputs: tuple[np.ndarray, ...],
    outputs: tuple[np.ndarray, ...],
    numbers: tuple[float, ...] = (),
) -> None:
    """Call the kernel at address ``kernel`` on every element.

    inputs broadcast to the shape of the outputs, which are C-contiguous and of one shape;
    numbers: the values of the kernel's settings.
    """
    inputs = tuple(map(np.asarray, inputs))  # a NumPy scalar has no address
    shape = outputs[0].shape
    count = prod(shape)
    if not count:
        return
    given = _vector(ctypes.c_double, len(numbers))(*numbers)
    layouts = [_layout(array, shape) for array in inputs]
    dimensions = shape if STRIDED in layouts else ()
    operands = len(inputs) + len(outputs)
    words: list[Any] = [kernel, ctypes.addressof(given), operands, len(dimensions), *dimensions]
    for array, layout in zip(inputs, layouts, strict=True):
        words += (place(array), array.itemsize, layout, *_strides(array, layout, dimensions))
    for array in outputs:
        words += (place(array), array.itemsize, DIRECT, *dimensions)
    packed = _vector(ctypes.c_long, len(words))(*words)
    chunk = max(LEAST_CHUNK, -(-count // (8 * settings.threads * BLOCK)) * BLOCK)
    threads = settings.threads if count >= THREADS_FROM else 1
    pool.library().gpugrad_elementwise(packed, count, chunk, threads)


@cache
def _vector(kind: Any, length: int) -> Any:
    """ctypes' array type, made once: it costs more than a call and is a cycle of references."""
    return kind * length


def _layout(array: np.ndarray, shape: tuple[int, ...]) -> int:
    if array.shape == shape and array.flags.c_contiguous:
        return DIRECT
    return SCALAR if array.size == 1 or not any(array.strides) else STRIDED


def _strides(array: np.ndarray, layout: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides along the axes of ``shape``, 0 where the array is repeated."""
    if layout != STRIDED:
        return shape  # not read
    pairs = zip(array.shape, array.strides, strict=True)
    own = tuple(0 if n == 1 else stride for n, stride in pairs)
    return (0,) * (len(shape) - len(own)) + own


def address(library: ctypes.CDLL, name: str) -> int:
    """Address of a function of a loaded library."""
    return ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0


def turned(inputs: tuple[Any, ...], shape: tuple[int, ...]) -> bool:
    """Whether the arrays lie in Fortran's order, so that their transposes are contiguous."""
    whole = [a for a in inputs if a.shape == shape and a.size > 1 and any(a.strides)]
    return (
        bool(whole)
        and all(a.flags.f_contiguous and not a.flags.c_contiguous for a in whole)
        and all(a.ndim == 0 or a.shape == shape for a in inputs)
    )
