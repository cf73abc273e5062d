"""Pooling of images: the largest or the mean of every window.

Where several elements of a window are the largest, the first one gets the gradient, as torch's.
"""

from math import prod

from ..backend.shapes import wholes
from .batching import first_axis
from .convolution import padding_pairs
from .declare import composite, linear, operation
from .windows import gathered, positions, windows_shape

ONE = (1, 1)
LOWEST = -float("inf")


@linear(
    transpose=lambda xp, g, x_shape, places: xp.collected(g, places, size=x_shape[2:]),
    batch=first_axis,
    moves=True,
    native=True,
)
def chosen(xp, x, places):
    """Elements of planes (N, C, H, W) at flat ``places`` (N, C, OH, OW)."""
    flat = xp.reshape(x, shape=(-1,))
    return xp.reshape(
        xp.take(flat, _everywhere(xp, x, places, x.shape[2:]), axis=0), shape=places.shape
    )


@linear(
    transpose=lambda xp, g, places, *, size, windows: xp.chosen(g, places),
    batch=first_axis,
    native=True,
)
def collected(xp, x, places, *, size, windows=None):
    """The transpose of ``chosen``: each element added at its place in planes of ``size``.

    windows: kernel, strides, padding and dilation, if each place is of an element of its window.
    """
    shape = (*x.shape[:2], *size)
    zeros = xp.broadcast_to(xp.sum(xp.zeros_like(x)), shape=(prod(shape),))
    everywhere = _everywhere(xp, x, places, size)
    return xp.reshape(xp.scatter_add(zeros, everywhere, xp.reshape(x, shape=(-1,))), shape=shape)


def _everywhere(xp, x, places, size):
    """Places within planes as places within all planes, flat."""
    planes = xp.arange_like(x, prod(x.shape[:2])).reshape(-1, 1)
    return (planes * prod(size) + places.reshape(planes.shape[0], -1)).reshape(-1)


@operation(
    to_x=lambda xp, g, x_shape, y, *, kernel, strides, padding, dilation: xp.collected(
        g[0], y[1], size=x_shape[2:], windows=(kernel, strides, padding, dilation)
    ),
    tangent=lambda xp, tx, y, **geometry: (xp.chosen(tx, y[1]), None),
    batch=first_axis,
    native=True,
)
def max_pool(xp, x, *, kernel, strides, padding, dilation):
    """The largest element of every window, (N, C, OH, OW), and its flat place in its plane."""
    met = gathered(xp, x, kernel, strides, padding, dilation, LOWEST)
    met = xp.reshape(met, shape=(*met.shape[:2], prod(kernel), prod(met.shape[4:])))
    number = xp.argmax(met, axis=2)
    table, _ = positions(xp, x, x.shape[2:], kernel, strides, padding, dilation)
    windows = prod(table.shape[2:])
    places = xp.take(table.reshape(-1), number * windows + xp.arange_like(x, windows), axis=0)
    shape = (*x.shape[:2], *table.shape[2:])
    places = xp.astype(xp.reshape(places, shape=shape), dtype="int32")
    return xp.reshape(xp.max(met, axis=2), shape=shape), places


@linear(
    transpose=lambda xp, g, x_shape, *, kernel, strides, padding: xp.sum_pool_gradient(
        g, size=x_shape[2:], kernel=kernel, strides=strides, padding=padding
    ),
    batch=first_axis,
    native=True,
)
def sum_pool(xp, x, *, kernel, strides, padding):
    """The sum of every window: (N, C, H, W) gives (N, C, OH, OW)."""
    met = xp.windows(x, kernel=kernel, strides=strides, padding=padding, dilation=ONE)
    return xp.sum(met, axis=(2, 3))


@linear(
    transpose=lambda xp, g, *, size, kernel, strides, padding: xp.sum_pool(
        g, kernel=kernel, strides=strides, padding=padding
    ),
    batch=first_axis,
    native=True,
)
def sum_pool_gradient(xp, share, *, size, kernel, strides, padding):
    """The transpose of sum_pool: each element added to all of its window."""
    apart = xp.expand_dims(share, axis=(2, 3))
    shares = xp.broadcast_to(apart, shape=(*share.shape[:2], *kernel, *share.shape[2:]))
    return xp.overlap_add(shares, size=size, strides=strides, padding=padding, dilation=ONE)


def _images(xp, x):
    """(N, C, H, W) of images or of one image."""
    if len(x.shape) not in (3, 4):
        raise ValueError(f"{x.shape} are no images; give (N, C, H, W) or (C, H, W)")
    return x if len(x.shape) == 4 else xp.expand_dims(x, axis=0)


def _geometry(size, kernel_size, stride, padding, dilation=ONE):
    kernel = wholes(kernel_size, 2, "kernel_size", 1)
    strides = kernel if stride is None else wholes(stride, 2, "stride", 1)
    around = padding_pairs(padding, kernel, strides, ONE)
    if any(2 * before > k for (before, _), k in zip(around, kernel, strict=True)):
        raise ValueError(f"padding {padding} is more than half of the kernel {kernel}")
    windows_shape(size, kernel, strides, around, dilation)  # raises if there is none
    return kernel, strides, around


@composite
def max_pool2d(xp, x, *, kernel_size, stride=None, padding=0, dilation=1):
    """Largest element of each window of images; x: (N, C, H, W) or (C, H, W).

    stride: by default kernel_size.
    """
    images, dilation = _images(xp, x), wholes(dilation, 2, "dilation", 1)
    kernel, strides, around = _geometry(x.shape[-2:], kernel_size, stride, padding, dilation)
    y, _ = xp.max_pool(images, kernel=kernel, strides=strides, padding=around, dilation=dilation)
    return xp.reshape(y, shape=(*x.shape[:-2], *y.shape[2:]))


@composite
def avg_pool2d(xp, x, *, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Mean of each window of images; x: (N, C, H, W) or (C, H, W).

    count_include_pad: count the zeros around the image, which is the default.
    """
    images = _images(xp, x)
    kernel, strides, around = _geometry(x.shape[-2:], kernel_size, stride, padding)
    geometry = {"kernel": kernel, "strides": strides, "padding": around}
    y = xp.sum_pool(images, **geometry)
    if count_include_pad:
        y = y * (1 / prod(kernel))
    else:
        y = y / xp.sum_pool(xp.ones_like(images), **geometry)
    return xp.reshape(y, shape=(*x.shape[:-2], *y.shape[2:]))


def _flat(kernel_size, stride, padding):
    """Settings of sequences, for images of one row; no stride stays None."""
    return {
        "kernel_size": (1, *wholes(kernel_size, 1, "kernel_size", 1)),
        "stride": stride if stride is None else (1, *wholes(stride, 1, "stride", 1)),
        "padding": (0, *wholes(padding, 1, "padding")),
    }


def _row(xp, x):
    """Sequences as images of one row."""
    if len(x.shape) not in (2, 3):
        raise ValueError(f"{x.shape} are no sequences; give (N, C, L) or (C, L)")
    return xp.expand_dims(x, axis=-2)


@composite
def max_pool1d(xp, x, *, kernel_size, stride=None, padding=0, dilation=1):
    """Largest element of each window of sequences; x: (N, C, L) or (C, L)."""
    steps = (1, *wholes(dilation, 1, "dilation", 1))
    y = xp.max_pool2d(_row(xp, x), **_flat(kernel_size, stride, padding), dilation=steps)
    return xp.reshape(y, shape=(*y.shape[:-2], y.shape[-1]))


@composite
def avg_pool1d(xp, x, *, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Mean of each window of sequences; x: (N, C, L) or (C, L)."""
    windows = _flat(kernel_size, stride, padding)
    y = xp.avg_pool2d(_row(xp, x), **windows, count_include_pad=count_include_pad)
    return xp.reshape(y, shape=(*y.shape[:-2], y.shape[-1]))


@composite
def adaptive_avg_pool2d(xp, x, *, output_size):
    """Means of (OH, OW) windows that cover the image; x: (..., H, W) gives (..., OH, OW).

    output_size: a number for both lengths, or a pair; None stands for the length of the image.
    """
    lengths = x.shape[-2:]
    if len(lengths) < 2:
        raise ValueError(f"{x.shape} is no image; give (..., H, W)")
    size = _filled(output_size, lengths)
    columns = xp.matrix_transpose(_means(xp, x, size[1]))
    return xp.matrix_transpose(_means(xp, columns, size[0]))


def _filled(output_size, lengths):
    """A pair of whole numbers, ``lengths`` in place of None."""
    if isinstance(output_size, list | tuple) and len(output_size) == 2:
        pairs = zip(output_size, lengths, strict=True)
        output_size = [n if wanted is None else wanted for wanted, n in pairs]
    return wholes(output_size, 2, "output_size")


def _means(xp, x, count):
    """Means of ``count`` windows that cover the last axis.

    A sum of the window's own elements: as a product with weights, of which most are 0, one NaN or
    infinity would spoil all means.
    """
    length = x.shape[-1]
    if count and length % count == 0:
        apart = xp.reshape(x, shape=(*x.shape[:-1], count, length // count))
        return xp.sum(apart, axis=-1) * (count / max(length, 1))
    start = (xp.arange_like(x, count) * length // count).reshape(-1, 1)
    stop = (-((-1 - xp.arange_like(x, count)) * length // count)).reshape(-1, 1)
    lengths = (-(-(i + 1) * length // count) - i * length // count for i in range(count))
    widest = max(lengths, default=0)
    places = start + xp.arange_like(x, widest)
    inside = places < stop
    met = xp.take(x, xp.where(inside, places, start), axis=-1)
    return xp.sum(xp.where(inside, met, 0), axis=-1) / (stop - start).reshape(-1)
