"""The host's part of an operation and of a training step, the device's work being free of charge.

Operations are given as a multiple of CuPy's own, steps in microseconds with what each starts on
the device.  Times are the least of several rounds, ours and CuPy's by turns, so that a busy
machine moves the ratios little.  The steps are those of ci/benchmarks/device.py, on little data.
"""

import sys
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from . import blas, counters, cupy_device, places

ROUNDS, CALLS = 200, 20  # of an operation
STEPS = 100
SIDE = 64  # of the matrices
SHOWN = ("launches", "uploads", "downloads", "synchronisations")


class Pair(NamedTuple):
    """An operation of ours and CuPy's."""

    name: str
    ours: Callable
    theirs: Callable


def pairs() -> list[Pair]:
    """The operations that are compared."""
    import cupy

    import gpugrad as gg

    a, b = (cupy.ones((SIDE, SIDE), "f4") for _ in range(2))
    x, y, recorded = gg.tensor(a), gg.tensor(b), gg.tensor(a, requires_grad=True)
    return [
        Pair("x * y recorded / a * b", lambda: recorded * y, lambda: a * b),
        Pair("x * y / a * b", lambda: x * y, lambda: a * b),
        Pair("x @ y recorded / a @ b", lambda: recorded @ y, lambda: a @ b),
        Pair("x @ y / a @ b", lambda: x @ y, lambda: a @ b),
        Pair("sum(x) / a.sum()", lambda: gg.sum(x), lambda: a.sum()),
    ]


def seconds(call: Callable, count: int) -> float:
    """What a call takes, of ``count`` in a row."""
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count


def compared(pair: Pair) -> tuple[float, float]:
    """The least time of either."""
    rounds = [(seconds(pair.ours, CALLS), seconds(pair.theirs, CALLS)) for _ in range(ROUNDS)]
    ours, theirs = zip(*rounds, strict=True)
    return min(ours), min(theirs)


def steps() -> Mapping[str, Callable]:
    """The benchmark's training steps."""
    sys.path.insert(0, str(places.BENCHMARKS))
    import device as benchmark

    benchmark.ELEMENTS, benchmark.IMAGES = 1000, 2
    benchmark.BATCHES = {"mlp": 8}
    return benchmark.gpugrad_calls()


def report_operations() -> None:
    """Print each operation's time, CuPy's, and the ratio."""
    print(f"{'operation':<28}{'gpugrad':>12}{'CuPy':>12}{'ratio':>8}")
    for pair in pairs():
        with counters.free_of_charge():
            ours, theirs = compared(pair)
        print(f"{pair.name:<28}{ours * 1e6:>9.1f} us{theirs * 1e6:>9.1f} us{ours / theirs:>8.2f}")


def report_steps(calls: Mapping[str, Callable]) -> None:
    """Print what a step takes and starts, then its kernels by name."""
    print(f"\n{'step':<16}{'host':>12}" + "".join(f"{name:>18}" for name in SHOWN))
    kernels = {}
    for name, call in calls.items():
        counters.launched()
        before = counters.counts()
        call()
        done = counters.counts() - before
        kernels[name] = counters.launched()
        with counters.free_of_charge():
            least = min(seconds(call, 1) for _ in range(STEPS))
        print(f"{name:<16}{least * 1e6:>9.0f} us" + "".join(f"{done[k]:>18}" for k in SHOWN))
    for name, found in kernels.items():
        print(f"\nkernels of a step of {name}")
        for kernel, count in found.most_common():
            print(f"{count:>6} {kernel}")


def main() -> None:
    """Measure and print everything."""
    cupy_device.bring_up()
    calls = steps()
    for call in (*calls.values(), *(call for pair in pairs() for call in pair[1:])):
        call()  # compiles its kernels
    blas.make_products_free()
    report_operations()
    report_steps(calls)


if __name__ == "__main__":
    main()
