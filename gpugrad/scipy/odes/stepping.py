"""Steps of Dormand and Prince's Runge-Kutta method of orders 5 and 4, on raw flat arrays.

J. R. Dormand, P. J. Prince, "A family of embedded Runge-Kutta formulae", 1980; the interpolation
within a step and the length of the first one as in E. Hairer, S. P. Norsett, G. Wanner, "Solving
Ordinary Differential Equations I", 1993, II.4 and II.6.  As in LSODA the largest ratio of an
element's error to its tolerance decides whether a step is taken.
"""

from collections.abc import Callable, Iterator
from functools import cache
from math import copysign, inf
from typing import Any, NamedTuple

from ...backend.select import backend_of

NODES = (0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0)
STAGES = (
    (),
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
)
FIFTH = (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0.0)
FOURTH = (5179 / 57600, 0.0, 7571 / 16695, 393 / 640, -92097 / 339200, 187 / 2100, 1 / 40)
QUARTIC = (
    -12715105075 / 11282082432,
    0.0,
    87487479700 / 32700410799,
    -10690763975 / 1880347072,
    701980252875 / 199316789632,
    -1453857185 / 822651844,
    69997945 / 29380423,
)
SAFETY, SHORTEST, LONGEST = 0.9, 0.2, 10.0  # of a step's length, as multiples of the last one's
ROUNDING = 2.0**-49  # of the time: a step must be longer

Derivative = Callable[[Any, float], Any]  # raw flat y and the time -> raw flat dy/dt


class Control(NamedTuple):
    """How exactly to solve: tolerances, most steps, the first step and the longest (0: free)."""

    rtol: float
    atol: float
    limit: int
    first: float
    longest: float


class Method(NamedTuple):
    """The method's numbers as arrays of one device and dtype."""

    stages: tuple
    fifth: Any
    error: Any
    within: Any  # rows from which ``Step.at`` interpolates


@cache
def method(backend: Any, dtype: Any) -> Method:
    """The numbers of the method for arrays of ``backend`` and ``dtype``."""

    def array(rows: Any) -> Any:
        return backend.asarray(rows, dtype=dtype)

    first, last = ([float(i == k) for i in range(7)] for k in (0, 6))
    sloped = [f - b for f, b in zip(first, FIFTH, strict=True)]
    bent = [b - last_ - s for b, last_, s in zip(FIFTH, last, sloped, strict=True)]
    error = [b - lower for b, lower in zip(FIFTH, FOURTH, strict=True)]
    rows = [list(FIFTH), sloped, bent, list(QUARTIC)]
    return Method(tuple(map(array, STAGES)), array(FIFTH), array(error), array(rows))


class Step(NamedTuple):
    """A step taken: from ``y`` at ``begin`` to ``after`` at ``end``, and the slopes on the way."""

    begin: float
    end: float
    y: Any
    after: Any
    slopes: Any
    next_length: float

    def curve(self) -> "Curve":
        """The solution within the step."""
        backend = backend_of(self.y)
        rows = backend.xp.matmul(method(backend, self.y.dtype).within, self.slopes)
        return Curve(self.begin, self.end, self.y, rows)


class Curve(NamedTuple):
    """The solution within one step, to fourth order."""

    begin: float
    end: float
    y: Any
    rows: Any

    def at(self, t: float) -> Any:
        """y at the time ``t``."""
        length = self.end - self.begin
        s = (t - self.begin) / length
        rest, rows = 1 - s, self.rows
        bend = rows[2] + rest * rows[3]
        return self.y + (length * s) * (rows[0] + rest * (rows[1] + s * bend))


def steps(  # long: one loop, whose parts share the state of the walk
    derivative: Derivative, y: Any, begin: float, end: float, control: Control, length: float = 0.0
) -> Iterator[Step]:
    """The steps from ``y`` at ``begin`` to ``end``, later or earlier; the last one ends there.

    length: of the first step, 0 where it is to be found.  A step's slopes are those of the next
    one's once that is asked for.  RuntimeError where steps become too many or too short.
    """
    if begin == end:
        return
    sign, longest = copysign(1.0, end - begin), control.longest or inf
    slopes = backend_of(y).natives["empty"]((7, y.size), dtype=y.dtype)
    slope, t = derivative(y, begin), begin
    length = length or control.first or first_length(derivative, y, slope, t, sign, control)
    for _ in range(control.limit):
        length, left = min(length, longest), abs(end - t)
        last = length >= left * (1 - ROUNDING)
        if left / 2 < length < left:
            length = left / 2  # two equal steps rather than a whole one and a sliver
        to = end if last else t + sign * length
        slopes[0] = slope
        after, ratio = _attempt(derivative, y, t, to - t, slopes, control)
        grown = SAFETY * ratio**-0.2 if ratio > 0 else (LONGEST if ratio == 0 else SHORTEST)
        if ratio <= 1:
            length = abs(to - t) * min(grown, LONGEST)
            yield Step(t, to, y, after, slopes, length)
            if last:
                return
            y, t, slope = after, to, slopes[6] * 1  # the next step writes over the slopes
        else:
            length = abs(to - t) * max(grown, SHORTEST)
            if length <= ROUNDING * max(abs(t), abs(end)):
                raise RuntimeError(
                    f"odeint: at t={t!r} not even a step of {length:.1e} is exact enough; the "
                    "solution may be singular there, or func gives NaN"
                )
    raise RuntimeError(
        f"odeint: {control.limit} steps lead from t={begin!r} to {t!r} only, of {end!r}; a stiff "
        "equation needs more: give mxstep, or larger rtol and atol"
    )


def _attempt(
    derivative: Derivative, y: Any, t: float, length: float, slopes: Any, control: Control
) -> tuple[Any, float]:
    """y after a step of ``length``, whose slopes it fills in, and how many tolerances its error
    is."""
    backend = backend_of(y)
    xp, numbers = backend.xp, method(backend, y.dtype)
    for i in range(1, 6):
        moved = y + length * xp.matmul(numbers.stages[i], slopes[:i])
        slopes[i] = derivative(moved, t + NODES[i] * length)
    after = y + length * xp.matmul(numbers.fifth[:6], slopes[:6])
    slopes[6] = derivative(after, t + length)
    error = length * xp.matmul(numbers.error, slopes)
    return after, largest(error, xp.maximum(xp.absolute(y), xp.absolute(after)), control)


def largest(x: Any, size: Any, control: Control) -> float:
    """The largest of the elements of ``x``, measured by the tolerances of elements of ``size``."""
    backend = backend_of(x)
    if not x.size:
        return 0.0
    with backend.quiet():
        tolerances = control.rtol * size + (control.atol + 1e-37)  # where both are 0, nothing is
        return float(backend.xp.max(backend.xp.absolute(x) / tolerances))


def first_length(
    derivative: Derivative, y: Any, slope: Any, t: float, sign: float, control: Control
) -> float:
    """A length for the first step, from the sizes of y and of its first two derivatives."""
    size = backend_of(y).xp.absolute(y)
    first, second = (largest(x, size, control) for x in (y, slope))
    short = 1e-6 if min(first, second) < 1e-5 else 0.01 * first / second
    bent = derivative(y + (sign * short) * slope, t + sign * short) - slope
    third = largest(bent, size, control) / short
    steepest = max(second, third)
    if not steepest > 1e-15:
        return max(1e-6, 1e-3 * short)
    return min(100 * short, (0.01 / steepest) ** 0.2)
