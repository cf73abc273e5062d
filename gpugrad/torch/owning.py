"""gpugrad's functions under torch's names, whose results are Tensors of this package."""

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from .tensor import owned


def owning(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, whose result is a Tensor of this package, also within a tuple."""

    @wraps(function)
    def call(*arguments: Any, **settings: Any) -> Any:
        found = function(*arguments, **settings)
        if isinstance(found, tuple):
            parts = map(owned, found)
            return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)
        return owned(found)

    return call


def owning_all(module: ModuleType) -> dict[str, Any]:
    """All public functions of a module of gpugrad's, owning; classes and modules as they are."""
    return {
        name: owning(found) if callable(found) and not isinstance(found, type) else found
        for name in module.__all__
        for found in [getattr(module, name)]
    }
