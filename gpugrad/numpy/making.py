"""gpugrad's own functions that make arrays of no other, whose results are Arrays here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..api import creation
from .cell import owned


def _owning(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def make(*arguments: Any, **settings: Any) -> Any:
        return owned(function(*arguments, **settings))

    return make


arange, asarray = _owning(creation.arange), _owning(creation.asarray)
empty, eye = _owning(creation.empty), _owning(creation.eye)
from_dlpack = _owning(creation.from_dlpack)
ones, zeros = _owning(creation.ones), _owning(creation.zeros)
full_like, ones_like, zeros_like = creation.full_like, creation.ones_like, creation.zeros_like
