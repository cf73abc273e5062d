"""Settings of torch's that have no effect here, and those that have."""

from typing import Any

from ..backend import select
from .devices import device as _device
from .dtypes import set_default_dtype

# fmt: off
__all__ = [
    "are_deterministic_algorithms_enabled", "get_default_device", "set_default_device",
    "set_default_tensor_type", "set_float32_matmul_precision", "set_num_threads",
    "set_printoptions", "use_deterministic_algorithms",
]
# fmt: on


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Without effect: gpugrad's algorithms are deterministic."""


def are_deterministic_algorithms_enabled() -> bool:
    """True: gpugrad's algorithms are deterministic."""
    return True


def set_float32_matmul_precision(precision: str) -> None:
    """Without effect: products of float32 are computed in float32."""


def set_printoptions(**settings: Any) -> None:
    """Without effect: elements are printed as NumPy prints them."""


def set_num_threads(count: int) -> None:
    """Refused: the number of threads is read when NumPy is first imported."""
    raise RuntimeError(
        f"set_num_threads: OPENBLAS_NUM_THREADS={count} and GPUGRAD_THREADS={count} in the "
        "environment set the number of threads, before Python starts"
    )


def set_default_device(device: Any) -> None:
    """Make new Tensors on ``device`` from now on."""
    select.set_default_device(str(device))


def get_default_device() -> Any:
    """The device of new Tensors."""
    return _device(select.default_device())


def set_default_tensor_type(t: Any) -> None:
    """Let Python floats be of the dtype of a class of Tensors."""
    set_default_dtype(t.dtype)
