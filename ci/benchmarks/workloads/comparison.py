"""What the figures of a workload come to: ratios, as text and as a plot.

A ``result`` is what the harness measured of one workload; its rows are spellings.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from harness import missing
from matplotlib.figure import Figure

OURS, EAGER, FLOOR = "gpugrad compiled", "gpugrad eager", "NumPy by hand"
BY_HAND = "by hand"  # the spelling of the floor
COLOURS = {
    OURS: "#dc2626",
    EAGER: "#f59e0b",
    "PyTorch eager": "#2563eb",
    "torch.compile": "#7c3aed",
    "jax.jit": "#16a34a",
    "HIPS autograd": "#0891b2",
    FLOOR: "#64748b",
}
COMPILED = (OURS, "torch.compile", "jax.jit")


class Comparison(NamedTuple):
    """gpugrad compiled against the fastest library, in one spelling."""

    ratio: float | None  # of the times; None where gpugrad fails
    spelling: str
    fastest: str | None


def compared(result: dict, spelling: str) -> Comparison | None:
    """The comparison; None where there is nothing to compare."""
    if spelling in result["failed"].get(OURS, ()):
        return Comparison(None, spelling, None)
    ratios = {
        name: figures["ratio"]
        for name, figures in result["rows"].get(spelling, {}).items()
        if "ratio" in figures and name not in (EAGER, FLOOR)
    }
    fastest = max(ratios, key=ratios.__getitem__, default=None)
    return fastest and Comparison(ratios[fastest], spelling, fastest)


def worst(result: dict) -> Comparison | None:
    """The spelling in which gpugrad fails, else in which it compares worst."""
    spellings = dict.fromkeys((*result["failed"].get(OURS, ()), *result["rows"]))
    found = [each for spelling in spellings if (each := compared(result, spelling))]
    return max(found, key=lambda c: float("inf") if c.ratio is None else c.ratio, default=None)


# --- text --------------------------------------------------------------------------------------


def text(title: str, result: dict) -> str:
    """Times, ratios and first calls."""
    failed = [spelling for rows in result["failed"].values() for spelling in rows]
    spellings = dict.fromkeys((*result["rows"], *failed))
    lines = [title, " " * 34 + "".join(f"{name:>17}" for name in COLOURS) + "    ratio"]
    lines += [line(result, spelling) for spelling in spellings]
    lines += [told for name in COMPILED if (told := first_calls(result, name))]
    if total := worst(result):
        how = f"{total.ratio:.2f} of {total.fastest}" if total.ratio else "gpugrad fails"
        lines.append(f"  worst: {how}, spelled {total.spelling}")
    return "\n".join([*lines, *(f"  {each}" for each in missing(result))])


def line(result: dict, spelling: str) -> str:
    """The times of one spelling."""
    figures = result["rows"].get(spelling, {})
    times = (f"{figures[name]['median']:.4g}" if name in figures else "" for name in COLOURS)
    it = compared(result, spelling)
    ratio = f"{it.ratio:9.2f}" if it and it.ratio else ""
    return f"  {spelling:<32}" + "".join(f"{each:>17}" for each in times) + ratio


def first_calls(result: dict, name: str) -> str:
    """The seconds of a peer's first calls."""
    found = [peers[name] for peers in result["rows"].values() if name in peers]
    pairs = (f"{f['first call, s']:.2f} ({f['until full speed, s']:.2f})" for f in found)
    return found and f"  first calls (until full speed), s, {name}: {', '.join(pairs)}"


# --- plot --------------------------------------------------------------------------------------


def plot(results: Mapping[str, Mapping[str, dict]], path: Path) -> None:
    """A panel for each number of threads: every peer's time by that of the fastest library."""
    figure = Figure(figsize=(6 * len(results), 5), layout="constrained")
    panels = figure.subplots(1, len(results), sharey=True, squeeze=False)[0]
    for axes, (threads, rows) in zip(panels, results.items(), strict=True):
        panel(axes, rows)
        axes.set_title(f"threads: {threads}")
    panels[0].set_ylabel("workload, in its worst spelling")
    shown = panels[0].get_legend_handles_labels()
    figure.legend(*shown, loc="outside lower center", ncols=3 * len(results), frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    print(f"written: {path}")


def panel(axes: Any, rows: Mapping[str, dict]) -> None:
    """Times by that of the fastest library; a workload in which gpugrad fails has no points."""
    points = {name: by_place for name in COLOURS if (by_place := ratios(rows, name))}
    for name, by_place in points.items():
        size, above = (80, 3) if name == OURS else (25, 2)
        places, times = list(by_place), list(by_place.values())
        axes.scatter(times, places, size, COLOURS[name], label=name, zorder=above)
    axes.axvline(1, color="#64748b", linewidth=1)
    axes.set(xscale="log", xlabel="time by that of the fastest library")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(axis="x", color="#94a3b8", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def ratios(rows: Mapping[str, dict], name: str) -> dict[int, float]:
    """Place of a workload -> the time of a peer by that of the fastest library."""
    found = {}
    for place, result in enumerate(rows.values()):
        total = worst(result)
        if total is None or total.ratio is None:
            continue
        peers = result["rows"].get(BY_HAND, {}) | result["rows"][total.spelling]
        if name == OURS:
            found[place] = total.ratio
        elif name in peers:
            found[place] = peers[name]["median"] / peers[total.fastest]["median"]
    return found
