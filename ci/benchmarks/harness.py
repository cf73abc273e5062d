"""Peers measured against each other: each in its own process, visited in turn, medians reported.

A benchmark names its peers; ``prepare`` of a peer imports what it needs and returns one function
a row of the table.  The processes wait while another is measured, so that they share the machine
but never use it at once, and every peer sees the same drift.

    PEERS = (
        Peer("gpugrad", prepare_gpugrad, ("gpugrad",)),
        Peer("PyTorch eager", prepare_torch, ("torch",)),
    )

    def main(argv=None):
        return run(Benchmark("chain", __file__, PEERS, unit="us", scale=1e6), argv)
"""

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

CHECKOUT = Path(__file__).parents[2]
RESULTS = CHECKOUT / "runs" / "bench"
LIBRARIES = ("gpugrad", "numpy", "torch", "jax", "autograd", "mygrad", "micrograd", "cupy-cuda13x")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "GPUGRAD_THREADS")
SHORTEST = 0.1  # seconds that one visit lasts at least, by repeating the call


class Peer(NamedTuple):
    """One contestant: its name, what makes its calls (one a row), and what it must import."""

    name: str
    prepare: Callable[[], Mapping[str, Callable[[], Any]]]
    needs: tuple[str, ...] = ()


class Absent(RuntimeError):
    """Raised by ``prepare`` where a peer is installed but cannot run here."""


class Benchmark(NamedTuple):
    """What is measured: a name, its file, the peers, and how seconds become figures."""

    name: str
    file: str
    peers: Sequence[Peer]
    unit: str = "ms"
    scale: float = 1e3  # of seconds a call, to get the unit
    counts: Mapping[str, float] = {}  # row -> what one call does this many times
    goals: Mapping[tuple[str, str], float] = {}  # (row, peer) -> ratio to stay below


def run(
    benchmark: Benchmark,
    argv: Sequence[str] | None = None,
    more: Callable[[], dict[str, Any]] = dict,
) -> int:
    """Measure, print the table, write the JSON; the first peer is the one compared.

    more: called last for figures that are no times; printed and written with the others.
    """
    given = _arguments(benchmark, argv)
    if given.worker:
        return _work(next(peer for peer in benchmark.peers if peer.name == given.worker))
    wanted = [peer for peer in benchmark.peers if not given.peers or peer.name in given.peers]
    absent = [peer.name for peer in wanted if not all(map(installed, peer.needs))]
    present = [peer for peer in wanted if peer.name not in absent]
    seconds = _visit(benchmark, present, given)
    absent += [peer.name for peer in present if peer.name not in seconds]
    others = more()
    how = {"unit": benchmark.unit, "rounds": given.rounds, "threads": given.threads}
    figures = {"absent": absent, "rows": _figures(benchmark, seconds), **others}
    result = {"benchmark": benchmark.name, **how, **circumstances(), **figures}
    print("\n".join([table(benchmark, result), *map(_lines, others, others.values())]))
    write(result, given.json)
    return 0


def _lines(title: str, figures: dict[str, float]) -> str:
    return "\n".join([title, *(f"  {name:<22}{x:>12.4g}" for name, x in figures.items())])


def _arguments(benchmark: Benchmark, argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"ci/bench {benchmark.name}")
    parser.add_argument("--rounds", type=int, default=7, help="visits to each peer (default 7)")
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
    return parser.parse_args(argv)


def installed(module: str) -> bool:
    """Whether a module can be imported; our own is always there, in the checkout."""
    return module == "gpugrad" or importlib.util.find_spec(module) is not None


# --- the processes -----------------------------------------------------------------------------


def environment(threads: int | None = None) -> dict[str, str]:
    """What a measured process runs in: this checkout first, and ``threads`` if given."""
    path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    limits = dict.fromkeys(THREAD_VARIABLES, str(threads)) if threads else {}
    return {**os.environ, "PYTHONPATH": path, **limits}


def _visit(benchmark: Benchmark, peers: Sequence[Peer], given: Any) -> dict[str, dict]:
    """Seconds a call of every peer and row, one for each round."""
    workers = {}
    for peer in peers:
        command = [sys.executable, benchmark.file, "--worker", peer.name]
        worker = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(given.threads),
        )
        if "absent" in _ask(worker):  # prepared and warm before the next one starts
            worker.communicate()
        else:
            workers[peer.name] = worker
    try:
        rounds = [{name: _ask(w) for name, w in workers.items()} for _ in range(given.rounds)]
    finally:
        for worker in workers.values():
            worker.communicate()
    return {
        name: {row: [each[name][row] for each in rounds] for row in rounds[0][name]}
        for name in workers
    }


def _ask(worker: subprocess.Popen) -> dict[str, Any]:
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()
    answer = worker.stdout.readline()
    if not answer:
        raise RuntimeError(f"{worker.args[-1]} stopped; its own words are above")
    return json.loads(answer)


def _work(peer: Peer) -> int:
    """The measured process: answer every line with the seconds a call of each row."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints must not mix with them
    try:
        calls = peer.prepare()
    except Absent as reason:
        print(json.dumps({"absent": str(reason)}), file=answers, flush=True)
        return 0
    repeats: dict[str, int] = {}
    for _ in sys.stdin:
        print(
            json.dumps({row: _timed(call, row, repeats) for row, call in calls.items()}),
            file=answers,
            flush=True,
        )
    return 0


def _timed(call: Callable[[], Any], row: str, repeats: dict[str, int]) -> float:
    """Seconds a call; a row's first visit warms it up and finds how often to repeat it."""
    if row not in repeats:
        call()
        start = time.perf_counter()
        call()
        once = time.perf_counter() - start
        repeats[row] = max(1, round(SHORTEST / max(once, 1e-7)))
    start = time.perf_counter()
    for _ in range(repeats[row]):
        call()
    return (time.perf_counter() - start) / repeats[row]


# --- the report --------------------------------------------------------------------------------


def _figures(benchmark: Benchmark, seconds: dict[str, dict]) -> dict[str, dict]:
    """row -> peer -> median, and its ratio: the first peer's figure by this one's, by round."""
    first = benchmark.peers[0].name
    rows: dict[str, dict] = {}
    for peer, measured in seconds.items():
        for row, rounds in measured.items():
            scale = benchmark.scale / benchmark.counts.get(row, 1)
            figures = {"median": statistics.median(rounds) * scale}
            ours = seconds.get(first, {}).get(row)
            if ours and peer != first:
                figures["ratio"] = statistics.median(
                    a / b for a, b in zip(ours, rounds, strict=True)
                )
            rows.setdefault(row, {})[peer] = figures
    return rows


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
    lines += [f"absent: {name}" for name in result["absent"]]
    return "\n".join(lines)


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
