"""How an operation is applied to Tensors: its recipe is looked up and followed."""

from typing import Any

from ..backend.dtypes import default_float, float64
from ..backend.select import BACKENDS, HOST, backend
from ..ops.declare import COMPOSITE, Op
from . import casting
from .calling import composed
from .cells import BOXES, CELLS, Cell, home_of, raw, sequence
from .levels import recording
from .namespace import ANY
from .observing import observers, seen
from .promotion import common_backend
from .recipes import recipe_of, signature, with_node


def dispatch(op: Op, arguments: tuple, settings: dict) -> Any:  # long: a call more costs 5%
    """Apply ``op`` to any mixture of Tensors, transforms' boxes, symbols, arrays and numbers, and
    record it if an argument wants a gradient."""
    if casting.opened:
        arguments = casting.cast(op, arguments, dispatch)
    values, needs, parents, make = [], [], [], Cell.results
    for argument in arguments:
        need = False
        if (kind := type(argument)) in CELLS:
            if (made := kind.results) is not make and issubclass(made, make):
                make = made
            argument, node = argument.held, argument.node
            if node is not None:
                parents.append(node)
                need = True
        elif kind in BOXES:
            return at_level(op, arguments, settings)
        values.append(argument)
        needs.append(need)
    given = seen(op, tuple(values)) if observers else tuple(values)
    key = None if op.kind == COMPOSITE else signature(given)
    if key is None:
        return _rarer(op, arguments, settings, make)
    if make.brought and (brought := make.brought(op, given, tuple(needs))) is not given:
        given, key = brought, signature(brought)
    if not parents or not op.differentiable or not recording():
        return _wrapped(recipe_of(op, given, (), key).value(given, settings), make)
    found = recipe_of(op, given, tuple(needs), key)
    return with_node(found.op, *found.record(given, settings), tuple(parents), settings, make)


def at_level(op: Op, arguments: tuple, settings: dict) -> Any:
    """Apply ``op`` where a transform's box is among the arguments: the highest level has it."""
    arguments = seen(op, arguments) if observers else arguments
    top: Any = None
    for argument in arguments:
        kind = type(argument)
        if kind in BOXES:
            if top is None or argument.level > top.level:
                top = argument
        elif kind is list or kind is tuple:
            return at_level(op, _with_lists_read(arguments, default_float()), settings)
        elif hasattr(kind, "process"):
            return argument.process(op, arguments, settings)  # see _other
    return top.process(op, arguments, settings)


def _rarer(op: Op, arguments: tuple, settings: dict, make: type[Cell]) -> Any:
    """``dispatch`` of lists, symbols, arrays of a device that is not open, composites."""
    for argument in arguments:
        if isinstance(argument, list | tuple):
            read = _with_lists_read(arguments, make.as_dtype(float))
            return dispatch(op, read, settings)
    if (other := _other(arguments)) is not None:
        return other.process(op, arguments, settings)
    if op.kind == COMPOSITE:  # its own operations promote, widen and record
        cells = tuple([_in_cell(argument) for argument in arguments])
        return _wrapped(composed(op, ANY, cells, settings), Cell.results)
    common_backend(op, tuple([a.held if isinstance(a, Cell) else a for a in arguments]))
    return dispatch(op, arguments, settings)  # its device is open now; no array: refused above


def _other(arguments: tuple) -> Any:
    """The first argument that is no array and says itself what an operation makes of it: an
    expression that is being read, a sparse matrix."""
    others = (a for a in arguments if not isinstance(a, Cell) and hasattr(a, "process"))
    return next(others, None)


def _wrapped(y: Any, make: type) -> Any:
    """A raw result, or each of several, in a cell of the class ``make``; a cell stays."""
    if type(y) in BACKENDS:
        return make(y)
    if isinstance(y, tuple):
        return tuple([_wrapped(part, make) for part in y])
    if isinstance(y, Cell):
        return y
    return make(HOST.asarray(y))


def _with_lists_read(arguments: tuple, floats: Any) -> tuple:
    """Arguments with arrays in place of lists, on the device of Tensors beside them, or on the
    default one; floats in the dtype ``floats``."""
    beside = [a for a in arguments if isinstance(a, Cell) and hasattr(raw(a), "dtype")]
    home = home_of(*beside) if beside else backend()

    def read(argument: Any) -> Any:
        if not isinstance(argument, list | tuple):
            return argument
        array = sequence(HOST.asarray, argument)
        return home.asarray(array, dtype=floats if array.dtype == float64 else array.dtype)

    return tuple(map(read, arguments))


def _in_cell(argument: Any) -> Any:
    """An array as a Tensor, which knows our promotion; anything else as it is."""
    return Cell.results(argument) if type(argument) in BACKENDS else argument
