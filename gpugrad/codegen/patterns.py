"""Patterns: where an operand of a loop over n elements lies, if it is broadcast to them.

A pattern is runs of axes from the outermost in, each its length and whether the operand moves along
it: of shapes (16, 64, 128) and (64, 1) it is ((16, False), (64, True), (128, False)).  Axes of
length one are no part of it, and neighbours of one kind are one run; so it does not change where
either side is reshaped.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, pairwise
from math import prod
from operator import mul

Shape = tuple[int, ...]
Pattern = tuple[tuple[int, bool], ...]


def pattern(shape: Shape, of: Shape) -> Pattern:
    """That of an operand of ``shape``, which broadcasts to the shape ``of``."""
    own = (1,) * (len(of) - len(shape)) + shape
    return _joined([(n, own[axis] == n) for axis, n in enumerate(of)])


def whole(count: int) -> Pattern:
    """That of an operand with an element for each of ``count``."""
    return _joined([(count, True)])


def composed(outer: Pattern, inner: Pattern) -> Pattern | None:
    """That of what ``inner`` broadcasts to what ``outer`` broadcasts; None if no pattern is."""
    found: list[tuple[int, bool]] = []
    left = list(inner)
    for length, moves in reversed(outer):
        if not moves:
            found.append((length, False))
        while moves and length > 1:
            own, own_moves = left.pop()
            if own > length and own % length == 0:
                left.append((own // length, own_moves))
                own = length
            elif length % own:
                return None
            found.append((own, own_moves))
            length //= own
    return _joined(found[::-1])


def columns(pattern: Pattern, count: int) -> tuple[Pattern, bool] | None:
    """The pattern along rows of ``count`` elements, and whether the operand moves within one; None
    if it moves along a part of a row."""
    if count == 1:
        return pattern, False
    *rows, (length, moves) = pattern
    if length % count:
        return None
    return _joined([*rows, (length // count, moves)]), moves


def with_rows(pattern: Pattern, count: int, moves: bool = False) -> Pattern:
    """The pattern over rows of ``count`` elements of an operand that has ``pattern`` along rows,
    and within a row moves or not."""
    return _joined([*pattern, (count, moves)])


def size(pattern: Pattern) -> int:
    """The number of elements of the operand."""
    return prod(length for length, moves in pattern if moves)


def place(pattern: Pattern, index: str) -> str:
    """The operand's element at ``index``, in C."""
    terms = []
    below = stride = 1
    for number, (length, moves) in enumerate(reversed(pattern), 1):
        if moves:
            at = index if below == 1 else f"{index} / {below}"
            at = at if number == len(pattern) else f"{at} % {length}"
            terms.append(at if stride == 1 else f"({at}) * {stride}")
            stride *= length
        below *= length
    return " + ".join(f"({term})" for term in reversed(terms)) or "0"


def axes(patterns: Iterable[Pattern]) -> Shape | None:
    """Lengths of axes such that each pattern moves along some of them and along others not; None if
    there are none."""
    cuts = {1}
    for one in patterns:
        cuts.update(accumulate([length for length, _ in reversed(one)], mul))
    ends = sorted(cuts)
    if any(outer % inner for inner, outer in pairwise(ends)):
        return None
    return tuple(outer // inner for inner, outer in pairwise(ends))[::-1]


def shape_along(pattern: Pattern, lengths: Shape) -> Shape:
    """The shape of an operand along axes of these lengths, which its runs are made of."""
    shape: list[int] = []
    left = list(pattern)
    for length in reversed(lengths):
        run, moves = left.pop()
        shape.append(length if moves else 1)
        if run > length:
            left.append((run // length, moves))
    return tuple(shape[::-1])


def element(pattern: Pattern, moving: str, still: str) -> str:
    """Which element of all it is that is number ``moving`` along the runs that move and number
    ``still`` along the others, in C."""
    left = Counter(moves for _, moves in pattern)
    below, terms = 1, []
    inside = {True: 1, False: 1}
    for length, moves in reversed(pattern):
        index = moving if moves else still
        at = index if inside[moves] == 1 else f"{index} / {inside[moves]}"
        left[moves] -= 1
        at = f"{at} % {length}" if left[moves] else at
        terms.append(at if below == 1 else f"({at}) * {below}")
        inside[moves] *= length
        below *= length
    return " + ".join(f"({term})" for term in reversed(terms)) or "0"


def _joined(runs: list[tuple[int, bool]]) -> Pattern:
    found: list[tuple[int, bool]] = []
    for length, moves in runs:
        if length != 1 and found and found[-1][1] == moves:
            found[-1] = (found[-1][0] * length, moves)
        elif length != 1:
            found.append((length, moves))
    return tuple(found)
