"""Memory: one block for all results that do not leave a plan, each for as long as it is needed."""

import heapq
from collections.abc import Iterable

from .places import OWN, Storage

LINE = 64  # bytes: results begin where a line of the cache does


def planned(storages: Iterable[Storage]) -> int:
    """Give every own storage its offset in the block; the bytes of the block.

    A result gets the smallest gap that holds it, of those that earlier ones have left.
    """
    gaps: list[list[int]] = []  # begin and end, in order
    whole = LINE
    living: list[tuple[int, int, int]] = []  # last operation, begin, end
    own = [storage for storage in storages if storage.kind == OWN]
    for storage in sorted((s for s in own if s.over is None), key=lambda s: s.first):
        while living and living[0][0] < storage.first:
            _, begin, end = heapq.heappop(living)
            _free(gaps, begin, end)
        length = max(LINE, -(-storage.nbytes // LINE) * LINE)
        fitting = [gap for gap in gaps if gap[1] - gap[0] >= length]
        if fitting:
            gap = min(fitting, key=lambda gap: gap[1] - gap[0])
            begin, gap[0] = gap[0], gap[0] + length
            if gap[0] == gap[1]:
                gaps.remove(gap)
        else:
            begin = gaps.pop()[0] if gaps and gaps[-1][1] == whole else whole
            whole = begin + length
        storage.offset = begin
        heapq.heappush(living, (storage.last, begin, begin + length))
    for storage in own:
        storage.offset = storage.lowest.offset
    return whole


def _free(gaps: list[list[int]], begin: int, end: int) -> None:
    """Add a gap to those in order, joined with its neighbours."""
    place = next((i for i, gap in enumerate(gaps) if gap[0] > begin), len(gaps))
    gaps.insert(place, [begin, end])
    for left in (place, place - 1):
        if 0 <= left < len(gaps) - 1 and gaps[left][1] == gaps[left + 1][0]:
            gaps[left : left + 2] = [[gaps[left][0], gaps[left + 1][1]]]
