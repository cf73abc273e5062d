"""A CUDA device, or the simulated one: an array module, a driver and what is built on both."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

import numpy as np

from ..constants import by_number
from .natives import natives
from .rows import ROWS

PRODUCTS = ("matrix_product", "matrix_vector", "linear")
IMAGES = (
    *("convolution", "convolution_from", "convolution_to_input", "convolution_to_weight"),
    *("windows", "overlap_add", "max_pool", "collected", "chosen"),
)
ATTENTION, CTC = ("attention", "attention_gradient"), ("ctc", "ctc_gradient")
KEPT = 4096  # uploaded numbers that are kept, of 512 bytes each


class Device:
    """CuPy's arrays with CUDA's driver, or the stand-ins of both.

    Everything that both share is written here, and below it, once, against CuPy's interface.
    """

    fuse_from: float = 0
    guests = frozenset(np.sctypeDict.values())  # numbers of NumPy's, which are on no device
    keeps_partials = False
    reads_freely = False
    # Operations that take halves as they are: their kernels and products compute in float32.
    half_natives = frozenset(
        {"sum", "sum_to", "scatter_add", *ROWS, *PRODUCTS, *IMAGES, *ATTENTION, *CTC}
    )
    integer_natives = frozenset({"mean"})

    def __init__(
        self,
        array_module: Any,
        driver: Any,
        current: Callable[[], int] | None = None,
        uploading: Callable[[], AbstractContextManager] = nullcontext,
    ) -> None:
        """current: the number of the current device, None if there is only one; uploading: what
        arrays are filled in that every stream may read when it ends."""
        self.module = array_module
        self.driver: Any = driver
        self.name: str = driver.name
        self.shares_type = current is not None
        self._current = current
        self.array_types: tuple[type, ...] = (array_module.ndarray,)
        self.natives: dict[str, Callable[..., Any]] = {
            name: driver.bound(operation) for name, operation in natives(self).items()
        }
        self._array = driver.bound(array_module.array)
        self._uploading = uploading
        self.xp: Any = None  # the raw namespace, set by engine.namespace
        self.constant: Callable[[Any, Any], Any] = by_number(self._uploaded(self._constant), KEPT)
        self.number: Callable[[Any, Any], Any] = self.constant
        self.philox_key: Callable[[int], Any] = lru_cache(KEPT)(self._uploaded(self._philox_key))

    def asarray(self, data: Any, dtype: Any = None, copy: bool = False) -> Any:
        """``data`` (numbers, sequences, a NumPy or device array) on this device."""
        if not isinstance(data, self.array_types):
            data = np.asarray(data, dtype)
        return self._array(data, dtype=dtype, copy=copy or None)  # False would forbid a cast

    def to_host(self, array: Any) -> np.ndarray:
        """A copy of a device array on the host."""
        return array.get()

    def ones(self, like: Any) -> Any:
        """The gradient to start from: ones in the shape of ``like``; nobody writes into them."""
        return self.natives["ones_like"](like) if like.ndim else self.constant(1.0, like.dtype)

    def exportable(self, array: Any) -> Any:
        """An array with DLPack: every device array has it."""
        return array

    def _uploaded(self, make: Callable[..., Any]) -> Callable[..., Any]:
        """``make``, which uploads a small array, such that all streams may read it.

        One that is given up may be overwritten at once: its last reader was started before KEPT
        others, more than a device lets wait.
        """

        def made(*values: Any) -> Any:
            with self._uploading():
                return make(*values)

        return made

    def _constant(self, value: Any, dtype: np.dtype) -> Any:
        return self._array(np.asarray(value).astype(dtype))

    def _philox_key(self, seed: int) -> Any:
        """(key0, key1, counter base) as the kernels of philox.cu read them."""
        return self._array(np.array([seed % 2**64, seed >> 64, 0], np.uint64))

    def device_of(self, array: Any) -> str:
        """The name with the number of the array's device."""
        return f"{self.name.partition(':')[0]}:{array.device.id}"

    def here(self) -> AbstractContextManager | None:
        """This device as the current one; None where it is, as the only one always is."""
        if self._current is None or self._current() == self.driver.index:
            return None
        return self.driver.device

    def quiet(self) -> AbstractContextManager:
        """``here``: devices give no floating-point warnings."""
        return self.here() or nullcontext()

    def synchronize(self) -> None:
        """Wait until everything that was started has run."""
        self.driver.synchronize()
