"""How far a steady step raises the memory of its process.

Memory is what the process has resident, as Linux counts it: the highest while a step runs, less
what was there before.  What an allocator keeps for later is given back before, since it would hide
what the step needs.  ``kept`` is what calls have left behind since parameters were made, such as
optimizers' states, compiled code and memory that a plan owns: no step raises that.
"""

import argparse
import ctypes
import re
import statistics
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from harness import Absent, Benchmark, Peer, present, visit
from peers import LIBRARIES
from workloads import ROWS
from workloads.comparison import EAGER, OURS

from . import FILE, goals
from .first_calls import first_spelling

MEASURED = ("W4", "W4c", "W6")
NAMES = (OURS, EAGER, "PyTorch eager", "torch.compile", "jax.jit")
RIVALS = ("PyTorch eager", "jax.jit")  # whose lower figure is the goal
RESET = Path("/proc/self/clear_refs")
MIB = 1024  # KiB


class Watched:
    """A step and the memory that was there before it first ran."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.call, self.before = call, resident()["RssAnon"]

    def __call__(self) -> Any:
        return self.call()


def calls(row: str, make: Callable[[], Any]) -> Mapping[str, Callable[[], Any]]:
    """The row of a library."""
    if not RESET.exists():
        raise Absent("Linux alone tells the highest memory of a step")
    return {row: Watched(first_spelling(row, make()))}


def benchmark(row: str) -> Benchmark:
    """All libraries."""
    peers = [Peer(n, partial(calls, row, LIBRARIES[n][0]), (LIBRARIES[n][1],)) for n in NAMES]
    settings = ("--parts", "memory", "--of", row)
    return Benchmark("compile", FILE, peers, "MiB", 1, settings=settings, measure=raised)


def raised(step: Any, count: int) -> dict[str, float]:
    """MiB that a step raises its process by, and that steps kept."""
    give_back()
    before = resident()
    RESET.write_text("5")  # the highest is what is there now
    step()
    after = resident()
    return {
        "rise": (after["VmHWM"] - before["VmRSS"]) / MIB,
        "kept": (before["RssAnon"] - step.before) / MIB,
    }


def resident() -> dict[str, int]:
    """KiB of this process by the system's names for them."""
    status = Path("/proc/self/status").read_text()
    return {name: int(kib) for name, kib in re.findall(r"(VmHWM|VmRSS|RssAnon):\s+(\d+)", status)}


def give_back() -> None:
    """Let allocators return to the system what is free."""
    if "gpugrad" in sys.modules:
        from gpugrad.backend.kernels.buffers import IDLE

        IDLE.by_size.clear()
    ctypes.CDLL(None).malloc_trim(0)


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """row -> library -> MiB."""
    return {row: measured_row(row, given) for row in given.rows or MEASURED}


def measured_row(row: str, given: argparse.Namespace) -> dict[str, Any]:
    what = benchmark(row)
    visits = visit(what, present(what, given.peers), given)
    figures = {
        name: {key: statistics.median(each[key] for each in rounds) for key in ("rise", "kept")}
        for name, rows in visits.seconds.items()
        for rounds in rows.values()
    }
    rises = {name: each["rise"] for name, each in figures.items()}
    lowest = min((rises[name] for name in RIVALS if name in rises), default=None)
    found = (
        [goals.goal("MiB of a step, compiled", rises.get(OURS), lowest)]
        if lowest is not None
        else []
    )
    return {"words": ROWS[row]().words, "libraries": figures, "goals": found}


def text(result: dict[str, Any]) -> str:
    """A table for each row."""
    told = []
    for row, figures in result.items():
        told.append(f"{row}: {figures['words']}, MiB\n  {'':<22}{'rise in a step':>16}{'kept':>10}")
        for name, each in figures["libraries"].items():
            told.append(f"  {name:<22}{each['rise']:16.1f}{each['kept']:10.1f}")
        told += goals.lines(figures["goals"])
    return "\n".join(told)
