"""Indices as settings and arrays: what is written in a program apart from what data decide.

An index's ``spec`` is a hashable tuple with one entry a part: an integer, None, Ellipsis, a slice
as ``(start, stop, step)``, or ``ARRAY`` for the next of the index's arrays.
"""

ARRAY = "array"


def restored(spec: tuple, arrays: tuple) -> tuple:
    """The index that ``spec`` and its ``arrays`` mean, as NumPy and CuPy take it."""
    rest = iter(arrays)
    return tuple(
        next(rest) if part == ARRAY else slice(*part) if isinstance(part, tuple) else part
        for part in spec
    )


def repeats(arrays: tuple) -> bool:
    """Whether the arrays of an index may name an element twice: integers that are several."""
    return any(a.dtype.kind != "b" and a.size > 1 for a in arrays)
