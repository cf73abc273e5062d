"""Row: what one workload is."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Call = Callable[[], Any]


class Row(NamedTuple):
    """A workload: ``spellings`` make of a library the call that is timed."""

    words: str
    spellings: Mapping[str, Callable[[Any], Call]]
    by_hand: Callable[[], Call] | None = None  # NumPy, with gradients derived on paper
    unit: str = "ms"
    counts: Mapping[str, float] = {}  # spelling -> what one call does this many times
