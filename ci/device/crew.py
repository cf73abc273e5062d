"""Jobs done by worker processes, one question and one answer at a time, whatever becomes of them.

A worker reads a question from its input, a line of JSON, and writes its answer, another one.  An
answer that says "lost" comes from a process whose device can no longer be used.  That question is
asked again in a fresh process with launches blocking, which tells which launch it was; so is one
at which a process died.  One that is not answered in time is given up, and its process ended.
"""

import json
import os
import select
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

BLOCKING = {"CUDA_LAUNCH_BLOCKING": "1"}


class Silent(RuntimeError):
    """Raised where a worker gave no answer."""


class Ended(Silent):
    """Raised where it gave none because it died."""


class Orders(NamedTuple):
    """How workers are started, how long one may take to answer, and until when they work.

    until: of time.monotonic().  logs: a folder for what the workers say beside their answers.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    patience: float
    until: float
    logs: Path


class Worker:
    """One process, started when it is first asked."""

    def __init__(self, orders: Orders, number: int, more: Mapping[str, str] | None = None) -> None:
        self.orders, self.number = orders, number
        self.environment = {**orders.environment, **(more or {})}
        self.process: subprocess.Popen | None = None

    def ask(self, question: Any) -> dict[str, Any]:
        """The answer; Silent if none comes, and the process is gone."""
        if self.process is None:
            with (self.orders.logs / f"{self.number:02}.txt").open("ab") as log:
                self.process = subprocess.Popen(
                    self.orders.command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=self.environment,
                )
        line = self._line(json.dumps(question).encode() + b"\n")
        if line.endswith(b"\n"):
            return json.loads(line)
        status = self.stop()
        raise Ended(f"the process ended with status {status}")

    def _line(self, question: bytes) -> bytes:
        assert self.process is not None
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(question)
            self.process.stdin.flush()
        except BrokenPipeError:
            return b""
        limit = min(self.orders.patience, self.orders.until - time.monotonic())
        if not select.select([self.process.stdout], [], [], max(0, limit))[0]:
            self.process.kill()
            self.stop()
            raise Silent(f"no answer within {limit:.0f} s")
        return self.process.stdout.readline()

    def stop(self) -> int | None:
        """End the process, if there is one; its status."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        return process.returncode


def work(
    orders: Orders, jobs: Iterable[Sequence[Any]], workers: int, heard: Callable[[dict], None]
) -> None:
    """Ask all questions of all jobs, each job's of one worker; ``heard`` takes the answers.

    An answer is {"question": ..., ...}, with "error" where there is none, and "blocking" where it
    was given with launches blocking.  What is not asked by ``orders.until`` is left.
    """
    waiting, lock = iter(jobs), Lock()

    def tell(answer: dict) -> None:
        with lock:
            heard(answer)

    def one(number: int) -> None:
        for answer in _answers(Worker(orders, number), _shared(waiting, lock)):
            tell(answer)

    orders.logs.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(workers)))


def _shared(jobs: Iterator[Sequence[Any]], lock: Lock) -> Iterator[Any]:
    """The questions of the jobs that nobody else has taken."""
    while True:
        with lock:
            job = next(jobs, None)
        if job is None:
            return
        yield from job


def _answers(worker: Worker, questions: Iterator[Any]) -> Iterator[dict[str, Any]]:
    try:
        for question in questions:
            if time.monotonic() >= worker.orders.until:
                return
            yield {"question": question, **_answer(worker, question)}
    finally:
        worker.stop()


def _answer(worker: Worker, question: Any) -> dict[str, Any]:
    """The answer of a worker, which is a new one afterwards if it was lost with it."""
    try:
        answer = worker.ask(question)
    except Ended as error:
        answer = {"error": str(error), "lost": True}
    except Silent as error:
        return {"error": str(error)}
    if not answer.pop("lost", False):
        return answer
    worker.stop()
    return {"at_first": answer, **_again(worker, question)}


def _again(lost: Worker, question: Any) -> dict[str, Any]:
    """The answer of a fresh process with launches blocking."""
    worker = Worker(lost.orders, lost.number, BLOCKING)
    try:
        answer = worker.ask(question)
        answer.pop("lost", None)
    except Silent as error:
        answer = {"error": str(error)}
    finally:
        worker.stop()
    return {**answer, "blocking": True}


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
