"""scipy.signal with gradients: convolution and correlation of arrays of any number of axes."""

from collections.abc import Callable, Sequence
from math import log2, prod
from typing import Any, NamedTuple

from .. import fft
from ..api import functions as gg
from ..backend.dtypes import COMPLEX, INEXACT
from ..engine.calling import called
from ..engine.functions import function_of
from ..numpy.reading import alike
from ..ops import convolution
from ..ops.axes import axes_of
from .fft import next_fast_len

__all__ = ["convolve", "correlate", "fftconvolve"]

MODES = ("full", "same", "valid")
METHODS = ("auto", "direct", "fft")
AXES = 3  # along which images are convolved at once, at most
# A transform of n numbers costs as much as n log2(n) products of direct convolution (measured on
# the host in both precisions), and calling the transforms as much as this many.
CALLS = 200_000

Lengths = tuple[int, ...]
Ranges = tuple[tuple[int, int], ...]  # where the result begins in the full one, and its length


class Roles(NamedTuple):
    """What each axis of an array is for: left alone, summed with one of the other's, convolved."""

    alone: tuple[int, ...]
    dotted: tuple[int, ...]
    convolved: tuple[int, ...]


@called
def convolve(
    in1: Any,
    in2: Any,
    mode: str = "full",
    method: str = "auto",
    *,
    axes: Sequence | None = None,
    dot_axes: Sequence = ((), ()),
) -> Any:
    """Convolution of two arrays with equally many axes, as scipy.signal.convolve.

    mode: "full", "same" (as long as ``in1``, from the middle) or "valid" (without padding, one
    array at least as long as the other on every axis).
    method: "direct", "fft", or the one that costs less; integers are convolved directly.
    axes and dot_axes, as autograd.scipy.signal.convolve: two lists, the axes of ``in1`` and of
    ``in2``, which to convolve and along which to sum products.  The result has the other axes of
    ``in1``, those of ``in2``, then the convolved ones.
    """
    a, b = alike(in1, in2)
    _check("convolve", mode, method)
    if axes is None and a.ndim != b.ndim:
        raise ValueError(f"convolve: {a.ndim} and {b.ndim} axes; say which to convolve with axes=")
    if not a.size or not b.size:
        return gg.reshape(a, shape=-1)[:0]
    first, second = (_roles(x.ndim, i, axes, dot_axes) for i, x in enumerate((a, b)))
    stacks = _stacked(a, first), _stacked(b, second)
    ranges = _ranges("convolve", stacks[0].shape[2:], stacks[1].shape[2:], mode)
    run = _direct if _directly(method, a.dtype, *stacks, ranges) else _by_fft
    y = run(*stacks, ranges)
    kept = [x.shape[i] for x, roles in ((a, first), (b, second)) for i in roles.alone]
    return _rounded_like(gg.reshape(y, shape=(*kept, *y.shape[2:])), a)


@called
def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """Cross-correlation of two arrays, as scipy.signal.correlate: ``convolve`` with ``in2``
    reversed and conjugated."""
    _, b = alike(in1, in2)
    turned = gg.conj(b) if b.dtype in COMPLEX else b
    return convolve(in1, gg.flip(turned), mode, method)


def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """Convolution by Fourier transforms along ``axes`` or all, as scipy.signal.fftconvolve.

    The other axes are broadcast.  Integers become float64.
    """
    a, b = alike(in1, in2, floats=True)
    _check("fftconvolve", mode, "fft")
    if a.ndim != b.ndim:
        raise ValueError(f"fftconvolve: {a.ndim} and {b.ndim} axes; give as many")
    if not a.size or not b.size:
        return gg.reshape(a, shape=-1)[:0]
    chosen = axes_of(axes, a.ndim, "fftconvolve")
    n, k = (tuple(x.shape[i] for i in chosen) for x in (a, b))
    y = _spectral(a, b, chosen, _ranges("fftconvolve", n, k, mode), gg.multiply)
    if mode == "same":  # SciPy's result has the shape of in1 on broadcast axes too
        middle = [(n - m) // 2 for n, m in zip(y.shape, a.shape, strict=True)]
        y = y[tuple(slice(i, i + m) for i, m in zip(middle, a.shape, strict=True))]
    return _rounded_like(y, a)


# --- what is asked for -----------------------------------------------------------------------


def _check(name: str, mode: str, method: str) -> None:
    for what, given, known in (("mode", mode, MODES), ("method", method, METHODS)):
        if given not in known:
            raise ValueError(f"{name}: {what}={given!r}; use one of {', '.join(known)}")


def _roles(ndim: int, which: int, axes: Sequence | None, dot_axes: Sequence) -> Roles:
    """The roles of the axes of array number ``which``."""
    dotted = axes_of(tuple(dot_axes[which]), ndim, "convolve")
    convolved = (
        tuple(range(ndim)) if axes is None else axes_of(tuple(axes[which]), ndim, "convolve")
    )
    pairs = [dot_axes] if axes is None else [dot_axes, axes]
    if set(dotted) & set(convolved) or any(len(pair[0]) != len(pair[1]) for pair in pairs):
        raise ValueError(
            f"convolve: axes={axes} and dot_axes={dot_axes}; give as many of each "
            "array, and each axis once"
        )
    alone = tuple(i for i in range(ndim) if i not in dotted + convolved)
    return Roles(alone, dotted, convolved)


def _stacked(x: Any, roles: Roles) -> Any:
    """``x`` with three kinds of axes: one left alone, one to sum over, those to convolve."""
    x = gg.permute_dims(x, axes=roles.alone + roles.dotted + roles.convolved)
    rows, sums = len(roles.alone), len(roles.alone + roles.dotted)
    shape = (prod(x.shape[:rows]), prod(x.shape[rows:sums]), *x.shape[sums:])
    return x if x.shape == shape else gg.reshape(x, shape=shape)


def _ranges(name: str, n: Lengths, k: Lengths, mode: str) -> Ranges:
    """Which part of the full result, n + k - 1 long, a mode keeps on each axis."""
    pairs = list(zip(n, k, strict=True))
    if mode == "full":
        return tuple((0, i + j - 1) for i, j in pairs)
    if mode == "same":
        return tuple(((j - 1) // 2, i) for i, j in pairs)
    if not all(i >= j for i, j in pairs) and not all(i <= j for i, j in pairs):
        raise ValueError(
            f"{name}: mode='valid', but of lengths {n} and {k} neither are at least "
            "as long as the other on every axis"
        )
    return tuple((min(pair) - 1, abs(pair[0] - pair[1]) + 1) for pair in pairs)


def _directly(method: str, dtype: Any, a: Any, b: Any, ranges: Ranges) -> bool:
    """Whether to convolve without transforms."""
    if method != "auto" or dtype not in INEXACT:
        return method != "fft"
    rows, sums, columns = a.shape[0], a.shape[1], b.shape[0]
    kernel = min(prod(a.shape[2:]), prod(b.shape[2:]))
    products = rows * columns * sums * kernel * prod(length for _, length in ranges)
    size = prod(_sizes(a.shape[2:], b.shape[2:], ranges))
    transforms = rows * sums + columns * sums + rows * columns
    return products <= CALLS + transforms * size * log2(size + 1)


def _rounded_like(y: Any, x: Any) -> Any:
    """``y`` in the dtype of ``x``; to integers rounded."""
    if y.dtype == x.dtype:
        return y
    return gg.astype(y if x.dtype in INEXACT else gg.round(y), x.dtype)


# --- directly -----------------------------------------------------------------------------------


def _direct(a: Any, b: Any, ranges: Ranges) -> Any:
    """(I, D, *n) by (J, D, *k) gives (I, J, *lengths): by products of windows and kernels."""
    if prod(a.shape[2:]) < prod(b.shape[2:]):
        return gg.swapaxes(_direct(b, a, ranges), axis1=0, axis2=1)
    if not ranges:
        return a @ gg.matrix_transpose(b)
    sizes = zip(a.shape[2:], b.shape[2:], ranges, strict=True)
    frame = [(k - 1 - start, length + start - n) for n, k, (start, length) in sizes]
    if any(min(pair) < 0 for pair in frame):
        cropped = [
            slice(max(-i, 0), n - max(-j, 0)) for n, (i, j) in zip(a.shape[2:], frame, strict=True)
        ]
        a = a[(slice(None), slice(None), *cropped)]
    turned = gg.flip(b, axis=tuple(range(2, b.ndim)))
    return _windowed(a, turned, [(max(i, 0), max(j, 0)) for i, j in frame])


def _windowed(x: Any, kernel: Any, frame: list[tuple[int, int]]) -> Any:
    """Products of ``kernel`` with all windows of ``x`` within a frame of zeros, as it lies."""
    if len(frame) <= AXES:
        ones = (1,) * len(frame)
        how = {"padding": tuple(frame), "strides": ones, "dilation": ones, "groups": 1}
        return function_of(convolution.convolution)(x, kernel, **how)
    x = gg.pad(x, [(0, 0), (0, 0), frame[0], *[(0, 0)] * (len(frame) - 1)])
    steps, rest = kernel.shape[2], x.shape[3:]
    count = x.shape[2] - steps + 1  # the first axis of windows becomes one of channels
    met = gg.stack([x[:, :, i : i + count] for i in range(steps)], axis=2)  # (I, D, k, count, ...)
    met = gg.reshape(gg.moveaxis(met, 3, 1), shape=(x.shape[0] * count, -1, *rest))
    folded = gg.reshape(kernel, shape=(kernel.shape[0], -1, *kernel.shape[3:]))
    y = _windowed(met, folded, frame[1:])
    return gg.moveaxis(gg.reshape(y, shape=(x.shape[0], count, *y.shape[1:])), 1, 2)


# --- by Fourier transforms ----------------------------------------------------------------------


def _by_fft(a: Any, b: Any, ranges: Ranges) -> Any:
    """As ``_direct``, by products of spectra."""
    if not ranges:
        return _direct(a, b, ranges)
    return _spectral(a, b, tuple(range(2, a.ndim)), ranges, _summed)


def _summed(a: Any, b: Any) -> Any:
    """Spectra (I, D, ...) by (J, D, ...) give (I, J, ...)."""
    if a.shape[1] == 1:
        return a * gg.swapaxes(b, axis1=0, axis2=1)
    rows, columns = (gg.reshape(x, shape=(*x.shape[:2], -1)) for x in (a, b))
    product = gg.einsum("idf,jdf->ijf", rows, columns)
    return gg.reshape(product, shape=(*product.shape[:2], *a.shape[2:]))


def _spectral(
    a: Any, b: Any, axes: tuple[int, ...], ranges: Ranges, product: Callable[[Any, Any], Any]
) -> Any:
    """The parts ``ranges`` of the convolution along ``axes``, whose spectrum is ``product``'s."""
    if not axes:
        return product(a, b)
    n, k = (tuple(x.shape[i] for i in axes) for x in (a, b))
    real = a.dtype not in COMPLEX
    forth, back = (fft.rfftn, fft.irfftn) if real else (fft.fftn, fft.ifftn)
    sizes = tuple(next_fast_len(n, real) for n in _sizes(n, k, ranges))
    y = back(product(forth(a, sizes, axes), forth(b, sizes, axes)), sizes, axes)
    kept = [slice(None)] * y.ndim
    for axis, (start, length) in zip(axes, ranges, strict=True):
        kept[axis] = slice(start, start + length)
    return y[tuple(kept)]


def _sizes(n: Lengths, k: Lengths, ranges: Ranges) -> Lengths:
    """Lengths of periods whose overlap, where a circular convolution wraps, is not kept."""
    return tuple(
        max(i, j, i + j - 1 - start, start + length)
        for i, j, (start, length) in zip(n, k, ranges, strict=True)
    )
