"""scipy.fft with gradients: Fourier, cosine and sine transforms.

Names, arguments and dtypes are SciPy's: lists and integers are float64.  ``overwrite_x``,
``workers`` and ``plan`` are not taken.
"""

from collections.abc import Callable
from functools import cache
from itertools import count
from math import pi, sqrt
from typing import Any

from .. import fft as transforms
from ..api import functions as gg
from ..backend.dtypes import COMPLEX, HALVES, float32, float64
from ..backend.select import backend_of
from ..engine.cells import raw
from ..numpy.fft import (
    fft,
    fft2,
    fftfreq,
    fftn,
    fftshift,
    hfft,
    ifft,
    ifft2,
    ifftn,
    ifftshift,
    ihfft,
    irfft,
    irfft2,
    irfftn,
    rfft,
    rfft2,
    rfftfreq,
    rfftn,
)
from ..numpy.reading import array, in_float, whole
from ..ops.axes import axes_of

__all__ = [
    "dct",
    "dst",
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "idct",
    "idst",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "next_fast_len",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]


@cache
def next_fast_len(target: int, real: bool = False) -> int:
    """Smallest length from ``target`` on that transforms quickly, as scipy.fft.next_fast_len.

    Its prime factors are at most 5 for real numbers and at most 11 for complex ones.
    """
    primes = (2, 3, 5) if real else (2, 3, 5, 7, 11)
    return next(n for n in count(max(target, 1)) if _rest(n, primes) == 1)


def _rest(n: int, primes: tuple[int, ...]) -> int:
    """What is left of ``n`` without its factors among ``primes``."""
    for prime in primes:
        while n % prime == 0:
            n //= prime
    return n


# --- cosine and sine transforms -----------------------------------------------------------------

INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}  # the type that undoes each type, up to a factor
OPPOSITE = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def dct(
    x: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    *,
    orthogonalize: bool | None = None,
) -> Any:
    """Cosine transform of type 1, 2, 3 or 4 along one axis, as scipy.fft.dct.

    orthogonalize: scale the matrix to an orthogonal one; by default with norm="ortho".
    """
    return _along("dct", _cosine, 0, x, type, n, axis, norm, orthogonalize)


def idct(
    x: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    *,
    orthogonalize: bool | None = None,
) -> Any:
    """Inverse of ``dct`` of the same type, as scipy.fft.idct."""
    kind, opposite = whole("idct", "type", type), OPPOSITE.get(norm, norm)
    back = INVERSE.get(kind, kind)
    return _along("idct", _cosine, 0, x, back, n, axis, opposite, orthogonalize)


def dst(
    x: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    *,
    orthogonalize: bool | None = None,
) -> Any:
    """Sine transform of type 1, 2, 3 or 4 along one axis, as scipy.fft.dst."""
    return _along("dst", _sine, -1, x, type, n, axis, norm, orthogonalize)


def idst(
    x: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    *,
    orthogonalize: bool | None = None,
) -> Any:
    """Inverse of ``dst`` of the same type, as scipy.fft.idst."""
    kind, opposite = whole("idst", "type", type), OPPOSITE.get(norm, norm)
    back = INVERSE.get(kind, kind)
    return _along("idst", _sine, -1, x, back, n, axis, opposite, orthogonalize)


def _along(
    name: str,
    transform: Callable[[Any, int], Any],
    alone: int,
    x: Any,
    type: int,
    n: int | None,
    axis: int,
    norm: str | None,
    orthogonalize: bool | None,
) -> Any:
    """``transform`` along an axis; ``alone``: which element has no partner in the other half."""
    given = in_float(x)
    x = gg.astype(given, float32) if given.dtype in HALVES else given
    type = whole(name, "type", type)
    if type not in INVERSE or norm not in OPPOSITE:
        raise ValueError(
            f"{name}: type={type!r}, norm={norm!r}; types are 1, 2, 3, 4, norms "
            "'backward', 'ortho', 'forward'"
        )
    axis = axes_of(axis, x.ndim, name)[0]
    x = gg.moveaxis(transforms.resized(name, x, n, axis), axis, -1)
    orthogonal = norm == "ortho" if orthogonalize is None else orthogonalize
    y = gg.moveaxis(_normed(name, transform, alone, x, type, norm, orthogonal), -1, axis)
    return gg.astype(y, given.dtype) if given.dtype in HALVES else y


def _normed(
    name: str,
    transform: Callable[[Any, int], Any],
    alone: int,
    x: Any,
    type: int,
    norm: str | None,
    orthogonal: bool,
) -> Any:
    """``transform`` along the last axis, divided as ``norm`` says."""
    ends = (0, -1) if type == 1 and alone == 0 else () if type in (1, 4) else (alone,)
    period = 2 * (x.shape[-1] + (0 if type != 1 else -1 if alone == 0 else 1))
    if not period:
        raise ValueError(f"{name}: type 1 of one number; give at least two")
    if orthogonal and type in (1, 3):
        x = x * _factors(x, ends, sqrt(2))
    y = _of_parts(transform, x, type)
    if norm in ("forward", "ortho"):
        y = y * (1 / period if norm == "forward" else period**-0.5)
    return y * _factors(y, ends, sqrt(1 / 2)) if orthogonal and type in (1, 2) else y


def _factors(x: Any, ends: tuple[int, ...], factor: float) -> Any:
    """``factor`` at the places ``ends`` of the last axis, elsewhere 1."""
    places = {i % x.shape[-1] for i in ends}
    numbers = [factor if i in places else 1.0 for i in range(x.shape[-1])]
    return _constant(numbers, x)


def _constant(numbers: list, x: Any) -> Any:
    """Numbers as an array of the real dtype and the device of ``x``."""
    return array(backend_of(raw(x)).asarray(numbers, dtype=_real(x)))


def _real(x: Any) -> Any:
    return float32 if x.dtype.itemsize // (1 + (x.dtype in COMPLEX)) <= 4 else float64


def _of_parts(transform: Callable[[Any, int], Any], x: Any, type: int) -> Any:
    """A transform of real numbers, of complex ones by their parts."""
    if x.dtype in COMPLEX:
        return transform(gg.real(x), type) + transform(gg.imag(x), type) * 1j
    return transform(x, type)


def _cosine(x: Any, type: int) -> Any:
    """The sums that SciPy's documentation defines ``dct`` by, along the last axis."""
    n = x.shape[-1]
    if type == 1:
        return gg.real(transforms.rfft(gg.concat([x, gg.flip(x[..., 1:-1], axis=-1)], axis=-1)))
    if type == 2:
        return 2 * gg.real(transforms.rfft(x, 2 * n)[..., :n] * _turns(x, n, 0.5))
    if type == 3:
        return transforms.irfft(x * gg.conj(_turns(x, n, 0.5)), 2 * n, norm="forward")[..., :n]
    turned = transforms.fft(x * _turns(x, n, 0.5), 2 * n)[..., :n]
    return 2 * gg.real(turned * _turns(x, n, 0.5, 0.25))


def _turns(x: Any, n: int, slope: float, start: float = 0.0) -> Any:
    """exp(-i pi (start + slope k) / n) for k from 0 to before n."""
    angles = _constant([(start + slope * k) * pi / n for k in range(n)], x)
    return gg.cos(angles) - gg.sin(angles) * 1j


def _sine(x: Any, type: int) -> Any:
    """The sums that SciPy's documentation defines ``dst`` by: cosines, turned round."""
    n = x.shape[-1]
    if type == 1:
        edge = x[..., :1] * 0
        odd = gg.concat([edge, x, edge, -gg.flip(x, axis=-1)], axis=-1)
        return -gg.imag(transforms.rfft(odd))[..., 1 : n + 1]
    signs = _constant([1.0 - 2 * (i % 2) for i in range(n)], x)
    if type == 2:
        return gg.flip(_cosine(x * signs, 2), axis=-1)
    return _cosine(gg.flip(x, axis=-1), type) * signs
