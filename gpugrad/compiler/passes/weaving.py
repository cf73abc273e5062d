"""Weaving: the nest of a group of steps."""

from collections import Counter
from collections.abc import Container, Iterator
from typing import Any

from ...backend.dtypes import HALVES, bool_
from ...codegen.nests import ARRAY, BUFFER, LOCAL, TOTAL, Nest, Operand, Part, Total
from ...codegen.patterns import Pattern, columns, size, whole, with_rows
from ...codegen.primitives import COSTLY, PRIMITIVES
from ...codegen.symbols import INPUT, Symbol, in_primitives, symbol, walk
from ...codegen.text import Kernel
from ..graph import Step, Value
from .fusing import expression, is_number
from .nesting import FULL, REDUCE, REDUCTIONS, ROW, Group, Nesting, Read, reduced
from .nesting import TOTAL as ADDS

BLOCK = 1024  # elements of a row where nothing asks for rows
LONGEST = 4096  # elements of a row that may be shorter
SMALL = 8  # times an operand has to be smaller, so that reading it costs little
MOST_KEPT = 1 << 14  # elements of a row that a kernel keeps on its stack


class Weaver:
    """Makes the nest of a group of steps.

    A row goes through loops 0, 1, ...; what is computed once for a row comes after the loop whose
    reductions it reads.  ``phase``: of each value the number of that loop.
    """

    def __init__(self, group: Group, steps: list[Step], length: int, nesting: Nesting) -> None:
        self.group, self.nesting = group, nesting
        self.has_rows = bool(group.columns)
        if not self.has_rows:
            while length > LONGEST and length % 2 == 0:
                length //= 2
        self.length = length or min(BLOCK, group.count)
        self.steps = steps
        self.makers = {step.outputs[0]: step for step in steps}
        self.phase: dict[Value, int] = {}
        self.outer: dict[tuple[Value, Pattern], str] = {}  # what is read from outside: its name
        self.names: dict[Value, str] = {}  # of values that later loops, or the row, find by it
        self.buffers: list[str] = []
        self.written: dict[Value, str] = {}
        self.totals: dict[Value, str] = {}
        self.borrowed: set[Value] = set()  # which another nest makes, too
        self._computed: dict[tuple[Value, int, bool], Symbol] = {}
        for step in steps:
            self._enter(step)

    def role(self, value: Value) -> str:
        """What the step is that makes a value of the nest."""
        return FULL if value in self.borrowed else self.group.roles[self.makers[value]]

    def can_borrow(self, value: Value, owner: "Weaver", read: Container) -> bool:
        """Whether a value of another nest is cheap to compute from what is read here anyway, and
        from arrays that are small beside it; halves differ from what they were rounded from."""
        step, mine, its = owner.makers[value], self.group, owner.group
        alike = (mine.count, mine.dtype, mine.backend) == (its.count, its.dtype, its.backend)
        if not alike or value.dtype in HALVES:
            return False
        symbols = {v: symbol(INPUT, f"a{i}", v.dtype == bool_) for i, v in enumerate(step.values())}
        return _cost(expression(step, symbols)) < COSTLY and all(
            (one.base, one.pattern) in read or self._is_small(one.pattern)
            for one in self.nesting.reads(step)
        )

    def _is_small(self, pattern: Pattern) -> bool:
        """Whether an operand is small, and moves along whole rows."""
        if size(pattern) == 1:
            return True
        fits = self.group.count % self.length == 0 and columns(pattern, self.length) is not None
        return fits and size(pattern) * SMALL <= self.group.count

    def borrow(self, steps: list[Step]) -> None:
        """Compute values of other nests again, before all others."""
        self.borrowed = {step.outputs[0] for step in steps}
        own, self.makers, self.outer = self.makers, {}, {}
        for step in (*steps, *own.values()):
            self.makers[step.outputs[0]] = step
            self._enter(step)

    def pattern(self, step: Step, read: Read) -> Pattern:
        """That of what a step reads, over all elements."""
        on_rows = self._is_of_rows(step)
        return with_rows(read.pattern, self.length) if on_rows else read.pattern

    def _is_of_rows(self, step: Step) -> bool:
        role = self.role(step.outputs[0])
        if role == ADDS:
            base = self.nesting.reads(step)[0].base
            return base in self.makers and self.role(base) in (ROW, REDUCE)
        return role == ROW

    def _enter(self, step: Step) -> None:
        """Note what a step reads from outside, and its phase."""
        role = self.role(step.outputs[0])
        once = role == ROW or self._is_of_rows(step)
        phases = [-1 if role == ROW else 0]
        for read in self.nesting.reads(step):
            if read.base not in self.makers:
                at = read.base, self.pattern(step, read)
                self.outer.setdefault(at, f"a{len(self.outer)}")
            else:  # what is known of a row can be read by the next loop
                after = not once and self.role(read.base) in (ROW, REDUCE)
                phases.append(self.phase[read.base] + after)
        self.phase[step.outputs[0]] = max(phases)

    def woven(self, wanted: set[Value]) -> Step:
        """The nest as a step; its outputs are what is wanted of it."""
        self._name(wanted)
        self._choose_buffers()
        self._computed.clear()
        for value in self.makers:  # in order, so that none has to look far back
            if self.role(value) == FULL:
                self._symbol(value, self.phase[value])
        nest = Nest(
            self.group.count,
            self.length,
            self.group.dtype.name,
            tuple([self._operand(n, p, v.dtype.name) for (v, p), n in self.outer.items()]),
            tuple([self._writing(value, name) for value, name in self.written.items()]),
            tuple([self._total(value, name) for value, name in self.totals.items()]),
            tuple(self.buffers),
            tuple(self._parts()),
            len(self.steps),
        )
        last = self.steps[-1]
        bases = tuple([base for base, _ in self.outer])
        outputs = (*self.written, *self.totals)
        return Step("fused", bases, {"nest": nest}, outputs, True, last.backend, last.line)

    def _name(self, wanted: set[Value]) -> None:
        """Name what is written, totals, and values of a row."""
        own = [v for v in self.makers if v not in self.borrowed]
        arrays = [v for v in own if v in wanted and self.role(v) != ADDS]
        self.written = {value: f"y{i}" for i, value in enumerate(arrays)}
        for i, value in enumerate(self.makers):
            if self.role(value) == ADDS:
                self.totals[value] = f"t{i}"
            elif self.role(value) != FULL:
                self.names[value] = f"r{i}"
            elif value in self.written:
                self.names[value] = self.written[value]

    def _operand(self, name: str, pattern: Pattern, dtype: str) -> Operand:
        if pattern == whole(self.group.count):  # the last row may be shorter
            return Operand(name, whole(self.rows), True, dtype)
        split = columns(pattern, self.length) if size(pattern) > 1 else ((), False)
        assert split is not None  # see row_length
        return Operand(name, *split, dtype)

    def _writing(self, value: Value, name: str) -> Operand:
        on_row = self.role(value) in (ROW, REDUCE)
        return Operand(name, whole(self.rows), not on_row, value.dtype.name)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return -(-self.group.count // self.length)

    def _total(self, value: Value, name: str) -> Total:
        step = self.makers[value]
        rows = reduced(step)
        assert rows is not None
        found = with_rows(rows, self.length) if self._is_of_rows(step) else rows
        if size(found) == 1:
            return Total(name, (), False, 1, value.dtype.name)
        split = columns(found, self.length)
        assert split is not None  # see row_length
        return Total(name, *split, size(found), value.dtype.name)

    # loops

    def _choose_buffers(self) -> None:
        """Let loops keep what is dear to compute again and read by a later one."""
        readers: dict[Value, int] = {}
        for step in self.steps:
            for read in self.nesting.reads(step):
                if read.base in self.makers:
                    last = max(readers.get(read.base, 0), self.phase[step.outputs[0]])
                    readers[read.base] = last
        for value in self.makers:
            crosses = readers.get(value, 0) > self.phase[value]
            if self.role(value) != FULL or not crosses or value in self.names:
                continue
            own = self._symbol(value, self.phase[value])
            if value.dtype != bool_ and _cost(own) >= COSTLY and self.length <= MOST_KEPT:
                self.names[value] = name = f"b{len(self.buffers)}"
                self.buffers.append(name)

    def _symbol(self, value: Value, phase: int, row: bool = False) -> Symbol:
        """What a loop, or what follows it for the row, computes of a value."""
        name, made_in = self.names.get(value), self.phase[value]
        is_row = self.role(value) in (ROW, REDUCE)
        here = made_in == phase and row == is_row and self.role(value) != REDUCE
        if name is not None and not here:
            return symbol(INPUT, name, value.dtype == bool_)
        known = self._computed.get((value, phase, row))
        if known is None:
            step = self.makers[value]
            known = expression(step, self._symbols(step, phase, row))
            self._computed[value, phase, row] = known
        return known

    def _symbols(self, step: Step, phase: int, row: bool) -> dict[Value, Symbol]:
        """By argument of a step what it reads."""
        found = {}
        shape = step.outputs[0].shape if reduced(step) is None else step.arguments[0].shape
        for value in step.values():
            if not is_number(value):
                read = self.nesting.read(value, shape)
                found[value] = self._read(step, read, phase, row)
        return found

    def _read(self, step: Step, read: Read, phase: int, row: bool) -> Symbol:
        if read.base in self.makers:
            return self._symbol(read.base, phase, row)
        name = self.outer[read.base, self.pattern(step, read)]
        return symbol(INPUT, name, read.base.dtype == bool_)

    def _parts(self) -> Iterator[Part]:
        """The loops and what is computed between them."""
        for phase in range(-1, max(self.phase.values()) + 1):
            for looped in (True, False):
                found = list(self._outputs(phase, looped))
                if found:
                    names = tuple([(name, root) for name, root, _ in found])
                    yield Part(looped, _kernel(names), tuple([end for *_, end in found]))

    def _outputs(self, phase: int, looped: bool) -> Iterator[tuple[str, Symbol, str]]:
        """What a part computes: names, expressions and where each goes."""
        for value, step in self.makers.items():
            role = self.role(value)
            if role == FULL and looped and self.phase[value] == phase:
                yield from self._kept(value, phase)
            elif role == REDUCE and self.phase[value] == phase:
                yield from self._reduction(value, step, phase, looped)
            elif role == ROW and not looped and self.phase[value] == phase:
                root = self._symbol(value, phase, row=True)
                yield self.names[value], root, LOCAL
                if value in self.written:
                    yield self.written[value], root, ARRAY
            elif role == ADDS and self.phase[value] == phase and looped != self._is_of_rows(step):
                root = self._symbols(step, phase, not looped)[step.arguments[0]]
                yield self.totals[value], root, TOTAL

    def _kept(self, value: Value, phase: int) -> Iterator[tuple[str, Symbol, str]]:
        name = self.names.get(value)
        if name is not None:
            end = BUFFER if name in self.buffers else ARRAY
            yield name, self._symbol(value, phase), end

    def _reduction(
        self, value: Value, step: Step, phase: int, looped: bool
    ) -> Iterator[tuple[str, Symbol, str]]:
        if looped:
            root = self._symbols(step, phase, False)[step.arguments[0]]
            yield self.names[value], root, REDUCTIONS[step.name]
        elif value in self.written:
            yield self.written[value], symbol(INPUT, self.names[value]), ARRAY


def _kernel(outputs: tuple[tuple[str, Symbol], ...]) -> Any:
    roots = [in_primitives(root) for _, root in outputs]
    ends = {n.value: n.boolean for n in walk(*roots) if n.name == INPUT}
    truths = frozenset(name for name, boolean in ends.items() if boolean)
    return Kernel("part", tuple(ends), truths, (), outputs)


def _cost(root: Symbol) -> int:
    """What an expression costs, in additions."""
    counts = Counter(node.name for node in walk(in_primitives(root)) if node.operands)
    return sum(PRIMITIVES[name].cost * count for name, count in counts.items())
