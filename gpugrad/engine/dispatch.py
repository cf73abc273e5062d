"""How an operation is applied to Tensors.

``function_of(op)`` is the function that users call.  Of an elementwise operation of one or two
inputs its front end finds the recipe of the frequent case, small arrays of one shape, by the types
alone; every other call comes through ``dispatch``.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from ..backend.dtypes import default_float, float64
from ..backend.select import BACKENDS, HOST, backend
from ..ops.declare import COMPOSITE, ELEMENTWISE, Op
from .calling import by_position, completed, function_on, text_signature
from .cells import CELLS, Cell, made_by
from .decisions import Table, same_frequent
from .levels import recording
from .namespace import ANY
from .promotion import common_backend
from .pullbacks import plan
from .recipes import recipe_of, signature, with_node
from .tape import Node

NEVER = (None, 0, None, None, None)  # of a front end: no array is small enough


@cache
def function_of(op: Op) -> Callable[..., Any]:
    """The function of Tensors, arrays and numbers that applies ``op``."""
    simple = op.kind == ELEMENTWISE and not op.settings and not op.variadic
    front = {1: _of_one, 2: _of_two}.get(len(op.inputs)) if simple else None
    apply = front(op) if front else _of_any(op)
    apply.__name__ = apply.__qualname__ = op.name
    apply.__doc__ = op.doc
    apply.__text_signature__ = text_signature(op)  # type: ignore[attr-defined]
    return apply


def _of_one(op: Op) -> Callable[..., Any]:
    table = Table()

    def apply(x: Any, /) -> Any:
        kind = type(x)
        if kind not in CELLS:
            return dispatch(op, (x,), {})
        data, node = x.data, x.node
        key = kind, type(data), data.dtype, node is None
        found = table.get(key) or _shapeless(op, table, key, (kind,), (data,), (node,))
        function, below, make, pullback, keep = found
        if data.size >= below:
            return dispatch(op, (x,), {})
        y = function(data)
        if pullback is None or not recording():
            return make(y)
        return make(y, Node(pullback, (node,), keep(data, y)))

    return apply


def _of_two(op: Op) -> Callable[..., Any]:
    table, beside = Table(), _beside_number(op)

    def apply(a: Any, b: Any, /) -> Any:  # long: the path of most operations, a call costs 5% of it
        kind, other = type(a), type(b)
        if other is float or other is int:
            return beside(a, b)
        if kind not in CELLS or (other not in CELLS and other not in BACKENDS):
            return dispatch(op, (a, b), {})
        x, first = a.data, a.node
        z, second = (b.data, b.node) if other in CELLS else (b, None)
        key = kind, type(x), x.dtype, first is None, other, type(z), z.dtype, second is None
        found = table.get(key)
        if found is None:
            found = _shapeless(op, table, key, (kind, other), (x, z), (first, second))
        function, below, make, pullback, keep = found
        if x.size >= below or x.shape != z.shape:
            return dispatch(op, (a, b), {})
        y = function(x, z)
        if pullback is None or not recording():
            return make(y)
        if second is None:
            return make(y, Node(pullback, (first,), keep(x, z, y)))
        parents = (second,) if first is None else (first, second)
        return make(y, Node(pullback, parents, keep(x, z, y)))

    return apply


def _beside_number(op: Op, reflected: bool = False) -> Callable[..., Any]:
    """The front end for a Tensor and a number; reflected: the number comes first, ``2 - x``."""
    table = Table()

    def apply(x: Any, number: Any, /) -> Any:
        kind, other = type(x), type(number)
        if kind not in CELLS or (other is not float and other is not int):
            return dispatch(op, (number, x) if reflected else (x, number), {})
        data, node = x.data, x.node
        key = kind, type(data), data.dtype, node is None, other
        found = table.get(key)
        if found is None:
            values, nodes = (data, number), (node, None)
            if reflected:
                values, nodes = values[::-1], nodes[::-1]
            found = _shapeless(op, table, key, (kind,), values, nodes)
        function, below, make, pullback, keep = found
        if data.size >= below:
            return dispatch(op, (number, x) if reflected else (x, number), {})
        backend = BACKENDS[type(data)]
        z = (backend.constant if data.shape else backend.number)(number, data.dtype)
        y = function(z, data) if reflected else function(data, z)
        if pullback is None or not recording():
            return make(y)
        kept = keep(z, data, y) if reflected else keep(data, z, y)
        return make(y, Node(pullback, (node,), kept))

    return apply


def number_first(op: Op) -> Callable[..., Any]:
    """``op`` with its arguments exchanged: the reflected operator, ``2 - x``."""
    return _beside_number(op, reflected=True)


def _shapeless(
    op: Op, table: Table, key: tuple, kinds: tuple, values: tuple, nodes: tuple
) -> tuple:
    """How a front end does ``op`` on arrays like these that have one shape: what computes it, below
    which size, the class of the result, the pullback and what it keeps; noted in ``table``."""
    needs = tuple([node is not None for node in nodes]) if op.differentiable else ()
    if any(needs) and not recording():
        return NEVER
    if not same_frequent(values):
        return table.note(key, NEVER)
    backend = common_backend(op, values)
    pullback = plan(op, needs) if any(needs) else None
    keep = None if pullback is None else pullback.keep
    make = made_by(tuple([kind for kind in kinds if kind in CELLS]))
    return table.note(key, (function_on(op, backend), backend.fuse_from, make, pullback, keep))


def _of_any(op: Op) -> Callable[..., Any]:
    inputs = len(op.inputs)

    def apply(*arguments: Any, **settings: Any) -> Any:
        if len(arguments) > inputs and not op.variadic:  # settings may be given by position
            settings = {**by_position(op, arguments[inputs:], settings), **settings}
            arguments = arguments[:inputs]
        if settings and not settings.keys().isdisjoint(op.inputs):  # and arrays by name
            later = op.inputs[len(arguments) :]
            arguments = (*arguments, *[settings.pop(name, None) for name in later])
        return dispatch(op, arguments, completed(op, settings))

    return apply


def dispatch(op: Op, arguments: tuple, settings: dict) -> Any:
    """Apply ``op`` to any mixture of Tensors, transforms' boxes, symbols, arrays and numbers, and
    record it if an argument wants a gradient."""
    values, nodes, kinds, live = [], [], [], False
    for argument in arguments:
        node = None
        if (kind := type(argument)) in CELLS:
            kinds.append(kind)
            argument, node = argument.data, argument.node
            live = live or node is not None
        values.append(argument)
        nodes.append(node)
    given = tuple(values)
    key = signature(given)
    if key is None or op.kind == COMPOSITE:
        return _rarer(op, arguments, settings)
    needs: tuple[bool, ...] = ()
    if live and op.differentiable and recording():
        needs = tuple([node is not None for node in nodes])
    found = recipe_of(op, given, needs, key)
    make = made_by(tuple(kinds))
    if not needs:
        return _wrapped(found.value(given, settings), make)
    y, pullback, kept = found.record(given, settings)
    parents = tuple([node for node in nodes if node is not None])
    return with_node(found.op, y, pullback, kept, parents, settings, make)


def _rarer(op: Op, arguments: tuple, settings: dict) -> Any:
    """``dispatch`` of lists, boxes, symbols, arrays of a device that is not open, composites."""
    top, level = None, 0
    for argument in arguments:
        if isinstance(argument, list | tuple):
            return dispatch(op, tuple([_raw(a) for a in arguments]), settings)
        if isinstance(argument, Cell):
            if argument.level > level:
                top, level = argument, argument.level
        elif hasattr(argument, "process"):  # a symbol of an expression that is being read
            return argument.process(op, arguments, settings)
    if top is not None:
        return top.process(op, arguments, settings)
    if op.kind == COMPOSITE:  # its own operations promote, widen and record
        return _wrapped(op.forward(ANY, *map(_cell, arguments), **settings), Cell.results)
    common_backend(op, tuple([a.data if isinstance(a, Cell) else a for a in arguments]))
    return dispatch(op, arguments, settings)  # its device is open now; no array: refused above


def _wrapped(y: Any, make: type) -> Any:
    """A raw result, or each of several, in a cell of the class ``make``; a cell stays."""
    if isinstance(y, tuple):
        return tuple([_wrapped(part, make) for part in y])
    if isinstance(y, Cell):
        return y
    return make(y if hasattr(y, "dtype") else HOST.asarray(y))


def _raw(argument: Any) -> Any:
    """What a list holds, as an array; anything else as it is."""
    if isinstance(argument, list | tuple):
        array = HOST.asarray(argument)
        dtype = default_float() if array.dtype == float64 else array.dtype
        return backend().asarray(array, dtype=dtype)
    return argument


def _cell(argument: Any) -> Any:
    """An array, or a list's, as a Tensor, which knows our promotion; anything else as it is."""
    raw = _raw(argument)
    return Cell.results(raw) if type(raw) in BACKENDS else raw
