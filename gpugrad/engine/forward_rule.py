"""Forward mode: the tangent of an operation's result, from the same rules that pull back."""

from collections.abc import Callable
from typing import Any

from ..backend.select import BACKENDS, HOST
from ..ops.declare import BILINEAR, ELEMENTWISE, LINEAR, Op, Rule
from ..ops.shares import added
from .cells import home_of
from .promotion import strong
from .pullbacks import keeper, rule_of, shape_of, widened


def tangent(
    op: Op,
    xp: Any,
    apply: Callable[[Op], Callable],
    inputs: tuple,
    tangents: tuple,
    y: Any,
    settings: dict,
    compute: Any = None,
) -> Any:
    """The tangent of ``y``, in its dtype; ``tangents`` has one entry an input, None where
    nothing moves.  apply(op) is an operation as ``xp`` has it, also one that it does not have.

    compute: the dtype to compute halves in."""
    if all(t is None for t in tangents):
        return None
    read = (inputs, tangents, y)
    if compute is not None:
        read = tuple(widened(xp, value, compute) for value in read)
    moved = _moved_with(op, xp, apply, *read, settings)
    if isinstance(y, tuple):
        return tuple(typed(xp, t, part) for t, part in zip(moved, y, strict=True))
    return typed(xp, moved, y)


def typed(xp: Any, t: Any, y: Any) -> Any:
    """A tangent in its value's dtype, a partial may be of the default one, and on its device, on
    which arrays that are made of numbers are not by themselves."""
    raws = type(t) is type(y) and type(t) in BACKENDS
    if not raws and shape_of(t) and (home := home_of(y)) is not home_of(t):
        t = xp.to_device(t, source=HOST.name, target=home.name)
    return in_dtype(xp, t, getattr(y, "dtype", None))


def in_dtype(xp: Any, t: Any, wanted: Any) -> Any:
    """A tangent in the dtype ``wanted``; a number, or None, stays."""
    dtype = getattr(t, "dtype", wanted)
    return t if wanted is None or dtype == wanted else xp.astype(t, dtype=wanted)


def _moved_with(
    op: Op, xp: Any, apply: Callable, inputs: tuple, tangents: tuple, y: Any, settings: dict
) -> Any:
    if op.kind == ELEMENTWISE:
        return _elementwise(op, xp, inputs, tangents, y, settings)
    if op.kind == LINEAR:
        return apply(op)(tangents[0], *inputs[1:], **settings)
    if op.kind == BILINEAR:
        (a, b, *rest), (ta, tb, *_) = inputs, tangents
        first = None if ta is None else apply(op)(ta, b, *rest, **settings)
        second = None if tb is None else apply(op)(a, tb, *rest, **settings)
        return added(first, second)
    if op.tangent is None:
        rule_of(op, next(i for i, t in enumerate(tangents) if t is not None))  # raises
    assert op.tangent is not None
    moved = op.tangent.function(xp, *_named(op, op.tangent, inputs, tangents, y), **settings)
    parts = zip(moved, y, strict=True) if isinstance(y, tuple) else ((moved, y),)
    for t, value in parts:
        if t is not None and shape_of(t) != shape_of(value):
            raise ValueError(
                f"{op.name}: its tangent rule gave the shape {shape_of(t)} for a result of shape "
                f"{shape_of(value)}; return one number for each element"
            )
    return moved


def _elementwise(op: Op, xp: Any, inputs: tuple, tangents: tuple, y: Any, settings: dict) -> Any:
    total = None
    for i, t in enumerate(tangents):
        if t is not None:
            rule = rule_of(op, i)
            total = added(total, _moved(op, rule, xp, t, inputs, y, settings))
    if total is not None and shape_of(total) != shape_of(y):
        return spread(xp, total, shape_of(y), home_of(y))
    return total


def spread(xp: Any, t: Any, shape: tuple[int, ...], home: Any) -> Any:
    """A tangent in the shape of its value and on its device, which that of a number has none of."""
    t = t if home_of(t) is home else xp.to_device(strong(t), source=HOST.name, target=home.name)
    return xp.broadcast_to(t, shape=shape)


def _moved(op: Op, rule: Rule, xp: Any, t: Any, inputs: tuple, y: Any, settings: dict) -> Any:
    """The share of one input's tangent: tangent times partial."""
    if rule.constant == 0:
        return None
    return scaled(xp, t, partial(op, rule, xp, inputs, y, settings))


def partial(op: Op, rule: Rule, xp: Any, inputs: tuple, y: Any, settings: dict) -> Any:
    """The partial derivative of an elementwise operation; a Python number if it is constant."""
    if rule.constant is not None:
        return rule.constant
    return rule.function(xp, *keeper(op, rule.names)(*inputs, y), **settings)


def scaled(xp: Any, t: Any, p: Any) -> Any:
    """A tangent times what ``partial`` gave."""
    if type(p) in (int, float):
        return t if p == 1 else t * p
    return xp.scale(t, p)


def _named(op: Op, rule: Rule, inputs: tuple, tangents: tuple, y: Any) -> list:
    """The values that a rule names, in its order."""
    last = len(op.inputs) - 1
    known: dict[str, Any] = {"y": y}
    for i, name in enumerate(op.inputs):
        many = op.variadic and i == last
        known[name] = inputs[i:] if many else inputs[i]
        known[f"{name}_shape"] = tuple(map(shape_of, inputs[i:])) if many else shape_of(inputs[i])
        known[f"t{name}"] = tangents[i:] if many else tangents[i]
    return [known[name] for name in rule.names]
