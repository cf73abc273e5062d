"""NVIDIA GPUs: how many there are, and one of them as a backend."""

import ctypes
from functools import cache
from importlib.util import find_spec
from typing import Any

LIBRARIES = ("libcuda.so.1", "nvcuda.dll")
SUCCESS = 0


@cache
def device_count() -> int:
    """Usable GPUs; 0 without a driver or without CuPy, which is not imported for this."""
    if find_spec("cupy") is None:
        return 0
    for name in LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        count = ctypes.c_int()
        if (
            library.cuInit(0) == SUCCESS
            and library.cuDeviceGetCount(ctypes.byref(count)) == SUCCESS
        ):
            return count.value
    return 0


def open_device(index: int) -> Any:
    """The GPU number ``index`` as a backend; RuntimeError where there is none."""
    if index >= device_count():
        way_out = "install gpugrad[cuda13] and NVIDIA's driver, or use 'cpu' or 'simulated'"
        raise RuntimeError(f"no device cuda:{index}: {device_count()} GPUs found; {way_out}")
    import cupy

    from .cuda_driver import CudaDriver
    from .on_device import Device

    return Device(cupy, CudaDriver(index))
