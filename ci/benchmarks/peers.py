"""Every peer that is installed on every workload: gpugrad compiled against the fastest library.

A row is a workload in several spellings, each compared with the same lines in the peer: the ratio
is the time of gpugrad compiled by that of the fastest library, and the row's figure is that of its
worst spelling.  NumPy, with gradients derived by hand, is a floor and no library.

All rows are measured with the threads that each library takes, then with one; --threads N measures
once.  A row has processes of its own and empty caches of kernels, so first calls are those of a new
program; of several spellings the first one pays for what a library loads.  A full run takes an
hour, most of it torch.compile's first calls.  The figures are written after every row, and at the
end a plot beside them.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from harness import Benchmark, Peer, circumstances, measured, parser, work, write
from workloads import ROWS, Row
from workloads.comparison import BY_HAND, EAGER, FLOOR, OURS, plot, text, worst
from workloads.libraries import Gpugrad, Hips, Jax, Torch

LIBRARIES = {  # name -> the library and the module it needs
    OURS: (partial(Gpugrad, compiled=True), "gpugrad"),
    EAGER: (partial(Gpugrad, compiled=False), "gpugrad"),
    "PyTorch eager": (partial(Torch, compiled=False), "torch"),
    "torch.compile": (partial(Torch, compiled=True), "torch"),
    "jax.jit": (Jax, "jax"),
    "HIPS autograd": (Hips, "autograd"),
}
SCALES = {"ms": 1e3, "us": 1e6}


def calls(row: Row, library: Callable[[], Any]) -> Mapping[str, Callable[[], Any]]:
    """The spellings of one library."""
    made = library()
    return {spelling: make(made) for spelling, make in row.spellings.items()}


def by_hand(row: Row) -> Mapping[str, Callable[[], Any]]:
    return {BY_HAND: row.by_hand()} if row.by_hand else {}


def benchmark(name: str) -> Benchmark:
    """One row; its peers' rows are spellings."""
    row = ROWS[name]()
    peers = [Peer(n, partial(calls, row, make), (needs,)) for n, (make, needs) in LIBRARIES.items()]
    peers.append(Peer(FLOOR, partial(by_hand, row)))
    scale, settings = SCALES[row.unit], ("--rows", name)
    return Benchmark("peers", __file__, peers, row.unit, scale, row.counts, settings=settings)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    shown = {"description": __doc__, "formatter_class": argparse.RawDescriptionHelpFormatter}
    given = parser(benchmark("W2"), **shown)
    given.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="only these")
    return given.parse_args(argv)


def measured_row(name: str, given: argparse.Namespace, threads: int | None) -> dict[str, Any]:
    """Figures of one row, printed too."""
    result = measured(benchmark(name), argparse.Namespace(**{**vars(given), "threads": threads}))
    row, used = ROWS[name](), threads or "each one's own"
    print(text(f"{name}: {row.words}, {row.unit} (threads: {used})", result), flush=True)
    total = worst(result)
    return {**result, "worst": total and total._asdict()}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure row by row, and write after each."""
    given = arguments(argv)
    if given.worker:
        return work(benchmark(given.rows[0]), given.worker)
    results: dict[str, dict[str, dict]] = {}
    for threads in (given.threads,) if given.threads else (None, 1):
        rows = results.setdefault(str(threads or len(os.sched_getaffinity(0))), {})
        for name in given.rows:
            rows[name] = measured_row(name, given, threads)
            write({"benchmark": "peers", **circumstances(), "threads": results}, given.json)
    plot(results, given.json.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
