"""What the stand-in counted, and the switch that makes the device's work free of charge."""

import ctypes
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from . import libraries

NAMES = (  # the same list stands in driver/state.hpp
    "launches",
    "graphs",
    "uploads",
    "downloads",
    "device copies",
    "fills",
    "synchronisations",
    "allocations",
    "events",
)
JOURNAL_BYTES = 1 << 21


def counts() -> Counter[str]:
    """How often each thing was done since the start."""
    values = (ctypes.c_uint64 * len(NAMES))()
    libraries.driver().standin_counters(values)
    return Counter(dict(zip(NAMES, values, strict=True)))


def launched() -> Counter[str]:
    """Names of the kernels launched since the last call, and how often."""
    text = ctypes.create_string_buffer(JOURNAL_BYTES)
    size = libraries.driver().standin_journal(text, ctypes.c_size_t(JOURNAL_BYTES))
    return Counter(text.raw[:size].decode().splitlines())


@contextmanager
def free_of_charge() -> Iterator[None]:
    """Inside the ``with``, launches, fills and copies on the device do nothing."""
    libraries.driver().standin_free_of_charge(1)
    try:
        yield
    finally:
        libraries.driver().standin_free_of_charge(0)
