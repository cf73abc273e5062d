"""torch.accelerator: the GPU, whatever its kind."""

from typing import Any

from .cuda import device_count as device_count
from .cuda import is_available as is_available
from .devices import device


def current_accelerator(check_available: bool = False) -> Any:
    """The GPU as a device; None where there is none."""
    return device("cuda") if is_available() else None
