"""A line search whose result satisfies the strong Wolfe conditions."""

from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple

DECREASE, CURVATURE = 1e-4, 0.9  # of the slope at the beginning: c1 and c2 of the conditions


class Point(NamedTuple):
    """What is known at one length of the step: the loss, the gradient, the slope along the line."""

    t: float
    loss: float
    gradient: Any
    slope: float


def search(
    at: Callable[[float], Point], start: Point, t: float, size: float, tolerance: float, most: int
) -> tuple[Point, int]:
    """The point found, beginning with length ``t``, and how often ``at`` was called.

    size: the largest element of the direction; a bracket shorter than ``tolerance`` ends it.
    most: number of further calls after the first.
    """
    before, found, calls = start, at(t), 1
    while True:
        if calls > most:
            before = start
            break
        if _high(found, start) or (calls > 2 and found.loss >= before.loss):
            break
        if _flat(found, start):
            return found, calls
        if found.slope >= 0:
            break
        least, largest = found.t + 0.01 * (found.t - before.t), found.t * 10
        t = _lowest(before, found, least, largest)
        before, found, calls = found, at(t), calls + 1
    return _narrowed(at, start, (before, found), calls, size, tolerance, most)


def _narrowed(
    at: Callable[[float], Point],
    start: Point,
    bracket: tuple[Point, Point],
    calls: int,
    size: float,
    tolerance: float,
    most: int,
) -> tuple[Point, int]:
    """The same from a bracket that has such a point in it."""
    low, high = sorted(bracket, key=lambda point: point.loss)
    stuck = False
    while calls <= most and abs(high.t - low.t) * size >= tolerance:
        least, largest = sorted((low.t, high.t))
        t, stuck = _inside(_lowest(low, high, least, largest), least, largest, stuck)
        found, calls = at(t), calls + 1
        if _high(found, start) or found.loss >= low.loss:
            low, high = sorted((low, found), key=lambda point: point.loss)
            continue
        if _flat(found, start):
            return found, calls
        if found.slope * (high.t - low.t) >= 0:
            high = low
        low = found
    return low, calls


def _high(found: Point, start: Point) -> bool:
    """Whether the loss fell too little for the length."""
    return found.loss > start.loss + DECREASE * found.t * start.slope


def _flat(found: Point, start: Point) -> bool:
    """Whether the slope is small against that of the beginning."""
    return abs(found.slope) <= -CURVATURE * start.slope


def _lowest(one: Point, other: Point, least: float, most: float) -> float:
    """Where the cubic through two points with their slopes is lowest, within [least, most]; the
    middle if it falls for ever."""
    a, b = sorted((one, other), key=lambda point: point.t)
    if a.t == b.t:
        return a.t
    mean = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = mean**2 - a.slope * b.slope
    bend = b.slope - a.slope + 2 * sqrt(max(square, 0.0))
    if not (square >= 0 and bend != 0):
        return (least + most) / 2
    t = b.t - (b.t - a.t) * ((b.slope + sqrt(square) - mean) / bend)
    return min(max(t, least), most)


def _inside(t: float, least: float, most: float, stuck: bool) -> tuple[float, bool]:
    """A length within a bracket, away from its ends where it was near one twice, and whether it is
    near one."""
    margin = 0.1 * (most - least)
    if min(most - t, t - least) >= margin:
        return t, False
    if not stuck and least < t < most:
        return t, True
    return (most - margin if most - t < t - least else least + margin), False
