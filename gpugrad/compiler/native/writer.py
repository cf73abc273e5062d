"""The text of a plan: what Python does between runs of native operations."""

from typing import Any

from ...backend.kernels import buffers
from ...backend.kernels.tables import Table
from ..graph import Constant, Step, Value, values_in
from ..plan import Hold
from ..running import runner
from ..sources import Held
from .lowering import Lowered, Operation
from .places import GIVEN, OWN, Storage


class Writer:
    """Writes the text of a plan, and keeps what it names."""

    def __init__(self, lowered: Lowered, table: Table, before_writing: Hold) -> None:
        self.lowered, self.graph, self.table = lowered, lowered.graph, table
        self.names: dict[str, Any] = {
            "before_writing": before_writing,
            "bind": table.bind,
            "empty": buffers.empty,
            "held": {},
        }
        self.lines: list[str] = []
        self.at: dict[Value, str] = {}
        self.native: list[Operation] = []  # operations that wait to be called
        self.runs = 0  # of them
        self.used = {  # what native operations need the addresses of
            place.storage
            for operation in self.lowered.operations
            if operation.kind is not None
            for place in (*operation.reads, *operation.writes)
        }
        self.showing: dict[Value, Step] = {}  # what shows another value's elements
        self.living: list[tuple[int, str]] = []  # Python's results, until which operation each

    def text(self) -> str:
        """The plan as a Python function."""
        for i, value in enumerate(self.graph.inputs):
            self.at[value] = f"x{i}"
            self._bind_input(i, value)
        for i, constant in enumerate(self.graph.constants()):
            self.at[constant] = f"c{i}"
            self.names[f"c{i}"] = array = constant.array
            if constant in self.lowered.places:
                self._bind_constant(self.lowered.places[constant].storage, i, array)
        self._give()
        self.writing = self.names["before_writing"] is None
        for number, operation in enumerate(self.lowered.operations):
            self._operation(number, operation)
        self._call()
        if self.names["before_writing"] is not None and not self.writing:
            self.lines.append("before_writing()")
        roots = "".join(f"{self._given(root)}, " for root in self.graph.roots)
        head = f"def run({', '.join(f'x{i}' for i in range(len(self.graph.inputs)))}):"
        return "\n    ".join([head, *self.lines, f"return ({roots})", ""])

    def _bind_input(self, i: int, value: Value) -> None:
        place = self.lowered.places.get(value)
        if place is None or place.storage not in self.used:
            return
        number = place.storage.number
        if isinstance(getattr(value, "source", None), Held):  # nearly always the same array
            self.lines.append(f"if x{i} is not held.get({i}): held[{i}] = bind({number}, x{i})")
        else:
            self.lines.append(f"y{i} = bind({number}, x{i})")

    def _bind_constant(self, storage: Storage, i: int, array: Any) -> None:
        if storage in self.used:
            self.names[f"d{i}"] = self.table.bind(storage.number, array)

    def _give(self) -> None:
        """Make the arrays that the caller gets."""
        for place in list(self.lowered.places.values()):
            storage = place.storage
            if storage.kind == GIVEN and storage.value not in self.at:
                name = self.at[storage.value] = f"r{storage.number}"
                shape, dtype = (
                    self._literal(storage.value.shape),
                    self._literal(storage.value.dtype),
                )
                self.lines.append(f"{name} = bind({storage.number}, empty({shape}, {dtype}))")

    def _operation(self, number: int, operation: Operation) -> None:
        if operation.kind is not None:
            self.native.append(operation)
        elif operation.shows:
            self.showing[operation.step.outputs[0]] = operation.step
        else:
            self._call()
            self._release(number)
            self._python(operation)

    def _release(self, number: int) -> None:
        """Forget Python's results that no operation from here on needs."""
        dead = [name for last, name in self.living if last < number]
        if dead:
            self.lines.append(f"del {', '.join(dead)}")
            self.living = [row for row in self.living if row[0] >= number]

    def _show(self, step: Step) -> None:
        """A value that shows another one's elements, once Python needs it."""
        (y,) = step.outputs
        if self.lowered.places[y].storage.kind == OWN:
            self._own(y)
        else:
            self._call_python(step, len(self.names))

    def _own(self, value: Value) -> None:
        name = self.at[value] = f"n{len(self.names)}"
        place = self.lowered.places[value]
        begin = place.storage.offset + place.offset
        self.names[name] = self.table.array(begin, place.shape, place.strides, value.dtype)

    def _python(self, operation: Operation) -> None:
        step = operation.step
        if step.name == "update" and not self.writing:
            self.lines.append("before_writing()")
            self.writing = True
        self._call_python(step, len(self.names))
        for place in operation.writes:
            storage, value = place.storage, place.storage.value
            if storage in self.used:
                name = f"b{storage.number}"
                self.lines.append(f"{name} = bind({storage.number}, {self.at[value]})")
                self.living.append((storage.last, name))

    def _call_python(self, step: Step, number: int) -> None:
        """A step that Python runs."""
        function, how, several = runner(step, self.graph)
        self.names[f"f{number}"] = function
        given = [self._text(argument) for argument in step.arguments]
        given += [f"{key}={self._text(value)}" for key, value in how.items()]
        for i, value in enumerate(step.outputs):
            name = self.at[value] = f"v{number}_{i}"
            if value in self.lowered.places and value not in self.graph.roots:
                self.living.append((self.lowered.places[value].storage.last, name))
        made = ", ".join(self.at[value] for value in step.outputs)
        self.lines.append(f"{made}{',' * several} = f{number}({', '.join(given)})")

    def _call(self) -> None:
        """The call of the native operations that wait."""
        words = [word for operation in self.native for word in operation.program]
        if words:
            name = f"p{len(self.names)}"
            self.names[name] = self.table.program(words)
            self.lines.append(f"{name}()")
            self.runs += 1
        self.native = []

    def _text(self, argument: Any) -> str:
        """An argument in the text: a variable, a tuple of them, or a literal by its name."""
        if isinstance(argument, Value):
            if argument in self.showing and argument not in self.at:
                self._show(self.showing[argument])
            elif argument not in self.at:
                self._own(argument)
            return self.at[argument]
        if type(argument) is tuple and next(values_in(argument), None) is not None:
            return f"({''.join(f'{self._text(part)}, ' for part in argument)})"
        return self._literal(argument)

    def _literal(self, value: Any) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def _given(self, root: Value) -> str:
        """A root as the caller gets it, who may write into it: of a constant a copy."""
        text = self._text(root)
        return f"{text}.copy()" if isinstance(root, Constant) else text
