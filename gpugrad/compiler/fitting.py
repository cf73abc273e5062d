"""Whether a recording fits a call, and the inputs of its plan: one Python function, written for it.

A call of a small step costs some microseconds, and asking three hundred guards one by one would
cost thirty times that.  So the frequent answer, that every object is the very one that it was, is
one chain of comparisons; whatever fails there is asked again, value by value, by ``Replay.holds``.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..engine.cells import Cell
from .graph import Input
from .guards import ABSENT, Guard, Key, alike, same_objects
from .sources import Argument, Held

Reader = Callable[[Sequence[Any]], tuple | None]


def reader(replay: Any, leaves: Sequence[Any]) -> Reader:
    """``read(leaves)``: the inputs of a plan, or None where something may be another than it was.

    leaves: of a call that the recording fits.
    """
    return _Writer(replay, leaves).function()


class _Writer:
    """The text of one such function, and what its names stand for."""

    def __init__(self, replay: Any, leaves: Sequence[Any]) -> None:
        self.replay, self.leaves = replay, leaves
        self.names: dict[str, Any] = {
            "same": _same,
            "alike": alike,
            "same_objects": same_objects,
            "absent": ABSENT,
            "pinned": replay.pinned,
            "decide": replay.decisions.hold,
        }

    def name(self, value: Any) -> str:
        """A name for a value."""
        made = f"n{len(self.names)}"
        self.names[made] = value
        return made

    def function(self) -> Reader:
        """The function."""
        tests = [test for i, leaf in enumerate(self.leaves) for test in self._of_leaf(i, leaf)]
        tests += ["decide(leaves)"] if self.replay.decisions.answers else []
        tests += [self._of_guard(guard) for guard in self.replay.state.guards]
        cells = [self._cell(place) for place in self.replay.without]
        tests += [f"getattr({cell}, '_grad', None) is None" for cell in cells]
        inputs = [self._input(i, value, tests) for i, value in enumerate(self.replay.inputs)]
        unpacked = "".join(f"l{i}, " for i in range(len(self.leaves)))
        lines = [
            "def read(leaves):",
            "    try:",
            f"        ({unpacked}) = leaves",  # ValueError of another number of arguments
            "        fits = (",
            *(f"            {test} and" for test in tests),
            "            True",
            "        )",
            "    except (AttributeError, KeyError, IndexError, ValueError):",
            "        return None",
            f"    return ({''.join(f'{one}, ' for one in inputs)}) if fits else None",
        ]
        exec(compile("\n".join(lines), "<reader>", "exec"), self.names)
        return self.names["read"]

    def _of_leaf(self, i: int, leaf: Any) -> list[str]:
        """What has to be so of an argument."""
        kind = [f"type(l{i}) is {self.name(type(leaf))}"]
        if isinstance(leaf, Cell):
            form = self.name(_form(leaf.held))
            node = f"type(l{i}.node) is {self.name(type(leaf.node))}"
            others = [j for j in range(i) if isinstance(self.leaves[j], Cell)]
            apart = [f"l{i} {'is' if self.leaves[j] is leaf else 'is not'} l{j}" for j in others]
            alone = f"id(l{i}) not in pinned"
            return [*kind, f"same(a{i} := l{i}.held, {form})", node, alone, *apart]
        if hasattr(leaf, "dtype"):
            return [*kind, f"same(a{i} := l{i}, {self.name(_form(leaf))})"]
        if i in self.replay.varying:
            return kind
        value = self.name(leaf)
        return [*kind, f"(l{i} is {value} or alike(l{i}, {value}))"]

    def _of_guard(self, guard: Guard) -> str:
        container, value = self.name(guard.container), self.name(guard.value)
        if isinstance(guard.key, Key):
            return guard.key.test.format(container, value)
        return f"{container}[{self.name(guard.key)}] is {value}"

    def _cell(self, place: Any) -> str:
        return f"l{place.number}" if isinstance(place, Argument) else self.name(place.owner)

    def _input(self, i: int, value: Input, tests: list[str]) -> str:
        """One input in the text; what has to be so of it is among the tests."""
        source = value.source
        if isinstance(source, Argument):
            return f"{'l' if value.is_pythons else 'a'}{source.number}"
        if not isinstance(source, Held):
            wanted = None if value.is_pythons else (None, value.shape, value.dtype)
            tests.append(f"same(x{i} := {self.name(source)}.read(leaves), {self.name(wanted)})")
            return f"x{i}"
        array = source.owner.held
        known, form = self.name(array), self.name(_form(array))
        cell = self.name(source.owner)
        tests.append(f"((x{i} := {cell}.held) is {known} or same(x{i}, {form}))")
        tests.append(f"type({cell}.node) is {self.name(source.node)}")
        return f"x{i}"


def _form(array: Any) -> tuple:
    return type(array), array.shape, array.dtype


def _same(array: Any, form: tuple | None) -> bool:
    """Whether an array has that type, shape and dtype; of a number nothing is asked."""
    return form is None or (
        form[0] in (type(array), None) and array.shape == form[1] and array.dtype == form[2]
    )
