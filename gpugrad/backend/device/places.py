"""Where the elements of a kernel's inputs lie: the struct ``Places`` of codegen/device.h.

Axes of the result that all inputs walk through as if they were one are one, and the innermost
comes first.  A kernel takes the struct by value, so that nothing is uploaded or kept.
"""

from itertools import accumulate
from math import prod
from struct import Struct
from typing import NamedTuple

AXES = 8  # of the struct
NARROW = 2**31  # elements and offsets below it are computed in 32 bits

Layout = tuple[tuple[int, ...], tuple[int, ...], int]  # shape, strides in bytes, bytes an element


class Places(NamedTuple):
    """How the elements of a result and of its inputs go together.

    sizes: of the joined axes; strides: one row an input, in elements; packs: how many packs can be
    read and written at once.
    """

    sizes: tuple[int, ...]
    strides: tuple[tuple[int, ...], ...]
    packs: int

    def struct(self) -> bytes:
        """The struct for a kernel, with all numbers 0."""
        inputs = len(self.strides)
        rows = [(*row, *(0,) * (AXES - len(row))) for row in (*self.strides, self.sizes)]
        dividers = [_divider(n) if n < NARROW else (0, 0) for n in rows[-1]]
        form = Struct(f"{inputs}d2q{AXES * (inputs + 1)}q{2 * AXES}I2i")
        return form.pack(
            *(0.0,) * inputs,
            prod(self.sizes),
            self.packs,
            *(n for row in rows for n in row),
            *(multiplier for multiplier, _ in dividers),
            *(shift for _, shift in dividers),
            len(self.sizes),
            self.wide,
        )

    @property
    def wide(self) -> bool:
        """Whether an element's number or a place has more than 31 bits."""
        farthest = (
            sum((n - 1) * abs(step) for n, step in zip(self.sizes, row, strict=True))
            for row in self.strides
        )
        return max(prod(self.sizes), *farthest) >= NARROW


def places(
    shape: tuple[int, ...], inputs: tuple[Layout | None, ...], aligned: bool, width: int
) -> Places | None:
    """The places for a result of ``shape``; None where more than AXES axes stay apart.

    inputs: None for a number.  aligned: whether all arrays lie where ``width`` elements, a pack,
    can be read at once.
    """
    rows = [(0,) * len(shape) if one is None else _strides(one, shape) for one in inputs]
    sizes, joined = _joined(shape, rows)
    if len(sizes) > AXES:
        return None
    whole = len(sizes) == 1 or sizes[0] % width == 0
    packed = aligned and whole and all(_in_packs(row, width) for row in joined)
    return Places(sizes, joined, prod(shape) // width if packed else 0)


def contiguous(shape: tuple[int, ...], itemsize: int) -> Layout:
    """The layout of an array whose elements lie one after another."""
    lengths = accumulate(reversed(shape[1:]), lambda a, b: a * b, initial=itemsize)
    return shape, tuple(lengths)[::-1] if shape else (), itemsize


def _strides(array: Layout, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides in elements along the axes of ``shape``, 0 where the array is repeated."""
    sizes, strides, itemsize = array
    own = [0 if n == 1 else s // itemsize for n, s in zip(sizes, strides, strict=True)]
    return (0,) * (len(shape) - len(own)) + tuple(own)


def _joined(shape: tuple[int, ...], rows: list[tuple[int, ...]]) -> tuple[tuple, tuple]:
    """Sizes and each row's strides, the innermost first, neighbours joined where they can be."""
    axes: list[tuple[int, tuple[int, ...]]] = []
    for size, *steps in reversed(list(zip(shape, *rows, strict=True))):
        if size == 1:
            continue
        if axes:
            inner, inner_steps = axes[-1]
            if all(s == inner * t for s, t in zip(steps, inner_steps, strict=True)):
                axes[-1] = (inner * size, inner_steps)
                continue
        axes.append((size, tuple(steps)))
    axes = axes or [(1, (0,) * len(rows))]
    sizes, steps_of = zip(*axes, strict=True)
    return sizes, tuple(zip(*steps_of, strict=True))


def _in_packs(row: tuple[int, ...], width: int) -> bool:
    """Whether a pack's elements of an input lie beside each other on a border of packs, or are
    read one by one."""
    return row[0] != 1 or all(step % width == 0 for step in row[1:])


def _divider(divisor: int) -> tuple[int, int]:
    """(multiplier, shift): n // divisor is ((n * multiplier >> 32) + n) >> shift, below 2**31."""
    shift = max(divisor - 1, 0).bit_length()
    return (2**32 * (2**shift - divisor) // divisor + 1 if divisor else 0), shift
