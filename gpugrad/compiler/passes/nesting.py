"""Nesting: which steps of a graph become one nest, elementwise ones and reductions.

Steps belong together if they walk over the same elements and no path between them leaves and comes
back.  That is so for linked steps of one level: a level grows by one on every edge that a nest
cannot keep inside itself.
"""

from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

from ...backend.dtypes import FLOATS, HALVES, bool_, float32
from ...backend.select import HOST
from ...codegen.patterns import Pattern, columns, composed, pattern, size, whole, with_rows
from ..graph import Constant, Graph, Step, Value
from .fusing import MOST_STEPS, is_number, kinds

FULL, ROW, REDUCE, TOTAL = "full", "row", "reduce", "total"  # what a step is in a nest
ALIASES = ("reshape", "expand_dims", "squeeze", "broadcast_to")  # which change no element
REDUCTIONS = {"sum": "sum", "total": "sum", "sum_to": "sum", "max": "max", "min": "min"}
LONGEST = 8192  # elements of a row that is reduced, where there is but one


class Group:
    """Steps that walk over ``count`` elements; ``columns``: of a row, if they reduce rows."""

    def __init__(self, count: int, backend: Any, dtype: Any, level: int, columns: int = 0) -> None:
        self.count, self.backend, self.dtype, self.level = count, backend, dtype, level
        self.columns = columns
        self.roles: dict[Step, str] = {}
        self._into: Group | None = None

    @property
    def now(self) -> "Group":
        """The group that this one has become a part of."""
        group = self
        while group._into is not None:
            group = group._into
        return group

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.count // self.columns

    def take(self, other: "Group") -> None:
        """Take the steps of another group."""
        if other is not self:
            self.columns = self.columns or other.columns
            self.roles.update(other.roles)
            other._into = self


class Read(NamedTuple):
    """An array that a step reads, through aliases, and its pattern over the step's elements."""

    base: Value
    pattern: Pattern


class Nesting:
    """The groups of a graph's steps."""

    def __init__(self, graph: Graph) -> None:
        self.level: dict[Value, int] = {}
        self.homes: dict[Value, tuple[Group, str]] = {}
        self.groups: dict[Step, Group] = {}
        self._origins: dict[Value, Read] = {}
        for step in graph.steps:
            self._place(step)

    def read(self, value: Value, shape: tuple[int, ...]) -> Read:
        """What stands for a value that a step of ``shape`` reads."""
        own = pattern(value.shape, shape)
        origin = self._origins.get(value)
        inner = composed(own, origin.pattern) if origin is not None else None
        return Read(value, own) if inner is None or origin is None else Read(origin.base, inner)

    def reads(self, step: Step) -> list[Read]:
        """The arrays that a step of a nest reads."""
        shape = step.outputs[0].shape
        if reduced(step) is not None:
            shape = step.arguments[0].shape
        return [self.read(v, shape) for v in step.values() if not is_number(v)]

    def _place(self, step: Step) -> None:
        if (step.name in ALIASES or _widens(step)) and len(step.outputs) == 1:
            self._note_alias(step)
        group = self._elementwise(step) or self._reduction(step)
        if group is not None:
            self.groups[step] = group
        level = group.level if group is not None else self._above(step)
        self.level.update(dict.fromkeys(step.outputs, level))

    def _note_alias(self, step: Step) -> None:
        """Note what a step only shows in another shape, repeats, or widens, as loading does."""
        x, (y,) = step.arguments[0], step.outputs
        if step.name == "broadcast_to":
            found = self.read(x, y.shape)
        else:
            found = self.read(x, x.shape)
        if found.base is not y:
            self._origins[y] = found

    def _above(self, step: Step) -> int:
        """The level of a step that is in no group; of an alias that of what it shows."""
        own = step.name not in ALIASES
        return max([self.level.get(v, 0) + own for v in step.values()], default=0)

    def _elementwise(self, step: Step) -> Group | None:
        dtype, y = self._dtype(step), step.outputs[0]
        if dtype is None or not prod(y.shape):
            return None
        count, reads = prod(y.shape), self.reads(step)
        links = [self._link(read, count, step, dtype) for read in reads]
        level = max(
            [self.level.get(r.base, 0) + (k is None) for r, k in zip(reads, links, strict=True)],
            default=0,
        )
        near = [link for link in links if link is not None and link[0].level == level]
        group, role = self._joined(near, count, step, dtype, level)
        group.roles[step] = role
        self.homes[y] = group, role
        return group

    def _dtype(self, step: Step) -> Any:
        """The dtype that a nest computes a step in; of truth values alone, that of what makes
        them."""
        dtype = _computed_in(step)
        if dtype == bool_:
            homes = [self.homes.get(read.base) for read in self.reads(step)]
            return next((home[0].now.dtype for home in homes if home is not None), None)
        return dtype

    def _link(self, read: Read, count: int, step: Step, dtype: Any) -> tuple[Group, str] | None:
        """The group that makes what a step reads, if the step may be in it, and as what."""
        group, role = self._home(read.base, step, dtype)
        if group is None:
            return None
        if role == FULL:
            return (group, FULL) if read.pattern == whole(count) == whole(group.count) else None
        if group.count == count and read.pattern == with_rows(whole(group.rows), group.columns):
            return group, FULL
        return (group, ROW) if read.pattern == whole(count) == whole(group.rows) else None

    def _home(self, value: Value, step: Step, dtype: Any) -> tuple[Group | None, str]:
        group, role = self.homes.get(value, (None, ""))
        if group is None or group.now.backend is not step.backend or group.now.dtype != dtype:
            return None, ""
        return group.now, role

    def _joined(
        self, near: list[tuple[Group, str]], count: int, step: Step, dtype: Any, level: int
    ) -> tuple[Group, str]:
        """The group of a step that is linked to those near, a new one if these do not agree."""
        groups = list({id(group): group for group, _ in near}.values())
        roles = {role for _, role in near}
        lengths = {(g.count, g.columns) for g in groups if g.columns}
        steps = sum(len(group.roles) for group in groups)
        if not groups or len(roles) > 1 or len(lengths) > 1 or steps >= MOST_STEPS:
            return Group(count, step.backend, dtype, level + bool(groups)), FULL
        for other in groups[1:]:
            groups[0].take(other)
        return groups[0], roles.pop()

    def _reduction(self, step: Step) -> Group | None:
        rows = reduced(step)
        if rows is None:
            return None
        x, (y,) = step.arguments[0], step.outputs
        count = prod(x.shape)
        (read,) = self.reads(step)
        dtype = computed(x.dtype)
        group, role = self._home(read.base, step, dtype)
        if group is not None and (read.pattern != whole(count) or count != _count(group, role)):
            group = None
        row = _columns_of(rows, count)
        if group is not None and role == FULL and row and _may_reduce(group, row):
            return self._reducing(group, step, row)
        level = self.level.get(read.base, 0) + 1
        if row and not (group is not None and row == count and adds_up(step)):
            return self._reducing(Group(count, step.backend, dtype, level, row), step, row)
        if not adds_up(step) or prod(y.shape) * 4 > count:
            return None
        group = group or Group(count, step.backend, dtype, level)
        group.roles[step] = TOTAL
        return group

    def _reducing(self, group: Group, step: Step, row: int) -> Group:
        group.columns = row
        group.roles[step] = REDUCE
        self.homes[step.outputs[0]] = group, ROW
        return group


def _count(group: Group, role: str) -> int:
    """The number of elements of what a group makes."""
    return group.count if role == FULL else group.rows


def _may_reduce(group: Group, row: int) -> bool:
    """Whether a step more may be in a group, which reduces rows of a length."""
    return group.columns in (0, row) and len(group.roles) < MOST_STEPS


def adds_up(step: Step) -> bool:
    """Whether a reduction may be a total: a sum, which on the host is no half."""
    (y,) = step.outputs
    return REDUCTIONS[step.name] == "sum" and (
        step.backend.base is not HOST or y.dtype not in HALVES
    )


def _widens(step: Step) -> bool:
    """Whether a step gives halves as what nests compute in."""
    return step.name == "astype" and computed(step.arguments[0].dtype) == step.outputs[0].dtype


def _computed_in(step: Step) -> Any:
    """The dtype that a nest computes a step in; None where it cannot."""
    dtypes = kinds(step)
    found = {computed(dtype) for dtype in dtypes}
    if len(found) != 1 or (step.name == "nextafter" and not HALVES.isdisjoint(dtypes)):
        return None  # of halves the next number is another one
    return found.pop()


def computed(dtype: Any) -> Any:
    """What nests compute in where they read a dtype."""
    return float32 if dtype in HALVES else dtype


def reduced(step: Step) -> Pattern | None:
    """The pattern of a reduction's result over its input's elements; None of other steps."""
    if step.name not in REDUCTIONS or step.several or len(step.arguments) != 1:
        return None
    x: Any = step.arguments[0]
    if not isinstance(x, Value) or isinstance(x, Constant) or x.dtype not in FLOATS:
        return None
    if x.dtype != step.outputs[0].dtype or not prod(x.shape):
        return None
    return pattern(_kept_shape(step, x.shape), x.shape)


def _kept_shape(step: Step, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a reduction's result if all axes stayed."""
    how = dict(step.settings)
    if step.name == "sum_to":
        return how["shape"]
    axis = how.get("axis")
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    gone = {one % len(shape) for one in axes}
    return tuple(1 if i in gone else n for i, n in enumerate(shape))


def _columns_of(rows: Pattern, count: int) -> int:
    """The number of columns if a reduction is one of rows, else 0."""
    if len(rows) == 1 and not rows[0][1]:
        return count if count <= LONGEST else 0
    return rows[1][0] if [moves for _, moves in rows] == [True, False] else 0


def groups_of(nesting: Nesting) -> Iterator[tuple[Group, list[Step]]]:
    """Every group and its steps in order."""
    found: dict[int, tuple[Group, list[Step]]] = {}
    for step, group in nesting.groups.items():
        found.setdefault(id(group.now), (group.now, []))[1].append(step)
    yield from found.values()


def row_length(group: Group, steps: list[Step], nesting: Nesting) -> int | None:
    """Elements of a row of a group, such that every operand moves along whole rows or not at all;
    0 if there is no need for rows, None if there is no such length."""
    patterns = [p for step in steps for p in _patterns(step, group, nesting)]
    partial = {p for p in patterns if p != whole(group.count) and size(p) > 1}
    length = group.columns or min([p[-1][0] for p in partial], default=0)
    if length and any(columns(p, length) is None for p in partial):
        return None
    return length


def _patterns(step: Step, group: Group, nesting: Nesting) -> Iterator[Pattern]:
    """The patterns of what a step reads and sums, over the group's elements."""
    role = group.roles[step]
    found = [read.pattern for read in nesting.reads(step)]
    rows = reduced(step)
    if role == TOTAL and rows is not None:
        found.append(rows)
    on_rows = group.columns and (
        role == ROW or (role == TOTAL and prod(step.arguments[0].shape) != group.count)
    )
    for one in found:
        yield with_rows(one, group.columns) if on_rows else one
