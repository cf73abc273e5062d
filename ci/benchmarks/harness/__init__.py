"""Peers measured against each other: each in its own process, visited in turn, medians reported.

A benchmark names its peers; ``prepare`` of a peer imports what it needs and returns one function
a row of the table.  The processes wait while another is measured, so that they share the machine
but never use it at once, and every peer sees the same drift.  They begin with empty caches of
kernels, and tell the seconds of each row's first call and from there to full speed.

    PEERS = (
        Peer("gpugrad", prepare_gpugrad, ("gpugrad",)),
        Peer("PyTorch eager", prepare_torch, ("torch",)),
    )

    def main(argv=None):
        return run(Benchmark("chain", __file__, PEERS, unit="us", scale=1e6), argv)
"""

import argparse
import importlib.util
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .benchmark import Absent, Benchmark, Peer
from .processes import Visits, environment, visit, work
from .report import CHECKOUT, circumstances, lines_of, missing, processor, table, write

__all__ = [
    "CHECKOUT",
    "RESULTS",
    "Absent",
    "Benchmark",
    "Peer",
    "circumstances",
    "environment",
    "installed",
    "measured",
    "missing",
    "parser",
    "present",
    "processor",
    "run",
    "table",
    "visit",
    "work",
    "write",
]

RESULTS = CHECKOUT / "runs" / "bench"


def run(
    benchmark: Benchmark,
    argv: Sequence[str] | None = None,
    more: Callable[[], dict[str, Any]] = dict,
) -> int:
    """Measure, print the table, write the JSON; the first peer is the one compared.

    more: called last for figures that are no times; printed and written with the others.
    """
    given = parser(benchmark).parse_args(argv)
    if given.worker:
        return work(benchmark, given.worker)
    figures, others = measured(benchmark, given), more()
    result = {"benchmark": benchmark.name, **circumstances(), **figures, **others}
    print("\n".join([table(benchmark, result), *map(lines_of, others, others.values())]))
    write(result, given.json)
    return 0


def measured(benchmark: Benchmark, given: argparse.Namespace) -> dict[str, Any]:
    """Figures of the peers that are wanted, those that are absent, and what failed."""
    visits = visit(benchmark, present(benchmark, given.peers), given)
    return {
        "unit": benchmark.unit,
        "rounds": given.rounds,
        "threads": given.threads,
        "absent": [n for n in wanted(benchmark, given.peers) if n not in visits.seconds],
        "failed": visits.failed,
        "rows": _figures(benchmark, visits),
    }


def wanted(benchmark: Benchmark, names: Sequence[str] | None) -> dict[str, Peer]:
    """The peers of those names, or all, by their names."""
    return {peer.name: peer for peer in benchmark.peers if not names or peer.name in names}


def present(benchmark: Benchmark, names: Sequence[str] | None) -> list[Peer]:
    """Those of them that are installed."""
    return [p for p in wanted(benchmark, names).values() if all(map(installed, p.needs))]


def parser(benchmark: Benchmark, **texts: Any) -> argparse.ArgumentParser:
    """The arguments of a benchmark."""
    parser = argparse.ArgumentParser(prog=f"ci/bench {benchmark.name}", **texts)
    told = "visits to each peer (default %(default)s)"
    parser.add_argument("--rounds", type=int, default=7, help=told)
    parser.add_argument("--threads", type=int, help="of every peer (default: each one's own)")
    names = ", ".join(peer.name for peer in benchmark.peers)
    parser.add_argument("--peers", nargs="+", metavar="NAME", help=f"only these of: {names}")
    parser.add_argument(
        "--json",
        type=Path,
        default=RESULTS / f"{benchmark.name}.json",
        help="where the figures go (default runs/bench/NAME.json)",
    )
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser


def installed(module: str) -> bool:
    """Whether a module can be imported; our own is always there, in the checkout."""
    return module == "gpugrad" or importlib.util.find_spec(module) is not None


def _figures(benchmark: Benchmark, visits: Visits) -> dict[str, dict]:
    """row -> peer -> median, and its ratio: the first peer's figure by this one's, by round; and
    the seconds of the first call, and until full speed."""
    first = benchmark.peers[0].name
    rows: dict[str, dict] = {}
    for peer, measured in visits.seconds.items():
        for row, rounds in measured.items():
            scale = benchmark.scale / benchmark.counts.get(row, 1)
            begun, full = visits.starts[peer][row]
            median = statistics.median(rounds) * scale
            figures = {"median": median, "first call, s": begun, "until full speed, s": full}
            ours = visits.seconds.get(first, {}).get(row)
            if ours and peer != first:
                figures["ratio"] = statistics.median(
                    a / b for a, b in zip(ours, rounds, strict=True)
                )
            rows.setdefault(row, {})[peer] = figures
    return rows
