"""Simplifications that change no value, also not of NaN and infinity; primitives.py names them.

A rule takes the namespace of symbols, the operands, and for each operand its number, None where it
is none known; it returns something simpler, or None.  The sign of a zero may change: x + 0 is x.
"""

import math
from typing import Any


def add(xp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Leave out a zero."""
    if x is not None and x == 0:
        return b
    return a if y is not None and y == 0 else None


def subtract(xp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Leave out a zero."""
    return a if y is not None and y == 0 else None


def multiply(xp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Leave out a one; -1 changes the sign."""
    if y is not None:
        b, x = a, y  # the number first
    if x is None or b.boolean:
        return None
    if x == 1:
        return b
    return -b if x == -1 else None


def divide(xp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Multiply instead where that is exact: by a power of two."""
    if y and math.frexp(y)[0] in (0.5, -0.5) and 1e-30 < abs(y) < 1e30:
        return a * (1 / y)
    return None


def negative(xp: Any, a: Any, x: Any) -> Any:
    """Take two signs away."""
    return a.operands[0] if a.name == "negative" else None


def power(xp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Multiply or divide instead where the exponent is a small whole number."""
    if y == 1:
        return a
    if y == 2:
        return a * a
    if y == 3:
        return a * a * a
    if y == -1:
        return 1.0 / a
    return 1.0 if y == 0 else None


def where(xp: Any, c: Any, a: Any, b: Any, z: Any, x: Any, y: Any) -> Any:
    """Choose now if the condition is known, or if there is nothing to choose."""
    if z is not None:
        return a if z else b
    return a if a is b else None


def scale(xp: Any, g: Any, p: Any, x: Any, y: Any) -> Any:
    """Multiply or choose instead where a zero of the gradient cannot meet NaN or infinity."""
    if x == 0 or (y is not None and y == 0):
        return 0.0
    if y is True:
        return g
    if p.boolean:
        return xp.where(p, g, 0.0)
    if x == 1:
        return p
    if x is not None and math.isfinite(x):
        return g * p
    return g * p if y is not None and math.isfinite(y) else None


def logical_not(xp: Any, a: Any, x: Any) -> Any:
    """Take two away, or decide now."""
    if x is not None:
        return not x
    return a.operands[0] if a.name == "logical_not" and a.operands[0].boolean else None


def logical_and(xp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Leave out what is true; what is false decides."""
    return _decided(a, b, x, y, neutral=True)


def logical_or(xp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Leave out what is false; what is true decides."""
    return _decided(a, b, x, y, neutral=False)


def _decided(a: Any, b: Any, x: Any, y: Any, neutral: bool) -> Any:
    """Two truth values as one, where one of them is known or they are the same."""
    for other, known in ((b, x), (a, y)):
        if known is not None and bool(known) is not neutral:
            return not neutral
        if known is not None and other.boolean:
            return other
    return a if a is b and a.boolean else None
