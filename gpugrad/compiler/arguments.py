"""Arguments of operations while they are recorded: what they are to arrays, and to the graph."""

from typing import Any

from ..backend.dtypes import bool_
from ..backend.select import BACKENDS
from ..engine.cells import Cell
from ..engine.observing import HELD
from .arrays import Noted
from .graph import Input
from .noting import Noting, noting
from .numbers import Number


class Slots:
    """What a cell's slots hold, whoever observes."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def __getattr__(self, name: str) -> Any:
        return HELD[name].__get__(self._cell)


def is_raw(value: Any) -> bool:
    """Whether a value is an array from outside of the recording."""
    return type(value) in BACKENDS and not isinstance(value, Noted)


def is_mask(argument: Any) -> bool:
    """Whether an index takes as many elements as are true."""
    return isinstance(argument, Noted) and argument.dtype == bool_ and argument.shape != ()


def stand_in(backend: Any) -> Any:
    """The backend that notes what ``backend`` computes."""
    return backend if isinstance(backend, Noting) else noting(backend)


def array_of(argument: Any) -> Any:
    """An argument as the other backend computes with it."""
    if type(argument) is Number:
        return argument.value
    if isinstance(argument, Noted):
        return argument.array
    if type(argument) is tuple:
        return tuple([array_of(part) for part in argument])
    if type(argument) is Input:
        return argument.source.read(())
    return argument


def value_of(argument: Any) -> Any:
    """An argument as the graph has it."""
    if isinstance(argument, Noted) or type(argument) is Number:
        return argument.at
    return tuple([value_of(part) for part in argument]) if type(argument) is tuple else argument
