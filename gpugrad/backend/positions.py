"""Indices as settings and arrays: what is written in a program apart from what data decide.

An index's ``spec`` is a hashable tuple with one entry a part: an integer, None, Ellipsis, a slice
as ``(start, stop, step)``, or ``ARRAY`` for the next of the index's arrays.
"""

from collections.abc import Sequence
from typing import NamedTuple

ARRAY = "array"
ALL = (None, None, None)  # the slice of a whole axis


class Layout(NamedTuple):
    """Where in the result of an index the axes are that its arrays make."""

    first: int  # the number of the first of them
    axes: int  # how many they are
    together: bool  # whether arrays and numbers stand side by side in the index
    ndim: int  # of the whole result


def restored(spec: tuple, arrays: tuple) -> tuple:
    """The index that ``spec`` and its ``arrays`` mean, as NumPy and CuPy take it."""
    if not arrays:
        return tuple([slice(*part) if type(part) is tuple else part for part in spec])
    rest = iter(arrays)
    return tuple(
        next(rest) if part == ARRAY else slice(*part) if isinstance(part, tuple) else part
        for part in spec
    )


def repeats(arrays: tuple) -> bool:
    """Whether the arrays of an index may name an element twice: integers that are several."""
    return bool(arrays) and any(a.dtype.kind != "b" and a.size > 1 for a in arrays)


def whole_rows(spec: tuple, arrays: tuple) -> int:
    """How many first axes an index reads if it is made of arrays alone, so that it reads whole
    rows of the others; else 0."""
    if spec != (ARRAY,) * len(spec):
        return 0
    return sum(a.ndim if a.dtype.kind == "b" else 1 for a in arrays)


def layout(spec: tuple, arrays: Sequence[tuple[bool, int]], ndim: int) -> Layout:
    """Where NumPy puts the axes of an index's arrays when an array of ``ndim`` axes is read.

    arrays: whether each is a mask, and its number of axes.  Numbers beside arrays count as arrays;
    with anything between them, an ellipsis of no axes too, the arrays' axes come first.
    """
    given = iter(arrays)
    made, read, chosen = [], 0, []
    for place, part in enumerate(spec):
        if part == ARRAY:
            mask, axes = next(given)
            read += axes if mask else 1
        elif part is not None and part is not Ellipsis:
            read += 1
        if part == ARRAY or isinstance(part, int):
            chosen.append(place)
        made.append(int(part is None or isinstance(part, tuple)))
    if Ellipsis not in spec:
        spec, made = (*spec, Ellipsis), [*made, 0]
    made[spec.index(Ellipsis)] = ndim - read
    together = not chosen or chosen[-1] - chosen[0] + 1 == len(chosen)
    first = sum(made[: chosen[0]]) if chosen and together else 0
    count = max((1 if mask else axes for mask, axes in arrays), default=0)
    return Layout(first, count, together, sum(made) + count)
