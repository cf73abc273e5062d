"""The host's native ``update``: an optimizer's kernel over many tensors in one C call.

Without a compiler the rule runs in NumPy, tensor by tensor.
"""

import ctypes
from functools import lru_cache
from typing import Any

import numpy as np

from ..kernels import pool
from ..multi_tensor import plain_update

CHUNK = 8192  # elements that one thread takes at a time
SHARE_FROM = 8  # chunks from which threads share the work


class _Job(ctypes.Structure):
    """The arguments of a kernel of codegen/update_text.py."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("chunks", "places", "at", "steps", "settings")),
        ("tensors", ctypes.c_long),
    )


class _Prepared:
    """A compiled kernel and its arguments, of which gradients, steps and settings are filled in."""

    def __init__(self, batch: Any, function: Any) -> None:
        parameters, *states = batch.lists
        self.function, self.count = function, len(parameters)
        self.address = ctypes.cast(function, ctypes.c_void_p).value or 0
        chunks = [
            (i, begin, min(begin + CHUNK, p.size))
            for i, p in enumerate(parameters)
            for begin in range(0, p.size, CHUNK)
        ]
        self.chunks = len(chunks)
        lists = (parameters, parameters, *states)  # the second place is the gradients'
        self.at = np.array([[_address(a) for a in arrays] for arrays in lists], np.int64)
        self.settings = np.zeros(1 + len(batch.kernel.numbers))
        self.fixed = np.array(chunks, np.int64), np.array(batch.places, np.int64)
        pointers = map(_address, (*self.fixed, self.at, self.settings, self.settings))
        self.job = _Job(*pointers, self.count)

    def run(self, gradients: list, rate: float, steps: Any, numbers: tuple[float, ...]) -> None:
        """One step."""
        self.at[1] = [_address(g) for g in gradients]
        self.settings[:] = (rate, *numbers)
        self.job.steps = _address(steps)
        if self.chunks < SHARE_FROM:
            self.function(ctypes.byref(self.job), 0, self.chunks)
        else:
            pool.run(self.address, ctypes.addressof(self.job), self.chunks, 1)


def update(batch: Any, gradients: list, rate: Any, steps: Any, numbers: tuple[float, ...]) -> None:
    """One step of a multi_tensor.MultiTensor."""
    if batch.prepared is None:
        function = kernel(batch.kernel, batch.dtype.name)
        if function is None:
            plain_update(batch, gradients, rate, steps, numbers)
            return
        batch.prepared = _Prepared(batch, function)
    batch.prepared.run(gradients, float(rate), steps, numbers)


@lru_cache(1024)
def kernel(rule: Any, dtype: str) -> Any:
    """The compiled function of a rule; None without a compiler."""
    library = pool.kernels(rule.host_text(dtype))
    if library is None:
        return None
    function = getattr(library, rule.symbol(dtype))
    function.argtypes, function.restype = (ctypes.c_void_p, ctypes.c_long, ctypes.c_long), None
    return function


def _address(array: Any) -> int:
    return array.__array_interface__["data"][0]
