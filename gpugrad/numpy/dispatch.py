"""Which function of this package stands for one of NumPy's."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from ..backend.numpy_rules import numpys

PLACES = {  # the module that NumPy's function says it is from -> ours
    "numpy": "gpugrad.numpy",
    "numpy.linalg": "gpugrad.numpy.linalg",
    "numpy.fft": "gpugrad.numpy.fft",
}


@cache
def implementation(function: Any) -> Callable[..., Any] | None:
    """Our function for a function or ufunc of NumPy, found by its name; None if there is none."""
    module, name = getattr(function, "__module__", None) or "numpy", function.__name__
    if module not in PLACES:
        return None
    inside = module.removeprefix("numpy").removeprefix(".")
    theirs = numpys(f"{inside}.{name}" if inside else name)
    if theirs is not function:  # another library's of the same name
        return None
    return getattr(import_module(PLACES[module]), name, None)
