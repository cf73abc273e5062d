"""Levels: which transform an argument belongs to.

Every ``grad``, ``jvp`` or ``vmap`` that opens gets a number of its own, larger than those around
it and never used again, in whichever thread: a value that outlives its transform is not taken for
one of the next.  An operation belongs to the highest level among its arguments; everything lower is
a constant to it.  ``.backward()`` is level 0.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from itertools import count

new_level = count(1).__next__  # the number of one more level; atomic, so threads may open some
_recording: ContextVar[bool] = ContextVar("recording", default=True)
recording = _recording.get


@contextmanager
def _record(on: bool) -> Iterator[None]:
    token = _recording.set(on)
    try:
        yield
    finally:
        _recording.reset(token)


def no_grad() -> AbstractContextManager[None]:
    """Context in which nothing is recorded for ``backward``; transforms are not affected."""
    return _record(False)


def enable_grad() -> AbstractContextManager[None]:
    """Context in which operations are recorded, also inside a ``no_grad``."""
    return _record(True)
