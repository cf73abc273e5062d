"""What a program asks of a Tensor or of the library."""

from typing import Any

from .. import random
from .both import both
from .flags import are_deterministic_algorithms_enabled
from .tensor import Tensor

# fmt: off
__all__ = [
    "get_deterministic_debug_mode", "get_device", "get_float32_matmul_precision", "initial_seed",
    "is_conj", "is_distributed", "is_inference", "is_neg", "is_storage", "typename",
]
# fmt: on


@both
def get_device(input: Any) -> int:
    """The number of the GPU that a Tensor is on; -1 for the host."""
    return -1 if input.device.type == "cpu" else input.device.index or 0


@both
def is_conj(input: Any) -> bool:
    """False: ``conj`` computes at once, no Tensor is marked to be conjugated."""
    return False


@both
def is_neg(input: Any) -> bool:
    """False: no Tensor is marked to be negated."""
    return False


@both
def is_distributed(input: Any) -> bool:
    """False: a Tensor is on one device."""
    return False


@both
def is_inference(input: Any) -> bool:
    """False: a Tensor made within inference_mode is as any other."""
    return False


def is_storage(obj: Any) -> bool:
    """False: there are no storages."""
    return False


def typename(obj: Any) -> str:
    """The name of an object's type: "torch.FloatTensor" of a Tensor."""
    if isinstance(obj, Tensor):
        return str(obj.type())  # type: ignore[attr-defined]
    kind = obj if isinstance(obj, type) else type(obj)
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def initial_seed() -> int:
    """The seed of the random numbers."""
    return random.get_state()["seed"]


def get_float32_matmul_precision() -> str:
    """ "highest": products of float32 are computed in float32."""
    return "highest"


def get_deterministic_debug_mode() -> int:
    """2: gpugrad's algorithms are deterministic."""
    return 2 * are_deterministic_algorithms_enabled()
