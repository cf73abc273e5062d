"""Windows of signals: periodic by default, for Fourier transforms of pieces that overlap."""

from collections.abc import Callable
from functools import partial
from typing import Any

from .. import numpy as gnp
from ..backend.dtypes import default_float
from .tensor import owned

__all__ = ["bartlett_window", "blackman_window", "hamming_window", "hann_window", "kaiser_window"]


def _finished(
    window: Callable[[int], Any],
    length: int,
    periodic: bool,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    pin_memory: bool = False,
) -> Any:
    """``window`` of a length; periodic: one longer without its last number, which is its first."""
    made = owned(window(length + periodic if length > 1 else length))[:length]
    made = made.to(dtype=dtype or default_float())
    made = made if device is None else made.to(device)
    return made.requires_grad_() if requires_grad else made


def hann_window(window_length: int, periodic: bool = True, **settings: Any) -> Any:
    """Half of a cosine's wave, raised to lie between 0 and 1."""
    return _finished(gnp.hanning, window_length, periodic, **settings)


def blackman_window(window_length: int, periodic: bool = True, **settings: Any) -> Any:
    """Blackman's window, of two cosines."""
    return _finished(gnp.blackman, window_length, periodic, **settings)


def bartlett_window(window_length: int, periodic: bool = True, **settings: Any) -> Any:
    """A triangle."""
    return _finished(gnp.bartlett, window_length, periodic, **settings)


def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    **settings: Any,
) -> Any:
    """alpha - beta cos: Hamming's window."""

    def window(count: int) -> Any:
        return alpha - beta * (1 - 2 * gnp.hanning(count)) if count > 1 else gnp.ones(count)

    return _finished(window, window_length, periodic, **settings)


def kaiser_window(
    window_length: int, periodic: bool = True, beta: float = 12.0, **settings: Any
) -> Any:
    """Kaiser's window, of a Bessel function; a larger ``beta`` makes it narrower."""
    return _finished(partial(gnp.kaiser, beta=beta), window_length, periodic, **settings)
