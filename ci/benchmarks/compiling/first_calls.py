"""From the first call to full speed, in fresh processes.

Caches of kernels are empty in a first process and full in a second one.  A call is at full speed if
it runs the kernels that it will run for ever, and it and the two that follow take at most 1.2 times
the usual time.  Imports are done and parameters are there when the first call begins.
"""

import argparse
import statistics
from collections.abc import Callable, Mapping
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

from harness import Benchmark, Peer, present, visit
from peers import LIBRARIES
from workloads import ROWS
from workloads.comparison import EAGER, OURS
from workloads.libraries import Gpugrad

from . import FILE, goals

WAITING = "gpugrad, wait=True"
TORCH, JAX = "torch.compile", "jax.jit"
MEASURED = ("W4", "W5", "W6")
MOST_OF_EAGER, MOST_OF_TORCH, LEAST_OF_JAX, MOST_WARM = 1.3, 0.1, 1.0, {"W6": 0.3}
CACHES = ("empty", "warm")


class Building:
    """A call whose kernels are built in the background."""

    def __init__(self, row: str) -> None:
        library = Gpugrad(compiled=True, wait=False)
        self.call, self.steps = first_spelling(row, library), library.steps

    def __call__(self) -> Any:
        return self.call()

    def built(self) -> bool:
        """Whether all kernels are there."""
        return all("time to build" in step._latest().seconds for step in self.steps)


def first_spelling(row: str, library: Any) -> Callable[[], Any]:
    return next(iter(ROWS[row]().spellings.values()))(library)


def calls(row: str, make: Callable[[], Any]) -> Mapping[str, Callable[[], Any]]:
    """The row of a library."""
    return {row: first_spelling(row, make())}


def benchmark(row: str) -> Benchmark:
    """The libraries that compile, and gpugrad without."""
    peers = [
        Peer(OURS, lambda: {row: Building(row)}),
        Peer(WAITING, partial(calls, row, LIBRARIES[OURS][0])),
        Peer(EAGER, partial(calls, row, LIBRARIES[EAGER][0])),
        *(Peer(n, partial(calls, row, LIBRARIES[n][0]), (LIBRARIES[n][1],)) for n in (TORCH, JAX)),
    ]
    settings = ("--parts", "first", "--of", row)
    return Benchmark("compile", FILE, peers, unit="s", scale=1, settings=settings)


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """row -> library -> caches -> seconds of the first call, until full speed, of a usual one."""
    return {row: measured_row(row, given) for row in given.rows or MEASURED}


def measured_row(row: str, given: argparse.Namespace) -> dict[str, Any]:
    """Medians over rounds, in each of which every library is visited in turn."""
    what, found = benchmark(row), {}
    once = argparse.Namespace(rounds=1, threads=given.threads)
    for _ in range(given.rounds):
        for peer in present(what, given.peers):
            with TemporaryDirectory() as kept:
                visits = [visit(what, [peer], once, kept) for _ in CACHES]
            for caches, each in zip(CACHES, visits, strict=True):
                for start in each.starts.get(peer.name, {}).values():
                    usual = each.seconds[peer.name][row][0]
                    found.setdefault((peer.name, caches), []).append((*start, usual))
    figures: dict[str, dict] = {}
    for (name, caches), starts in found.items():
        medians = map(statistics.median, zip(*starts, strict=True))
        told = dict(zip(("first", "full speed", "usual"), medians, strict=True))
        figures.setdefault(name, {})[caches] = told
    return {"words": ROWS[row]().words, "libraries": figures, "goals": compared(row, figures)}


def compared(row: str, figures: dict[str, dict]) -> list[dict[str, Any]]:
    """The goals of a row."""

    def seconds(name: str, what: str, caches: str = "empty") -> float | None:
        return figures.get(name, {}).get(caches, {}).get(what)

    def ratio(a: float | None, b: float | None) -> float | None:
        return a / b if a is not None and b else None

    ours, jax = seconds(OURS, "full speed"), seconds(JAX, "full speed")
    eager = seconds(EAGER, "first")
    found = [
        goals.goal(f"first call by eager's, {name}", ratio(seconds(name, "first"), eager), most)
        for name, most in ((OURS, MOST_OF_EAGER), (WAITING, MOST_OF_EAGER))
    ]
    torch = ratio(ours, seconds(TORCH, "full speed"))
    found.append(goals.goal("seconds to full speed by torch.compile's", torch, MOST_OF_TORCH))
    limit = None if jax is None else max(jax, LEAST_OF_JAX)
    found.append(goals.goal("the same by jax.jit's, or by 1 s if less", ratio(ours, limit), 1.0))
    if row in MOST_WARM:
        for name in (OURS, WAITING):
            warm = seconds(name, "full speed", "warm")
            found.append(
                goals.goal(f"second process, s to full speed, {name}", warm, MOST_WARM[row])
            )
    return found


def text(result: dict[str, Any]) -> str:
    """A table for each row."""
    told = []
    for row, figures in result.items():
        head = "".join(f"{c + ': ' + w:>19}" for c in CACHES for w in ("first", "full speed"))
        told.append(f"{row}: {figures['words']}, s\n  {'':<22}{head}{'a step':>10}")
        for name, caches in figures["libraries"].items():
            pairs = [caches[c][w] for c in CACHES for w in ("first", "full speed")]
            usual = caches[CACHES[-1]]["usual"]
            told.append(f"  {name:<22}" + "".join(f"{s:19.3f}" for s in pairs) + f"{usual:10.4f}")
        told += goals.lines(figures["goals"])
    return "\n".join(told)
