"""The workers of a loader, as the loader sees them: it asks, and waits for one answer.

Each worker has a connection of its own and answers in the order in which it is asked, so the order
of batches needs no sorting, and a worker's death is the end of its connection.
"""

import os
import pickle
import signal
from collections.abc import Callable, Mapping
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any, Protocol
from weakref import finalize

from . import seeds
from .fetching import Plan, Request, fetcher
from .parcels import Parcel, received
from .working import Failure, work

PATIENCE = 5.0  # seconds that a worker has to finish its batch when it is not needed any more
GUARD = "start the program under ``if __name__ == '__main__':``, since each worker imports it"


class Source(Protocol):
    """What batches are asked of."""

    count: int
    run: int  # the iteration that it serves

    def ask(self, worker: int, request: Request) -> None:
        """Have a worker fetch a batch."""

    def answer(self, worker: int) -> Any:
        """The oldest batch asked of a worker, or End."""

    def here(self, worker: int) -> bool:
        """Whether that batch is there already."""

    def begin(self, run: int) -> None:
        """Serve another iteration, and forget what was asked in the one before."""

    def close(self) -> None:
        """Need no more batches."""


class Here:
    """No workers: a batch is fetched when it is needed."""

    count, run = 1, 0

    def __init__(self, plan: Plan) -> None:
        self._fetch = fetcher(plan, 0)

    def ask(self, worker: int, request: Request) -> None:
        """See Source."""
        self._request = request

    def answer(self, worker: int) -> Any:
        """See Source; random numbers of the caller's go on afterwards where they stood."""
        with seeds.apart():
            return self._fetch(self._request)

    def here(self, worker: int) -> bool:
        """See Source."""
        return False

    def begin(self, run: int) -> None:
        """See Source."""
        self.run = run

    def close(self) -> None:
        """See Source."""


class Workers:
    """Processes that fetch batches."""

    def __init__(
        self, plan: Plan, count: int, timeout: float, prepare: Callable[[int], Any] | None
    ) -> None:
        self.count, self.run, self._timeout = count, 0, timeout
        self._connections: list[Connection] = []
        self._processes: list[Any] = []
        self._answered, self._asked = [0] * count, [0] * count
        self._end = finalize(self, _ended, os.getpid(), self._connections, self._processes)
        with _packed(plan, prepare) as parcel:
            for number in range(count):
                self._start(number)
                parcel.send(self._connections[number])
        for number, connection in enumerate(self._connections):
            try:
                connection.recv_bytes()
            except (EOFError, ConnectionError):
                raise self._death(number) from None

    def _start(self, number: int) -> None:
        if getattr(current_process(), "_inheriting", False):
            raise RuntimeError(
                f"DataLoader: a worker, importing the program, asks for workers; {GUARD}"
            )
        context = get_context("forkserver")
        context.set_forkserver_preload(["__main__", work.__module__])
        own, others = context.Pipe()
        process = context.Process(target=work, args=(others, number, self.count), daemon=True)
        with others:
            try:
                process.start()
            except (EOFError, ConnectionError) as error:
                self.close()
                raise RuntimeError(f"DataLoader: no worker could be started; {GUARD}") from error
        self._connections.append(own)
        self._processes.append(process)

    def ask(self, worker: int, request: Request) -> None:
        """See Source."""
        self._check_open()
        try:
            self._connections[worker].send(request)
            self._asked[worker] += 1
        except ConnectionError:
            raise self._death(worker) from None

    def answer(self, worker: int) -> Any:
        """See Source; what was raised in the worker is raised here."""
        self._check_open()
        connection = self._connections[worker]
        try:
            if self._timeout and not connection.poll(self._timeout):
                raise RuntimeError(
                    f"DataLoader timed out: worker {worker} (pid {self._processes[worker].pid}) "
                    f"gave no batch in timeout={self._timeout} seconds"
                )
            found = received(connection)
        except (EOFError, ConnectionError):
            raise self._death(worker) from None
        except BaseException:  # Ctrl-C too: half an answer may have been read
            self.close()
            raise
        self._answered[worker] += 1
        if isinstance(found, Failure):
            pid = self._processes[worker].pid
            found.error.add_note(f"DataLoader worker {worker} (pid {pid}):\n{found.traceback}")
            raise found.error
        return found

    def here(self, worker: int) -> bool:
        """See Source."""
        return self.open and self._connections[worker].poll()

    def begin(self, run: int) -> None:
        """See Source; what is on its way is waited for."""
        self.run = run
        for worker, connection in enumerate(self._connections):
            while self._answered[worker] < self._asked[worker]:
                try:
                    received(connection)
                except (EOFError, ConnectionError):
                    raise self._death(worker) from None
                self._answered[worker] += 1

    def _check_open(self) -> None:
        if not self.open:
            raise RuntimeError("DataLoader: the workers were ended; begin a new iteration")

    def _death(self, worker: int) -> RuntimeError:
        process = self._processes[worker]
        process.join(PATIENCE)
        code, pid = process.exitcode, process.pid
        why = f"exit code {code}"
        if code is not None and code < 0:
            why += f", {signal.Signals(-code).name}"
        if code == -signal.SIGKILL:
            why += ": the system kills processes when memory runs out"
        if not self._answered[worker]:
            why += f"; if its traceback above is of your program's start: {GUARD}"
        self.close()
        return RuntimeError(f"DataLoader worker {worker} (pid {pid}) died: {why}")

    def close(self) -> None:
        """See Source."""
        self._end()

    @property
    def open(self) -> bool:
        """Whether the processes are there."""
        return self._end.alive


def _ended(owner: int, connections: list[Connection], processes: list[Any]) -> None:
    """Let the processes see the end of their connections; one that takes too long is killed."""
    if os.getpid() != owner:
        return  # a fork's copy
    for connection in connections:
        connection.close()
    latest = monotonic() + PATIENCE
    for process in processes:
        process.join(max(0.0, latest - monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


def _packed(plan: Plan, prepare: Callable[[int], Any] | None) -> Parcel:
    """What workers get; TypeError that names what cannot be pickled."""
    try:
        return Parcel((plan, prepare))
    except Exception as error:
        parts = {"dataset": plan.dataset, "collate_fn": plan.collate_fn, "worker_init_fn": prepare}
        guilty = next((found for name in parts if (found := _unpicklable(name, parts[name]))), None)
        raise TypeError(
            f"DataLoader: {guilty or 'the dataset'} cannot be sent to workers ({error}); what they "
            "get is pickled: define functions and classes at the top of a module, open files and "
            "connections in __getitem__ or worker_init_fn, or use num_workers=0"
        ) from error


def _unpicklable(name: str, value: Any, depth: int = 4) -> str | None:
    """The attribute, within ``value``, that cannot be pickled, with its type; None if all can."""
    try:
        pickle.dumps(value)
        return None
    except Exception:
        inner = value if isinstance(value, Mapping) else getattr(value, "__dict__", {})
        if isinstance(value, list | tuple):
            inner = dict(enumerate(value))
        for key, member in inner.items() if depth else ():
            path = (
                f"{name}.{key}" if inner is getattr(value, "__dict__", None) else f"{name}[{key!r}]"
            )
            if found := _unpicklable(path, member, depth - 1):
                return found
        return f"{name}, {value!r:.80},"
