"""Convolution and correlation of vectors."""

from typing import Any

from ..api import functions as gg
from ..engine.functions import function_of
from ..ops import convolution
from ..tensor.cell import Tensor
from .reading import alike

__all__ = ["convolve", "correlate"]

MODES = ("full", "same", "valid")


def convolve(a: Any, v: Any, mode: str = "full") -> Tensor:
    """The convolution of two vectors, as numpy.convolve.

    mode: "full", "same" (as long as the longer one, from the middle) or "valid" (where they
    overlap completely).
    """
    a, v = _vectors("convolve", a, v, mode)
    long, short = (a, v) if a.shape >= v.shape else (v, a)
    return _met(long, gg.flip(short), mode)


def correlate(a: Any, v: Any, mode: str = "valid") -> Tensor:
    """Cross-correlation of two vectors, as numpy.correlate; ``v`` is conjugated.

    mode: as for ``convolve``.
    """
    a, v = _vectors("correlate", a, v, mode)
    v = gg.conj(v)
    return _met(a, v, mode) if a.shape >= v.shape else gg.flip(_met(v, a, mode))


def _vectors(name: str, a: Any, v: Any, mode: str) -> list:
    if mode not in MODES:
        raise ValueError(f"{name}: mode={mode!r}; use one of {', '.join(MODES)}")
    a, v = (x if x.ndim else gg.reshape(x, (1,)) for x in alike(a, v, weak=False))
    if a.ndim > 1 or v.ndim > 1:
        raise ValueError(f"{name}: arrays of shapes {a.shape} and {v.shape}; use vectors")
    if not a.size or not v.size:
        raise ValueError(f"{name}: vectors of {a.size} and {v.size} elements; none may be empty")
    return [a, v]


def _met(long: Any, short: Any, mode: str) -> Any:
    """Products of ``short`` with windows of ``long`` within a frame of zeros, as both lie."""
    k = short.shape[0]
    frame = {"full": (k - 1, k - 1), "same": (k // 2, (k - 1) // 2), "valid": (0, 0)}[mode]
    image, kernel = (gg.reshape(x, (1, 1, -1)) for x in (long, short))
    y = function_of(convolution.convolution)(
        image, kernel, padding=(frame,), strides=(1,), dilation=(1,), groups=1
    )
    return gg.reshape(y, (-1,))
