"""A CUDA device played on the CPU, so that device code is run where there is no GPU."""

from typing import Any

from ...settings import settings
from ..protocol import Backend


def open_device(index: int = 0) -> Backend:
    """The simulated device number ``index`` as a backend; RuntimeError where there is none."""
    if index >= settings.simulated_devices:
        raise RuntimeError(
            f"no device simulated:{index}: settings.simulated_devices is "
            f"{settings.simulated_devices}; assign it before the first one is used"
        )
    from ..device.backend import Device
    from . import module
    from .driver import driver
    from .memory import current_device

    opened = driver(index)
    opened.scipy_linalg, opened.special = _scipy_linalg, _special
    current = None if settings.simulated_devices == 1 else lambda: current_device().id
    return Device(module, opened, current)


def _scipy_linalg() -> Any:
    from . import scipy_linalg  # SciPy is needed only where it is asked for

    return scipy_linalg


def _special() -> Any:
    from . import special

    return special
