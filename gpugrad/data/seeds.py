"""Random numbers of a loader: where gg.random, numpy.random and random begin."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from operator import index
from typing import Any

from ..backend.numpy_rules import numpys
from ..backend.random.generator import Generator, current, drawing_from

NUMPYS = numpys("random")


def key(*parts: Any) -> int:
    """A whole number of 128 bits that the parts decide; others follow from other parts."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=16).digest(), "little")


def plain(place: Any) -> Any:
    """An index such that equal ones are written alike: NumPy's integers as Python's."""
    try:
        return index(place)
    except TypeError:
        return [plain(each) for each in place] if isinstance(place, list | tuple) else place


def start(seed: int) -> None:
    """Have all three generators begin from ``seed``, of 128 bits."""
    generator = current()
    generator.seed = seed
    generator.counter.set(0)
    random.seed(seed)
    NUMPYS.seed(seed % 2**32)  # all of its words would take 15 us an item, these take 2


@contextmanager
def apart() -> Iterator[None]:
    """Within the ``with`` random numbers are drawn aside: the caller's go on where they stood."""
    pythons, arrays = random.getstate(), NUMPYS.get_state()
    try:
        with drawing_from(Generator(0)):
            yield
    finally:
        random.setstate(pythons)
        NUMPYS.set_state(arrays)
