"""What a benchmark is, and its peers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple


class Peer(NamedTuple):
    """One contestant: its name, what makes its calls (one a row), and what it must import."""

    name: str
    prepare: Callable[[], Mapping[str, Callable[[], Any]]]
    needs: tuple[str, ...] = ()


class Absent(RuntimeError):
    """Raised by ``prepare`` where a peer is installed but cannot run here."""


class Benchmark(NamedTuple):
    """What is measured: a name, its file, the peers, and how seconds become figures.

    measure: called with a call and how often to repeat it; by default it gives the seconds of one.
    """

    name: str
    file: str
    peers: Sequence[Peer]
    unit: str = "ms"
    scale: float = 1e3  # of seconds a call, to get the unit
    counts: Mapping[str, float] = {}  # row -> what one call does this many times
    goals: Mapping[tuple[str, str], float] = {}  # (row, peer) -> ratio to stay below
    settings: Sequence[str] = ()  # arguments that its processes are given too
    measure: Callable[[Callable[[], Any], int], Any] | None = None
