"""Every lock of the package, in the order in which a thread may take several; forks take them all.

Each compiled function has one, which comes before all others: a thread has one of them at most.

A forked child has one thread: a lock that another one held would stay locked for ever, and what
that one was changing half done.
"""

import os
from threading import RLock  # what the collector ends may come again, on the thread that holds it
from typing import Any
from weakref import ref

RECORDING = RLock()  # a function is recorded
ARRIVING = RLock()  # gradients are added to those of leaves, which two walks may reach
OPENING = RLock()  # a backend is opened, once in a process
LAUNCHING = RLock()  # a kernel runs on the simulated devices, which have one set of stacks
GROWING = RLock()  # the simulated memory hands out what was never used
WRITING = RLock()  # buffers are noted that were written in place
INTERNING = RLock()  # equal expressions become one
COUNTING = RLock()  # a generator of random numbers moves on
OBSERVING = RLock()  # an observer of cells comes or goes
LOCKS = (RECORDING, ARRIVING, OPENING, LAUNCHING, GROWING, WRITING, INTERNING, COUNTING, OBSERVING)
_calling: dict[int, ref] = {}  # locks of compiled functions, by id
_taken: list[Any] = []  # by a fork


def calling() -> Any:
    """A lock for the calls of one compiled function."""
    lock = RLock()
    key = id(lock)
    _calling[key] = ref(lock, lambda _: _calling.pop(key, None))
    return lock


def _take() -> None:
    there = [lock for known in list(_calling.values()) if (lock := known()) is not None]
    whole = [*sorted(there, key=id), *LOCKS]  # two forks at once take them in one order
    for lock in whole:
        lock.acquire()
    _taken[:] = whole


def _give_back() -> None:
    whole = _taken.copy()
    _taken.clear()
    for lock in reversed(whole):
        lock.release()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(before=_take, after_in_parent=_give_back, after_in_child=_give_back)
