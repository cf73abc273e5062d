"""Pooling of sequences, images and volumes: the largest or the mean of every window.

Planes are (N, C, *size) with one axis to three; settings have an entry for each of these axes.
Where several elements of a window are the largest, the first one gets the gradient, as torch's.
"""

from math import prod

from ..backend.positions import ARRAY
from ..backend.shapes import wholes
from .axes import zeros
from .batching import first_axis
from .declare import composite, linear, operation
from .windows import gathered, positions, windows_shape

LOWEST = -float("inf")
KINDS = {  # by the number of axes: what is pooled, and its shapes
    1: ("sequences", "(N, C, L) or (C, L)"),
    2: ("images", "(N, C, H, W) or (C, H, W)"),
    3: ("volumes", "(N, C, D, H, W) or (C, D, H, W)"),
}


@linear(
    transpose=lambda xp, g, x_shape, places: xp.collected(g, places, size=x_shape[2:]),
    batch=first_axis,
    moves=True,
    native=True,
)
def chosen(xp, x, places):
    """Elements of planes (N, C, *size) at flat ``places`` (N, C, *count)."""
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
    none = zeros(xp, x, (prod(shape),))
    everywhere = _everywhere(xp, x, places, size)
    return xp.reshape(xp.scatter_add(none, everywhere, xp.reshape(x, shape=(-1,))), shape=shape)


def _everywhere(xp, x, places, size):
    """Places within planes as places within all planes, flat."""
    planes = xp.arange_like(x, prod(x.shape[:2])).reshape(-1, 1)
    return (planes * prod(size) + places.reshape(planes.shape[0], -1)).reshape(-1)


def at_numbers(xp, like, table, number, windows):
    """Places from a ``table`` (kernel, windows) of the elements ``number`` of the windows."""
    numbers = number * windows + xp.arange_like(like, windows)
    return xp.astype(xp.take(table.reshape(-1), numbers, axis=0), dtype="int32")


@operation(
    to_x=lambda xp, g, x_shape, y, *, kernel, strides, padding, dilation: xp.collected(
        g[0], y[1], size=x_shape[2:], windows=(kernel, strides, padding, dilation)
    ),
    tangent=lambda xp, tx, y, **geometry: (xp.chosen(tx, y[1]), None),
    batch=first_axis,
    native=True,
)
def max_pool(xp, x, *, kernel, strides, padding, dilation):
    """The largest element of every window, (N, C, *count), and its flat place in its plane.

    A window that meets nothing gives -inf, or the least integer, and the place 0.
    """
    met = gathered(xp, x, kernel, strides, padding, dilation, LOWEST)
    count = met.shape[2 + len(kernel) :]
    met = xp.reshape(met, shape=(*met.shape[:2], prod(kernel), prod(count)))
    number = xp.argmax(met, axis=2)
    table, _ = positions(xp, x, x.shape[2:], kernel, strides, padding, dilation)
    places = at_numbers(xp, x, table, number, prod(count))
    shape = (*x.shape[:2], *count)
    return xp.reshape(xp.max(met, axis=2), shape=shape), xp.reshape(places, shape=shape)


@linear(
    transpose=lambda xp, g, x_shape, *, kernel, strides, padding: xp.sum_pool_gradient(
        g, size=x_shape[2:], kernel=kernel, strides=strides, padding=padding
    ),
    batch=first_axis,
    native=True,
)
def sum_pool(xp, x, *, kernel, strides, padding):
    """The sum of every window: (N, C, *size) gives (N, C, *count)."""
    ones = (1,) * len(kernel)
    met = xp.windows(x, kernel=kernel, strides=strides, padding=padding, dilation=ones)
    return xp.sum(met, axis=tuple(range(2, 2 + len(kernel))))


@linear(
    transpose=lambda xp, g, *, size, kernel, strides, padding: xp.sum_pool(
        g, kernel=kernel, strides=strides, padding=padding
    ),
    batch=first_axis,
    native=True,
)
def sum_pool_gradient(xp, share, *, size, kernel, strides, padding):
    """The transpose of sum_pool: each element added to all of its window."""
    ones = (1,) * len(kernel)
    apart = xp.expand_dims(share, axis=tuple(range(2, 2 + len(kernel))))
    shares = xp.broadcast_to(apart, shape=(*share.shape[:2], *kernel, *share.shape[2:]))
    return xp.overlap_add(shares, size=size, strides=strides, padding=padding, dilation=ones)


@composite
def placed(xp, x, places, *, size):
    """Planes of zeros of ``size`` with the elements of ``x`` at flat ``places``, of one shape.

    Where places repeat, the last element stays, and alone gets the gradient.
    """
    planes = prod(x.shape[:2])
    rows = xp.arange_like(x, planes).reshape(-1, 1)
    columns = xp.reshape(places, shape=(planes, -1))
    values = xp.reshape(x, shape=(planes, -1))
    none = zeros(xp, x, (planes, prod(size)))
    y = xp.setitem(none, values, rows, columns, spec=(ARRAY, ARRAY))
    return xp.reshape(y, shape=(*x.shape[:2], *size))


def several(xp, x, axes):
    """(N, C, *size) of several or of one; ``axes``: the number of axes of size."""
    if len(x.shape) not in (axes + 1, axes + 2):
        what, shapes = KINDS[axes]
        raise ValueError(f"{x.shape} are no {what}; give {shapes}")
    return x if len(x.shape) == axes + 2 else xp.expand_dims(x, axis=0)


def as_given(xp, x, y, axes):
    """What comes of ``several``, without the first axis if ``x`` had none."""
    return xp.reshape(y, shape=y.shape[1:]) if len(x.shape) == axes + 1 else y


def _geometry(size, kernel_size, stride, padding, dilation, ceil_mode):
    """Kernel, strides, padding and dilation of windows; what ceil_mode adds stands after."""
    axes = len(size)
    kernel = wholes(kernel_size, axes, "kernel_size", 1)
    strides = kernel if stride is None else wholes(stride, axes, "stride", 1)
    pads, dilation = wholes(padding, axes, "padding"), wholes(dilation, axes, "dilation", 1)
    if any(2 * pad > k for pad, k in zip(pads, kernel, strict=True)):
        raise ValueError(f"padding {padding} is more than half of the kernel {kernel}")
    around = tuple((pad, pad) for pad in pads)
    if ceil_mode:
        each = zip(size, kernel, strides, pads, dilation, strict=True)
        around = tuple((pad, _after(n, d * (k - 1) + 1, s, pad)) for n, k, s, pad, d in each)
    windows_shape(size, kernel, strides, around, dilation)  # raises if there is none
    return kernel, strides, around, dilation


def _after(n, length, stride, pad):
    """How much stands after ``n`` elements, so that the last window that begins in them or before
    them is whole; at least ``pad``."""
    count = -((length - n - 2 * pad) // stride) + 1
    if (count - 1) * stride >= n + pad:
        count -= 1
    return max(pad, (count - 1) * stride + length - n - pad)


def _max_pool(axes):
    def pool(
        xp,
        x,
        *,
        kernel_size,
        stride=None,
        padding=0,
        dilation=1,
        ceil_mode=False,
        return_indices=False,
    ):
        planes = several(xp, x, axes)
        given = (kernel_size, stride, padding, dilation, ceil_mode)
        kernel, strides, around, steps = _geometry(planes.shape[2:], *given)
        y, places = xp.max_pool(
            planes, kernel=kernel, strides=strides, padding=around, dilation=steps
        )
        y = as_given(xp, x, y, axes)
        if not return_indices:
            return y
        return y, xp.astype(as_given(xp, x, places, axes), dtype="int64")

    return of_axes(
        pool,
        f"max_pool{axes}d",
        f"""Largest element of each window of {KINDS[axes][0]}; x: {KINDS[axes][1]}.

        stride: by default kernel_size.  padding: -inf on each side, at most half of kernel_size.
        ceil_mode: windows may reach beyond the end.  return_indices: give also the largest
        elements' places in their flat planes.
        """,
    )


def of_axes(rule, name, doc):
    """The composite of a rule for one number of axes."""
    rule.__name__, rule.__doc__ = name, doc
    return composite(rule)


max_pool1d, max_pool2d, max_pool3d = map(_max_pool, KINDS)


def _avg_pool(axes):
    def pool(
        xp,
        x,
        *,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode=False,
        count_include_pad=True,
        divisor_override=None,
    ):
        planes = several(xp, x, axes)
        given = (kernel_size, stride, padding, 1, ceil_mode)
        kernel, strides, around, _ = _geometry(planes.shape[2:], *given)
        y = xp.sum_pool(planes, kernel=kernel, strides=strides, padding=around)
        if divisor_override is not None:
            y = y * (1 / _divisor(divisor_override))
        elif around == ((0, 0),) * axes or (
            count_include_pad and all(before == after for before, after in around)
        ):
            y = y * (1 / prod(kernel))
        else:
            y = y / _counts(xp, planes, y.shape[2:], kernel, strides, around, count_include_pad)
        return as_given(xp, x, y, axes)

    return of_axes(
        pool,
        f"avg_pool{axes}d",
        f"""Mean of each window of {KINDS[axes][0]}; x: {KINDS[axes][1]}.

        stride: by default kernel_size.  padding: zeros on each side, which count_include_pad counts
        as elements; at most half of kernel_size.  ceil_mode: windows may reach beyond the end.
        divisor_override: what the sums are divided by instead.
        """,
    )


def _divisor(number):
    if not number:
        raise ValueError("divisor_override: 0; sums are divided by it")
    return number


def _counts(xp, x, count, kernel, strides, around, with_padding):
    """How many elements each window has, without those that ceil_mode adds."""
    total = 1
    for axis, (n, k, s, (pad, _)) in enumerate(
        zip(x.shape[2:], kernel, strides, around, strict=True)
    ):
        start = xp.arange_like(x, count[axis]) * s - pad
        stop = xp.minimum(start + k, n + (pad if with_padding else 0))
        along = stop - (start if with_padding else xp.maximum(start, 0))
        total = total * along.reshape(-1, *(1,) * (len(count) - 1 - axis))
    return total


avg_pool1d, avg_pool2d, avg_pool3d = map(_avg_pool, KINDS)
