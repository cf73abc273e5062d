"""The functions that users call: ``function_of(op)`` applies ``op``.

Of an elementwise operation of one or two inputs the first lines, its front end, find the frequent
case, small arrays of one shape and one of the frequent dtypes, by types and dtype alone, whatever
the shape, and need no recipe then; every other call comes through ``dispatch``.
"""

from collections.abc import Callable
from typing import Any

from ..backend.kept import kept
from ..backend.select import BACKENDS
from ..ops.declare import ELEMENTWISE, Op
from .calling import by_position, completed, function_on, text_signature
from .cells import BOXES, CELLS, made_by
from .decisions import MOST, Table, same_frequent
from .dispatch import at_level, dispatch
from .levels import recording
from .promotion import common_backend
from .pullbacks import fastest, shape_of
from .tape import Node


@kept
def function_of(op: Op) -> Callable[..., Any]:
    """The function of Tensors, arrays and numbers that applies ``op``."""
    simple = op.kind == ELEMENTWISE and not op.settings and not op.variadic
    simple = simple and (op.differentiable or len(op.inputs) == 2)  # numbers are compared often
    front = {1: _of_one, 2: _of_two}.get(len(op.inputs)) if simple else None
    if op.alone is not None:
        apply = _of_composite(op, op.alone)
    else:
        apply = front(op) if front else _of_any(op)
    apply.__name__ = apply.__qualname__ = op.name
    apply.__doc__ = op.doc
    apply.__text_signature__ = text_signature(op)  # type: ignore[attr-defined]
    return apply


def _of_one(op: Op) -> Callable[..., Any]:
    table = Table()
    known = table.get

    def apply(x: Any, /) -> Any:
        kind = type(x)
        if kind not in CELLS:
            return x.process(op, (x,), {}) if kind in BOXES else dispatch(op, (x,), {})
        data, node = x.held, x.node
        key = kind, type(data), data.dtype
        function, below, make, back, _ = known(key) or _front(op, table, key, (data,), (kind,))
        if below is not None and data.size >= below:
            return dispatch(op, (x,), {})
        y = function(data)
        if node is None or back is None or not recording():
            return make(y)
        pullback, keep = back[1]
        return make(y, Node(pullback, (node,), keep(data, y)))

    return apply


def _of_two(op: Op) -> Callable[..., Any]:
    table, beside = Table(), _beside_number(op)
    known = table.get

    def apply(a: Any, b: Any, /) -> Any:  # long: the path of most operations, a call costs 5% of it
        kind, other = type(a), type(b)
        if other is float or other is int:
            return beside(a, b)
        if kind not in CELLS:
            return (at_level if kind in BOXES else dispatch)(op, (a, b), {})
        x, first = a.held, a.node
        dtype = x.dtype
        key: tuple = kind, type(x), dtype
        if other is kind:
            z, second = b.held, b.node
        elif other in CELLS or other in BACKENDS:
            key = (*key, other)
            z, second = (b.held, b.node) if other in CELLS else (b, None)
        else:
            return (at_level if other in BOXES else dispatch)(op, (a, b), {})
        if type(z) is not type(x) or z.dtype is not dtype:
            return dispatch(op, (a, b), {})
        found = known(key) or _front(op, table, key, (x, z), (kind, other))
        function, below, make, back, _ = found
        if below is not None and (z.shape != x.shape or x.size >= below):
            return dispatch(op, (a, b), {})
        y = function(x, z)
        if (second is None and first is None) or back is None or not recording():
            return make(y)
        parents: tuple
        if second is None:
            parents, (pullback, keep) = (first,), back[1]
        elif first is None:
            parents, (pullback, keep) = (second,), back[2]
        else:
            parents, (pullback, keep) = (first, second), back[3]
        return make(y, Node(pullback, parents, keep(x, z, y)))

    return apply


def _beside_number(op: Op, reflected: bool = False) -> Callable[..., Any]:
    """The front end for a Tensor and a number; reflected: the number comes first, ``2 - x``."""
    table = Table()
    known = table.get

    def beside(x: Any, number: Any, /) -> Any:
        kind = type(x)
        if kind not in CELLS or (type(number) is not float and type(number) is not int):
            apply = at_level if kind in BOXES else dispatch
            return apply(op, (number, x) if reflected else (x, number), {})
        data, node = x.held, x.node
        dtype = data.dtype
        key = kind, type(data), dtype
        found = known(key) or _front(op, table, key, (data, data), (kind,))
        function, below, make, back, arrays = found
        if below is not None and data.size >= below:
            return dispatch(op, (number, x) if reflected else (x, number), {})
        z = arrays[number]
        y = function(z, data) if reflected else function(data, z)
        if node is None or back is None or not recording():
            return make(y)
        pullback, keep = back[2 if reflected else 1]
        kept = keep(z, data, y) if reflected else keep(data, z, y)
        return make(y, Node(pullback, (node,), kept))

    return beside


def number_first(op: Op) -> Callable[..., Any]:
    """``op`` with its arguments exchanged: the reflected operator, ``2 - x``."""
    return _beside_number(op, reflected=True)


def _front(op: Op, table: Table, key: tuple, values: tuple, kinds: tuple) -> tuple:
    """What a front end does with values like these, if they have one shape; noted in ``table``.

    A plain tuple, unpacked fastest: what computes it; the size from which it does not, None
    for NumPy's scalars, which all have one size; the class of results; the pullback and what it
    keeps by which arguments want a gradient (1: the first, 2: the second, 3: both), None where
    nothing has one; what a number is beside them.
    """
    backend = common_backend(op, values)
    frequent = same_frequent(values) and (all(op.rules) or not op.differentiable)
    scalar = type(values[0]) is not backend.array_types[0]
    fuses_from = None if scalar else backend.fuse_from
    return table.note(
        key,
        (
            function_on(op, backend),
            fuses_from if frequent else 0,
            made_by(tuple([kind for kind in kinds if kind in CELLS])),
            _pullbacks(op, len(values)) if frequent and op.differentiable else None,
            Numbers(backend.number if scalar else backend.constant, values[0].dtype),
        ),
    )


class Numbers(dict):
    """What a number is beside arrays of one dtype: an array, or a scalar, of that dtype."""

    def __init__(self, make: Callable[[Any, Any], Any], dtype: Any) -> None:
        self.make, self.dtype = make, dtype

    def __missing__(self, number: Any) -> Any:
        made = self.make(number, self.dtype)
        if number and len(self) < MOST:  # 0.0 and -0.0 would be one key
            self[number] = made
        return made


def _pullbacks(op: Op, count: int) -> tuple[tuple[Any, Any], ...]:
    """By which of ``count`` arguments want a gradient, as bits of a number, the pullback and what
    it keeps."""
    found: list[tuple[Any, Any]] = [(None, None)]
    for bits in range(1, 2**count):
        pullback = fastest(op, tuple(bool(bits >> i & 1) for i in range(count)))
        found.append((pullback, pullback.keep))
    return tuple(found)


def _of_composite(op: Op, alone: Callable[..., Op | None]) -> Callable[..., Any]:
    """The front end of a composite of two inputs that is one operation for frequent shapes."""
    in_general = _of_any(op)

    def apply(*arguments: Any, **settings: Any) -> Any:
        if settings or len(arguments) != 2:
            return in_general(*arguments, **settings)
        a, b = arguments
        rows = a.held.shape if type(a) in CELLS else shape_of(a)
        columns = b.held.shape if type(b) in CELLS else shape_of(b)
        return dispatch(alone(rows, columns) or op, arguments, settings)

    return apply


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
