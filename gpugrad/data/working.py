"""What a worker does: it fetches batches on the host, until the loader closes the connection."""

import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from traceback import format_exc
from typing import Any

from ..backend.protocol import Backend
from ..backend.select import HOST, on_open, set_default_device
from ..settings import settings
from . import seeds
from .fetching import Request, fetcher
from .parcels import Parcel, mapped


@dataclass(frozen=True)
class WorkerInfo:
    """The worker that this process is."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


@dataclass(frozen=True)
class Failure:
    """In place of a batch: what was raised, and the traceback as text."""

    error: Exception
    traceback: str


_here: list[WorkerInfo] = []


def get_worker_info() -> WorkerInfo | None:
    """The worker that this process is: its id, num_workers, seed and dataset; else None."""
    return _here[0] if _here else None


def work(connection: Connection, number: int, count: int) -> None:
    """Answer the requests for batches, in their order, as worker ``number`` of ``count``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the loader's, which closes then
    try:
        connection.send_bytes(b"")  # the loader waits for it: from here on Ctrl-C is ignored
        answer = _prepared(connection, number, count)
        while True:
            _send(connection, answer, connection.recv())
    except (EOFError, ConnectionError):
        return  # the loader has closed, or is gone


def _prepared(connection: Connection, number: int, count: int) -> Callable[[Request], Any]:
    """What answers a request; where the dataset does not arrive, always the error."""
    try:
        _stay_on_the_host(number)
        plan, prepare = mapped(connection)
        _here.append(WorkerInfo(number, count, plan.seed + number, plan.dataset))
        seeds.start(seeds.key(plan.seed, number))
        if prepare is not None:
            prepare(number)
        return fetcher(plan, number)
    except Exception as error:
        failure = _failure(error)
        return lambda request: failure


def _stay_on_the_host(number: int) -> None:
    def refuse(opened: Backend) -> None:
        if opened is not HOST:
            raise RuntimeError(
                f"DataLoader worker {number}: a Tensor on {opened.name} in a worker, which has "
                "the host only; make it NumPy's or device='cpu', and give the loader "
                f"device={opened.name!r}, which uploads batches"
            )

    set_default_device(HOST.name)
    settings.threads = 1  # the workers share the processors
    on_open(refuse)


def _send(connection: Connection, answer: Callable[[Request], Any], request: Request) -> None:
    try:
        parcel = Parcel(answer(request))
    except Exception as error:
        parcel = Parcel(_failure(error))
    with parcel:
        parcel.send(connection)


def _failure(error: Exception) -> Failure:
    """The error as it can be sent: some do not survive pickling."""
    try:
        pickle.loads(pickle.dumps(error))
        return Failure(error, format_exc())
    except Exception:
        return Failure(RuntimeError(f"{type(error).__name__}: {error}"), format_exc())
