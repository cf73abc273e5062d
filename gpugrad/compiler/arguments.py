"""Arguments of operations while they are recorded: what they are to arrays, and to the graph."""

from typing import Any

from ..backend.dtypes import bool_, complex128, float64
from ..backend.select import BACKENDS
from ..engine.cells import Cell
from ..engine.observing import HELD
from ..ops.declare import ELEMENTWISE, REGISTRY
from ..tensor.cell import Tensor
from .arrays import OF_VALUES, Noted, Weak
from .graph import Input, Value
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


def may_vary(name: str) -> bool:
    """Whether the numbers that an operation is given may be others at every call: those that are
    values, not those that decide on a shape or a place."""
    return REGISTRY[name].kind == ELEMENTWISE if name in REGISTRY else name in OF_VALUES


def of_numbers(made: Value, given: tuple) -> bool:
    """Whether an array that an operation made of ``given`` stands for a number: it is made of such
    and of constants alone, in double precision."""
    arrays = [a for a in given if isinstance(a, Noted)]
    return (
        made.shape == ()
        and made.dtype in (float64, complex128)
        and any(isinstance(a, Weak) for a in arrays)
        and all(isinstance(a, Weak) or (a.recording is None and a.shape == ()) for a in arrays)
    )


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


def settle(tensor: Tensor) -> None:
    """Let a Tensor that was made in a recording hold its array itself."""
    data = tensor.held
    if isinstance(data, Noted) or type(data) is Number:
        tensor.write(array_of(data))
