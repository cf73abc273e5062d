"""Windows of images: which element each position of a kernel meets, by gathering.

Convolution and pooling are made of these where a backend has nothing faster.  Images are
(N, C, *size) with one axis, two or more of windows; settings have an entry for each of these axes:
``kernel``, ``strides``, ``dilation`` and ``padding``, whose entries are pairs (before, after).
"""

from functools import reduce
from math import prod
from operator import and_

from .batching import first_axis
from .declare import linear


def windows_shape(size, kernel, strides, padding, dilation):
    """How many windows there are along each axis; ValueError where not even one fits."""
    lengths = tuple(
        (n + sum(pad) - d * (k - 1) - 1) // s + 1
        for n, k, s, pad, d in zip(size, kernel, strides, padding, dilation, strict=True)
    )
    if min(lengths) < 1:
        raise ValueError(
            f"a kernel {kernel} with dilation {dilation} and padding {padding} "
            f"does not fit into {tuple(size)}"
        )
    return lengths


def positions(xp, like, size, kernel, strides, padding, dilation):
    """Flat positions (*kernel, *count) that the windows meet, and whether they are inside."""
    count = windows_shape(size, kernel, strides, padding, dilation)
    lines = []
    for k, n, s, pad, d in zip(kernel, count, strides, padding, dilation, strict=True):
        step = xp.arange_like(like, k).reshape(-1, 1) * d
        lines.append(step + (xp.arange_like(like, n) * s - pad[0]))
    return crossed(lines, size)


def crossed(lines, size):
    """Positions along each axis, (kernel, count), as flat ones, (*kernel, *count), and whether they
    are inside along all axes."""
    axes = len(lines)
    flat, inside = 0, []
    for axis, (line, length) in enumerate(zip(lines, size, strict=True)):
        shape = [1] * (2 * axes)
        shape[axis], shape[axes + axis] = line.shape
        along = line.reshape(*shape)
        flat = flat * length + along
        inside.append((along >= 0) & (along < length))
    within = reduce(and_, inside)
    return flat * within, within


def _sources(xp, like, size, kernel, strides, padding, dilation):
    """The reverse: flat positions (*kernel, *size) of the windows that meet an element."""
    count = windows_shape(size, kernel, strides, padding, dilation)
    lines = []
    for k, n, s, pad, d in zip(kernel, size, strides, padding, dilation, strict=True):
        step = xp.arange_like(like, k).reshape(-1, 1) * d
        offset = xp.arange_like(like, n) + pad[0] - step
        number = offset // s
        lines.append(number * (number * s == offset) - (number * s != offset))
    return crossed(lines, count)


def gathered(xp, x, kernel, strides, padding, dilation, fill):
    """The windows of ``x``, (N, C, *kernel, *count), with ``fill`` outside of the image."""
    places, inside = positions(xp, x, x.shape[2:], kernel, strides, padding, dilation)
    flat = xp.reshape(x, shape=(*x.shape[:2], prod(x.shape[2:])))
    met = xp.reshape(xp.take(flat, places.reshape(-1), axis=2), shape=(*x.shape[:2], *places.shape))
    return xp.where(inside, met, fill)


def _kernel(shape):
    """The sizes of the kernel of windows of ``shape``, (N, C, *kernel, *count)."""
    return shape[2 : 1 + len(shape) // 2]


@linear(
    transpose=lambda xp, g, x_shape, *, kernel, strides, padding, dilation: xp.overlap_add(
        g, size=x_shape[2:], strides=strides, padding=padding, dilation=dilation
    ),
    batch=first_axis,
    native=True,
)
def windows(xp, x, *, kernel, strides, padding, dilation):
    """Every window of images with zeros around: (N, C, *size) gives (N, C, *kernel, *count)."""
    return gathered(xp, x, kernel, strides, padding, dilation, 0)


@linear(
    transpose=lambda xp, g, x_shape, *, strides, padding, dilation: xp.windows(
        g, kernel=_kernel(x_shape), strides=strides, padding=padding, dilation=dilation
    ),
    batch=first_axis,
    native=True,
)
def overlap_add(xp, x, *, size, strides, padding, dilation):
    """The transpose of ``windows``: each window added to the place it was read from.

    Written as a gather: every element of (N, C, *size) collects from the windows that meet it.
    """
    kernel = _kernel(x.shape)
    places, inside = _sources(xp, x, size, kernel, strides, padding, dilation)
    per_window = prod(x.shape[2 + len(kernel) :])
    offsets = xp.arange_like(x, prod(kernel)).reshape(*kernel, *(1,) * len(size)) * per_window
    flat = xp.reshape(x, shape=(*x.shape[:2], prod(x.shape[2:])))
    met = xp.take(flat, (places + offsets).reshape(-1), axis=2)
    met = xp.where(inside, xp.reshape(met, shape=(*x.shape[:2], *inside.shape)), 0)
    return xp.sum(met, axis=tuple(range(2, 2 + len(kernel))))
