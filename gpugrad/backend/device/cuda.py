"""NVIDIA devices: how many there are, and opening one through CuPy."""

import ctypes
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, NamedTuple

from ..protocol import Backend

DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE


class Started(NamedTuple):
    """What starting the driver gave: devices, or the error that it answered."""

    devices: int
    error: str | None
    process: int  # CUDA does not survive a fork


@cache
def device_count() -> int:
    """How many NVIDIA devices can be used; 0 at once where CuPy or the driver is absent."""
    return 0 if missing() else _started().devices


def missing() -> str | None:
    """What keeps a device from being used, and the way out; None if nothing does."""
    if _driver() is None:
        return f"there is no NVIDIA driver ({DRIVER}); device 'simulated' runs without one"
    if importlib.util.find_spec("cupy") is None:
        return "CuPy is absent: pip install 'gpugrad[cuda13]' (or [cuda12] for an older driver)"
    started = _started()
    if started.error:
        return (
            f"the NVIDIA driver does not start, {started.error}; nvidia-smi may say more, and "
            "GPUGRAD_DEVICE=cpu runs without it"
        )
    if started.process != os.getpid():
        return (
            "this process was forked after CUDA had been started, which CUDA does not survive; "
            "start it by the method 'spawn' of multiprocessing, or use_device('cpu') in it"
        )
    if not started.devices:
        return "the NVIDIA driver sees no device (CUDA_VISIBLE_DEVICES may hide it)"
    return None


def driver_version() -> str | None:
    """The CUDA version that the installed driver serves, or None without one."""
    library, version = _driver(), ctypes.c_int()
    if library is None or library.cuDriverGetVersion(ctypes.byref(version)):
        return None
    return f"{version.value // 1000}.{version.value % 1000 // 10}"


def open_device(index: int) -> Backend:
    """The backend of device number ``index``; RuntimeError where there is none."""
    reason, count = missing(), device_count()
    if reason or index >= count:
        reason = reason or "the devices are numbered from 0"
        raise RuntimeError(f"no device cuda:{index}: {count} GPUs found; {reason}")
    import cupy

    from .backend import Device
    from .cuda_driver import CudaDriver

    current = cupy.cuda.runtime.getDevice if count > 1 else None
    return Device(cupy, CudaDriver(index), current, _upload(cupy.cuda, index))


def _upload(cuda: Any, index: int) -> Callable[[], AbstractContextManager]:
    """A stream of its own as the current one, which has done its work at the end.

    So an array that is filled in it can be read on every stream, and nothing waits for what the
    program has started on others.
    """
    with cuda.Device(index):
        stream = cuda.Stream(non_blocking=True)

    @contextmanager
    def uploading() -> Iterator[None]:
        with cuda.Device(index), stream:
            yield
            stream.synchronize()

    return uploading


@cache
def _driver() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(DRIVER)
    except OSError:
        return None


@cache
def _started() -> Started:
    """Start the driver, once in a process and its forks."""
    library, count, process = _driver(), ctypes.c_int(), os.getpid()
    if library is None:
        return Started(0, None, process)
    status = library.cuInit(0) or library.cuDeviceGetCount(ctypes.byref(count))
    if status in (0, NO_DEVICE):
        return Started(count.value, None, process)
    return Started(0, f"error {status} ({_error_name(library, status)})", process)


def _error_name(library: Any, status: int) -> str:
    name = ctypes.c_char_p()
    library.cuGetErrorName(status, ctypes.byref(name))
    return (name.value or b"unknown").decode()
