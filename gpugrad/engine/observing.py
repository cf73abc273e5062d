"""Who hears of every read and write of a cell: an observer, in the thread that it watches.

What a cell holds lies in slots of C, the fastest attributes that Python has, which tell nobody.
While a function is recorded they are properties, which ask the observer of their thread; at all
other times observing costs nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from ..backend.locks import OBSERVING
from .cells import Cell

HELD = {name: vars(Cell)[name] for name in ("held", "_grad")}  # the slots themselves


class Observer(Protocol):
    """What hears of cells.  ``name`` is that of a slot: "held" or "_grad"."""

    def read(self, cell: Cell, name: str) -> Any:
        """What the cell seems to hold; AttributeError where it holds nothing."""

    def write(self, cell: Cell, name: str, value: Any) -> None:
        """Let the cell seem to hold ``value``."""

    def given(self, op: Any, arguments: tuple) -> tuple:
        """What an operation is given, with others in place of raw arrays and strange numbers."""


_observer: ContextVar[Observer | None] = ContextVar("observer", default=None)
observers: list[Observer] = []  # of all threads


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Within the ``with``, and this thread, cells hold what ``observer`` says."""
    with OBSERVING:
        observers.append(observer)
        if len(observers) == 1:
            for name in HELD:
                setattr(Cell, name, _asking(name))
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)
        with OBSERVING:
            observers.remove(observer)
            if not observers:
                for name, slot in HELD.items():
                    setattr(Cell, name, slot)


def seen(op: Any, arguments: tuple) -> tuple:
    """What an operation is given, as the thread's observer sees it."""
    observer = _observer.get()
    return arguments if observer is None else observer.given(op, arguments)


def _asking(name: str) -> property:
    """A slot as a property that asks the thread's observer, if it has one."""
    slot = HELD[name]

    def read(cell: Cell) -> Any:
        observer = _observer.get()
        return slot.__get__(cell) if observer is None else observer.read(cell, name)

    def write(cell: Cell, value: Any) -> None:
        observer = _observer.get()
        if observer is None:
            slot.__set__(cell, value)
        else:
            observer.write(cell, name, value)

    return property(read, write)
