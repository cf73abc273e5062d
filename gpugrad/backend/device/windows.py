"""Windows of images on a device: what convolution and pooling read, by kernels/windows.cu.

A kernel finds by arithmetic which elements a window meets: no table of indices is made.  It has
three axes: images with fewer get axes of length 1 in front.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from math import prod
from struct import pack
from typing import Any

import numpy as np

from ..dtypes import COMPLEX, FLOATS
from . import launchers

THREADS = 256
MOST_PLANES = 65_535  # blocks along y
MOST_ELEMENTS = 2**32 - 1  # of one plane
AXES = 3  # at most
ONES = (1, 1, 1, 1, 0, 1)  # the geometry of an axis that is not there
Sizes = tuple[int, ...]  # an entry for each axis


def windows(device: Any) -> dict[str, Callable]:
    """The operations on windows by name; settings as in ops/windows.py."""
    own = _Windows(device)
    return {
        "windows": own.windows,
        "overlap_add": own.overlap_add,
        "max_pool": own.max_pool,
        "collected": own.collected,
    }


def _of_floats(method: Callable) -> Callable:
    """``method`` for all dtypes: complex numbers go in as their parts, integers as float64."""

    @wraps(method)
    def taking(self: Any, x: Any, *others: Any, **settings: Any) -> Any:
        dtype = x.dtype
        if dtype in FLOATS:
            return method(self, self.xp.ascontiguousarray(x), *others, **settings)
        if dtype in COMPLEX:
            real, imag = (taking(self, part, *others, **settings) for part in (x.real, x.imag))
            return (real + 1j * imag).astype(dtype, copy=False)
        y = taking(self, x.astype(np.float64), *others, **settings)  # exact to 2**53
        if isinstance(y, tuple):
            return (y[0].astype(dtype), *y[1:])
        return y.astype(dtype)

    return taking


class _Windows:
    def __init__(self, device: Any) -> None:
        self.device, self.xp = device, device.module
        self._start = lru_cache(256)(self._make_start)

    @_of_floats
    def windows(
        self, x: Any, *, kernel: Sizes, strides: Sizes, padding: tuple, dilation: Sizes
    ) -> Any:
        """Every window, (N, C, *kernel, *count), with zeros around the images (N, C, *size)."""
        size = x.shape[2:]
        count = _count(size, kernel, strides, padding, dilation)
        y = self.xp.empty((*x.shape[:2], *kernel, *count), dtype=x.dtype)
        geometry = (size, count, kernel, strides, _before(padding), dilation)
        self._run("windows", geometry, prod(kernel) * prod(count), x, y)
        return y

    @_of_floats
    def overlap_add(
        self, x: Any, *, size: Sizes, strides: Sizes, padding: tuple, dilation: Sizes
    ) -> Any:
        """Each window added to the place it was read from: (N, C, *size)."""
        y = self.xp.empty((*x.shape[:2], *size), dtype=x.dtype)
        kernel, count = x.shape[2 : 2 + len(size)], x.shape[2 + len(size) :]
        geometry = (size, count, kernel, strides, _before(padding), dilation)
        self._run("overlap_add", geometry, prod(size), x, y)
        return y

    @_of_floats
    def max_pool(
        self, x: Any, *, kernel: Sizes, strides: Sizes, padding: tuple, dilation: Sizes
    ) -> tuple:
        """The largest element of every window and its flat place in its plane, int32."""
        size = x.shape[2:]
        count = _count(size, kernel, strides, padding, dilation)
        shape = (*x.shape[:2], *count)
        y, places = (self.xp.empty(shape, dtype=dtype) for dtype in (x.dtype, np.dtype("int32")))
        geometry = (size, count, kernel, strides, _before(padding), dilation)
        self._run("largest", geometry, prod(count), x, y, places)
        return y, places

    @_of_floats
    def collected(self, x: Any, places: Any, *, size: Sizes, windows: tuple | None = None) -> Any:
        """Each element added at its place in planes of ``size``, by a gather where ``windows``
        says which of them can meet a place, else in the order of a sort."""
        if windows is None:
            return self._scattered(x, places, size)
        kernel, strides, padding, dilation = windows
        y = self.xp.empty((*x.shape[:2], *size), dtype=x.dtype)
        geometry = (size, x.shape[2:], kernel, strides, _before(padding), dilation)
        places = self.xp.ascontiguousarray(places)
        self._run("collect", geometry, prod(size), x, places, y)
        return y

    def _scattered(self, x: Any, places: Any, size: Sizes) -> Any:
        count, natives = prod(x.shape[:2]), self.device.natives
        planes = self.xp.arange(count).reshape(-1, 1) * prod(size)
        everywhere = (planes + places.reshape(count, -1)).reshape(-1)
        zeros = self.xp.zeros(count * prod(size), dtype=x.dtype)
        return natives["scatter_add"](zeros, everywhere, x.reshape(-1)).reshape(*x.shape[:2], *size)

    def _run(self, name: str, geometry: tuple, elements: int, x: Any, *others: Any) -> None:
        planes = prod(x.shape[:2])
        if planes * elements:
            arrays = (x, *others)
            start = self._start(name, x.dtype, planes, elements, tuple(map(tuple, geometry)))
            start(tuple([a.data.ptr for a in arrays]), arrays)

    def _make_start(
        self, name: str, dtype: Any, planes: int, elements: int, geometry: tuple[Sizes, ...]
    ) -> Callable[[tuple, tuple], None]:
        """What starts the kernel on the addresses of arrays, given once more as arrays."""
        if elements > MOST_ELEMENTS:
            raise ValueError(f"{name}: {elements} elements a plane, at most {MOST_ELEMENTS} go")
        driver = self.device.driver
        handle = launchers.function(driver, "windows.cu", f"{name}_{dtype.name}")
        blocks = min(-(-elements // THREADS), driver.multiprocessor_count * 16)
        grid = (blocks, min(planes, MOST_PLANES), 1)
        struct = pack("q18i", planes, *(n for axes in map(_in_front, geometry, ONES) for n in axes))
        addresses = "QQ" if name in ("windows", "overlap_add") else "QQQ"
        return driver.prepared(handle, grid, (THREADS, 1, 1), addresses, struct)


def _before(padding: tuple[tuple[int, int], ...]) -> Sizes:
    return tuple(before for before, _ in padding)


def _in_front(axes: Sizes, one: int) -> Sizes:
    """Entries of three axes; ``one`` for those that are missing in front."""
    return (*(one,) * (AXES - len(axes)), *axes)


def _count(size: Sizes, kernel: Sizes, strides: Sizes, padding: tuple, dilation: Sizes) -> tuple:
    return tuple(
        (n + sum(pad) - d * (k - 1) - 1) // s + 1
        for n, k, s, pad, d in zip(size, kernel, strides, padding, dilation, strict=True)
    )
