"""Windows that fade a signal in and out: vectors of weights, symmetric, one in the middle."""

from math import pi
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import float64
from ..tensor.cell import Tensor
from . import making as make
from .reading import array, numbers
from .values import i0

__all__ = ["bartlett", "blackman", "hamming", "hanning", "kaiser"]


def _steps(M: Any) -> Any:
    """From 1 - M to M - 1 in steps of two."""
    return make.arange(1 - int(M), int(M), 2, dtype=float64)


def _cosines(M: Any, *weights: float) -> Any:
    """A sum of cosines of whole multiples of one turn over the window."""
    M = numbers(M)
    if M < 2:
        return make.ones((max(int(M), 0),), dtype=float64)
    angle = _steps(M) * (pi / (M - 1))
    return sum((w * gg.cos(i * angle) for i, w in enumerate(weights[1:], 1)), start=weights[0])


def hanning(M: Any) -> Tensor:
    """Hann window, as numpy.hanning."""
    return _cosines(M, 0.5, 0.5)


def hamming(M: Any) -> Tensor:
    """Hamming window, as numpy.hamming."""
    return _cosines(M, 0.54, 0.46)


def blackman(M: Any) -> Tensor:
    """Blackman window, as numpy.blackman."""
    return _cosines(M, 0.42, 0.5, 0.08)


def bartlett(M: Any) -> Tensor:
    """Bartlett window, a triangle from 0 to 0, as numpy.bartlett."""
    M = numbers(M)
    if M < 2:
        return make.ones((max(int(M), 0),), dtype=float64)
    return 1 - gg.abs(_steps(M)) / (M - 1)


def kaiser(M: Any, beta: Any) -> Tensor:
    """Kaiser window, as numpy.kaiser, with a gradient for ``beta``."""
    M = numbers(M)
    if M < 2:
        return make.ones((max(int(M), 0),), dtype=float64)
    beta = gg.astype(array(beta), float64, copy=False)
    steps = _steps(M) / (M - 1)
    return i0(beta * gg.sqrt(1 - steps * steps)) / i0(beta)
