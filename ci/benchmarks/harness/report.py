"""Figures as text and JSON, and the circumstances they were measured in."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .benchmark import Benchmark

CHECKOUT = Path(__file__).parents[3]
LIBRARIES = ("gpugrad", "numpy", "torch", "jax", "autograd", "mygrad", "micrograd", "cupy-cuda13x")


def table(benchmark: Benchmark, result: dict) -> str:
    """The figures as lines of text, with goals and who was absent."""
    first = benchmark.peers[0].name
    lines = [f"{benchmark.name}, {benchmark.unit} (ratio: {first}'s by the peer's; goals: below)"]
    for row, peers in result["rows"].items():
        lines.append(row)
        for peer, figures in peers.items():
            line = f"  {peer:<22}{figures['median']:>12.4g}"
            if "ratio" in figures:
                line += f"{figures['ratio']:>10.3f}"
            if goal := benchmark.goals.get((row, peer)):
                met = "met" if figures.get("ratio", goal + 1) <= goal else "not met"
                line += f"   goal {goal:g}: {met}"
            lines.append(line)
    return "\n".join([*lines, *missing(result)])


def missing(result: dict) -> list[str]:
    """Who was absent and what failed, as lines."""
    absent = [f"absent: {name}" for name in result["absent"]]
    failed = [
        f"failed: {peer}, {row}: {reason}"
        for peer, rows in result["failed"].items()
        for row, reason in rows.items()
    ]
    return absent + failed


def circumstances() -> dict[str, Any]:
    """Machine, versions and date, for the JSON of any measurement."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processor": processor(),
            "cores": len(os.sched_getaffinity(0)),
            "system": platform.platform(terse=True),
            "python": platform.python_version(),
        },
        "versions": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((s.split(":", 1)[1].strip() for s in lines if s.startswith("model name")), "")


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def write(result: dict, path: Path) -> None:
    """Put a measurement into a JSON file and say where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"written: {path}")


def lines_of(title: str, figures: dict[str, float]) -> str:
    return "\n".join([title, *(f"  {name:<22}{x:>12.4g}" for name, x in figures.items())])
