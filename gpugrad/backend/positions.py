"""Indices as settings and arrays: what is written in a program apart from what data decide.

An index's ``spec`` is a hashable tuple with one entry a part: an integer, None, Ellipsis, a slice
as ``(start, stop, step)``, or ``ARRAY`` for the next of the index's arrays.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

ARRAY = "array"
ALL = (None, None, None)  # the slice of a whole axis


class Layout(NamedTuple):
    """Where in the result of an index the axes are that its arrays make."""

    first: int  # the number of the first of them
    axes: int  # how many they are
    together: bool  # whether arrays and numbers stand side by side in the index
    ndim: int  # of the whole result


class Apart(NamedTuple):
    """An index's numbers, slices and new axes, and where its arrays of integers read after those.

    plain: the index without arrays, of which whole axes take the places; None if it reads all.
    order: the axes of what that gives with those of arrays side by side; None where they are.
    """

    plain: tuple[Any, ...] | None
    order: tuple[int, ...] | None
    begin: int  # the number of the first axis of arrays, in that order
    axes: int  # how many they are
    first: int  # where in the result the first of the axes is that arrays make


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


@lru_cache(1024)
def apart(spec: tuple, arrays: tuple[tuple[bool, int], ...], ndim: int) -> Apart:
    """``spec`` taken apart, of an index of an array of ``ndim`` axes; ``arrays`` as for ``layout``.

    A mask is as many arrays of integers as it has axes; one without any indexes a new axis.
    """
    spec = spec if Ellipsis in spec else (*spec, Ellipsis)
    given = iter(arrays)
    read = sum(count if mask else 1 for mask, count in arrays)
    read += sum(part != ARRAY and isinstance(part, int | tuple) for part in spec)
    plain: list[Any] = []
    axes: list[int] = []
    place = 0
    for part in spec:
        parts = [slice(*part) if isinstance(part, tuple) else part]
        if part is Ellipsis:
            parts = [slice(None)] * (ndim - read)
        elif part == ARRAY:
            mask, count = next(given)
            parts = [slice(None)] * (count if mask else 1) or [None]
            axes += range(place, place + len(parts))
        plain += parts
        place += sum(not isinstance(p, int) for p in parts)
    whole = all(part == slice(None) for part in plain)
    beside = axes[-1] - axes[0] < len(axes)
    order = None if beside else (*axes, *(i for i in range(place) if i not in axes))
    first = layout(spec, arrays, ndim).first
    return Apart(None if whole else tuple(plain), order, axes[0] if beside else 0, len(axes), first)
