"""Operations of your own: a value and its derivative, which every transform uses.

    import gpugrad as gg
    from gpugrad import extend

    @extend.operation(to_x=lambda xp, g, y: xp.scale(g, y * (1 - y)),
                      tangent=lambda xp, tx, y: xp.scale(tx, y * (1 - y)),
                      batch=extend.elements)
    def logistic(xp, x):
        return 1 / (1 + xp.exp(-x))

    print(gg.grad(logistic)(0.0), gg.grad(gg.grad(logistic))(0.0))  # 0.25 0.0

The function gets raw arrays of NumPy or CuPy and may call any library on them.  Its rules get
whatever a transform computes with, so they use operators and the operations of ``xp``.  The names
of a rule's arguments say what it keeps: ``x`` an input, ``y`` the output, ``x_shape`` the shape of
an input.  Settings are keyword-only.

The kinds are ``elementwise``, ``linear``, ``bilinear`` and ``operation``; gpugrad/ops/declare.py
describes each, and gpugrad/ops/batching.py the rules for batches.  An operation without ``batch``
goes through vmap member by member.  A rule that names an unknown argument raises TypeError.  So
does differentiating an operation without rules, unless its results are integers or truth values;
rules that are 0 say that it is constant.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from .backend.dtypes import BY_NAME, INEXACT
from .engine.functions import function_of
from .ops import declare
from .ops.batching import Stack, along, last_axes, side_by_side
from .tensor.given import check_function

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


def _decorator(kind: Callable, /, *functions: Callable, **rules: Any) -> Callable[..., Any]:
    """From a declaration to the function of Tensors, arrays and numbers that applies it."""
    if functions:  # the decorator without its parentheses
        raise TypeError(f"{kind.__name__}: rules come first, by keyword; @extend.{kind.__name__}()")

    def declared(function: Callable) -> Callable[..., Any]:
        check_function(kind.__name__, function)
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
