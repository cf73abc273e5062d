"""Time of an MLP's step against batch, width and depth; and of a recording against depth.

A recording is linear in depth if each layer takes the same time, beside what the first one takes.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from harness import Benchmark, Peer, visit
from harness import measured as figures_of
from peers import LIBRARIES
from workloads.comparison import EAGER, OURS
from workloads.gpt import Size
from workloads.libraries import Gpugrad
from workloads.networks import language_model, network
from workloads.row import Row

from . import FILE

BATCH, WIDTH, DEPTH = 128, 256, 3
SIZES = {
    "batch": (8, 32, 128, 512, 2048),
    "width": (16, 64, 256, 1024),
    "depth": (1, 3, 10, 30),
}
DEPTHS = (1, 2, 4, 8, 16, 32, 64)  # of what is recorded
STEPS, RECORDINGS = "steps", "recordings"


def mlp(batch: int = BATCH, width: int = WIDTH, depth: int = DEPTH) -> Row:
    """The step of W4 in another size: ``depth`` layers of ``width`` before the last one."""
    return network((784, *[width] * depth, 10), batch)


def gpt(depth: int) -> Row:
    """The step of W6, with little to compute."""
    return language_model(Size(depth, 8, 2, 4, 65), 2)


RECORDS = {"MLP": lambda depth: mlp(8, 8, depth), "GPT": gpt}


def layered(row: Row, library: Any) -> Callable[[], Any]:
    """The step of a workload in its first spelling."""
    return next(iter(row.spellings.values()))(library)


def steps(make: Callable[[], Any]) -> Mapping[str, Callable[[], Any]]:
    """A step of every size."""
    return {
        f"{what} {size}": layered(mlp(**{what: size}), make())
        for what, sizes in SIZES.items()
        for size in sizes
    }


def recording(row: Row) -> float:
    """Seconds of recording a step that was not recorded before."""
    library = Gpugrad(compiled=True)
    layered(row, library)()
    return library.steps[0]._latest().seconds["time to record"]


def recordings() -> Mapping[str, Callable[[], float]]:
    """A recording of every depth."""
    return {
        f"{name} {depth}": partial(recording, make(depth))
        for name, make in RECORDS.items()
        for depth in DEPTHS
    }


def benchmark(kind: str) -> Benchmark:
    """Of steps or of recordings."""
    settings = ("--parts", "scaling", "--of", kind)
    if kind == RECORDINGS:
        told = {"unit": "s", "measure": lambda call, count: call()}
        return Benchmark("compile", FILE, [Peer(OURS, recordings)], settings=settings, **told)
    peers = [Peer(name, partial(steps, LIBRARIES[name][0])) for name in (OURS, EAGER)]
    return Benchmark("compile", FILE, peers, settings=settings)


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """Steps: what varies -> library -> size -> ms.  Recordings: network -> depth -> s."""
    everybody = argparse.Namespace(**{**vars(given), "peers": None})
    rows = figures_of(benchmark(STEPS), everybody)["rows"]
    what = benchmark(RECORDINGS)
    rounds = visit(what, what.peers, given).seconds[OURS]
    recorded = {
        name: {depth: min(rounds[f"{name} {depth}"]) for depth in DEPTHS} for name in RECORDS
    }
    return {
        STEPS: {what: by_size(rows, what, sizes) for what, sizes in SIZES.items()},
        RECORDINGS: {name: {"s": each, **line(each)} for name, each in recorded.items()},
    }


def by_size(rows: dict[str, dict], what: str, sizes: Sequence[int]) -> dict[str, dict[int, float]]:
    """library -> size -> ms."""
    return {n: {size: rows[f"{what} {size}"][n]["median"] for size in sizes} for n in (OURS, EAGER)}


def line(seconds: Mapping[int, float]) -> dict[str, Any]:
    """Seconds a layer at every depth; the line through all, and the largest miss of it."""
    depths, measured = np.array(list(seconds)), np.array(list(seconds.values()))
    each, begin = np.polyfit(depths, measured, 1, w=1 / measured)  # by their relative misses
    misses = measured / (begin + each * depths) - 1
    between = np.diff(measured) / np.diff(depths)
    return {
        "a layer": float(each),
        "before": float(begin),
        "largest miss": float(np.abs(misses).max()),
        "a further layer": dict(zip(map(int, depths[1:]), map(float, between), strict=True)),
    }


def text(result: dict[str, Any]) -> str:
    """A table for each thing that varies, and one of recordings."""
    told = []
    for what, libraries in result[STEPS].items():
        sizes = next(iter(libraries.values()))
        told.append(f"{f'ms a step of an MLP, by {what}':<34}" + "".join(f"{n:>10}" for n in sizes))
        for name, times in libraries.items():
            told.append(f"  {name:<32}" + "".join(f"{ms:10.3g}" for ms in times.values()))
    for name, found in result[RECORDINGS].items():
        told.append(f"{f'recording a step, {name}, by depth':<34}" + _cells(found["s"]))
        told.append(f"  {'ms':<32}" + _cells(found["s"].values(), 1e3))
        layers = [s / int(depth) for depth, s in found["s"].items()]
        told.append(f"  {'ms by depth':<32}" + _cells(layers, 1e3))
        told.append(
            f"  {'ms a further layer':<42}" + _cells(found["a further layer"].values(), 1e3)
        )
        told.append(
            f"  the line {1e3 * found['before']:.2f} + {1e3 * found['a layer']:.2f} depth ms "
            f"misses none by more than {found['largest miss']:.0%}"
        )
    return "\n".join(told)


def _cells(numbers: Any, scale: float = 1) -> str:
    return "".join(f"{number * scale:10.3g}" for number in numbers)
