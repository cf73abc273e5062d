"""The processes that are measured, and the one that visits them in turn."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from .benchmark import Absent, Benchmark, Peer
from .report import CHECKOUT
from .starts import started

CACHES = ("GPUGRAD_CACHE", "TORCHINDUCTOR_CACHE_DIR")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "GPUGRAD_THREADS")
SHORTEST = 0.1  # seconds that one visit lasts at least, by repeating the call


class Visits(NamedTuple):
    """What the processes told; each begins with the peer's name and then the row's."""

    seconds: dict[str, dict[str, list[Any]]]  # of a call, or what is measured, for each round
    starts: dict[str, dict[str, list[float]]]  # of the first call; from it to full speed
    failed: dict[str, dict[str, str]]  # why


def environment(threads: int | None = None, caches: str = "") -> dict[str, str]:
    """What a measured process runs in: this checkout first, and ``threads`` if given.

    caches: the folder for kernels that libraries compile, by default each one's own.
    """
    path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    limits = dict.fromkeys(THREAD_VARIABLES, str(threads)) if threads else {}
    folders = dict.fromkeys(CACHES, caches) if caches else {}
    return {**os.environ, "PYTHONPATH": path, **limits, **folders}


def visit(
    benchmark: Benchmark, peers: Sequence[Peer], given: argparse.Namespace, kept: str = ""
) -> Visits:
    """Start the peers' processes one after another, then visit each in every round.

    kept: a folder where caches of kernels stay for a later visit; by default they begin empty.
    """
    workers, visits = {}, Visits({}, {}, {})
    with nullcontext(kept) if kept else TemporaryDirectory(ignore_cleanup_errors=True) as caches:
        try:
            for i, peer in enumerate(peers):  # no name: g++ is given folders without quotes
                worker = _started(benchmark, peer, given.threads, os.path.join(caches, str(i)))
                answer = _ask(worker)  # prepared and warm before the next one starts
                if "absent" in answer:
                    worker.communicate()
                    continue
                workers[peer.name] = worker
                visits.starts[peer.name] = answer["starts"]
                visits.seconds[peer.name] = {row: [] for row in answer["starts"]}
                if answer["failed"]:
                    visits.failed[peer.name] = answer["failed"]
            for _ in range(given.rounds):
                for name, worker in workers.items():
                    for row, seconds in _ask(worker).items():
                        visits.seconds[name][row].append(seconds)
        finally:
            for worker in workers.values():
                worker.communicate()
    return visits


def _started(
    benchmark: Benchmark, peer: Peer, threads: int | None, caches: str
) -> subprocess.Popen:
    command = [sys.executable, benchmark.file, *benchmark.settings, "--worker", peer.name]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    worker = subprocess.Popen(command, **pipes, env=environment(threads, caches))
    if threads:  # some, such as JAX, ask only how many processors they may use
        os.sched_setaffinity(worker.pid, sorted(os.sched_getaffinity(0))[:threads])
    return worker


def _ask(worker: subprocess.Popen) -> dict[str, Any]:
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()
    answer = worker.stdout.readline()
    if not answer:
        raise RuntimeError(f"{worker.args[-1]} stopped; its own words are above")
    return json.loads(answer)


def work(benchmark: Benchmark, name: str) -> int:
    """The measured process: it answers the first line with its starts, others with seconds."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints must not mix with them
    calls: dict[str, Callable[[], Any]] = {}
    repeats: dict[str, int] = {}
    for visit, _ in enumerate(sys.stdin):
        if visit:
            measure = benchmark.measure or _seconds
            answer = {row: measure(calls[row], count) for row, count in repeats.items()}
        else:
            peer = next(peer for peer in benchmark.peers if peer.name == name)
            calls, answer = _begun(peer, repeats)
        print(json.dumps(answer), file=answers, flush=True)
    return 0


def _begun(peer: Peer, repeats: dict[str, int]) -> tuple[Any, dict[str, Any]]:
    """The calls, warm, and what that took; ``repeats`` is told how often to repeat each."""
    starts, failed = {}, {}
    try:
        calls = peer.prepare()
    except Absent as reason:
        return {}, {"absent": str(reason)}
    for row, call in calls.items():
        try:
            first, full, usual = started(call)
            starts[row] = first, full
            repeats[row] = max(1, round(SHORTEST / max(usual, 1e-7)))
        except Exception as error:  # whatever it is, the other rows can be measured
            failed[row] = f"{type(error).__name__}: {error}"
    return calls, {"starts": starts, "failed": failed}


def _seconds(call: Callable[[], Any], count: int = 1) -> float:
    """Seconds a call."""
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count
