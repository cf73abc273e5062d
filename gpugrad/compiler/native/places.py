"""Where the elements of values lie: storages, and places in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import NamedTuple

from ..graph import Shape, Step, Value

OUTSIDE, OWN, GIVEN = "outside", "own", "given"


@dataclass(eq=False, slots=True)
class Storage:
    """Memory of one array.

    kind: OUTSIDE, an array that Python has; OWN, a part of the plan's block; GIVEN, one made anew
    at every call for the caller.  last: the number of the last operation that needs it.
    """

    value: Value
    kind: str
    first: int = 0
    last: int = 0
    number: int = -1  # in the table of addresses; those of the plan's block share one
    offset: int = 0  # in the block
    users: list = field(default_factory=list)  # values that show it
    over: "Storage | None" = None  # whose memory it takes

    @property
    def lowest(self) -> "Storage":
        """The one whose memory it takes in the end: itself, or another."""
        storage = self
        while storage.over is not None:
            storage = storage.over
        return storage

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return prod(self.value.shape) * self.value.dtype.itemsize


class Place(NamedTuple):
    """Elements of a storage: bytes to the first, and along each axis from one to the next."""

    storage: Storage
    offset: int
    shape: Shape
    strides: tuple[int, ...]
    item: int  # bytes of an element

    @property
    def contiguous(self) -> bool:
        """Whether the elements lie one after another."""
        return self.strides == contiguous(self.shape, self.item) or prod(self.shape) <= 1


def contiguous(shape: Shape, item: int) -> tuple[int, ...]:
    """The steps along the axes of an array whose elements lie one after another."""
    steps = [item]
    for length in reversed(shape[1:]):
        steps.append(steps[-1] * length)
    return tuple(steps[::-1]) if shape else ()


def of_storage(storage: Storage) -> Place:
    """The place of a whole storage."""
    shape, item = storage.value.shape, storage.value.dtype.itemsize
    return Place(storage, 0, shape, contiguous(shape, item), item)


def _permuted(x: Place, step: Step) -> Place | None:
    axes = step.settings.get("axes")
    if axes is None:
        return None
    axes = tuple(axis % len(x.shape) for axis in axes)
    strides = tuple(x.strides[axis] for axis in axes)
    return x._replace(shape=step.outputs[0].shape, strides=strides)


def _turned(x: Place, step: Step) -> Place:
    return x._replace(
        shape=step.outputs[0].shape, strides=(*x.strides[:-2], x.strides[-1], x.strides[-2])
    )


def _reshaped(x: Place, step: Step) -> Place | None:
    """In another shape, where no element has to move: axes may be split, and such joined that lie
    as one."""
    shape = step.outputs[0].shape
    old = [(n, s) for n, s in zip(x.shape, x.strides, strict=True) if n != 1]
    strides: list[int] = []
    for length in reversed(shape):
        if length == 1:
            strides.append(strides[-1] if strides else x.item)
            continue
        while old and old[-1][0] < length and len(old) > 1:
            (outer, far), (inner, near) = old[-2], old[-1]
            if far != near * inner:
                return None
            old[-2:] = [(outer * inner, near)]
        if not old or old[-1][0] % length:
            return None
        whole, near = old.pop()
        strides.append(near)
        if whole != length:
            old.append((whole // length, near * length))
    return x._replace(shape=shape, strides=tuple(strides[::-1]))


def _repeated(x: Place, step: Step) -> Place:
    shape = step.outputs[0].shape
    added = len(shape) - len(x.shape)
    own = ((1,) * added + x.shape, (0,) * added + x.strides)
    strides = tuple(
        0 if n == 1 and n != wanted else s for n, s, wanted in zip(*own, shape, strict=True)
    )
    return x._replace(shape=shape, strides=strides)


VIEWS: dict[str, Callable[[Place, Step], Place | None]] = {
    "permute_dims": _permuted,
    "matrix_transpose": _turned,
    "reshape": _reshaped,
    "expand_dims": _reshaped,
    "squeeze": _reshaped,
    "broadcast_to": _repeated,
}


def view(x: Place, step: Step) -> Place | None:
    """The place of what a step shows of a place; None where elements have to move."""
    show = VIEWS.get(step.name)
    return None if show is None or not prod(x.shape) else show(x, step)


def joined_axes(place: Place) -> list[tuple[int, int]]:
    """Lengths and steps of the axes, those as one that can be."""
    found = [(n, s) for n, s in zip(place.shape, place.strides, strict=True) if n != 1]
    for number in range(len(found) - 1, 0, -1):
        (outer, far), (inner, near) = found[number - 1], found[number]
        if far == near * inner:
            found[number - 1 : number + 1] = [(outer * inner, near)]
    return found
