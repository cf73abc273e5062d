"""Shapes that the operations of all backends share, and numbers that are lengths or counts."""

from operator import index
from typing import Any

from numpy.exceptions import AxisError

__all__ = ["AxisError", "batch_shape", "refuse_features", "sizes", "whole", "wholes"]


def sizes(shape: Any) -> tuple[int, ...]:
    """A shape as a tuple of Python integers: of one or several whole numbers, or an array."""
    given = shape.tolist() if hasattr(shape, "tolist") else shape
    try:
        return tuple(map(index, given if isinstance(given, tuple | list) else (given,)))
    except TypeError:
        raise TypeError(f"a shape is one or several whole numbers, not {shape!r:.200}") from None


def batch_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The common shape of two stacks' leading axes; ValueError where there is none."""
    length = max(len(a), len(b))
    pairs = zip((1,) * (length - len(a)) + a, (1,) * (length - len(b)) + b, strict=True)
    shape = []
    for m, n in pairs:
        if m != n and 1 not in (m, n):
            raise ValueError(f"matmul: stacks of shapes {a} and {b} do not broadcast")
        shape.append(n if m == 1 else m)
    return tuple(shape)


def refuse_features(x: tuple[int, ...], weight: tuple[int, ...]) -> None:
    """A ValueError, of ``linear``, unless the last axis of ``x`` is as long as that of (outputs,
    features), the ``weight``; both are shapes."""
    if x[-1:] != weight[1:]:
        raise ValueError(
            f"linear: x of shape {x} for a weight {weight}; "
            f"x has {weight[-1]} features, (..., {weight[-1]})"
        )


def whole(value: Any, name: str, least: int = 0) -> int:
    """``value`` as an int; a TypeError for what is no whole number, a ValueError for one below
    ``least``, both by ``name``."""
    try:
        number = index(value)
    except TypeError:
        raise TypeError(f"{name}: {value!r:.80}; give a whole number") from None
    if number < least:
        raise ValueError(f"{name}: {number}; give at least {least}")
    return number


def wholes(value: Any, count: int, name: str, least: int = 0) -> tuple[int, ...]:
    """``count`` whole numbers, from a list or a tuple of them, or from one that stands for all."""
    several = value if isinstance(value, list | tuple) else (value,) * count
    if len(several) != count:
        raise ValueError(f"{name}: {value}; give a whole number, or {count} of them")
    return tuple(whole(each, name, least) for each in several)
