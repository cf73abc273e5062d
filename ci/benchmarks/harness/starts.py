"""How calls get to full speed, from the first one on.

A call may be an object with a method ``built``, which tells whether the kernels are there that it
runs in the end; any other call has them once it returned.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

FULL_SPEED = 1.2  # a call takes at most this many times the usual one
IN_A_ROW = 3  # calls that show it
LEAST, SHORTEST = 7, 0.1  # calls after kernels are there, and the seconds that they take together
PATIENCE = 120  # seconds after which kernels are not waited for


class Start(NamedTuple):
    """Seconds of the first call; from its begin to that of the first call at full speed; and those
    of the usual call."""

    first: float
    full: float
    usual: float


def started(call: Callable[[], Any]) -> Start:
    """Call until the usual time of a call is known."""
    begin, built = time.perf_counter(), getattr(call, "built", lambda: True)
    begun: list[float] = []
    ended: list[float] = []
    ready = None  # the number of the first call that finds its kernels
    while ready is None or len(ended) < ready + LEAST or ended[-1] - begun[ready] < SHORTEST:
        begun.append(time.perf_counter() - begin)
        call()
        ended.append(time.perf_counter() - begin)
        if ready is None and (built() or ended[-1] > PATIENCE):
            ready = len(ended)
    seconds = [b - a for a, b in zip(begun, ended, strict=True)]
    usual = statistics.median(seconds[ready + (len(ended) - ready) // 2 :])
    return Start(seconds[0], begun[at_full_speed(seconds, ready, usual)], usual)


def at_full_speed(seconds: list[float], ready: int, usual: float) -> int:
    """The number of the first call that has its kernels and is, with those that follow, as fast as
    usual; the last one's if there is none."""
    fast = [each <= FULL_SPEED * usual for each in seconds]
    rows = range(ready, len(seconds) - IN_A_ROW + 1)
    return next((i for i in rows if all(fast[i : i + IN_A_ROW])), len(seconds) - 1)
