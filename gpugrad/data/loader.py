"""DataLoader: the batches of a dataset, epoch after epoch, fetched here or by workers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..random import integers
from .batches import Batches
from .collating import default_collate, default_convert
from .course import Course, Ordered, Streamed, check_draws, sampler_state
from .datasets import IterableDataset
from .fetching import Plan, stateful
from .samplers import BatchSampler, Draws, RandomSampler, SequentialSampler
from .workers import Here, Source, Workers


class DataLoader:
    """Batches of a dataset, as torch's: an iterable that gives one epoch each time.

        data = gg.data.TensorDataset(gg.arange(5), gg.arange(5) ** 2)
        loader = gg.data.DataLoader(data, batch_size=2)
        print([y.tolist() for x, y in loader])  # [[0, 1], [4, 9], [16]]

    batch_size: None for items one by one.  shuffle, sampler, batch_sampler, drop_last: the order.
    num_workers: processes that fetch; 0 fetches here.  collate_fn: makes a batch of a list.
    timeout: seconds to wait for a batch, 0 without end.  worker_init_fn: called with each id.
    generator: draws the loader's seed, once; gg.random by default.
    prefetch_factor: batches ahead of each worker, 2.  persistent_workers: they stay for all epochs.
    device: where the Tensors of a batch go, the next batch's ahead; otherwise those from workers go
    to the default device.  pin_memory has no effect here.

    Before each item of a map-style dataset gg.random, numpy.random and random are seeded from the
    loader's seed, the epoch and the index, so that results do not depend on the number of workers;
    without workers the caller's own random numbers go on afterwards where they stood.  A shuffled
    order follows from seed and epoch.  See IterableDataset for the other kind.

    Workers are started by forkserver: dataset, collate_fn and worker_init_fn are pickled, and a
    script needs ``if __name__ == "__main__":``.  They have the host only.  An error in a worker is
    raised here, with its traceback and the index; a worker that dies is named in a RuntimeError.

    ``state_dict()`` is the position: the next batch after the last one that was given out.
    """

    def __init__(  # long: torch has as many arguments, a line each
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Any] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: str | None = None,
        generator: Draws | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        device: str | None = None,
    ) -> None:
        check(num_workers, timeout, prefetch_factor, persistent_workers, multiprocessing_context)
        iterable = isinstance(dataset, IterableDataset)
        check_order(iterable, batch_size, shuffle, sampler, batch_sampler, drop_last)
        if sampler is None and not iterable:
            sampler = RandomSampler(dataset) if shuffle else SequentialSampler(dataset)
        self.batched = batch_size is not None or batch_sampler is not None
        if batch_sampler is not None:
            batch_size = None
        elif batch_size is not None:
            batch_sampler = BatchSampler(sampler or (), batch_size, drop_last)
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.sampler, self.batch_sampler, self.generator = sampler, batch_sampler, generator
        self.num_workers, self.timeout, self.worker_init_fn = num_workers, timeout, worker_init_fn
        self.prefetch_factor = prefetch_factor or (2 if num_workers else None)
        self.persistent_workers, self.pin_memory = persistent_workers, pin_memory
        self.collate_fn = collate_fn or (default_collate if self.batched else default_convert)
        self.device = device
        self.epoch = 0  # the one that runs, or that begins next
        self._seed: int | None = None
        self._run = 0  # the number of the iteration
        self._course: Course | None = None  # of the iteration that is under way
        self._saved: Mapping[str, Any] = {}  # where the next iteration begins
        self._kept: Workers | None = None

    def __iter__(self) -> Iterator[Any]:
        if self._course is not None:  # it was left before its end
            self.epoch += 1
        self._run += 1
        source = self._source()
        source.begin(self._run)
        course = self._course = self._new_course(source.count)
        self._saved = {}
        ahead = source.count * (self.prefetch_factor or 1)
        return Batches(source, course, ahead, self.device, self._finish)

    def _finish(self, course: Course) -> None:
        """Note that an epoch is over."""
        if course is self._course:
            self._course, self._saved = None, course.left()
            self.epoch += 1

    def _new_course(self, count: int) -> Course:
        if isinstance(self.dataset, IterableDataset):
            return Streamed(self.epoch, self._run, count, self._saved)
        return Ordered(self._order, self.seed, self.epoch, self._run, count, self._saved)

    @property
    def _order(self) -> Any:
        """What gives the indices that are asked for together."""
        return self.batch_sampler if self.batched else self.sampler

    @property
    def seed(self) -> int:
        """The seed of all epochs, drawn when it is first needed."""
        if self._seed is None:
            draw = (
                integers(0, 2**63, device="cpu")
                if self.generator is None
                else (self.generator.integers(0, 2**63, 1)[0])
            )
            self._seed = int(draw)
        return self._seed

    def _source(self) -> Source:
        """The workers that are there, new ones, or none."""
        if self._kept is not None and self._kept.open:
            return self._kept
        plan = Plan(
            self.dataset,
            self.collate_fn,
            self.batched,
            self.batch_size or 1,
            self.drop_last,
            self.seed,
        )
        if not self.num_workers:
            return Here(plan)
        workers = Workers(plan, self.num_workers, self.timeout, self.worker_init_fn)
        if self.persistent_workers:
            self._kept = workers
        return workers

    def __len__(self) -> int:
        """Number of batches, or of items if they are not batched; TypeError if it is not known."""
        if not isinstance(self.dataset, IterableDataset):
            return len(self._order)
        total, size = len(self.dataset), self.batch_size or 1  # type: ignore[arg-type]
        return total // size if self.drop_last else -(-total // size)

    def state_dict(self) -> dict[str, Any]:
        """The position: seed, epoch, and within the epoch the batches given out and their order.

        TypeError where it could not be returned to: an iterable dataset without ``state_dict``, or
        a sampler with a generator of its own.
        """
        plan = self.dataset
        if not isinstance(plan, IterableDataset):
            check_draws(self._order)
            fresh: dict[str, Any] = {"batch": 0, "digest": 0, "sampler": sampler_state(self._order)}
        elif stateful(plan):
            fresh = {}
        else:
            raise TypeError(
                f"DataLoader: the position in {type(plan).__name__} cannot be saved; give it "
                "state_dict() and load_state_dict(state), or save without the loader"
            )
        place = self._saved or (fresh if self._course is None else self._course.state())
        return {**place, "seed": self.seed, "epoch": self.epoch}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go to a position: the next iteration goes on with the batch behind it.

        KeyError without a seed and an epoch; then nothing was changed.
        """
        self._seed, self.epoch = state["seed"], state["epoch"]
        self._saved, self._course = dict(state), None
        if self._kept is not None:  # they have the old seed
            self._kept.close()


def check(
    num_workers: int, timeout: float, prefetch_factor: int | None, persistent: bool, context: Any
) -> None:
    """ValueError for settings of workers that do not go together."""
    if num_workers < 0:
        raise ValueError(f"DataLoader: num_workers={num_workers} should be non-negative")
    if timeout < 0:
        raise ValueError(f"DataLoader: timeout={timeout} should be non-negative")
    if prefetch_factor is not None and (not num_workers or prefetch_factor < 1):
        raise ValueError(
            f"DataLoader: prefetch_factor={prefetch_factor} with num_workers={num_workers}; it is "
            "positive, and only for workers"
        )
    if persistent and not num_workers:
        raise ValueError("DataLoader: persistent_workers option needs num_workers > 0")
    if context not in (None, "forkserver"):
        raise ValueError(
            f"DataLoader: multiprocessing_context={context!r}; workers start by 'forkserver', "
            "since a fork of a program with threads or a GPU may hang"
        )


def check_order(
    iterable: bool,
    batch_size: int | None,
    shuffle: bool | None,
    sampler: Any,
    batch_sampler: Any,
    drop_last: bool,
) -> None:
    """ValueError for settings of the order that do not go together."""
    if iterable and (shuffle or sampler is not None or batch_sampler is not None):
        raise ValueError(
            "DataLoader: an IterableDataset gives its order itself: no shuffle, sampler, "
            "batch_sampler"
        )
    if sampler is not None and shuffle:
        raise ValueError("DataLoader: sampler option is mutually exclusive with shuffle")
    if batch_sampler is not None and (
        batch_size != 1 or shuffle or sampler is not None or drop_last
    ):
        raise ValueError(
            "DataLoader: batch_sampler option is mutually exclusive with batch_size, shuffle, "
            "sampler, and drop_last"
        )
    if batch_size is None and batch_sampler is None and drop_last:
        raise ValueError("DataLoader: batch_size=None is mutually exclusive with drop_last")
