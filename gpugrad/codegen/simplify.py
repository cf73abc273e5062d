"""Simplifications of an expression that change no value, also not of NaN and infinity.

The sign of a zero may change: x + 0 becomes x.
"""

import math
from collections.abc import Callable
from typing import Any

from .primitives import LEAVES
from .symbols import INPUT, LITERAL, SETTING, Symbol, apply, literal

FOLDED: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negative": lambda a: -a,
    "divide": lambda a, b: a / b,
    "absolute": abs,
    "greater": lambda a, b: a > b,
    "less": lambda a, b: a < b,
    "equal": lambda a, b: a == b,
}


def simplified(name: str, operands: tuple[Symbol, ...]) -> Symbol | None:
    """A simpler expression for an operation of ``operands``, or None."""
    values = [o.value if o.name == LITERAL else None for o in operands]
    if name in FOLDED and None not in values and (name != "divide" or values[1]):
        return literal(FOLDED[name](*values))
    rule = RULES.get(name)
    return rule(*operands, *values) if rule else None


def _add(a: Symbol, b: Symbol, x: Any, y: Any) -> Symbol | None:
    if x is not None and x == 0:
        return b
    if y is not None and y == 0:
        return a
    return None


def _subtract(a: Symbol, b: Symbol, x: Any, y: Any) -> Symbol | None:
    return a if y is not None and y == 0 else None


def _multiply(a: Symbol, b: Symbol, x: Any, y: Any) -> Symbol | None:
    if y is not None:
        a, b, x = b, a, y  # the number first
    if x is None or is_boolean(b):
        return None
    if x == 1:
        return b
    return apply("negative", (b,)) if x == -1 else None


def _divide(a: Symbol, b: Symbol, x: Any, y: Any) -> Symbol | None:
    if y and math.frexp(y)[0] in (0.5, -0.5) and 1e-30 < abs(y) < 1e30:
        return apply("multiply", (a, 1 / y))  # exact: a power of two
    return None


def _negative(a: Symbol, x: Any) -> Symbol | None:
    return a.operands[0] if a.name == "negative" else None


def _power(a: Symbol, b: Symbol, x: Any, y: Any) -> Symbol | None:
    if y == 1:
        return a
    if y == 2:
        return apply("multiply", (a, a))
    if y == 3:
        return apply("multiply", (apply("multiply", (a, a)), a))
    if y == -1:
        return apply("divide", (1.0, a))
    return literal(1.0) if y == 0 else None


def _where(c: Symbol, a: Symbol, b: Symbol, z: Any, x: Any, y: Any) -> Symbol | None:
    if z is not None:
        return a if z else b
    return a if a is b else None


def _scale(g: Symbol, p: Symbol, x: Any, y: Any) -> Symbol | None:
    if x == 0 or (y is not None and y == 0):
        return literal(0.0)
    if y is True:
        return g
    if is_boolean(p):
        return apply("where", (p, g, 0.0))
    if x == 1:
        return p
    if x is not None and math.isfinite(x):
        return apply("multiply", (g, p))
    return apply("multiply", (g, p)) if y is not None and math.isfinite(y) else None


RULES: dict[str, Callable] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "power": _power,
    "where": _where,
    "scale": _scale,
}


def is_boolean(node: Symbol) -> bool:
    """Whether an expression is a truth value rather than a number."""
    if node.name == LITERAL:
        return isinstance(node.value, bool)
    if node.name in (INPUT, SETTING):
        return node.settings.get("boolean", False)
    if node.name == "where":
        return is_boolean(node.operands[1]) and is_boolean(node.operands[2])
    if node.name in LEAVES:
        return LEAVES[node.name].boolean
    from .expressions import lowered  # what the operation's own rule makes of it

    return is_boolean(lowered(node))
