"""Shapes that the operations of all backends share."""

from numpy.exceptions import AxisError

__all__ = ["AxisError", "batch_shape"]


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
