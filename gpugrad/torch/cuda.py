"""torch.cuda: which GPUs there are, and waiting for them."""

from typing import Any

from ..backend.select import backend, device_names
from . import amp as _amp
from . import drawing
from .devices import device as _device


def device_count() -> int:
    """Number of GPUs."""
    return sum(name.startswith("cuda") for name in device_names())


def is_available() -> bool:
    """Whether there is a GPU."""
    return device_count() > 0


def current_device() -> int:
    """The number of the first GPU; RuntimeError where there is none."""
    if not is_available():
        raise RuntimeError("cuda: there is no GPU; is_available() tells, and 'cpu' is always there")
    return _device(backend("cuda").name).index or 0


def get_device_name(device: Any = None) -> str:
    """The name of a GPU in this program."""
    return f"cuda:{current_device() if device is None else device}"


def synchronize(device: Any = None) -> None:
    """Wait until the GPU has done all that was started; nothing to do without one."""
    if is_available():
        backend("cuda" if device is None else device).synchronize()


def empty_cache() -> None:
    """Without effect: CuPy's pool of memory keeps what it has for the next arrays."""


def manual_seed(seed: int) -> None:
    """Start the random numbers of the process from ``seed``: they are the same on all devices."""
    drawing.manual_seed(seed)


manual_seed_all = manual_seed


class amp:
    """torch.cuda.amp, the older names of torch.amp."""

    GradScaler = _amp.GradScaler

    @staticmethod
    def autocast(enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> Any:
        """See torch.amp.autocast."""
        return _amp.autocast("cuda", dtype, enabled)
