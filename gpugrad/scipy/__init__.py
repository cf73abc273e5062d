"""SciPy with gradients: ``from gpugrad.scipy import integrate, linalg, signal, special, stats``.

Names, arguments and results are those of SciPy's modules of the same names.  SciPy itself is
needed by special and stats alone, whose values it computes on the host.
"""

from importlib import import_module
from typing import Any

MODULES = ("fft", "integrate", "linalg", "signal", "special", "stats")

__all__ = ["fft", "integrate", "linalg", "signal", "special", "stats"]


def __getattr__(name: str) -> Any:
    """The modules are loaded when they are first used."""
    if name in MODULES:
        return import_module(f"gpugrad.scipy.{name}")
    raise AttributeError(f"module 'gpugrad.scipy' has no attribute {name!r}")
