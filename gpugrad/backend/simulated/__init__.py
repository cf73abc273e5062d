"""A CUDA device played on the CPU, so that device code is run where there is no GPU."""

from typing import Any


def open_device() -> Any:
    """The simulated device as a backend."""
    from ..device.backend import Device
    from . import module
    from .driver import driver

    return Device(module, driver())
