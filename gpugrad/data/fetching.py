"""Batches fetched from a dataset: the same code in a worker and without one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from . import seeds
from .collating import default_collate
from .datasets import IterableDataset, rows_of


@dataclass(frozen=True)
class Plan:
    """What a loader fetches: it is sent to workers, which need no more."""

    dataset: Any
    collate_fn: Callable[[Any], Any]
    batched: bool  # else single items are given
    size: int  # of the batches of an iterable dataset
    drop_last: bool
    seed: int

    @property
    def iterable(self) -> bool:
        """Whether the dataset gives its items itself."""
        return isinstance(self.dataset, IterableDataset)


def stateful(dataset: Any) -> bool:
    """Whether an iterable dataset tells where it stands."""
    return all(hasattr(dataset, name) for name in ("state_dict", "load_state_dict"))


@dataclass(frozen=True)
class Request:
    """One batch that is wanted; with the first of an iteration comes the state to begin from."""

    run: int  # the number of the iteration
    epoch: int
    number: int  # of the batch among those of the worker
    indices: Any = None
    state: Any = None
    over: bool = False  # the saved stream had given all


@dataclass(frozen=True)
class Batch:
    """A batch, and where the iterable dataset that gave it stands now, if it tells."""

    data: Any
    state: Any = None
    last: bool = False


@dataclass(frozen=True)
class End:
    """In place of a batch: there are no more from this worker."""

    state: Any


Answer = Batch | End


def fetcher(plan: Plan, worker: int) -> Callable[[Request], Answer]:
    """What answers requests by the plan, as a worker of that number."""
    return OneByOne(plan, worker) if plan.iterable else ByIndex(plan)


class ByIndex:
    """Items of a map-style dataset, each with random numbers of its own."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        usual = plan.batched and plan.collate_fn is default_collate
        self._rows = rows_of(plan.dataset) if usual else None

    def __call__(self, request: Request) -> Batch:
        plan, epoch, indices = self._plan, request.epoch, request.indices
        if self._rows is not None:
            return Batch(self._found(self._rows, epoch, indices))
        if not plan.batched:
            items = self._found(plan.dataset.__getitem__, epoch, indices)
        elif together := getattr(plan.dataset, "__getitems__", None):
            items = self._found(together, epoch, indices)
        else:
            items = [self._found(plan.dataset.__getitem__, epoch, index) for index in indices]
        return Batch(plan.collate_fn(items))

    def _found(self, get: Callable[[Any], Any], epoch: int, index: Any) -> Any:
        seeds.start(seeds.key(self._plan.seed, epoch, seeds.plain(index)))
        try:
            return get(index)
        except StopIteration as error:  # it would end the loop over the loader
            raise RuntimeError(f"DataLoader: StopIteration at index {index!r}") from error
        except Exception as error:
            error.add_note(f"DataLoader: at index {index!r} of {type(self._plan.dataset).__name__}")
            raise


class OneByOne:
    """The next items of an iterable dataset, with random numbers of worker and batch."""

    def __init__(self, plan: Plan, worker: int) -> None:
        self._plan, self._worker, self._run = plan, worker, -1
        self._items: Iterator[Any] = iter(())

    def __call__(self, request: Request) -> Answer:
        plan = self._plan
        try:
            items = self._next(request)
        except Exception as error:
            error.add_note(
                f"DataLoader: in {type(plan.dataset).__name__}, after {request.number} "
                f"batches of worker {self._worker}"
            )
            raise
        state = plan.dataset.state_dict() if stateful(plan.dataset) else None
        short = len(items) < plan.size
        if not items or (plan.drop_last and short):
            return End(state)
        return Batch(plan.collate_fn(items if plan.batched else items[0]), state, short)

    def _next(self, request: Request) -> list[Any]:
        place = self._plan.seed, request.epoch, self._worker
        if request.run != self._run:
            self._run, self._items = request.run, iter(())
            seeds.start(seeds.key(*place))
            if request.state is not None:
                self._plan.dataset.load_state_dict(request.state)
            self._items = iter(() if request.over else self._plan.dataset)
        seeds.start(seeds.key(*place, request.number))
        return list(islice(self._items, self._plan.size))
