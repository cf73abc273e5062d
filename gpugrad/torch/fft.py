"""torch.fft: gpugrad's Fourier transforms, with ``dim`` for an axis."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import fft as _fft
from .owning import owning


def _worded(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(input: Any, *arguments: Any, dim: Any = None, **settings: Any) -> Any:
        if dim is not None:
            settings["axes" if "2" in function.__name__ or "n" in function.__name__ else "axis"] = (
                dim
            )
        return function(input, *arguments, **settings)

    return owning(call)


__all__ = [*_fft.__all__]
globals().update({name: _worded(getattr(_fft, name)) for name in __all__ if "freq" not in name})
fftfreq, rfftfreq = owning(_fft.fftfreq), owning(_fft.rfftfreq)
