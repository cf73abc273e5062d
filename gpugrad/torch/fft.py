"""torch.fft: gpugrad's Fourier transforms, with ``dim`` for an axis."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import fft as _fft
from .owning import owning
from .tensor import owned


def _worded(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(input: Any, *arguments: Any, dim: Any = None, **settings: Any) -> Any:
        if dim is not None:
            settings["axes" if "2" in function.__name__ or "n" in function.__name__ else "axis"] = (
                dim
            )
        return function(input, *arguments, **settings)

    return owning(call)


__all__ = [*_fft.__all__, "hfft2", "hfftn", "ihfft2", "ihfftn"]
globals().update(
    {name: _worded(getattr(_fft, name)) for name in _fft.__all__ if "freq" not in name}
)
fftfreq, rfftfreq = owning(_fft.fftfreq), owning(_fft.rfftfreq)


def hfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Any:
    """Transform of a Hermitian-symmetric ``input`` over several axes; real, all sizes in ``s``."""
    sizes, axes = _sizes(input, s, dim)
    y = _fft.fftn(input, sizes[:-1] if sizes else None, axes[:-1], norm) if axes[1:] else input
    return owned(_fft.hfft(y, sizes[-1] if sizes else None, axes[-1], norm))


def ihfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Any:
    """The inverse of ``hfftn`` of a real ``input``: half of the last of the axes."""
    sizes, axes = _sizes(input, s, dim)
    y = _fft.ihfft(input, sizes[-1] if sizes else None, axes[-1], norm)
    return owned(_fft.ifftn(y, sizes[:-1] if sizes else None, axes[:-1], norm) if axes[1:] else y)


def hfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Any:
    """``hfftn`` over two axes."""
    return hfftn(input, s, dim, norm)


def ihfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Any:
    """``ihfftn`` over two axes."""
    return ihfftn(input, s, dim, norm)


def _sizes(input: Any, s: Any, dim: Any) -> tuple[tuple[int, ...] | None, tuple[int, ...]]:
    """Lengths, if given, and axes: the last ones for lengths alone, and else all."""
    sizes = None if s is None else tuple(s)
    if dim is not None:
        return sizes, tuple(dim)
    return sizes, tuple(range(-len(sizes or input.shape), 0))
