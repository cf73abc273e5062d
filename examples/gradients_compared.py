"""Four ways to a derivative as inputs and outputs grow: numerical, symbolic, forward, reverse.

The function is a weighing of its inputs followed by some steps of the logistic map,
u <- 4 u (1 - u), whose formula doubles with each step.  Forward mode makes one pass for an input,
reverse mode one for an output; ``jacfwd`` and ``jacrev`` make all of them in one.

    python examples/gradients_compared.py              # two tables, and regimes.png
    python examples/gradients_compared.py --sizes 1 8 64 512 --steps 5
"""

import argparse
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import sympy
from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import track
from rich.table import Table

import gpugrad as gg

MOST_SYMBOLS = 16  # derivatives; the formulas of more take many seconds
SHORTEST = 0.02  # seconds that a measurement lasts at least
REGIMES = {"many inputs, one output": False, "one input, many outputs": True}  # outputs grow?


def logistic(u, steps):
    for _ in range(steps):
        u = 4 * u * (1 - u)
    return u


def numerical(f, weights, steps):
    h = np.finfo(float).eps ** (1 / 3)  # balances rounding against the cut-off of the series
    units = np.eye(weights.shape[1])
    return lambda x: np.stack([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in units], 1)


def symbolic(f, weights, steps):
    x = sympy.symbols(f"x:{weights.shape[1]}")
    formulas = [logistic(sum(a * v for a, v in zip(row, x, strict=True)), steps) for row in weights]
    slope = sympy.lambdify(x, [[sympy.diff(y, v) for v in x] for y in formulas], "math")
    return lambda point: np.array(slope(*point))


def forward(f, weights, steps):
    units = np.eye(weights.shape[1])
    return lambda x: np.stack([gg.jvp(f, (x,), (e,))[1] for e in units], 1)


def reverse(f, weights, steps):
    units = np.eye(weights.shape[0])

    def jacobian(x):
        pull = gg.vjp(f, x)[1]  # the passes share what they keep
        return np.stack([pull(e)[0] for e in units])

    return jacobian


def jacfwd(f, weights, steps):
    return gg.jacfwd(f)


def jacrev(f, weights, steps):
    return gg.jacrev(f)


def exact(weights, x, steps):
    """The Jacobian in rational arithmetic, rounded once."""
    rows = []
    for row in weights:
        u = sum(Fraction(a) * Fraction(v) for a, v in zip(row.tolist(), x.tolist(), strict=True))
        slope = Fraction(1)
        for _ in range(steps):
            u, slope = 4 * u * (1 - u), 4 * (1 - 2 * u) * slope
        rows.append([float(slope * Fraction(a)) for a in row.tolist()])
    return np.array(rows)


def seconds(function, *arguments):
    """The result of a call and the shortest time of several, after one that prepares them."""
    result = function(*arguments)
    times, end = [], time.perf_counter() + SHORTEST
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - start)
    return result, min(times)


def measured(way, outputs, inputs, steps, rng):
    """Relative error, milliseconds to prepare and milliseconds a call; None if it is too large."""
    if way is symbolic and inputs * outputs > MOST_SYMBOLS:
        return None
    weights = rng.uniform(0.5, 1.5, (outputs, inputs)) / inputs / 1.6
    x = rng.uniform(0.1, 0.9, inputs)
    start = time.perf_counter()
    jacobian = way(lambda x: logistic(gg.matmul(weights, x), steps), weights, steps)
    preparing = time.perf_counter() - start
    found, calling = seconds(jacobian, x)
    truth = exact(weights, x, steps)
    return abs(np.asarray(found) - truth).max() / abs(truth).max(), 1e3 * preparing, 1e3 * calling


GREY, GREEN, RED, BLUE = "#94a3b8", "#16a34a", "#dc2626", "#2563eb"
WAYS = {
    numerical: (GREY, "-"),
    symbolic: (GREEN, "-"),
    forward: (RED, "-"),
    jacfwd: (RED, "--"),
    reverse: (BLUE, "-"),
    jacrev: (BLUE, "--"),
}


def brief(x):
    return f"{x:.0f}" if x >= 10 else f"{x:.2g}"


def table(title, sizes, rows):
    title = f"{title}: milliseconds by how many"
    shown = Table("way", "error", "prepare", *map(str, sizes), title=title)
    for column in shown.columns[1:]:
        column.justify = "right"
    for way, figures in rows.items():
        done = [each for each in figures if each]
        times = [brief(each[2]) if each else "-" for each in figures]
        error, preparing = (max(each[i] for each in done) for i in (0, 1))
        shown.add_row(way.__name__, f"{error:.0e}", brief(preparing), *times)
    return shown


def draw(sizes, results, path):
    """Time against size, one panel a regime."""
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (title, rows) in zip(panels, results.items(), strict=True):
        for way, (colour, dashes) in WAYS.items():
            times = [each[2] if each else np.nan for each in rows[way]]
            axes.plot(sizes, times, dashes, color=colour, marker="o", ms=4, label=way.__name__)
        axes.set(title=title, xscale="log", yscale="log")
        axes.set_xlabel("outputs" if REGIMES[title] else "inputs")
        axes.set_xticks(sizes, [str(n) for n in sizes])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter("{x:g}")
        axes.grid(color=GREY, alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("whole derivative, ms")
    panels[0].legend(frameon=False)
    figure.savefig(path, dpi=150)


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[1, 4, 16, 64, 256, 1024],
        metavar="N",
        help="of inputs or outputs (1 4 16 64 256 1024)",
    )
    parser.add_argument("--steps", type=int, default=3, help="of the logistic map (3)")
    parser.add_argument("--seed", type=int, default=0, help="of the weights (0)")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        default=Path(__file__).resolve().parents[1] / "runs" / "gradients_compared",
        help="where the picture goes (runs/gradients_compared)",
    )
    given = parser.parse_args(argv)
    if min(*given.sizes, given.steps) < 1 or given.seed < 0:
        parser.error("--sizes and --steps take 1 or more, --seed 0 or more")
    return given


def main(argv=None):
    given = arguments(argv)
    console, results = Console(), {}
    for title, turned in REGIMES.items():
        rows = results[title] = {}
        for way in track(WAYS, title, console=console, transient=True):
            rng = np.random.default_rng(given.seed)
            shapes = [(n, 1) if turned else (1, n) for n in given.sizes]
            rows[way] = [measured(way, *shape, given.steps, rng) for shape in shapes]
        console.print(table(title, given.sizes, rows))
    given.output.mkdir(parents=True, exist_ok=True)
    draw(given.sizes, results, given.output / "regimes.png")
    console.print(f"written: regimes.png in {given.output}")


if __name__ == "__main__":
    main()
