"""Every lock of the package, in the order in which a thread may take several; forks take them all.

A forked child has one thread: a lock that another one held would stay locked for ever, and what
that one was changing half done.
"""

import os
from threading import RLock  # what the collector ends may come again, on the thread that holds it

ARRIVING = RLock()  # gradients are added to those of leaves, which two walks may reach
OPENING = RLock()  # a backend is opened, once in a process
LAUNCHING = RLock()  # a kernel runs on the simulated devices, which have one set of stacks
GROWING = RLock()  # the simulated memory hands out what was never used
WRITING = RLock()  # buffers are noted that were written in place
INTERNING = RLock()  # equal expressions become one
COUNTING = RLock()  # a generator of random numbers moves on
OBSERVING = RLock()  # an observer of cells comes or goes
REPLAYING = RLock()  # a compiled function finds its recording
LOCKS = (ARRIVING, OPENING, LAUNCHING, GROWING, WRITING, INTERNING, COUNTING, OBSERVING, REPLAYING)


def _take() -> None:
    for lock in LOCKS:
        lock.acquire()


def _give_back() -> None:
    for lock in reversed(LOCKS):
        lock.release()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(before=_take, after_in_parent=_give_back, after_in_child=_give_back)
