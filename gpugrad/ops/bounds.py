"""Indices that count from 0 and nothing else: rows of tables and labels of classes."""

from .batching import unchanged
from .declare import operation


@operation(batch=unchanged, native=True)
def within(xp, indices, *, size, what, whole):
    """Integers that have to be 0 to size - 1.

    On the host any other is an IndexError that says ``what`` it is, of ``size`` of the ``whole``.
    A device is not waited for: others become ``size`` there, so that no negative one counts from
    the end, and what is read by them is NaN.
    """
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{what} of {indices.dtype}; give integers")
    indices = xp.astype(indices, dtype="int64")
    return xp.where(xp.logical_and(indices >= 0, indices < size), indices, size)
