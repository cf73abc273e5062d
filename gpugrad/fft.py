"""Fourier transforms with numpy.fft's names, arguments and conventions.

    import gpugrad as gg

    print(gg.fft.fft([1.0, 0.0, 0.0, 0.0]).tolist())  # [(1+0j), (1+0j), (1+0j), (1+0j)]

``n`` or ``s`` is the length to which the input is cropped or padded with zeros before the
transform.  ``axis`` or ``axes`` says along which axes.  ``norm`` says which direction divides by
the number of elements: "backward" (the inverse, also for None), "forward", or "ortho" (each
direction divides by its square root).  float32 and halves give complex64, and float64 gives
complex128; integers first become the default float.  An unknown ``norm`` or a length below 1
raises ValueError.
"""

from collections.abc import Sequence
from typing import Any

from .api import functions as gg
from .api.creation import arange, asarray
from .engine.calling import called
from .engine.functions import function_of
from .ops import fft as ops
from .ops.axes import axes_of
from .tensor.cell import Tensor

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

Lengths = Sequence[int] | None
Axes = Sequence[int] | None
PLANE = (-2, -1)
_fourier = function_of(ops.fourier)


def fft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Tensor:
    """Discrete Fourier transform along one axis, as numpy.fft.fft."""
    return _along("fft", a, n, axis, norm, False)


def ifft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Tensor:
    """Inverse of ``fft``, as numpy.fft.ifft."""
    return _along("ifft", a, n, axis, norm, True)


def fft2(a: Any, s: Lengths = None, axes: Axes = PLANE, norm: str | None = None) -> Tensor:
    """Fourier transform over two axes, as numpy.fft.fft2."""
    return _over("fft2", a, s, axes, norm, False)


def ifft2(a: Any, s: Lengths = None, axes: Axes = PLANE, norm: str | None = None) -> Tensor:
    """Inverse of ``fft2``, as numpy.fft.ifft2."""
    return _over("ifft2", a, s, axes, norm, True)


def fftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None) -> Tensor:
    """Fourier transform over several axes, by default all, as numpy.fft.fftn.

    An axis that is named twice is transformed twice, the last one named first.
    """
    return _over("fftn", a, s, axes, norm, False)


def ifftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None) -> Tensor:
    """Inverse of ``fftn``, as numpy.fft.ifftn."""
    return _over("ifftn", a, s, axes, norm, True)


@called
def rfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Tensor:
    """Fourier transform of n real numbers, as numpy.fft.rfft: the first n // 2 + 1 elements."""
    a, norm = asarray(a), _norm("rfft", norm)
    axis = axes_of(axis, a.ndim, "rfft")[0]
    return function_of(ops.real_fourier)(resized("rfft", a, n, axis), axis=axis, norm=norm)


@called
def irfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Tensor:
    """Inverse of ``rfft``, as numpy.fft.irfft: ``n`` real numbers from n // 2 + 1 complex ones.

    n: by default 2 * (m - 1) for m elements; give it if the length was odd.
    """
    a, norm = asarray(a), _norm("irfft", norm)
    axis = axes_of(axis, a.ndim, "irfft")[0]
    n = _length("irfft", 2 * (a.shape[axis] - 1) if n is None else n)
    half = resized("irfft", a, n // 2 + 1, axis)
    return function_of(ops.hermitian_fourier)(half, n=n, axis=axis, norm=norm)


@called
def rfft2(a: Any, s: Lengths = None, axes: Axes = PLANE, norm: str | None = None) -> Tensor:
    """Fourier transform of real numbers over two axes, as numpy.fft.rfft2."""
    return rfftn(a, s, axes, norm)


@called
def irfft2(a: Any, s: Lengths = None, axes: Axes = PLANE, norm: str | None = None) -> Tensor:
    """Inverse of ``rfft2``, as numpy.fft.irfft2."""
    return irfftn(a, s, axes, norm)


@called
def rfftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None) -> Tensor:
    """Fourier transform of real numbers, over several axes, as numpy.fft.rfftn."""
    a = asarray(a)
    lengths, axes = _lengths_and_axes("rfftn", a, s, axes)
    if not axes:
        raise ValueError("rfftn: no axes; of real numbers at least one is transformed")
    half = rfft(a, lengths[-1], axes[-1], norm)
    return _over("rfftn", half, lengths[:-1], axes[:-1], norm, False)


@called
def irfftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None) -> Tensor:
    """Inverse of ``rfftn``, as numpy.fft.irfftn; give ``s`` if the last length was odd."""
    a = asarray(a)
    lengths, axes = _lengths_and_axes("irfftn", a, s, axes)
    if not axes:
        raise ValueError("irfftn: no axes; at least one is transformed")
    last = None if s is None or s[-1] in (-1, None) else lengths[-1]
    return irfft(_over("irfftn", a, lengths[:-1], axes[:-1], norm, True), last, axes[-1], norm)


@called
def hfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Tensor:
    """Fourier transform of a Hermitian signal given by its first half, as numpy.fft.hfft.

    The result has ``n`` real numbers, by default 2 * (m - 1) for m elements.
    """
    return irfft(gg.conj(asarray(a)), n, axis, ops.OPPOSITE[_norm("hfft", norm)])


@called
def ihfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Tensor:
    """Inverse of ``hfft``, as numpy.fft.ihfft: n // 2 + 1 complex numbers."""
    return gg.conj(rfft(a, n, axis, ops.OPPOSITE[_norm("ihfft", norm)]))


def fftfreq(n: int, d: Any = 1.0, *, dtype: Any = None, device: str | int | None = None) -> Tensor:
    """Frequencies of the elements of ``fft``, in cycles per unit of the sample spacing ``d``.

    n: the length.  The result is a vector of the default float unless a dtype is given.
    """
    below = _length("fftfreq", n) // 2
    cycles = gg.concat(
        [
            arange(0, n - below, dtype=dtype, device=device),
            arange(-below, 0, dtype=dtype, device=device),
        ]
    )
    return cycles * (1.0 / (n * d))


def rfftfreq(n: int, d: Any = 1.0, *, dtype: Any = None, device: str | int | None = None) -> Tensor:
    """Frequencies of the elements of ``rfft``, in cycles per unit of the sample spacing ``d``."""
    stop = _length("rfftfreq", n) // 2 + 1
    return arange(0, stop, dtype=dtype, device=device) * (1.0 / (n * d))


def fftshift(x: Any, axes: int | Axes = None) -> Tensor:
    """Elements with frequency 0 moved to the middle, along ``axes`` or all axes."""
    x = asarray(x)
    named = axes_of(axes, x.ndim, "fftshift")
    return gg.roll(x, shift=tuple(x.shape[a] // 2 for a in named), axis=named)


def ifftshift(x: Any, axes: int | Axes = None) -> Tensor:
    """Inverse of ``fftshift``; for odd lengths the two differ."""
    x = asarray(x)
    named = axes_of(axes, x.ndim, "ifftshift")
    return gg.roll(x, shift=tuple(-(x.shape[a] // 2) for a in named), axis=named)


def _along(name: str, a: Any, n: int | None, axis: int, norm: str | None, inverse: bool) -> Any:
    a = asarray(a)
    axes = axes_of(axis, a.ndim, name)
    a = resized(name, a, n, axes[0])
    return _fourier(a, axes=axes, inverse=inverse, norm=_norm(name, norm))


def _over(name: str, a: Any, s: Lengths, axes: Axes, norm: str | None, inverse: bool) -> Any:
    """The transform over several axes: in one go, where none is named twice."""
    a = asarray(a)
    lengths, axes = _lengths_and_axes(name, a, s, axes)
    if len(set(axes)) < len(axes):
        for n, axis in zip(reversed(lengths), reversed(axes), strict=True):
            a = _along(name, a, n, axis, norm, inverse)
        return a
    for n, axis in zip(lengths, axes, strict=True):
        a = resized(name, a, n, axis)
    if not axes:
        return a
    return _fourier(a, axes=axes, inverse=inverse, norm=_norm(name, norm))


def _norm(name: str, norm: str | None) -> str:
    if norm is None:
        return "backward"
    if norm not in ops.OPPOSITE:
        raise ValueError(f"{name}: norm={norm!r}; use {', '.join(map(repr, ops.OPPOSITE))}")
    return norm


def _length(name: str, n: int) -> int:
    if n < 1:
        raise ValueError(f"{name}: a transform of {n} numbers; give at least one")
    return n


def _lengths_and_axes(name: str, a: Any, s: Lengths, axes: Axes) -> tuple[tuple, tuple]:
    """One length, None as it is, for each axis counted from 0; ``s`` alone means the last axes."""
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(a.ndim)
    axes = tuple(axes_of(axis, a.ndim, name)[0] for axis in axes)
    if s is not None and len(s) != len(axes):
        raise ValueError(f"{name}: {len(s)} lengths in s={s!r} for {len(axes)} axes")
    lengths = (None,) * len(axes) if s is None else tuple(None if n == -1 else n for n in s)
    return lengths, axes


def resized(name: str, a: Any, n: int | None, axis: int) -> Tensor:
    """``a`` cropped, or padded with zeros, to the length ``n`` along ``axis``."""
    have = a.shape[axis]
    n = _length(name, have if n is None else n)
    if n == have:
        return a
    if n < have:
        return a[(*(slice(None),) * axis, slice(n))]
    return gg.pad(a, [(0, n - have if i == axis else 0) for i in range(a.ndim)])
