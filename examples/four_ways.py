"""One derivative in four ways: reverse mode, forward mode, differences, symbols.

The function is some steps of the logistic map, l <- 4 l (1 - l), whose formula doubles with each
step.  Rounding errors grow with the slope, so errors are relative to the largest slope.

    python examples/four_ways.py              # a table of error and time for 5 steps
    python examples/four_ways.py --steps 7
"""

import argparse
import time
from fractions import Fraction
from statistics import median

import numpy as np
import sympy
from rich.console import Console
from rich.table import Table

import gpugrad as gg


def logistic(x, steps):
    for _ in range(steps):
        x = 4 * x * (1 - x)
    return x


def reverse(steps):
    return gg.grad(lambda x: gg.sum(logistic(x, steps)))


def forward(steps):
    def slope(x):
        return gg.jvp(lambda x: logistic(x, steps), (x,), (np.ones_like(x),))[1].numpy()

    return slope


def numerical(steps):
    h = np.finfo(float).eps ** (1 / 3)  # balances rounding against the cut-off of the series
    return lambda x: (logistic(x + h, steps) - logistic(x - h, steps)) / (2 * h)


def symbolic(steps):
    x = sympy.Symbol("x")
    return sympy.lambdify(x, sympy.diff(logistic(x, steps), x), "numpy")


def exact(points, steps):
    """The slopes in rational arithmetic, rounded once."""
    slopes = []
    for point in points:
        value, slope = Fraction(float(point)), Fraction(1)
        for _ in range(steps):
            value, slope = 4 * value * (1 - value), 4 * (1 - 2 * value) * slope
        slopes.append(float(slope))
    return np.array(slopes)


def seconds(function, *arguments):
    """The result of one call and the time that it took."""
    start = time.perf_counter()
    result = function(*arguments)
    return result, time.perf_counter() - start


def measured(way, points, truth, steps):
    """One row: relative error, milliseconds to prepare, microseconds a call."""
    slope, preparing = seconds(way, steps)
    error = abs(slope(points) - truth).max() / abs(truth).max()
    calls = [seconds(slope, points)[1] for _ in range(50)]
    return f"{error:.1e}", f"{1e3 * preparing:.2f}", f"{1e6 * median(calls):.0f}"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=5, help="of the logistic map (default 5)")
    parser.add_argument("--points", type=int, default=1000, help="in (0, 1) (default 1000)")
    given = parser.parse_args(argv)

    points = np.linspace(0.01, 0.99, given.points)
    truth = exact(points, given.steps)
    table = Table(title=f"slope of {given.steps} logistic steps at {given.points} points")
    for heading in ("way", "relative error", "prepare, ms", "a call, us"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for way in (reverse, forward, numerical, symbolic):
        table.add_row(way.__name__, *measured(way, points, truth, given.steps))
    Console().print(table)


if __name__ == "__main__":
    main()
