"""CuPy's Fourier transforms on the stand-in arrays; as cuFFT they take none without elements."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import computed, ndarray

HOST: Any = np.fft


def _transformed(function: Callable, a: ndarray, **settings: Any) -> ndarray:
    if 0 in a.shape:
        raise ValueError("Invalid number of FFT data points (0) specified.")
    return computed(function, a, **settings)


def fft(a: ndarray, n: int | None = None, axis: int = -1, norm: str | None = None) -> ndarray:
    return _transformed(HOST.fft, a, n=n, axis=axis, norm=norm)


def ifft(a: ndarray, n: int | None = None, axis: int = -1, norm: str | None = None) -> ndarray:
    return _transformed(HOST.ifft, a, n=n, axis=axis, norm=norm)


def fftn(a: ndarray, s: Any = None, axes: Any = None, norm: str | None = None) -> ndarray:
    return _transformed(HOST.fftn, a, s=s, axes=axes, norm=norm)


def ifftn(a: ndarray, s: Any = None, axes: Any = None, norm: str | None = None) -> ndarray:
    return _transformed(HOST.ifftn, a, s=s, axes=axes, norm=norm)


def rfft(a: ndarray, n: int | None = None, axis: int = -1, norm: str | None = None) -> ndarray:
    return _transformed(HOST.rfft, a, n=n, axis=axis, norm=norm)


def irfft(a: ndarray, n: int | None = None, axis: int = -1, norm: str | None = None) -> ndarray:
    return _transformed(HOST.irfft, a, n=n, axis=axis, norm=norm)
