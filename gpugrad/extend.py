"""Operations of your own: a value and its derivative, declared together, for every transform.

    from gpugrad import extend

    @extend.operation(to_x=lambda xp, g, y: xp.scale(g, y * (1 - y)),
                      tangent=lambda xp, tx, y: xp.scale(tx, y * (1 - y)),
                      batch=extend.elements)
    def logistic(xp, x):
        return 1 / (1 + xp.exp(-x))

    gg.grad(gg.grad(logistic))(0.3)

The function is given raw arrays of NumPy or CuPy, on which it may call any library; its rules are
given whatever a transform computes with, so they use operators and the operations of ``xp``, and
keep what they name: ``x`` an input, ``y`` the output, ``x_shape`` an input's shape.  Settings are
keyword-only.  What each kind is: gpugrad/ops/declare.py; batching rules: gpugrad/ops/batching.py.
An operation without ``batch`` goes through vmap member by member.  One without rules has no
derivative, and to ask for one is an error, unless its results are whole numbers or truth values;
rules that are 0 say that it is constant.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from .backend.dtypes import BY_NAME, INEXACT
from .engine.functions import function_of
from .ops import declare
from .ops.batching import Stack, along, last_axes, side_by_side

__all__ = [
    "Stack",
    "along",
    "bilinear",
    "elements",
    "elementwise",
    "last_axes",
    "linear",
    "operation",
]

WITHOUT_SLOPE = set(BY_NAME.values()) - set(INEXACT)  # dtypes of results that only ever jump


def _decorator(kind: Callable, **rules: Any) -> Callable[[Callable], Callable[..., Any]]:
    """From a declaration to the function of Tensors, arrays and numbers that applies it."""

    def declared(function: Callable) -> Callable[..., Any]:
        op = kind(register=False, **rules)(function)
        if not op.differentiable:
            op = kind(register=False, **_refusing(kind, op), **rules)(function)
        apply = function_of(op)
        apply.__doc__, apply.__module__ = function.__doc__, function.__module__
        return apply

    return declared


def _refusing(kind: Callable, op: declare.Op) -> dict[str, Any]:
    """Rules that refuse to differentiate ``op``, which was declared without any."""

    def refuse(y: Any = None) -> Any:
        results = y if isinstance(y, tuple) else (y,)
        if all(getattr(r, "dtype", None) in WITHOUT_SLOPE for r in results):
            return 0 if kind is declare.elementwise else None
        raise TypeError(
            f"{op.name} was declared without rules and has no derivative; declare them, or "
            "detach() what it is given to go on without"
        )

    if kind is declare.elementwise:
        return {"floats": op.floats, **{f"d{name}": lambda xp, y: refuse(y) for name in op.inputs}}
    linear_in = op.inputs[:2] if kind is declare.bilinear else op.inputs
    pullbacks = {f"to_{name}": lambda xp, g: refuse() for name in linear_in}
    return (
        pullbacks if kind is declare.bilinear else {**pullbacks, "tangent": lambda xp, y: refuse(y)}
    )


def _kind(kind: Callable) -> Callable[..., Callable[[Callable], Callable[..., Any]]]:
    return wraps(kind)(partial(_decorator, kind))


elementwise = _kind(declare.elementwise)
linear = _kind(declare.linear)
bilinear = _kind(declare.bilinear)
operation = _kind(declare.operation)


def elements(xp: Any, stack: Stack, **settings: Any) -> Any:
    """The batching rule of an operation that works element by element."""
    return stack.apply(*side_by_side(xp, stack, (0,) * len(stack.arrays)), **settings)
