"""Peak memory of a derivative against the length of the computation, as a table and a plot.

The computation is a recurrence, x <- tanh(w x), of 10,000 float32 elements.  Forward mode keeps
nothing of the past, so its memory is the same for every length; reverse mode keeps what each step
needs; reverse mode with a checkpoint every sqrt(length) steps keeps the square root of that.  Sizes
are what tracemalloc sees: NumPy's arrays and Python's objects, nodes of the tape among them.
"""

import argparse
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from math import isqrt
from pathlib import Path

from harness import RESULTS, circumstances, write
from matplotlib.figure import Figure

import gpugrad as gg

LENGTHS = (64, 256, 1024, 4096)
ELEMENTS = 10_000
COLOURS = {"jvp": "#dc2626", "grad": "#2563eb", "grad, checkpointed": "#16a34a"}
FLAT = 1.05  # forward mode's longest by its shortest at most


def steps(x, w, count: int):
    """``count`` steps of the recurrence."""
    for _ in range(count):
        x = gg.tanh(w * x)
    return x


def chain(x, w, count: int):
    """The sum of what comes out of all steps."""
    return gg.sum(steps(x, w, count))


def checkpointed(x, w, count: int):
    """``chain``, of which every sqrt(count) steps are forgotten and computed again."""
    chunk = isqrt(count)
    some = gg.checkpoint(lambda x, w: steps(x, w, chunk))
    for _ in range(count // chunk):
        x = some(x, w)
    return gg.sum(steps(x, w, count % chunk))


def ways(elements: int) -> dict[str, Callable[[int], object]]:
    """What is measured: the name and a function of the length."""
    x, w, along = gg.linspace(-1, 1, elements), gg.full((elements,), 1.1), gg.ones((elements,))
    return {
        "jvp": lambda count: gg.jvp(lambda x: chain(x, w, count), (x,), (along,)),
        "grad": lambda count: gg.grad(chain, (0, 1))(x, w, count),
        "grad, checkpointed": lambda count: gg.grad(checkpointed, (0, 1))(x, w, count),
    }


def peak(function: Callable[[int], object], count: int) -> float:
    """MB that a call holds at its worst moment, beyond what was there before."""
    tracemalloc.start()
    try:
        function(count)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def measured(lengths: Sequence[int], elements: int) -> dict[str, dict[int, float]]:
    """Name -> length -> MB."""
    megabytes = {}
    for name, function in ways(elements).items():
        function(max(lengths))  # what is made on first use is not counted, nor what Python keeps
        megabytes[name] = {count: peak(function, count) for count in lengths}
    return megabytes


def table(megabytes: dict[str, dict[int, float]]) -> str:
    """The figures as lines of text."""
    lengths = next(iter(megabytes.values()))
    lines = [f"{'steps':<22}" + "".join(f"{count:>12,}" for count in lengths)]
    for name, figures in megabytes.items():
        lines.append(f"{name:<22}" + "".join(f"{mb:>12.4g}" for mb in figures.values()))
    return "\n".join(["peak memory, MB", *lines])


def plot(megabytes: dict[str, dict[int, float]], elements: int, path: Path) -> None:
    """Memory against length, both by their logarithms."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, figures in megabytes.items():
        counts = list(figures)
        axes.plot(counts, list(figures.values()), marker="o", color=COLOURS[name], label=name)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="steps",
        ylabel="peak memory, MB",
        title=f"x <- tanh(w x), {elements:,} elements of float32",
    )
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(color="#94a3b8", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    print(f"written: {path}")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ci/bench memory", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--lengths",
        type=int,
        nargs="+",
        default=LENGTHS,
        metavar="N",
        help="steps (64 256 1024 4096)",
    )
    parser.add_argument("--elements", type=int, default=ELEMENTS, help="of x and of w (10000)")
    parser.add_argument(
        "--json",
        type=Path,
        default=RESULTS / "memory.json",
        help="where the figures go, and beside them the plot",
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the JSON and the plot; 1 if forward mode is not flat."""
    given = arguments(argv)
    megabytes = measured(given.lengths, given.elements)
    growth = max(megabytes["jvp"].values()) / min(megabytes["jvp"].values())
    print(table(megabytes))
    print(f"forward mode: its largest is {growth:.3f} times its smallest (goal: {FLAT} at most)")
    result = {"benchmark": "memory", "unit": "MB", "elements": given.elements, **circumstances()}
    write({**result, "rows": megabytes, "forward growth": growth}, given.json)
    plot(megabytes, given.elements, given.json.with_suffix(".png"))
    return int(growth > FLAT)


if __name__ == "__main__":
    sys.exit(main())
