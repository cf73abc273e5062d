"""Convolution on the host: of padded images, by one C pass or by NumPy's products."""

from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..kernels import buffers
from . import columns, tiles

Pairs = tuple[tuple[int, int], ...]
Sizes = tuple[int, ...]  # an entry for each axis


def convolution(x: Any, weight: Any, **geometry: Any) -> Any:
    """Images (N, C, *size) by kernels (O, C / groups, *kernel)."""
    return convolution_from(x, weight, None, **geometry)


def convolution_from(
    x: Any,
    weight: Any,
    bias: Any,
    *,
    strides: Sizes,
    padding: Pairs,
    dilation: Sizes,
    groups: int,
) -> Any:
    """The same plus a number for each output channel, where the sums begin."""
    x = padded(x, padding)
    sizes = zip(x.shape[2:], weight.shape[2:], strides, dilation, strict=True)
    count = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in sizes]
    y = buffers.empty((len(x), len(weight), *count), x.dtype)
    _way(x.dtype).products(x, weight, bias, y, strides, dilation, groups)
    return y


def padded(x: Any, padding: Any) -> Any:
    """C-contiguous images within a frame of zeros; a negative length cuts."""
    if not any(map(any, padding)):
        return np.ascontiguousarray(x)
    size = tuple(n + sum(pair) for n, pair in zip(x.shape[2:], padding, strict=True))
    y = buffers.zeros((*x.shape[:2], *size), x.dtype)
    y[_within(size, padding)] = x[_within(x.shape[2:], [(-i, -j) for i, j in padding])]
    return y


def _within(size: Sizes, frame: Any) -> Any:
    """Where images are within a frame of that size; a negative length counts as none."""
    lengths = zip(size, frame, strict=True)
    return (..., *(slice(max(i, 0), n - max(j, 0)) for n, (i, j) in lengths))


# --- the gradient of the images ------------------------------------------------------------------


class _Phase(NamedTuple):
    """Elements of an axis as far apart as windows: the same elements of the kernel meet them.

    places: which elements these are.  taps: the elements of the kernel, last first.  met: which
    windows' shares those meet, all together, and step: how many windows from one to the next.
    """

    places: slice
    taps: slice
    met: range
    step: int


def _phases(size: int, before: int, kernel: int, stride: int, dilation: int) -> tuple[_Phase, ...]:
    """The phases of an axis, without those that no element of the kernel meets."""
    phases = []
    for start in range(min(stride, size)):
        at = start + before
        taps = [k for k in range(kernel) if (at - k * dilation) % stride == 0]
        if taps:
            places, apart = slice(start, size, stride), taps[1] - taps[0] if taps[1:] else kernel
            first, last = ((at - k * dilation) // stride for k in (taps[-1], taps[0]))
            met = range(first, last + len(range(size)[places]))
            turned = slice(taps[-1], None, -apart)
            phases.append(_Phase(places, turned, met, apart * dilation // stride))
    return tuple(phases)


def convolution_to_input(
    share: Any,
    weight: Any,
    *,
    size: Sizes,
    strides: Sizes,
    padding: Pairs,
    dilation: Sizes,
    groups: int,
) -> Any:
    """The gradient of the images: of each phase a convolution of the share, by the phase's elements
    of the kernels with inputs and outputs exchanged."""
    outputs, inputs, *kernel = weight.shape
    exchanged = weight.reshape(groups, outputs // groups, inputs, *kernel).swapaxes(1, 2)
    exchanged = exchanged.reshape(groups * inputs, outputs // groups, *kernel)
    lengths = (tuple(size), tuple(kernel), share.shape[2:])
    frame, parts, whole = _parts(*lengths, tuple(strides), tuple(padding), tuple(dilation))
    y = (buffers.empty if whole else buffers.zeros)(
        (len(share), groups * inputs, *size), share.dtype
    )
    share, products, ones = padded(share, frame), _way(share.dtype).products, (1,) * len(size)
    for met, taps, places, steps in parts:
        products(share[met], exchanged[taps], None, y[places], ones, steps, groups)
    return y


@lru_cache(1024)
def _parts(
    size: Sizes, kernel: Sizes, count: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes
) -> tuple[Pairs, list[tuple[Any, Any, Any, Sizes]], bool]:
    """The share's frame; for each part of the images, which of the framed share meets it, which
    taps, where it lies, and how far one tap's share is from the next one's; and whether the parts
    are all of the images."""
    # of one window alone the stride does not matter: as long as the kernel, every tap has its phase
    reach = (d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    apart = [s if n > 1 else r for n, s, r in zip(count, strides, reach, strict=True)]
    before = (pair[0] for pair in padding)
    axes = [_phases(*axis) for axis in zip(size, before, kernel, apart, dilation, strict=True)]
    if not all(axes):
        return ((0, 0),) * len(size), [], False
    first = [min(phase.met.start for phase in phases) for phases in axes]
    last = [max(phase.met.stop for phase in phases) for phases in axes]
    frame = tuple((-i, j - n) for i, j, n in zip(first, last, count, strict=True))
    parts = []
    for phases in product(*axes):
        met = (slice(p.met.start - i, p.met.stop - i) for p, i in zip(phases, first, strict=True))
        taps, places = (phase.taps for phase in phases), (phase.places for phase in phases)
        steps = tuple(phase.step for phase in phases)
        parts.append(((..., *met), (..., *taps), (..., *places), steps))
    return frame, parts, len(parts) == prod(map(min, apart, size))


# --- the gradient of the kernels -----------------------------------------------------------------


def convolution_to_weight(
    x: Any,
    share: Any,
    *,
    kernel: Sizes,
    strides: Sizes,
    padding: Pairs,
    dilation: Sizes,
    groups: int,
) -> Any:
    """The gradient of the kernels."""
    x, share = padded(x, padding), np.ascontiguousarray(share)
    shape = (share.shape[1], x.shape[1] // groups, *kernel)
    return _way(x.dtype).correlated(x, share, shape, strides, dilation, groups)


def _way(dtype: Any) -> Any:
    """The module that computes products of windows."""
    return tiles if tiles.compiled(dtype) else columns
