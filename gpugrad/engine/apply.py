"""How an operation is applied to Tensors.

``call(op)`` is the function that users call.  Of an elementwise operation of one or two inputs its
first lines serve the frequent case, plain Tensors too small for a kernel; ``general`` the others.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from ..backend.dtypes import COMPLEX, bool_, default_float, float32, float64
from ..backend.select import BACKENDS, HOST, backend, backend_of
from ..ops import REGISTRY
from ..ops.declare import BILINEAR, COMPOSITE, ELEMENTWISE, LINEAR, Op
from .evaluate import NUMBERS, completed, evaluate, signature
from .levels import recording
from .namespace import EXTRAS, Namespace
from .pullbacks import plan
from .tape import Node, linear_result, recorded

Tensor: Any = None  # the class that results are made of; set by tensor/cell.py, above us


def make_results_of(cell: type) -> None:
    """Let results be instances of ``cell``, called with an array and a node."""
    global Tensor
    Tensor = cell


@cache
def call(op: Op) -> Callable[..., Any]:
    """The function of Tensors, arrays and numbers that applies ``op``."""
    simple = op.kind == ELEMENTWISE and all(op.rules) and not op.settings
    specialised = {1: _unary, 2: _binary}.get(len(op.inputs)) if simple else None
    apply = specialised(op) if specialised else _any_arity(op)
    apply.__name__ = apply.__qualname__ = op.name
    apply.__doc__ = op.doc
    apply.__text_signature__ = signature(op)  # type: ignore[attr-defined]
    return apply


def _unary(op: Op) -> Callable[..., Any]:
    forward, recorded = op.forward, plan(op, (True,))
    keep = recorded.keep

    def apply(x: Any, /) -> Any:
        if type(x) is not Tensor:
            return general(op, (x,), {})
        data = x.data
        dtype = data.dtype
        if dtype is not float32 and dtype is not float64:
            return general(op, (x,), {})
        backend = BACKENDS[type(data)]
        if data.size >= backend.fuse_from:
            return general(op, (x,), {})
        y = forward(backend.xp, data)
        node = x.node
        if node is None or not recording():
            return Tensor(y)
        return Tensor(y, Node(recorded, (node,), keep(data, y)))

    return apply


def _binary(op: Op) -> Callable[..., Any]:
    forward = op.forward
    first, second, both = (
        plan(op, needs) for needs in ((True, False), (False, True), (True, True))
    )

    def apply(a: Any, b: Any, /) -> Any:  # long: the path of most operations, a call costs 5% of it
        if type(a) is not Tensor:
            return general(op, (a, b), {})
        x = a.data
        dtype = x.dtype
        if dtype is not float32 and dtype is not float64:
            return general(op, (a, b), {})
        backend = BACKENDS[type(x)]
        if x.size >= backend.fuse_from:
            return general(op, (a, b), {})
        parent, other = a.node, None
        if type(b) is Tensor:
            z = b.data
            other = b.node
            if type(z) is not type(x) or z.dtype is not dtype or z.shape != x.shape:
                return general(op, (a, b), {})
        elif type(b) is float or type(b) is int:
            z = (backend.constant if x.shape else backend.number)(b, dtype)
        elif type(b) is type(x) and b.dtype is dtype and b.shape == x.shape:
            z = b
        else:
            return general(op, (a, b), {})
        y = forward(backend.xp, x, z)
        if (parent is None and other is None) or not recording():
            return Tensor(y)
        if other is None:
            return Tensor(y, Node(first, (parent,), first.keep(x, z, y)))
        if parent is None:
            return Tensor(y, Node(second, (other,), second.keep(x, z, y)))
        return Tensor(y, Node(both, (parent, other), both.keep(x, z, y)))

    return apply


def number_first(op: Op) -> Callable[..., Any]:
    """``op`` with its arguments exchanged: the reflected operator, ``2 - x``."""
    forward, recorded = op.forward, plan(op, (False, True))

    def apply(b: Any, a: Any, /) -> Any:
        if (type(a) is not float and type(a) is not int) or type(b) is not Tensor:
            return general(op, (a, b), {})
        data = b.data
        dtype = data.dtype
        if dtype is not float32 and dtype is not float64:
            return general(op, (a, b), {})
        backend = BACKENDS[type(data)]
        if data.size >= backend.fuse_from:
            return general(op, (a, b), {})
        x = (backend.constant if data.shape else backend.number)(a, dtype)
        y = forward(backend.xp, x, data)
        node = b.node
        if node is None or not recording():
            return Tensor(y)
        return Tensor(y, Node(recorded, (node,), recorded.keep(x, data, y)))

    return apply


def _by_position(op: Op, given: tuple, named: dict) -> dict[str, Any]:
    """The settings that were given after the arrays, without their names."""
    if len(given) > len(op.settings):
        most, count = len(op.inputs) + len(op.settings), len(op.inputs) + len(given)
        raise TypeError(f"{op.name}{signature(op)}: {count} arguments where at most {most} go")
    placed = dict(zip(op.settings, given, strict=False))
    if not placed.keys().isdisjoint(named):
        twice = ", ".join(sorted(placed.keys() & named))
        raise TypeError(f"{op.name}{signature(op)}: {twice} is given twice")
    return placed


def _any_arity(op: Op) -> Callable[..., Any]:
    inputs = len(op.inputs)

    def apply(*arguments: Any, **settings: Any) -> Any:
        if len(arguments) > inputs and not op.variadic:  # settings may be given by position
            settings = {**_by_position(op, arguments[inputs:], settings), **settings}
            arguments = arguments[:inputs]
        if settings and not settings.keys().isdisjoint(op.inputs):  # and arrays by name
            later = op.inputs[len(arguments) :]
            arguments = (*arguments, *[settings.pop(name, None) for name in later])
        return general(op, arguments, completed(op, settings))

    return apply


def general(op: Op, arguments: tuple, settings: dict) -> Any:
    """Apply ``op`` to any mixture of Tensors, transforms' boxes, symbols, arrays and numbers."""
    top, level = None, 0
    for argument in arguments:
        kind = type(argument)
        if kind is Tensor or kind in BACKENDS or kind in NUMBERS:
            continue
        if kind is list or kind is tuple:
            return general(op, tuple([_raw(a) for a in arguments]), settings)
        if isinstance(argument, Tensor):
            if argument.level > level:
                top, level = argument, argument.level
        elif hasattr(argument, "process"):  # a symbol of an expression that is being read
            return argument.process(op, arguments, settings)
    if op.of_complex and any(getattr(a, "dtype", None) in COMPLEX for a in arguments):
        op = op.of_complex
    if top is not None:
        return top.process(op, arguments, settings)
    return eager(op, arguments, settings)


def eager(op: Op, arguments: tuple, settings: dict) -> Any:
    """Apply ``op`` at level 0 and record it if an argument wants a gradient."""
    if op.kind == COMPOSITE:  # its own operations promote, widen and record
        y = op.forward(ANY, *map(_cell, arguments), **settings)
        return tuple(map(as_tensor, y)) if isinstance(y, tuple) else as_tensor(y)
    nodes, values, live = [], [], False
    for argument in arguments:  # one loop: every operation but the elementwise comes through here
        node = None
        if isinstance(argument, Tensor):
            argument, node = argument.data, argument.node
            live = live or node is not None
        nodes.append(node)
        values.append(argument)
    given, live = tuple(values), live and op.differentiable and recording()
    if op.kind == LINEAR or op.kind == BILINEAR:
        y = linear_result(op, given, nodes if live else [None] * len(nodes), settings, Tensor)
        if y is not None:
            return y
    if live:
        result = evaluate(op, given, settings, tuple([n is not None for n in nodes]))
        return recorded(op, nodes, given, result, settings, Tensor)
    y = evaluate(op, given, settings).y
    if type(y) in BACKENDS:
        return Tensor(y)
    return tuple(map(as_tensor, y)) if isinstance(y, tuple) else as_tensor(y)


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
    return Tensor(raw) if type(raw) in BACKENDS else raw


def as_tensor(value: Any) -> Any:
    """A raw result as a Tensor; Tensors stay."""
    if isinstance(value, Tensor):
        return value
    return Tensor(value if hasattr(value, "dtype") else HOST.asarray(value))


def prototype(value: Any) -> Any:
    """A raw array, or a number, of the shape, dtype and device of ``value``; its elements are not
    those of ``value`` where a transform has more than one value in its place."""
    if not isinstance(value, Tensor):
        return value
    raw, shape = value.raw, value.shape
    if getattr(raw, "shape", shape) == shape:
        return raw
    return backend_of(raw).natives["empty"](shape, dtype=raw.dtype)


# --- the namespace that reads a rule on anything -------------------------------------------------


@cache
def on_anything(op: Op) -> Callable[..., Any]:
    """``op`` on Tensors and boxes, or on raw arrays, which give raw arrays."""

    def apply(*arguments: Any, **settings: Any) -> Any:
        if settings or op.settings:
            settings = completed(op, settings)
        for argument in arguments:
            if isinstance(argument, Tensor) or hasattr(argument, "process"):
                return general(op, arguments, settings)
        if op.kind == COMPOSITE:
            return op.forward(ANY, *arguments, **settings)
        return evaluate(op, arguments, settings).y

    return apply


def _extra_on_anything(name: str) -> Callable[..., Any]:
    def make(like: Any, *arguments: Any, **keywords: Any) -> Any:
        like = prototype(like)
        if type(like) in NUMBERS:
            made = make(HOST.asarray(like), *arguments, **keywords)
            return made if made.ndim else made.item()  # of a number, a number
        return getattr(backend_of(like).xp, name)(like, *arguments, **keywords)

    return make


ANY = Namespace()
for _name, _op in REGISTRY.items():
    setattr(ANY, _name, on_anything(_op))
_scale = ANY.scale


def _scale_or_select(g: Any, p: Any) -> Any:
    """``scale``, before promotion makes a number of a boolean ``p``, which selects."""
    selects = type(p) is bool or getattr(p, "dtype", None) is bool_
    return ANY.where(p, g, 0) if selects else _scale(g, p)


ANY.scale = _scale_or_select  # type: ignore[attr-defined]
for _name in EXTRAS:
    setattr(ANY, _name, _extra_on_anything(_name))
