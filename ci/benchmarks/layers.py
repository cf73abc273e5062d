"""Single layers, forward and backward: gpugrad eager against the same lines in PyTorch.

A row is a layer with its inputs; a call computes its value and the gradients of the inputs and of
all parameters.  Every visit tells the least time of its calls, so that other work on the machine
disturbs little; the ratio is gpugrad's time by PyTorch's, the median over the rounds.  All rows are
measured with two threads, then with one; --threads N measures once.

    ci/bench layers --rows conv2d transposed     only the rows whose names begin so
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from harness import Benchmark, Peer, circumstances, measured, parser, table, work, write
from layers import ROWS
from layers.layer import step

THREADS = (2, 1)


def calls(library: str, rows: Sequence[str]) -> Mapping[str, Callable[[], None]]:
    """The wanted rows in one library, by their names; one that it lacks fails when called."""
    module = import_module(library)
    return {name: _late(partial(step, module, ROWS[name])) for name in rows}


def _late(make: Callable[[], Callable[[], None]]) -> Callable[[], None]:
    """What ``make`` gives, made by the first call: then a row that fails leaves the others."""
    made: list[Callable[[], None]] = []

    def call() -> None:
        if not made:
            made.append(make())
        made[0]()

    return call


def least(call: Callable[[], Any], count: int) -> float:
    """Seconds of the fastest of ``count`` calls."""
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def benchmark(prefixes: Sequence[str]) -> Benchmark:
    """Rows whose names begin with one of ``prefixes``."""
    rows = [name for name in ROWS if name.startswith(tuple(prefixes))]
    peers = (
        Peer("gpugrad", partial(calls, "gpugrad", rows), ("gpugrad",)),
        Peer("PyTorch eager", partial(calls, "torch", rows), ("torch",)),
    )
    return Benchmark("layers", __file__, peers, settings=("--rows", *prefixes), measure=least)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    shown = {"description": __doc__, "formatter_class": argparse.RawDescriptionHelpFormatter}
    given = parser(benchmark([""]), **shown)
    told = "only those that begin so"
    given.add_argument("--rows", nargs="+", default=[""], metavar="NAME", help=told)
    return given.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and write after each number of threads."""
    given = arguments(argv)
    wanted = benchmark(given.rows)
    if given.worker:
        return work(wanted, given.worker)
    results: dict[str, Any] = {}
    for threads in (given.threads,) if given.threads else THREADS:
        given.threads = threads
        results[str(threads)] = result = measured(wanted, given)
        print(f"threads: {threads}\n{table(wanted, result)}", flush=True)
        write({"benchmark": "layers", **circumstances(), "threads": results}, given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
