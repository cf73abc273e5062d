"""The course of one epoch: which batch is next, how far it is, and how it goes on from a state."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from zlib import crc32

from ..backend.random.generator import Generator, drawing_from
from . import seeds
from .fetching import Batch, Request


class Course(Protocol):
    """What is asked of the workers in one epoch."""

    def request(self) -> tuple[int, Request] | None:
        """The next batch to ask for, and the worker that gets it; None if there is none."""

    def given(self, worker: int, request: Request, batch: Batch) -> None:
        """A batch is given out."""

    def failed(self, request: Request) -> None:
        """A batch could not be fetched; with the next one that is given out it is passed over."""

    def ended(self, worker: int, state: Any) -> None:
        """A worker has no more; its stream is left in a state."""

    def state(self) -> dict[str, Any]:
        """The position behind the last batch that was given out."""

    def left(self) -> dict[str, Any]:
        """Behind the last batch: where the next epoch begins, if not anew."""


class Ordered:
    """An epoch in the order of a sampler, whose draws follow from seed and epoch."""

    def __init__(
        self, order: Iterable[Any], seed: int, epoch: int, run: int, count: int, saved: Mapping
    ) -> None:
        self._run, self._epoch, self._count, self._asked = run, epoch, count, 0
        self._sampler = saved.get("sampler", sampler_state(order))
        if self._sampler is not None:
            load_sampler(order, self._sampler)
        self._draws = Generator(seeds.key(seed, epoch, "order"))
        with drawing_from(self._draws):
            self._order = iter(order)
        self._given, self._digest = 0, 0
        self._failed: list[Any] = []
        for _ in range(saved.get("batch", 0)):
            self._note(self._indices())
        if self._digest != saved.get("digest", 0):
            raise RuntimeError(
                "DataLoader: the sampler gives another order than before it was saved; draw from "
                "gg.random in it, or give it state_dict() and load_state_dict(state)"
            )

    def _indices(self) -> Any:
        """Indices of the next batch; None behind the last."""
        with drawing_from(self._draws):
            return next(self._order, None)

    def _note(self, indices: Any) -> None:
        self._given += 1
        self._digest = crc32(repr(seeds.plain(indices)).encode(), self._digest)

    def request(self) -> tuple[int, Request] | None:
        """See Course; workers take turns."""
        indices = self._indices()
        if indices is None:
            return None
        number, self._asked = self._asked, self._asked + 1
        return number % self._count, Request(self._run, self._epoch, number, indices)

    def given(self, worker: int, request: Request, batch: Batch) -> None:
        """See Course."""
        for indices in (*self._failed, request.indices):
            self._note(indices)
        self._failed.clear()

    def failed(self, request: Request) -> None:
        """See Course."""
        self._failed.append(request.indices)

    def ended(self, worker: int, state: Any) -> None:
        """See Course; a worker does not say so here."""

    def state(self) -> dict[str, Any]:
        """See Course: the number of batches, a digest of their order, the sampler's state."""
        return {"batch": self._given, "digest": self._digest, "sampler": self._sampler}

    def left(self) -> dict[str, Any]:
        """See Course; the sampler and its draws say it all."""
        return {}


class Streamed:
    """An epoch of an iterable dataset: every worker has a stream, and those left take turns."""

    def __init__(self, epoch: int, run: int, count: int, saved: Mapping) -> None:
        self._run, self._epoch = run, epoch
        fresh = [_stream(None) for _ in range(count)]
        self._streams = [dict(stream) for stream in saved.get("streams", fresh)]
        if len(self._streams) != count:
            raise ValueError(
                f"DataLoader: the position was saved with {len(self._streams)} streams of an "
                f"iterable dataset, not {count}; use as many workers"
            )
        self._first = [dict(stream) for stream in self._streams]
        self._asked = [stream["batch"] for stream in self._streams]
        self._open = [True] * count
        self._turn = self._next = saved.get("turn", 0)

    def request(self) -> tuple[int, Request] | None:
        """See Course."""
        count = len(self._streams)
        for turn in range(self._next, self._next + count):
            worker = turn % count
            if self._open[worker]:
                number, self._next = self._asked[worker], worker + 1
                self._asked[worker] += 1
                return worker, Request(self._run, self._epoch, number, **self._beginning(worker))
        return None

    def _beginning(self, worker: int) -> dict[str, Any]:
        """What the first request of a worker says of the saved stream."""
        saved, self._first[worker] = self._first[worker], {}
        return {"state": saved["state"], "over": saved["ended"]} if saved else {}

    def given(self, worker: int, request: Request, batch: Batch) -> None:
        """See Course."""
        self._streams[worker] = {
            "batch": request.number + 1,
            "ended": batch.last,
            "state": batch.state,
        }
        self._turn = worker + 1

    def failed(self, request: Request) -> None:
        """See Course; the dataset knows what it has given."""

    def ended(self, worker: int, state: Any) -> None:
        """See Course."""
        self._open[worker] = False
        self._streams[worker] |= {"ended": True, "state": state}

    def state(self) -> dict[str, Any]:
        """See Course: the place of every stream, and whose turn it is."""
        return {"streams": [dict(stream) for stream in self._streams], "turn": self._turn}

    def left(self) -> dict[str, Any]:
        """See Course."""
        return {"streams": [_stream(stream["state"]) for stream in self._streams], "turn": 0}


def _stream(state: Any) -> dict[str, Any]:
    """The place of a stream that begins in a state."""
    return {"batch": 0, "ended": False, "state": state}


def sampler_state(sampler: Any) -> Any:
    """The state of a sampler, or of the one within it; None for one without."""
    if hasattr(sampler, "state_dict"):
        return sampler.state_dict()
    inner = getattr(sampler, "sampler", None)
    return None if inner is None else sampler_state(inner)


def load_sampler(sampler: Any, state: Any) -> None:
    """Give the sampler, or the one within it, its state back."""
    if hasattr(sampler, "load_state_dict"):
        sampler.load_state_dict(state)
    else:
        load_sampler(sampler.sampler, state)


def check_draws(sampler: Any) -> None:
    """TypeError for a sampler with a generator whose place cannot be saved."""
    if hasattr(sampler, "state_dict"):
        return
    if getattr(sampler, "generator", None) is not None:
        raise TypeError(
            f"DataLoader: {type(sampler).__name__} draws from a generator of its own, whose place "
            "cannot be saved; give the generator to the DataLoader, or the sampler a state_dict()"
        )
    if (inner := getattr(sampler, "sampler", None)) is not None:
        check_draws(inner)
