"""SciPy with gradients: ``from gpugrad.scipy import integrate, linalg, signal, special, stats``.

Names, arguments and results are those of SciPy's modules of the same names.  SciPy itself is
needed by special and stats alone, whose values it computes on the host.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import fft, integrate, linalg, signal, special, stats

__all__ = ["fft", "integrate", "linalg", "signal", "special", "stats"]


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake

    def __getattr__(name: str) -> Any:
        """The modules are loaded when they are first used."""
        if name in __all__:
            from importlib import import_module

            return import_module(f"gpugrad.scipy.{name}")
        raise AttributeError(f"module 'gpugrad.scipy' has no attribute {name!r}")
