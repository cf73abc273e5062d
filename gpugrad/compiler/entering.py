"""What a call brings into memory that its CUDA graphs read: arguments, numbers, random states.

A captured kernel reads the same addresses for ever.  What is another array or number at every call
is written there first, all of it by one kernel.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..backend.device.copies import Place, copy_in, words, words_of
from ..backend.random.generator import WORD


class Slot(NamedTuple):
    """What differs from call to call: its number among the values of a call, its slots."""

    number: int


class Entry(NamedTuple):
    """Places that a call fills, and the addresses or words that it fills them with."""

    places: list[Place]
    read: Callable[[Sequence[Any], list], Sequence[int]]


def of_array(buffer: Any, slot: Slot) -> Entry:
    """A buffer that holds what an array holds, whose layout may differ from call to call."""

    def read(slots: Sequence[Any], held: list) -> tuple[int]:
        array = slots[slot.number]
        if not array.flags.c_contiguous:
            held.append(array := array.copy())
        return (array.data.ptr,)

    return Entry([(buffer.data.ptr, buffer.nbytes)], read)


def of_number(buffer: Any, slot: Slot) -> Entry:
    """A buffer without axes that holds a number of Python's."""

    def read(slots: Sequence[Any], held: list) -> list[int]:
        return words_of(slots[slot.number], buffer.dtype)

    return Entry(words(buffer), read)


def of_state(buffer: Any, seed: Slot, position: Slot, offset: int) -> Entry:
    """What draws read: two words of the seed, and the counter that ``offset`` leads on from to
    ``position``."""

    def read(slots: Sequence[Any], held: list) -> tuple[int, ...]:
        whole = slots[seed.number]
        return whole % WORD, whole // WORD, (slots[position.number] - offset) % WORD

    return Entry(words(buffer), read)


def entering(driver: Any, entries: Sequence[Entry]) -> Callable[[Sequence[Any]], None]:
    """What fills the places of all entries, called with the slots of a call."""
    copy = copy_in(driver, [place for entry in entries for place in entry.places])

    def enter(slots: Sequence[Any]) -> None:
        held: list[Any] = []  # copies, until the kernel is started
        copy([word for entry in entries for word in entry.read(slots, held)])

    return enter
