"""Joining: groups of steps that become one nest, or other rows, once all steps are placed."""

from ...codegen.patterns import whole
from ..graph import Step
from .fusing import MOST_STEPS
from .nesting import FULL, REDUCE, ROW, TOTAL, Group, Nesting, adds_up, groups_of, row_length


def join_readers(nesting: Nesting) -> None:
    """Make groups one that read the same array, whose elements are then loaded once.

    No path leads from a group to another one of its level.
    """
    readers: dict[tuple, list[Group]] = {}
    for group, steps in list(groups_of(nesting)):
        kind = group.level, group.count, id(group.backend), group.dtype
        full = [step for step in steps if group.roles[step] in (FULL, REDUCE, TOTAL)]
        bases = {r.base for s in full for r in nesting.reads(s) if r.pattern == whole(group.count)}
        for base in bases:
            readers.setdefault((*kind, base), []).append(group)
    for groups in readers.values():
        for other in groups[1:]:
            _join(groups[0].now, other.now, nesting)


def _join(group: Group, other: Group, nesting: Nesting) -> None:
    """Make two groups one, if both can go through rows of one length."""
    lengths = {group.columns, other.columns} - {0}
    both = Group(group.count, group.backend, group.dtype, group.level, max(lengths, default=0))
    both.roles = {**group.roles, **other.roles}
    fits = len(lengths) < 2 and len(both.roles) <= MOST_STEPS
    if group is not other and fits and row_length(both, list(both.roles), nesting) is not None:
        group.take(other)


def added_up(group: Group, steps: list[Step], nesting: Nesting) -> list[Step]:
    """The steps of a group that takes all its elements for one row, where others ask for shorter
    rows, with totals in place of sums of the row; all steps if some need these sums."""
    sums = {step.outputs[0] for step in steps if group.roles[step] in (ROW, REDUCE)}
    reduces = [step for step in steps if group.roles[step] == REDUCE]
    others = [step for step in steps if group.roles[step] in (FULL, TOTAL)]
    needed = any(read.base in sums for step in others for read in nesting.reads(step))
    if group.columns != group.count or needed or not all(map(adds_up, reduces)):
        return steps
    group.columns = 0
    group.roles.update(dict.fromkeys(reduces, TOTAL))
    return [step for step in steps if group.roles[step] != ROW]
