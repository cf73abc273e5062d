"""Reverse mode as functions of functions: ``grad``, ``value_and_grad``, ``vjp``.

Within the function the inputs are boxes of a level of their own, with leaves on a tape of that
level; the walk back computes one level lower, so transforms nest in any order.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..apply import recorded
from ..backward import PULLING
from ..calls import innermost
from ..levels import new_level
from ..lowering.evaluate import strong
from ..ops.declare import Op, operation
from ..tape import Leaf, Node, Parts, joined, separate, walk
from ..tensor import Tensor
from .boxes import (
    HOST,
    Box,
    below,
    differentiable,
    flat,
    in_kind_of,
    lowered,
    ones,
    zeros,
)


class Traced(Box):
    """A value within ``grad``: a lower value and the node of this level's tape."""

    __slots__ = ()

    def __init__(self, data: Any, node: Node | Leaf | None, level: int) -> None:
        self.data = data
        self.node = node
        self.level = level

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` and record it on this level's tape."""
        nodes = tuple(None if box is None else box.node for box in mine)
        result = lowered(op, values, settings, tuple(node is not None for node in nodes))
        if op.differentiable and any(node is not None for node in nodes):
            return recorded(op, nodes, values, result, settings, self._with)
        y = result.y
        return tuple(self._with(v) for v in y) if isinstance(y, tuple) else self._with(y)

    def _with(self, value: Any, node: Any = None) -> Any:
        if node is None and hasattr(value, "dtype"):  # a number stays weak, in a box
            return self.beside_nothing(value)
        return Traced(value, node, self.level)


def _run(function: Callable, primals: tuple) -> tuple[Any, Callable]:
    """``function`` at a new level: its result there, and the way back for a cotangent."""
    inputs, rebuild = flat(primals)
    level = new_level()
    boxes = [Traced(value, None, level) for value in inputs]
    for box in boxes:
        box.node = Leaf(box)
    result = function(*rebuild(list(boxes)))

    def back(starts: list, retain: bool) -> list:
        """Gradients of the inputs, given one cotangent for each leaf of the result."""
        pairs = [
            (value.node, strong(start, innermost(value)))
            for value, start in zip(flat(result)[0], starts, strict=True)
            if not below(value, level) and value.node is not None and start is not None
        ]
        totals = {}
        if pairs:
            with HOST.quiet():
                totals = walk(*start_of(pairs), lambda g: PULLING, retain)
            separate(totals)
        return [
            in_kind_of(value, totals[box.node]) if box.node in totals else zeros(value)
            for value, box in zip(inputs, boxes, strict=True)
        ]

    return (result, level), back


@operation(register=False)
def results(xp: Any, *arrays: Any) -> Any:
    """What several results of one function are to a walk: the outputs of one operation."""


def start_of(pairs: list) -> tuple[Any, Any]:
    """Where a walk begins for (node, gradient) of several results, and its gradient."""
    if len(pairs) == 1:
        return pairs[0]
    nodes, gradients = zip(*pairs, strict=True)
    return joined(results, nodes), Parts(dict(enumerate(gradients)))


def _lower(value: Any, level: int) -> Any:
    """A result of this level as a value for the caller."""
    if below(value, level):
        return value
    return value.data if not hasattr(value.data, "dtype") else in_kind_of(value, value.data)


def vjp(function: Callable, *primals: Any) -> tuple[Any, Callable[[Any], tuple]]:
    """``function(*primals)`` and a function from a cotangent of it to those of the primals.

    As jax.vjp: the returned function takes what has the result's structure and gives a tuple with
    one entry a primal; it may be called several times.
    """
    for value in flat(primals)[0]:
        differentiable(value, "vjp")
    (result, level), back = _run(function, primals)
    leaves, rebuild = flat(result)

    def pull(cotangent: Any) -> tuple:
        starts = [_cotangent(c, v) for c, v in zip(flat(cotangent)[0], leaves, strict=True)]
        return flat(primals)[1](back(starts, True))

    return rebuild([_lower(v, level) for v in leaves]), pull


def _cotangent(given: Any, result: Any) -> Any:
    value = given if isinstance(given, Tensor) and given.level else innermost(given)
    shape = getattr(value, "shape", ())
    expected = getattr(innermost(result), "shape", ())
    if shape != expected:
        raise ValueError(f"vjp: a cotangent of shape {shape} for a result of shape {expected}")
    return given if isinstance(given, Tensor) and (given.level or given.node) else value


def value_and_grad(
    function: Callable, argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., tuple]:
    """A function that returns ``function``'s value and its gradient, as jax.value_and_grad.

    argnums: which positional arguments (arrays or containers of them) to differentiate by.
    has_aux: function returns (value, anything); the result is ((value, anything), gradient).
    """
    chosen = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @wraps(function)
    def differentiated(*arguments: Any, **keywords: Any) -> tuple:
        primals = tuple(arguments[i] for i in chosen)
        for value in flat(primals)[0]:
            differentiable(value, "grad")
        aux: list = []

        def partial(*inputs: Any) -> Any:
            whole = list(arguments)
            for i, value in zip(chosen, inputs, strict=True):
                whole[i] = value
            result = function(*whole, **keywords)
            if has_aux:
                result, extra = result
                aux.append(extra)
            return _scalar(result)

        (result, level), back = _run(partial, primals)
        gradients = flat(primals)[1](back([ones(result)], False))
        value = _lower(result, level)
        if has_aux:
            leaves, rebuild = flat(aux[0])
            value = (value, rebuild([_lower(v, level) for v in leaves]))
        return value, gradients[0] if isinstance(argnums, int) else gradients

    return differentiated


def _scalar(result: Any) -> Any:
    if getattr(result, "shape", ()) != ():
        raise TypeError(
            f"grad: the function returned an array of shape {result.shape}; it must return one "
            "number (sum it, or use vjp)"
        )
    return result


def grad(
    function: Callable, argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The gradient of a function that returns one number, as jax.grad.

    grad(f)(x) has x's structure, shapes and dtypes; with has_aux it is (gradient, aux).
    """
    both = value_and_grad(function, argnums, has_aux)

    @wraps(function)
    def gradient(*arguments: Any, **keywords: Any) -> Any:
        value, gradients = both(*arguments, **keywords)
        return (gradients, value[1]) if has_aux else gradients

    return gradient
