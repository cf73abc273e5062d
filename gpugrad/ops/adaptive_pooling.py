"""Adaptive pooling: so many windows as are wanted, which cover all of an axis.

Window i of ``count`` along n elements goes from i * n // count to (i + 1) * n / count, rounded up.
"""

from math import prod

from ..backend.shapes import wholes
from .batching import first_axis
from .declare import linear
from .pooling import KINDS, as_given, at_numbers, of_axes, several
from .windows import crossed


def _sizes(output_size, lengths):
    """Whole numbers of windows for each axis; None stands for the length of the axis."""
    if isinstance(output_size, list | tuple) and len(output_size) == len(lengths):
        pairs = zip(output_size, lengths, strict=True)
        output_size = [n if wanted is None else wanted for wanted, n in pairs]
    elif output_size is None:
        output_size = lengths
    return wholes(output_size, len(lengths), "output_size")


def _met(xp, like, length, count):
    """The elements that windows meet along an axis, (count, most), which ones are within their
    window, and how many these are, (count, 1); those beyond it are the first one again."""
    numbers = xp.arange_like(like, count)
    start = (numbers * length // count).reshape(-1, 1)
    stop = (-((-1 - numbers) * length // count)).reshape(-1, 1)
    lengths = (-(-(i + 1) * length // count) - i * length // count for i in range(count))
    places = start + xp.arange_like(like, max(lengths, default=1))
    inside = places < stop
    return xp.where(inside, places, start), inside, stop - start


def _divides(count, length):
    return count and length % count == 0


def _sums_along(xp, x, axis, count):
    """Sums of ``count`` windows that cover ``axis``.

    Of the windows' own elements: as a product with weights, of which most are 0, one NaN or
    infinity would spoil all.
    """
    before, length, after = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
    if count == length:
        return x
    if _divides(count, length):
        apart = xp.reshape(x, shape=(*before, count, length // count, *after))
        return xp.sum(apart, axis=axis + 1)
    places, inside, _ = _met(xp, x, length, count)
    met = xp.take(x, places, axis=axis)
    return xp.sum(
        xp.where(inside.reshape(*inside.shape, *(1,) * len(after)), met, 0), axis=axis + 1
    )


@linear(
    transpose=lambda xp, g, x_shape, *, sizes: xp.adaptive_sum(g, sizes=x_shape[2:]),
    batch=first_axis,
    native=True,
)
def adaptive_sum(xp, x, *, sizes):
    """Sums of windows that cover planes: (N, C, *size) gives (N, C, *sizes).

    Element p lies in window i if p < (i + 1) * n / count and i < (p + 1) * count / n: the transpose
    is the same with elements and windows exchanged.
    """
    for axis in reversed(range(len(sizes))):
        x = _sums_along(xp, x, axis + 2, sizes[axis])
    return x


def _means(xp, x, lengths, sizes):
    """Means of windows that cover planes."""
    total = xp.adaptive_sum(x, sizes=sizes)
    if all(map(_divides, sizes, lengths)):
        return total * (prod(sizes) / max(prod(lengths), 1))
    count = 1
    for axis, pair in enumerate(zip(lengths, sizes, strict=True), 1):
        along = _met(xp, x, *pair)[2]
        count = count * along.reshape(-1, *(1,) * (len(sizes) - axis))
    return total / count


def _adaptive_avg_pool(axes):
    def pool(xp, x, *, output_size):
        lengths = x.shape[-axes:]
        if len(lengths) < axes:
            what, shapes = KINDS[axes]
            raise ValueError(f"{x.shape} are no {what}; give {shapes}")
        outer, sizes = x.shape[:-axes], _sizes(output_size, lengths)
        planes = xp.reshape(x, shape=(1, prod(outer), *lengths))
        return xp.reshape(_means(xp, planes, lengths, sizes), shape=(*outer, *sizes))

    return of_axes(
        pool,
        f"adaptive_avg_pool{axes}d",
        f"""Means of windows that cover {KINDS[axes][0]}; x: {KINDS[axes][1]}.

        output_size: how many windows there are along each axis; None stands for its length.
        """,
    )


adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = map(_adaptive_avg_pool, KINDS)


def _largest(xp, x, sizes):
    """The largest element of each window, (N, C, *sizes), and its flat place."""
    lengths = x.shape[2:]
    if all(map(_divides, sizes, lengths)):
        kernel = tuple(n // count for n, count in zip(lengths, sizes, strict=True))
        around, ones = ((0, 0),) * len(sizes), (1,) * len(sizes)
        return xp.max_pool(x, kernel=kernel, strides=kernel, padding=around, dilation=ones)
    lines = [_met(xp, x, *pair)[0].T for pair in zip(lengths, sizes, strict=True)]
    table = crossed(lines, lengths)[0].reshape(-1, prod(sizes))
    flat = xp.reshape(x, shape=(*x.shape[:2], prod(lengths)))
    number = xp.argmax(xp.take(flat, table, axis=2), axis=2)
    places = xp.reshape(at_numbers(xp, x, table, number, prod(sizes)), shape=(*x.shape[:2], *sizes))
    return xp.chosen(x, places), places


def _adaptive_max_pool(axes):
    def pool(xp, x, *, output_size, return_indices=False):
        planes = several(xp, x, axes)
        if 0 in planes.shape[2:]:
            raise ValueError(f"{x.shape} has no elements to choose from")
        y, places = _largest(xp, planes, _sizes(output_size, planes.shape[2:]))
        y = as_given(xp, x, y, axes)
        if not return_indices:
            return y
        return y, xp.astype(as_given(xp, x, places, axes), dtype="int64")

    return of_axes(
        pool,
        f"adaptive_max_pool{axes}d",
        f"""Largest elements of windows that cover {KINDS[axes][0]}; x: {KINDS[axes][1]}.

        output_size: how many windows there are along each axis; None stands for its length.
        return_indices: give also the largest elements' places in their flat planes.
        """,
    )


adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d = map(_adaptive_max_pool, KINDS)
