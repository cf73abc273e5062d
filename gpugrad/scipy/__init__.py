"""SciPy with gradients: ``from gpugrad.scipy import special, stats``.

    import gpugrad as gg
    from gpugrad.scipy import linalg

    print(gg.grad(lambda x: gg.linalg.trace(linalg.expm(x)))(gg.zeros((2, 2))).tolist())
    # [[1.0, 0.0], [0.0, 1.0]]

The modules are fft, integrate, linalg, signal, sparse, special and stats.  Names, arguments and
results are those of SciPy's modules.  SciPy itself has to be installed for special and stats, whose
values it computes on the host.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import fft, integrate, linalg, signal, sparse, special, stats

__all__ = ["fft", "integrate", "linalg", "signal", "sparse", "special", "stats"]


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake

    def __getattr__(name: str) -> Any:
        """The modules are loaded when they are first used."""
        if name in __all__:
            from importlib import import_module

            return import_module(f"gpugrad.scipy.{name}")
        raise AttributeError(f"module 'gpugrad.scipy' has no attribute {name!r}")
