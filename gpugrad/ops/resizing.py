"""Resizing of sequences, images and volumes, as torch's interpolate: tables for ``bands``.

An axis of n elements is read at ``count`` places.  A ratio is how far these lie apart, in elements.
"""

from math import ceil, pi

from .batching import first_axis
from .declare import linear

SUPPORT = {"linear": 1, "cubic": 2, "lanczos": 3}  # how far a filter reaches on each side


def _as_before(size, ratios, kind, align_corners, antialias):
    return {
        "size": size,
        "ratios": ratios,
        "kind": kind,
        "align_corners": align_corners,
        "antialias": antialias,
    }


@linear(
    transpose=lambda xp, g, x_shape, *, size, ratios, kind, align_corners, antialias: (
        xp.resized_gradient(
            g,
            lengths=x_shape[2:],
            **_as_before(size, ratios, kind, align_corners, antialias),
        )
    ),
    batch=first_axis,
)
def resized(xp, x, *, size, ratios, kind, align_corners, antialias):
    """Planes (N, C, *lengths) read at ``size`` places along each axis.

    kind: "nearest", "nearest-exact", "linear" or "cubic", of which antialias=True takes the last
    two and "lanczos".  align_corners: the first and the last elements keep their places.
    """
    how = (size, ratios, kind, align_corners, antialias)
    return xp.band_sums(x, *_tables(xp, x, x.shape[2:], *how))


@linear(
    transpose=lambda xp, g, *, lengths, size, ratios, kind, align_corners, antialias: xp.resized(
        g, **_as_before(size, ratios, kind, align_corners, antialias)
    ),
    batch=first_axis,
)
def resized_gradient(xp, share, *, lengths, size, ratios, kind, align_corners, antialias):
    """The transpose of ``resized``: (N, C, *size) gives (N, C, *lengths)."""
    how = (size, ratios, kind, align_corners, antialias)
    return xp.band_spread(share, *_tables(xp, share, lengths, *how), size=lengths)


def _tables(xp, x, lengths, size, ratios, kind, align_corners, antialias):
    """Places and weights for each axis."""
    found = []
    for length, count, ratio in zip(lengths, size, ratios, strict=True):
        numbers = xp.arange_like(x, count)
        if kind in ("nearest", "nearest-exact"):
            found += _nearest(xp, numbers, length, count, ratio, kind == "nearest-exact")
            continue
        ratio = _ratio(length, count, ratio, align_corners)
        make = _filtered if antialias else {"linear": _linear, "cubic": _cubic}[kind]
        found += make(xp, x, numbers, length, ratio, align_corners, kind)
    return found


def _ratio(length, count, ratio, align_corners):
    if align_corners:
        return (length - 1) / (count - 1) if count > 1 else 0.0
    return length / count if ratio is None else ratio


def _nearest(xp, numbers, length, count, ratio, exact):
    """Places in single precision, as torch's: which of two is the nearer may hang on a bit."""
    if count == length and not exact:
        places = numbers
    elif count == 2 * length and not exact:
        places = numbers // 2
    else:
        step = length / count if ratio is None else ratio
        at = xp.astype(numbers, dtype="float32") + (0.5 if exact else 0.0)
        places = xp.astype(xp.floor(at * step), dtype="int64")
    places = _within(xp, places, length).reshape(-1, 1)
    return places, xp.ones_like(places)


def _within(xp, places, length):
    """Places beyond the ends moved to them."""
    return xp.minimum(xp.maximum(places, 0), length - 1)


def _read_at(numbers, ratio, align_corners):
    """Where elements are read, between those that are there."""
    return numbers * ratio if align_corners else (numbers + 0.5) * ratio - 0.5


def _linear(xp, x, numbers, length, ratio, align_corners, kind):
    at = xp.maximum(_read_at(numbers, ratio, align_corners), 0.0)
    first = xp.minimum(xp.astype(at // 1, dtype="int64"), length - 1)
    part = xp.minimum(at - first, 1.0).reshape(-1, 1)
    taps = xp.arange_like(x, 2)
    places = _within(xp, first.reshape(-1, 1) + taps, length)
    return places, (1 - part) * (1 - taps) + part * taps


def _cubic(xp, x, numbers, length, ratio, align_corners, kind):
    at = _read_at(numbers, ratio, align_corners).reshape(-1, 1)
    first = at // 1
    taps = xp.arange_like(x, 4) - 1
    places = _within(xp, xp.astype(first + taps, dtype="int64"), length)
    return places, cubic_filter(xp, at - first - taps, -0.75)


def cubic_filter(xp, distance, a):
    """Keys' cubic convolution; a: its slope at distance 1."""
    d = abs(distance)
    near, far = ((a + 2) * d - (a + 3)) * d * d + 1, (((d - 5) * d + 8) * d - 4) * a
    return xp.where(d < 1, near, xp.where(d < 2, far, 0.0))


def _sinc(xp, x):
    return xp.where(x == 0, 1.0, xp.sin(pi * x) / xp.where(x == 0, 1.0, pi * x))


FILTERS = {
    "linear": lambda xp, d: xp.maximum(1 - abs(d), 0.0),
    "cubic": lambda xp, d: cubic_filter(xp, d, -0.5),
    "lanczos": lambda xp, d: xp.where(abs(d) < 3, _sinc(xp, d) * _sinc(xp, d / 3), 0.0),
}


def _filtered(xp, x, numbers, length, ratio, align_corners, kind):
    """Means with the weights of a filter, which is as wide as elements lie apart.

    align_corners changes the ratio alone, and not where the filter stands, as in torch.
    """
    width = max(ratio, 1.0)
    support = SUPPORT[kind] * width
    center = ((numbers + 0.5) * ratio).reshape(-1, 1)
    begin = xp.astype(xp.maximum(center - support + 0.5, 0.0) // 1, dtype="int64")
    end = xp.minimum(xp.astype((center + support + 0.5) // 1, dtype="int64"), length)
    places = begin + xp.arange_like(x, ceil(support) * 2 + 1)
    weights = xp.where(places < end, FILTERS[kind](xp, (places - center + 0.5) / width), 0.0)
    total = xp.sum(weights, axis=1, keepdims=True)
    return _within(xp, places, length), weights / xp.where(total == 0, 1.0, total)
