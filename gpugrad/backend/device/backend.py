"""A CUDA device, or the simulated one: an array module, a driver and what is built on both."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

import numpy as np

from .natives import natives
from .rows import ROWS

PRODUCTS = ("matrix_product", "matrix_vector", "linear")
IMAGES = (
    *("convolution", "convolution_from", "convolution_to_input", "convolution_to_weight"),
    *("windows", "overlap_add", "max_pool", "collected", "chosen"),
)


class Device:
    """CuPy's arrays with CUDA's driver, or the stand-ins of both.

    Everything that both share is written here, and below it, once, against CuPy's interface.
    """

    fuse_from = 0
    # Operations that take halves as they are: their kernels and products compute in float32.
    half_natives = frozenset({"sum", "sum_to", "scatter_add", *ROWS, *PRODUCTS, *IMAGES})

    def __init__(self, array_module: Any, driver: Any) -> None:
        self.module = array_module
        self.driver = driver
        self.name: str = driver.name
        self.index: int = driver.index
        self.shares_type = self.name.startswith("cuda")  # whether other devices have its arrays
        self.array_types: tuple[type, ...] = (array_module.ndarray,)
        self.natives: dict[str, Callable] = {
            name: driver.bound(operation) for name, operation in natives(self).items()
        }
        self._array = driver.bound(array_module.array)
        self.xp: Any = None  # the raw namespace, set by engine.namespace
        self.constant = self.number = lru_cache(1024)(self._constant)

    def asarray(self, data: Any, dtype: Any = None, copy: bool = False) -> Any:
        """``data`` (numbers, sequences, a NumPy or device array) on this device."""
        if not isinstance(data, self.array_types):
            data = np.asarray(data, dtype)
        return self._array(data, dtype=dtype, copy=copy)

    def to_host(self, array: Any) -> np.ndarray:
        """A copy of a device array on the host."""
        return array.get()

    def ones(self, like: Any) -> Any:
        """The gradient to start from: ones in the shape of ``like``."""
        return self.natives["ones_like"](like)

    def exportable(self, array: Any) -> Any:
        """An array with DLPack: every device array has it."""
        return array

    def text(self, array: Any) -> str:
        """The values as printed in a Tensor's repr."""
        return np.array2string(array.get(), separator=", ", prefix="tensor(")

    def _constant(self, value: Any, dtype: np.dtype) -> Any:
        return self._array(np.asarray(value).astype(dtype))

    def quiet(self) -> AbstractContextManager:
        """Devices give no floating-point warnings."""
        return nullcontext()

    def synchronize(self) -> None:
        """Wait until everything that was started has run."""
        self.driver.synchronize()
