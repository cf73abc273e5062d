"""Shapes that the operations of all backends share."""

from operator import index
from typing import Any


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
