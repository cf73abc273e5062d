"""Which layer a vertex belongs to, which edges pass through it, and in what order all stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos

LANE = 8.0  # the width of an edge
CHAIN, PASSING, LONG = 4.0, 4.0, 12.0  # how much edges want to be straight; one from a leaf: 1
SWEEPS, DIFFUSIONS = 24, 200  # at most; each


@dataclass(slots=True)
class Place:
    """A vertex, or where an edge runs through a layer."""

    layer: int
    width: float
    height: float = 0.0
    x: float = 0.0
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    pulls: list[tuple[int, float]] = field(default_factory=list)  # neighbours, with weights


def depths(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """For each vertex a layer below all its sources, and as near to its users as edges like it."""
    sources: list[list[int]] = [[] for _ in range(count)]
    users: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        sources[b].append(a)
        users[a].append(b)
    depth = [0] * count
    for b in range(count):  # numbers rise along edges
        depth[b] = max((depth[a] + 1 for a in sources[b]), default=0)
    for a in reversed(range(count)):
        if users[a] and len(set(users[a])) >= len(set(sources[a])):
            depth[a] = min(depth[b] for b in users[a]) - 1
    return depth


def chain_of(places: list[Place], edge: tuple[int, int], count: int, computed: bool) -> list[int]:
    """The places that an edge runs through, both ends included; new ones are appended.

    count: of vertices; computed: whether the edge comes from an operation, not from a leaf.
    """
    a, b = edge
    chain = [a]
    for layer in range(places[a].layer + 1, places[b].layer):
        chain.append(len(places))
        places.append(Place(layer, LANE))
    chain.append(b)
    for u, v in pairwise(chain):
        places[u].below.append(v)
        places[v].above.append(u)
        passing = (u >= count) + (v >= count)
        weight = (CHAIN if computed else 1.0, PASSING, LONG)[passing]
        places[u].pulls.append((v, weight))
        places[v].pulls.append((u, weight))
    return chain


# --- order -------------------------------------------------------------------------------------


def ordered(places: list[Place]) -> list[list[int]]:
    """The places of each layer from left to right, with few crossings."""
    best: list[list[int]] = []
    fewest = -1
    for start in (_depth_first, _slowest):
        rows: list[list[int]] = [[] for _ in range(1 + max(p.layer for p in places))]
        for i in start(places):
            rows[places[i].layer].append(i)
        for sweep in range(SWEEPS):
            crossings = _crossings(places, rows)
            if fewest < 0 or crossings < fewest:
                best, fewest = [list(row) for row in rows], crossings
            if not fewest:
                return best
            _sweep(places, rows, down=sweep % 2 == 0)
    return best


def _sweep(places: list[Place], rows: list[list[int]], down: bool) -> None:
    """Order one layer after the other by the one before it, then exchange neighbours."""
    for row in rows[1:] if down else rows[-2::-1]:
        _by_barycentre(places, rows, row, down)
    _exchange(places, rows)


def _depth_first(places: list[Place]) -> list[int]:
    """All places, each source right after its first user, from the newest."""
    seen: dict[int, None] = {}
    pending = [i for i, place in enumerate(places) if not place.below]
    while pending:
        i = pending.pop()
        if i not in seen:
            seen[i] = None
            pending += reversed(places[i].above)
    return list(seen)


def _slowest(places: list[Place]) -> list[int]:
    """All places by the slowest mode of diffusion along the edges, which unfolds what is long."""
    near = [place.above + place.below for place in places]
    total = sum(map(len, near)) or 1
    x = [cos(1.7 * i) for i in range(len(places))]
    for _ in range(DIFFUSIONS):
        mean = sum(len(n) * v for n, v in zip(near, x, strict=True)) / total
        x = [v - mean for v in x]
        x = [
            (v + sum(x[j] for j in n) / len(n)) / 2 if n else v
            for v, n in zip(x, near, strict=True)
        ]
        largest = max(map(abs, x)) or 1.0
        x = [v / largest for v in x]
    return sorted(range(len(places)), key=lambda i: round(x[i], 9))  # alike on every machine


def _by_barycentre(places: list[Place], rows: list[list[int]], row: list[int], down: bool) -> None:
    """Sort a layer by the mean position of each place's neighbours; who has none stays."""
    layer = places[row[0]].layer
    near = rows[layer - 1 if down else layer + 1]
    at = {i: k for k, i in enumerate(near)}
    keys = {}
    for k, i in enumerate(row):
        neighbours = places[i].above if down else places[i].below
        mean = sum(at[j] for j in neighbours) / len(neighbours) if neighbours else None
        keys[i] = k * len(near) / len(row) if mean is None else mean
    row.sort(key=keys.__getitem__)


def _exchange(places: list[Place], rows: list[list[int]]) -> None:
    """Exchange neighbours within layers as long as it saves crossings."""
    at = {i: k for row in rows for k, i in enumerate(row)}
    better = True
    while better:
        better = False
        for row in rows:
            for k in range(len(row) - 1):
                a, b = places[row[k]], places[row[k + 1]]
                saved = _inversions(a, b, at) - _inversions(b, a, at)
                if saved > 0:
                    row[k], row[k + 1] = row[k + 1], row[k]
                    at[row[k]], at[row[k + 1]] = k, k + 1
                    better = True


def _inversions(a: Place, b: Place, at: dict[int, int]) -> int:
    """Crossings of the edges of ``a`` with those of ``b`` if ``a`` is on the left."""
    pairs = ((a.above, b.above), (a.below, b.below))
    return sum(at[i] > at[j] for left, right in pairs for i in left for j in right)


def _crossings(places: list[Place], rows: list[list[int]]) -> int:
    at = {i: k for row in rows for k, i in enumerate(row)}
    return sum(
        at[i] > at[j]
        for row in rows
        for k, a in enumerate(row)
        for b in row[k + 1 :]
        for i in places[a].below
        for j in places[b].below
    )
