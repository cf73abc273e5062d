"""A graph: what a recorded function does with arrays, one step after another.

    %0 = argument 0                      float32 (4, 3)
    %1 = cell                            float32 (3, 2)
    %2 = matmul(%0, %1)                  float32 (4, 2)    train.py:12
    %3 = tanh(%2)                        float32 (4, 2)    train.py:12

A step names an operation of gpugrad, or something that arrays do themselves (see OPERATORS).  Its
arguments are values, literals and tuples of both.  Steps stand in the order in which they ran.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Shape = tuple[int, ...]


@dataclass(eq=False, slots=True)
class Value:
    """One array: its shape and dtype, not its elements; or a number, whose dtype is its type."""

    shape: Shape
    dtype: Any
    number: int = -1  # in the graph's text

    @property
    def is_pythons(self) -> bool:
        """Whether it is a number of Python's."""
        return isinstance(self.dtype, type)


@dataclass(eq=False, slots=True)
class Input(Value):
    """An array that is read anew at every call; ``source`` says where."""

    source: Any = None


@dataclass(eq=False, slots=True)
class Constant(Value):
    """An array that is the same at every call."""

    array: Any = None

    @property
    def is_number(self) -> bool:
        """Whether it is one real number."""
        return self.shape == () and self.dtype.kind in "biuf"

    @property
    def item(self) -> Any:
        """The number."""
        return self.array.item()


@dataclass(eq=False, slots=True)
class Step:
    """One operation: ``outputs`` are computed from ``arguments``, which hold values and literals.

    several: whether the operation gives a tuple.  line: the user's, as (file, number).
    """

    name: str
    arguments: tuple
    settings: dict[str, Any]
    outputs: tuple[Value, ...]
    several: bool
    backend: Any
    line: tuple[str, int] | None = None
    _values: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        self._values = tuple(values_in((self.arguments, tuple(self.settings.values()))))

    def values(self) -> tuple[Value, ...]:
        """The values among the arguments and settings; every pass asks for them."""
        return self._values


@dataclass(eq=False, slots=True)
class Graph:
    """The steps of a recorded function and what of their values is wanted: the ``roots``."""

    inputs: list[Input] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    roots: list[Value] = field(default_factory=list)
    answers: dict = field(default_factory=dict, init=False, repr=False)  # see backend/kept.py

    def constants(self) -> list[Constant]:
        """The constants that steps read or that are wanted, each once."""
        read = [value for step in self.steps for value in step.values()]
        return [v for v in dict.fromkeys((*read, *self.roots)) if isinstance(v, Constant)]

    def replaced(self, new: Mapping[Value, Value], steps: list[Step]) -> "Graph":
        """The same with ``steps``, in which values are others where ``new`` has them."""
        changed = [with_values(step, new) for step in steps]
        return Graph(self.inputs, changed, [new.get(root, root) for root in self.roots])

    def __str__(self) -> str:
        arrays = [value for value in self.constants() if not value.is_number]
        ends: list[Value] = [*self.inputs, *arrays]
        made = [value for step in self.steps for value in step.outputs]
        for number, value in enumerate((*ends, *made)):
            value.number = number
        rows = [(_end(value), _kind(value), "") for value in ends]
        rows += [(_step(step), _kinds(step.outputs), line_of(step)) for step in self.steps]
        wide, middle = (max([len(row[i]) for row in rows], default=0) for i in (0, 1))
        lines = [f"{a:<{wide}}  {b:<{middle}}  {c}".rstrip() for a, b, c in rows]
        return "\n".join([*lines, f"return {', '.join(map(_text, self.roots))}"])


def fused_operations(step: Step) -> int:
    """The number of operations that a kernel is made of."""
    how = step.settings
    return how["nest"].size if "nest" in how else int(how["kernel"].name.split("_")[1])


def values_in(argument: Any) -> Iterator[Value]:
    """The values in an argument, at any depth."""
    if isinstance(argument, Value):
        yield argument
    elif type(argument) is tuple:
        for part in argument:
            yield from values_in(part)


def mapped(change: Callable[[Any], Any], argument: Any) -> Any:
    """An argument with ``change`` of everything in it that is no tuple."""
    if type(argument) is tuple:
        return tuple([mapped(change, part) for part in argument])
    return change(argument)


def with_values(step: Step, new: Mapping[Value, Value]) -> Step:
    """A step that reads other values, where ``new`` has them."""
    if new.keys().isdisjoint(step.values()):
        return step

    def change(x: Any) -> Any:
        return new.get(x, x) if isinstance(x, Value) else x

    settings = {name: mapped(change, value) for name, value in step.settings.items()}
    arguments = mapped(change, step.arguments)
    return Step(step.name, arguments, settings, step.outputs, step.several, step.backend, step.line)


def _end(value: Any) -> str:
    what = "constant" if isinstance(value, Constant) else str(value.source)
    return f"%{value.number} = {what}"


def _kind(value: Value) -> str:
    if value.is_pythons:
        return value.dtype.__name__
    return f"{value.dtype.name} {value.shape}"


def _kinds(values: tuple[Value, ...]) -> str:
    """Those of the first and the last of many."""
    shown = [_kind(v) for v in values]
    return ", ".join(shown if len(shown) < 4 else [shown[0], "...", shown[-1]])


def _step(step: Step) -> str:
    inside = [_text(a) for a in step.arguments]
    inside += [f"{name}={_text(v)}" for name, v in step.settings.items() if name != "unit"]
    numbers = [f"%{value.number}" for value in step.outputs]
    made = ", ".join(numbers if len(numbers) < 4 else [numbers[0], "...", numbers[-1]])
    return f"{made} = {step.name}({', '.join(inside)})"


def _text(argument: Any) -> str:
    if isinstance(argument, Constant) and argument.is_number:
        return repr(argument.item)
    if isinstance(argument, Value):
        return f"%{argument.number}"
    if type(argument) is tuple:
        return f"({', '.join(map(_text, argument))}{',' * (len(argument) == 1)})"
    return getattr(argument, "name", None) or repr(argument)  # a dtype, an optimizer's rule


def line_of(step: Step) -> str:
    return f"{step.line[0].rpartition('/')[2]}:{step.line[1]}" if step.line else ""
