"""Windows of images: which element each position of a kernel meets, by gathering.

Convolution and pooling are made of these where a backend has nothing faster.  Images are
(N, C, H, W); settings are pairs, for rows and columns: ``kernel``, ``strides``, ``dilation`` and
``padding``, itself of pairs (before, after).
"""

from math import prod

from .batching import first_axis
from .declare import linear


def windows_shape(size, kernel, strides, padding, dilation):
    """How many windows there are, (rows, columns); ValueError where not even one fits."""
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
    """Flat positions (KH, KW, OH, OW) that the windows meet, and whether they are inside."""
    count = windows_shape(size, kernel, strides, padding, dilation)
    lines = []
    for axis in range(2):
        step = xp.arange_like(like, kernel[axis]).reshape(-1, 1) * dilation[axis]
        start = xp.arange_like(like, count[axis]) * strides[axis] - padding[axis][0]
        lines.append(step + start)
    return _crossed(lines, size, (kernel[0], count[0]), (kernel[1], count[1]))


def _crossed(lines, size, rows, columns):
    """Two lines of positions as flat positions (rows, columns), and whether both are inside."""
    down = lines[0].reshape(rows[0], 1, rows[1], 1)
    across = lines[1].reshape(1, columns[0], 1, columns[1])
    inside = (down >= 0) & (down < size[0]) & (across >= 0) & (across < size[1])
    return (down * size[1] + across) * inside, inside


def _sources(xp, like, size, kernel, strides, padding, dilation):
    """The reverse: flat positions (KH, KW, H, W) of the windows that meet an element."""
    count = windows_shape(size, kernel, strides, padding, dilation)
    lines = []
    for axis in range(2):
        step = xp.arange_like(like, kernel[axis]).reshape(-1, 1) * dilation[axis]
        offset = xp.arange_like(like, size[axis]) + padding[axis][0] - step
        number = offset // strides[axis]
        lines.append(
            number * (number * strides[axis] == offset) - (number * strides[axis] != offset)
        )
    return _crossed(lines, count, (kernel[0], size[0]), (kernel[1], size[1]))


def gathered(xp, x, kernel, strides, padding, dilation, fill):
    """The windows of ``x``, (N, C, KH, KW, OH, OW), with ``fill`` outside of the image."""
    places, inside = positions(xp, x, x.shape[2:], kernel, strides, padding, dilation)
    flat = xp.reshape(x, shape=(*x.shape[:2], prod(x.shape[2:])))
    met = xp.reshape(xp.take(flat, places.reshape(-1), axis=2), shape=(*x.shape[:2], *places.shape))
    return xp.where(inside, met, fill)


@linear(
    transpose=lambda xp, g, x_shape, *, kernel, strides, padding, dilation: xp.overlap_add(
        g, size=x_shape[2:], strides=strides, padding=padding, dilation=dilation
    ),
    batch=first_axis,
    native=True,
)
def windows(xp, x, *, kernel, strides, padding, dilation):
    """Every window of images with zeros around: (N, C, H, W) gives (N, C, KH, KW, OH, OW)."""
    return gathered(xp, x, kernel, strides, padding, dilation, 0)


@linear(
    transpose=lambda xp, g, x_shape, *, strides, padding, dilation: xp.windows(
        g, kernel=x_shape[2:4], strides=strides, padding=padding, dilation=dilation
    ),
    batch=first_axis,
    native=True,
)
def overlap_add(xp, x, *, size, strides, padding, dilation):
    """The transpose of ``windows``: each window added to the place it was read from.

    Written as a gather: every element of (N, C, *size) collects from the windows that meet it.
    """
    batch, channels, *kernel = x.shape[:4]
    places, inside = _sources(xp, x, size, kernel, strides, padding, dilation)
    per_window = prod(x.shape[4:])
    offsets = xp.arange_like(x, prod(kernel)).reshape(*kernel, 1, 1) * per_window
    flat = xp.reshape(x, shape=(batch, channels, prod(x.shape[2:])))
    met = xp.take(flat, (places + offsets).reshape(-1), axis=2)
    met = xp.where(inside, xp.reshape(met, shape=(batch, channels, *inside.shape)), 0)
    return xp.sum(met, axis=(2, 3))
