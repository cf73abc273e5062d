"""NVIDIA devices: how many there are, and opening one through CuPy."""

import ctypes
import importlib.util
import sys
from functools import cache
from typing import Any

DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"


@cache
def device_count() -> int:
    """How many NVIDIA devices can be used; 0 at once where CuPy or the driver is absent."""
    return 0 if missing() else _driver_count()


def missing() -> str | None:
    """What keeps a device from being used, and the way out; None if nothing does."""
    if _driver() is None:
        return f"there is no NVIDIA driver ({DRIVER}); device 'simulated' runs without one"
    if importlib.util.find_spec("cupy") is None:
        return "CuPy is absent: pip install 'gpugrad[cuda13]' (or [cuda12] for an older driver)"
    if not _driver_count():
        return "the NVIDIA driver sees no device (CUDA_VISIBLE_DEVICES may hide it)"
    return None


def driver_version() -> str | None:
    """The CUDA version that the installed driver serves, or None without one."""
    library, version = _driver(), ctypes.c_int()
    if library is None or library.cuDriverGetVersion(ctypes.byref(version)):
        return None
    return f"{version.value // 1000}.{version.value % 1000 // 10}"


def open_device(index: int) -> Any:
    """The backend of device number ``index``; RuntimeError where there is none."""
    if index >= device_count():
        reason = missing() or "the devices are numbered from 0"
        raise RuntimeError(f"no device cuda:{index}: {device_count()} GPUs found; {reason}")
    import cupy

    from .backend import Device
    from .cuda_driver import CudaDriver

    return Device(cupy, CudaDriver(index))


@cache
def _driver() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(DRIVER)
    except OSError:
        return None


@cache
def _driver_count() -> int:
    library, count = _driver(), ctypes.c_int()
    if library is None or library.cuInit(0) or library.cuDeviceGetCount(ctypes.byref(count)):
        return 0
    return count.value
