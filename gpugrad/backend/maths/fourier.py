"""Raw Fourier transforms, written once on what numpy.fft and cupy.fft share."""

from collections.abc import Callable
from typing import Any

import numpy as np


def fourier_natives(xp: Any) -> dict[str, Callable]:
    """The transforms by operation; ``xp`` is numpy or what stands for cupy."""

    def fourier(x: Any, axes: tuple, inverse: bool, norm: str) -> Any:
        if not x.size or not axes:  # cuFFT takes no arrays without elements
            return _checked(x, axes).astype(np.result_type(x.dtype, np.complex64))
        if len(axes) == 1:
            return (xp.fft.ifft if inverse else xp.fft.fft)(x, axis=axes[0], norm=norm)
        return (xp.fft.ifftn if inverse else xp.fft.fftn)(x, axes=axes, norm=norm)

    def real_fourier(x: Any, axis: int, norm: str) -> Any:
        if not x.size:
            shape = _resized(_checked(x, (axis,)).shape, axis, x.shape[axis] // 2 + 1)
            return xp.zeros(shape, dtype=np.result_type(x.dtype, np.complex64))
        return xp.fft.rfft(x, axis=axis, norm=norm)

    def hermitian_fourier(x: Any, n: int, axis: int, norm: str) -> Any:
        if x.shape[axis] != n // 2 + 1:
            raise ValueError(f"{x.shape[axis]} numbers are no half of {n}")
        if not x.size:
            return xp.zeros(_resized(x.shape, axis, n), dtype=x.real.dtype)
        return xp.fft.irfft(x, n=n, axis=axis, norm=norm)

    return {
        "fourier": fourier,
        "real_fourier": real_fourier,
        "hermitian_fourier": hermitian_fourier,
    }


def _checked(x: Any, axes: tuple) -> Any:
    """``x``; ValueError where one of ``axes`` has no elements."""
    for axis in axes:
        if not x.shape[axis]:
            raise ValueError(f"axis {axis} of an array of shape {x.shape} has no elements")
    return x


def _resized(shape: tuple[int, ...], axis: int, n: int) -> tuple[int, ...]:
    return tuple(n if i == axis % len(shape) else length for i, length in enumerate(shape))
