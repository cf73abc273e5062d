"""A picture of the figures: a panel for each thing that was measured."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from workloads.comparison import COLOURS, EAGER, OURS

from .first_calls import WAITING
from .scaling import RECORDINGS, STEPS

ALL_COLOURS = {**COLOURS, WAITING: "#be185d", "MLP": "#2563eb", "GPT": "#16a34a"}
ACROSS = 3
Panel = Callable[[Any], None]


def plot(result: Mapping[str, Any], path: Path) -> None:
    """All panels that there are figures for."""
    panels = [*first_calls(result), *memory(result), *scaling(result)]
    if not panels:
        return
    down = -(-len(panels) // ACROSS)
    figure = Figure(figsize=(5 * ACROSS, 4 * down), layout="constrained")
    places = figure.subplots(down, ACROSS, squeeze=False).ravel()
    for axes, panel in zip(places, panels, strict=False):
        panel(axes)
        axes.grid(axis="y", color="#94a3b8", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize="small")
    for axes in places[len(panels) :]:
        axes.set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    print(f"written: {path}")


def first_calls(result: Mapping[str, Any]) -> list[Panel]:
    """Seconds to full speed, with empty and with warm caches."""
    rows = result.get("first", {})

    def panel(axes: Any, caches: str) -> None:
        seconds = {
            row: {name: each[caches]["full speed"] for name, each in found["libraries"].items()}
            for row, found in rows.items()
        }
        bars(axes, seconds)
        axes.set(yscale="log", ylabel="s to full speed", title=f"{caches} caches of kernels")

    return [lambda axes, c=c: panel(axes, c) for c in ("empty", "warm") if rows]


def memory(result: Mapping[str, Any]) -> list[Panel]:
    """MiB that a steady step raises its process by."""
    rows = result.get("memory", {})

    def panel(axes: Any) -> None:
        rises = {
            row: {name: each["rise"] for name, each in found["libraries"].items()}
            for row, found in rows.items()
        }
        bars(axes, rises)
        axes.set(ylabel="MiB", title="memory of a steady step")

    return [panel] if rows else []


def scaling(result: Mapping[str, Any]) -> list[Panel]:
    """Steps against each thing that varies, and recordings against depth."""
    found = result.get("scaling", {})

    def steps(axes: Any, what: str) -> None:
        libraries = found[STEPS][what]
        lines(axes, {name: libraries[name] for name in (OURS, EAGER)})
        axes.set(xlabel=what, ylabel="ms", title=f"a step of an MLP by {what}")

    def recordings(axes: Any) -> None:
        lines(axes, {n: scaled(each["s"], 1e3) for n, each in found[RECORDINGS].items()})
        axes.set(xlabel="depth", ylabel="ms", title="recording a step")

    panels: list[Panel] = [lambda axes, w=what: steps(axes, w) for what in found.get(STEPS, ())]
    return [*panels, recordings] if found else []


def scaled(numbers: Mapping[Any, float], factor: float) -> dict[Any, float]:
    return {key: factor * number for key, number in numbers.items()}


def bars(axes: Any, heights: Mapping[str, Mapping[str, float]]) -> None:
    """A group of bars for each workload, a bar for each library."""
    names = list(dict.fromkeys(name for by_name in heights.values() for name in by_name))
    width = 0.8 / len(names)
    for i, name in enumerate(names):
        places = [k + width * (i - (len(names) - 1) / 2) for k in range(len(heights))]
        tall = [by_name.get(name, float("nan")) for by_name in heights.values()]
        axes.bar(places, tall, width, color=ALL_COLOURS[name], label=name)
    axes.set_xticks(range(len(heights)), list(heights))


def lines(axes: Any, series: Mapping[str, Mapping[Any, float]]) -> None:
    """Times against sizes, both by their logarithms."""
    for name, times in series.items():
        sizes = [int(size) for size in times]
        axes.plot(sizes, list(times.values()), marker="o", color=ALL_COLOURS[name], label=name)
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:g}")
