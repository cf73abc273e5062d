"""torch.accelerator: the GPU, whatever its kind."""

from typing import Any

from . import cuda
from .devices import device


def is_available() -> bool:
    """Whether there is a GPU."""
    return cuda.is_available()


def device_count() -> int:
    """Number of GPUs."""
    return cuda.device_count()


def current_accelerator(check_available: bool = False) -> Any:
    """The GPU as a device; None where there is none."""
    return device("cuda") if cuda.is_available() else None
