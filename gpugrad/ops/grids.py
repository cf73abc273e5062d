"""Reading images at any places: grids of coordinates, as torch's grid_sample.

A grid is (N, *count, axes); its last axis has a place's coordinates, that of the last axis of the
images first.  They go from -1 to 1: from the first element to the last one with align_corners,
else from edge to edge.
"""

from functools import reduce
from itertools import product
from operator import mul

from .declare import composite
from .resizing import cubic_filter


@composite
def affine_grid(xp, theta, *, size, align_corners):
    """The grid of images (N, C, *size) under affine maps ``theta``: (N, axes, axes + 1)."""
    axes = len(size)
    lines = [
        xp.broadcast_to(
            _spread(xp, theta, n, align_corners).reshape(-1, *(1,) * (axes - 1 - axis)), shape=size
        )
        for axis, n in enumerate(size)
    ]
    ones = xp.ones_like(lines[0])
    base = xp.astype(xp.stack(*lines[::-1], ones, axis=-1), dtype=theta.dtype)
    flat = xp.reshape(base, shape=(-1, axes + 1))
    y = xp.matmul(flat, xp.matrix_transpose(theta))
    return xp.reshape(y, shape=(theta.shape[0], *size, axes))


def _spread(xp, like, count, align_corners):
    """Coordinates of the elements of an axis, in the dtype of ``like``; 0 for a single one."""
    steps = 2 * xp.arange_like(like, count) + 1 - count  # from the middle
    return steps / max(count - 1 if align_corners else count, 1)


@composite
def grid_sample(xp, x, grid, *, mode, padding, align_corners):
    """Planes (N, C, *size) read at the places of a grid (N, *count, axes): (N, C, *count).

    mode: "bilinear" and "bicubic" of the elements around a place, or "nearest".  padding: outside
    of the image there are "zeros", the elements at the "border", or its "reflection".
    """
    size, axes, dtype = x.shape[2:], len(x.shape) - 2, x.dtype
    if grid.dtype.itemsize < 4:  # halves are too coarse for places
        grid = xp.astype(grid, dtype="float32")
    lines = []
    for axis, length in enumerate(size):
        at = xp.expand_dims(xp.getitem(grid, spec=(..., axes - 1 - axis)), axis=1)
        at = (at + 1) * ((length - 1) / 2) if align_corners else ((at + 1) * length - 1) / 2
        lines.append(TAPS[mode](xp, at, _Outside(padding, length, align_corners)))
    total = None
    for taps in product(*lines):
        value = _read(xp, x, [place for place, _ in taps])
        if mode != "nearest":
            value = value * reduce(mul, [weight for _, weight in taps])
        total = value if total is None else total + value
    return xp.astype(total, dtype=dtype) if dtype.itemsize < 4 else total


def _read(xp, x, places):
    """Elements of planes at ``places`` along each axis, (N, 1, *count) of floats; 0 outside."""
    flat, inside = 0, None
    for place, length in zip(places, x.shape[2:], strict=True):
        within = xp.logical_and(place >= 0, place <= length - 1)
        inside = within if inside is None else xp.logical_and(inside, within)
        flat = flat * length + xp.astype(xp.where(within, place, 0), dtype="int32")
    shape = (*x.shape[:2], *places[0].shape[2:])
    return xp.where(inside, xp.chosen(x, xp.broadcast_to(flat, shape=shape)), 0)


class _Outside:
    """What a place outside of an axis of ``length`` elements stands for."""

    def __init__(self, padding, length, align_corners):
        self.padding, self.length, self.align_corners = padding, length, align_corners

    def __call__(self, xp, at):
        """The places that take the place of ``at``; where they are an end they do not move."""
        if self.padding == "zeros":
            return at
        if self.padding == "reflection":
            at = self._reflected(xp, at)
        last = self.length - 1
        return xp.where(at <= 0, 0.0, xp.where(at >= last, float(last), at))

    def _reflected(self, xp, at):
        """Places mirrored at the ends, which with align_corners are elements, else edges."""
        low, span = (0.0, self.length - 1) if self.align_corners else (-0.5, self.length)
        if not span:
            return at * 0
        distance = abs(at - low)
        turns = xp.floor(distance / span)
        rest = distance - turns * span
        return xp.where(turns % 2 == 0, rest, span - rest) + low


def _nearest(xp, at, outside):
    return [(xp.round(outside(xp, at)), None)]


def _linear(xp, at, outside):
    at = outside(xp, at)
    first = xp.floor(at)
    return [(first, first + 1 - at), (first + 1, at - first)]


def _cubic(xp, at, outside):
    first = xp.floor(at)
    return [
        (outside(xp, first + tap), cubic_filter(xp, at - first - tap, -0.75))
        for tap in (-1, 0, 1, 2)
    ]


TAPS = {"nearest": _nearest, "bilinear": _linear, "bicubic": _cubic}  # places and weights
