"""numpy.fft with gradients: gpugrad.fft, whose names and arguments are NumPy's, read as NumPy reads
arguments: integers are float64."""

from collections.abc import Callable as _Callable
from functools import wraps as _wraps
from inspect import unwrap as _unwrap
from typing import Any

from .. import fft as _fft
from .reading import array as _array
from .reading import in_float as _in_float
from .reading import no_out as _no_out

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]


def _reading(function: _Callable) -> _Callable[..., Any]:
    """``function`` on what it is given as NumPy reads it."""
    first = _unwrap(function).__code__.co_varnames[0]

    @_wraps(function)
    def apply(*arguments: Any, out: Any = None, **settings: Any) -> Any:
        _no_out(f"fft.{function.__name__}", out)
        x, *others = arguments if arguments else (settings.pop(first),)
        return function(_in_float(x), *others, **settings)

    return apply


fft = _reading(_fft.fft)
fft2 = _reading(_fft.fft2)
fftn = _reading(_fft.fftn)
ifft = _reading(_fft.ifft)
ifft2 = _reading(_fft.ifft2)
ifftn = _reading(_fft.ifftn)
rfft = _reading(_fft.rfft)
rfft2 = _reading(_fft.rfft2)
rfftn = _reading(_fft.rfftn)
irfft = _reading(_fft.irfft)
irfft2 = _reading(_fft.irfft2)
irfftn = _reading(_fft.irfftn)
hfft = _reading(_fft.hfft)
ihfft = _reading(_fft.ihfft)


def fftshift(x: Any, axes: Any = None) -> Any:
    """Elements with frequency 0 moved to the middle, as numpy.fft.fftshift."""
    return _fft.fftshift(_array(x), axes)


def ifftshift(x: Any, axes: Any = None) -> Any:
    """Inverse of ``fftshift``, as numpy.fft.ifftshift."""
    return _fft.ifftshift(_array(x), axes)


def fftfreq(n: int, d: Any = 1.0, device: str | int | None = None) -> Any:
    """Frequencies of the elements of ``fft``, as numpy.fft.fftfreq, in float64."""
    return _fft.fftfreq(n, _spacing(d), dtype="float64", device=device)


def rfftfreq(n: int, d: Any = 1.0, device: str | int | None = None) -> Any:
    """Frequencies of the elements of ``rfft``, as numpy.fft.rfftfreq, in float64."""
    return _fft.rfftfreq(n, _spacing(d), dtype="float64", device=device)


def _spacing(d: Any) -> Any:
    return _in_float(d) if hasattr(d, "dtype") else d
