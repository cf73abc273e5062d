"""NVIDIA devices: how many there are, and opening one through CuPy."""

import ctypes
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from subprocess import SubprocessError, run
from typing import Any, NamedTuple
from warnings import warn

from ..protocol import Backend

DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
NOT_INITIALIZED, NO_DEVICE = 3, 100  # of CUDA's errors
COUNTING = """
import ctypes, sys
driver, count = ctypes.CDLL(sys.argv[1]), ctypes.c_int()
print(driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)), count.value)
"""
TIME_LIMIT = 60  # seconds for that; a driver that is not loaded yet may take a few


class Counted(NamedTuple):
    """The devices that the driver finds, or what keeps it from starting and the way out."""

    devices: int
    error: str | None = None


@cache
def device_count() -> int:
    """How many NVIDIA devices can be used: 0 where CuPy or the driver is absent and, which is
    warned of, where the driver does not start."""
    if _absent():
        return 0
    devices, error = _counted()
    if error:
        warn(f"new arrays are on the CPU: {error}", RuntimeWarning, stacklevel=2)
    return devices


def missing() -> str | None:
    """What keeps a device from being used, and the way out; None if nothing does."""
    reason = _absent() or _counted().error
    if not reason and not _counted().devices:
        return "the NVIDIA driver sees no device (CUDA_VISIBLE_DEVICES may hide it)"
    return reason


def _absent() -> str | None:
    if _driver() is None:
        return f"there is no NVIDIA driver ({DRIVER}); device 'simulated' runs without one"
    if importlib.util.find_spec("cupy") is None:
        return "CuPy is absent: pip install 'gpugrad[cuda13]' (or [cuda12] for an older driver)"
    return None


def driver_version() -> str | None:
    """The CUDA version that the installed driver serves, or None without one."""
    library, version = _driver(), ctypes.c_int()
    if library is None or library.cuDriverGetVersion(ctypes.byref(version)):
        return None
    return f"{version.value // 1000}.{version.value % 1000 // 10}"


def open_device(index: int) -> Backend:
    """The backend of device number ``index``; RuntimeError where there is none."""
    reason, count = missing(), 0 if _absent() else _counted().devices
    if reason or index >= count:
        reason = reason or "the devices are numbered from 0"
        raise RuntimeError(f"no device cuda:{index}: {count} GPUs found; {reason}")
    if _driver().cuInit(0) == NOT_INITIALIZED:
        raise RuntimeError(
            f"no device cuda:{index}: this process was forked after CUDA had been started, which "
            "CUDA does not survive; start it by the method 'spawn' of multiprocessing, or "
            "use_device('cpu') in it"
        )
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
def _driver() -> Any:
    try:
        return ctypes.CDLL(DRIVER)
    except OSError:
        return None


@cache
def _counted() -> Counted:
    driver, count = _driver(), ctypes.c_int()
    status = driver.cuDeviceGetCount(ctypes.byref(count))
    if status == NOT_INITIALIZED:
        try:
            status, count.value = _counted_elsewhere()
        except (OSError, SubprocessError, ValueError):  # it cannot be asked: here, then
            status = driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count))
    if status in (0, NO_DEVICE):
        return Counted(count.value)
    return Counted(
        0,
        f"the NVIDIA driver does not start, error {status} ({_error_name(driver, status)}); "
        "nvidia-smi may say more, and GPUGRAD_DEVICE=cpu runs without it",
    )


def _counted_elsewhere() -> list[int]:
    """CUDA's status and its devices, asked in a process of its own: once this one has started
    CUDA, no fork of it can."""
    from multiprocessing.spawn import get_executable  # which programs that embed Python set

    command = [get_executable(), "-I", "-S", "-c", COUNTING, DRIVER]
    said = run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
    return [int(word) for word in said.stdout.split()]


def _error_name(library: Any, status: int) -> str:
    name = ctypes.c_char_p()
    library.cuGetErrorName(status, ctypes.byref(name))
    return (name.value or b"unknown").decode()
