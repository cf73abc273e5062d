"""Where boxes and edges go: layers by longest path, few crossings, straight chains.

The classical steps (Sugiyama, Tagawa, Toda 1981): every vertex gets a layer below all that it was
computed from; edges over several layers get a place in each; sweeps order the layers by the
barycentres of neighbours; then places move towards their neighbours, as far as their order and
their widths allow, which is an isotonic regression in each layer.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from .layers import Place, chain_of, depths, ordered

GAP, LAYER_GAP = 22.0, 38.0  # between boxes, between layers
LANE_GAP = 12.0  # around an edge that passes through a layer
PORTS, REACH = 16.0, 0.3  # between edges that arrive at one box; how far from its middle


class Layout(NamedTuple):
    """Centres of the vertices, for each edge the points that it runs through, and the size.

    From its first point to its second an edge runs straight down, out of its layer; from there to
    the third it bends, in the gap of two layers; then straight again through the next, and so on.
    """

    centres: list[tuple[float, float]]
    routes: list[list[tuple[float, float]]]
    size: tuple[float, float]


def arranged(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Layout:
    """Place boxes of ``sizes``, earlier ones above; edges go from lower to higher numbers."""
    layers = depths(len(sizes), edges)
    places = [Place(layer, *size) for layer, size in zip(layers, sizes, strict=True)]
    computed = {b for _, b in edges}
    chains = [chain_of(places, edge, len(sizes), edge[0] in computed) for edge in edges]
    rows = ordered(places)
    _spread(places, rows, [chain for chain in chains if len(chain) > 2])
    tops, heights, height = _heights(places, rows)
    left = min(p.x - p.width / 2 for p in places)
    for place in places:
        place.x -= left
    width = max(p.x + p.width / 2 for p in places)
    centres = [(p.x, tops[p.layer] + heights[p.layer] / 2) for p in places[: len(sizes)]]
    ports = _ports(places, chains)
    routes = [
        _route(places, chain, port, centres, tops, heights)
        for chain, port in zip(chains, ports, strict=True)
    ]
    return Layout(centres, routes, (width, height))


# --- coordinates -------------------------------------------------------------------------------


def _spread(places: list[Place], rows: list[list[int]], chains: list[list[int]]) -> None:
    """Give every place its x: first where the squares of all edges are least, then straighter."""
    for row in rows:
        offsets = _offsets(places, row)
        for i, offset in zip(row, offsets, strict=True):
            places[i].x = offset - offsets[-1] / 2
    for mean in [_mean] * 60 + [_median] * 8:
        for row in (*rows, *reversed(rows)):
            _settle(places, row, mean)
    chains = sorted(chains, key=len, reverse=True)
    for _ in range(4):
        for chain in chains:
            _straighten(places, rows, chain)
        for row in (*rows, *reversed(rows)):
            _settle(places, row, _median)
    for chain in chains:
        _straighten(places, rows, chain)


def _offsets(places: list[Place], row: list[int]) -> list[float]:
    """How far each place of a layer is from the first, if all stand close."""
    offsets = [0.0]
    for i, j in pairwise(row):
        offsets.append(offsets[-1] + _apart(places[i], places[j]))
    return offsets


def _apart(a: Place, b: Place) -> float:
    """How far the middles of neighbours are from each other at least."""
    gap = GAP if a.height and b.height else LANE_GAP
    return (a.width + b.width) / 2 + gap


def _settle(places: list[Place], row: list[int], mean: Callable) -> None:
    """Move a layer as near to its neighbours as its order allows: pool adjacent violators."""
    offsets = _offsets(places, row)
    blocks: list[tuple[float, list[tuple[float, float]], int]] = []
    for i, offset in zip(row, offsets, strict=True):
        wishes = [(places[j].x - offset, weight) for j, weight in places[i].pulls]
        wishes = wishes or [(places[i].x - offset, 1.0)]
        block = (mean(wishes, places[i].x - offset), wishes, 1)
        while blocks and blocks[-1][0] > block[0]:
            at, others, count = blocks.pop()
            wishes = others + block[1]
            block = (mean(wishes, (at + block[0]) / 2), wishes, count + block[2])
        blocks.append(block)
    settled = [at for at, _, count in blocks for _ in range(count)]
    for i, offset, at in zip(row, offsets, settled, strict=True):
        places[i].x = at + offset


def _straighten(places: list[Place], rows: list[list[int]], chain: list[int]) -> None:
    """Run a long edge straight down as far as its neighbours in the layers let it."""
    lanes = chain[1:-1]
    while lanes:
        low, high, length = -inf, inf, 0
        for i in lanes:
            left, right = _room(places, rows[places[i].layer], i)
            if length and max(low, left) > min(high, right):
                break
            low, high, length = max(low, left), min(high, right), length + 1
        run, lanes = lanes[:length], lanes[length:]
        middle = sorted(places[i].x for i in run)[length // 2]
        ends = [places[chain[0]].x, places[chain[-1]].x]
        wanted = next((x for x in ends if low <= x <= high), middle)
        for i in run:
            places[i].x = min(max(wanted, low), high)


def _room(places: list[Place], row: list[int], i: int) -> tuple[float, float]:
    """How far left and right a place may go without passing its neighbours."""
    k = row.index(i)
    left, right = -inf, inf
    if k:
        left = places[row[k - 1]].x + _apart(places[row[k - 1]], places[i])
    if k + 1 < len(row):
        right = places[row[k + 1]].x - _apart(places[i], places[row[k + 1]])
    return left, right


def _mean(wishes: list[tuple[float, float]], now: float) -> float:
    return sum(x * weight for x, weight in wishes) / sum(weight for _, weight in wishes)


def _median(wishes: list[tuple[float, float]], now: float) -> float:
    """A point with no more weight on either side; of several the nearest to ``now``."""
    wishes = sorted(wishes)
    half, passed = sum(weight for _, weight in wishes) / 2, 0.0
    for k, (x, weight) in enumerate(wishes):
        passed += weight
        if passed > half:
            return x
        if passed == half:
            return min(max(now, x), wishes[k + 1][0])
    return now


# --- edges -------------------------------------------------------------------------------------


def _heights(places: list[Place], rows: list[list[int]]) -> tuple[list, list, float]:
    """Where each layer begins, how high it is, and where the last one ends."""
    heights = [max(places[i].height for i in row) for row in rows]
    tops, top = [], 0.0
    for height in heights:
        tops.append(top)
        top += height + LAYER_GAP
    return tops, heights, top - LAYER_GAP


def _ports(places: list[Place], chains: list[list[int]]) -> list[float]:
    """Where each edge arrives at its target: straight below where it comes from, if it can."""
    arriving: dict[int, list[int]] = {}
    for e, chain in enumerate(chains):
        arriving.setdefault(chain[-1], []).append(e)
    ports = [0.0] * len(chains)
    for target, numbers in arriving.items():
        x, reach = places[target].x, REACH * places[target].width
        numbers.sort(key=lambda e: places[chains[e][-2]].x)
        apart = min(PORTS, 2 * reach / len(numbers))
        last = len(numbers) - 1
        before = -inf
        for k, e in enumerate(numbers):
            wanted = min(max(places[chains[e][-2]].x, x - reach), x + reach)
            before = min(max(wanted, before + apart), x + reach - (last - k) * apart)
            ports[e] = before
    return ports


def _route(
    places: list[Place], chain: list[int], port: float, centres: list, tops: list, heights: list
) -> list[tuple[float, float]]:
    a, b = chain[0], chain[-1]
    first, last = places[a].layer, places[b].layer
    points = [(places[a].x, centres[a][1] + places[a].height / 2)]
    points.append((places[a].x, tops[first] + heights[first]))
    for i in chain[1:-1]:
        top = tops[places[i].layer]
        points += [(places[i].x, top), (places[i].x, top + heights[places[i].layer])]
    points += [(port, tops[last]), (port, centres[b][1] - places[b].height / 2)]
    return points
