"""The iterator over one epoch: it asks ahead, waits for its turn, and uploads ahead."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..backend.select import default_device
from .collating import placed
from .course import Course
from .fetching import Answer, Batch, End, Request
from .workers import Here, Source

Taken = tuple[int, Request, Batch] | Exception | None


class Batches:
    """Iterator over the batches of an epoch; its workers end with it, unless they persist."""

    def __init__(
        self,
        source: Source,
        course: Course,
        ahead: int,
        device: str | None,
        finish: Callable[[Course], Any],
    ) -> None:
        self._source, self._course, self._finish = source, course, finish
        self._device, self._ahead, self._run = device, ahead, source.run
        self._pending: deque[tuple[int, Request]] = deque()
        self._early: Taken = None
        self._ask()

    def __iter__(self) -> "Batches":
        return self

    def __next__(self) -> Any:
        if self._source.run != self._run:
            raise RuntimeError("DataLoader: the persistent workers serve a newer iteration now")
        taken, self._early = self._early or self._taken(), None
        if taken is None:
            self._finish(self._course)
            raise StopIteration
        if isinstance(taken, Exception):
            try:
                raise taken
            finally:
                del taken  # its traceback holds this frame
        worker, request, batch = taken
        self._course.given(worker, request, batch)
        if self._pending and self._source.here(self._pending[0][0]):
            self._early = self._taken()
        return batch.data

    def _ask(self) -> None:
        """Have each worker fetch some batches ahead."""
        while len(self._pending) < self._ahead and (wanted := self._course.request()):
            self._source.ask(*wanted)
            self._pending.append(wanted)

    def _taken(self) -> Taken:
        """The next batch, uploaded, or what was raised instead of it; None if there is none."""
        try:
            self._ask()
            while self._pending:
                worker, request = self._pending.popleft()
                answer = self._answer(worker, request)
                if isinstance(answer, End):
                    self._course.ended(worker, answer.state)
                self._ask()
                if isinstance(answer, Batch):
                    return worker, request, replace(answer, data=self._placed(answer.data))
        except Exception as error:
            return error
        return None

    def _answer(self, worker: int, request: Request) -> Answer:
        try:
            return self._source.answer(worker)
        except Exception:
            self._course.failed(request)
            raise

    def _placed(self, data: Any) -> Any:
        """What ``collate_fn`` made here stays where it is, unless a device is named."""
        if self._device is None and isinstance(self._source, Here):
            return data
        return placed(data, self._device or default_device())
