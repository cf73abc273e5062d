"""Nests in place of elementwise steps and reductions."""

from collections.abc import Iterator

from ...codegen.patterns import whole
from ..graph import Graph, Step, Value
from .fusing import ordered, with_arrays
from .joining import added_up, join_readers
from .nesting import FULL, Group, Nesting, groups_of, row_length
from .nesting import TOTAL as ADDS
from .weaving import Weaver


def nested(graph: Graph, fewest: int = 1) -> Graph:
    """The graph with nests in place of elementwise steps and reductions, of ``fewest`` or more."""
    graph = with_arrays(graph)
    nesting = Nesting(graph)
    join_readers(nesting)
    made: dict[Step, Step] = {}
    plans = [
        plan
        for group, steps in groups_of(nesting)
        for plan in _planned(group, steps, nesting)
        if len(plan.steps) >= fewest
    ]
    _borrow(plans, {step: number for number, step in enumerate(graph.steps)})
    wanted = _wanted(graph, plans)
    for plan in plans:
        made.update(dict.fromkeys(plan.steps, plan.woven(wanted)))
    return Graph(graph.inputs, list(ordered(graph, made)), list(graph.roots))


def _planned(group: Group, steps: list[Step], nesting: Nesting) -> Iterator[Weaver]:
    """What weaves a group; without sums over rows, if these ask for rows of other lengths."""
    if row_length(group, steps, nesting) is None:
        steps = added_up(group, steps, nesting)
    for some in (steps, [step for step in steps if group.roles[step] != ADDS]):
        length = row_length(group, some, nesting)
        if some and length is not None:
            yield Weaver(group, some, length, nesting)
            return


def _borrow(plans: list[Weaver], order: dict[Step, int]) -> None:
    """Let nests compute again what is cheap, in place of reading what another one would store."""
    owners = {value: plan for plan in plans for value in plan.makers if plan.role(value) == FULL}
    for plan in plans:
        found: list[Step] = []
        read = dict(plan.outer)
        for base, pattern in sorted(
            (at for at in plan.outer if at[0] in owners),
            key=lambda at: order[owners[at[0]].makers[at[0]]],
            reverse=True,
        ):
            owner = owners[base]
            if pattern == whole(owner.group.count) and plan.can_borrow(base, owner, read):
                found.append(owner.makers[base])
                del read[base, pattern]
        if found:
            plan.borrow(sorted(found, key=order.__getitem__))


def _wanted(graph: Graph, plans: list[Weaver]) -> set[Value]:
    """The values that are read outside of the nest that makes them."""
    inside = {step for plan in plans for step in plan.steps}
    wanted = {*graph.roots, *(base for plan in plans for base, _ in plan.outer)}
    for step in reversed(graph.steps):
        if step not in inside and not wanted.isdisjoint(step.outputs):
            wanted.update(step.values())
    return wanted
