"""The plan of a graph on the host: a Python function that calls runs of native operations.

Results that stay in the plan lie in one block of memory, which is there from the first call on.
The table ``at`` holds the addresses of all other arrays, and of the block.  One thread runs a plan
at a time.
"""

import ctypes
from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np

from ...backend.kernels import buffers, pool
from ...settings import settings
from ..graph import Constant, Graph, Step, Value, values_in
from ..running import runner
from ..sources import Held
from .lowering import Lowered, Operation
from .memory import planned
from .places import GIVEN, OWN, Place, Storage

BLOCK = 0  # the block's number in the table of addresses


class NativePlan:
    """A graph that can be run: ``plan.run(*arrays)`` takes the inputs' and gives the roots' arrays.

    functions: the addresses of nests; before_writing: as of Plan.
    """

    def __init__(
        self,
        graph: Graph,
        functions: dict[Step, int],
        before_writing: Callable[[], object] | None = None,
    ) -> None:
        self.graph = graph
        self.lowered = Lowered(graph, functions)
        storages = list(self.lowered.storages())
        self.memory = planned(storages)
        tabled = [s for s in storages if s.kind != OWN]
        for number, storage in enumerate(tabled, 1):
            storage.number = number
        for storage in storages:
            storage.number = max(storage.number, BLOCK)
        self.block = np.empty(self.memory, np.uint8)
        self.at = (ctypes.c_void_p * (len(tabled) + 1))()
        self.at[BLOCK] = self.block.ctypes.data
        writer = Writer(self, before_writing)
        self.text = writer.text()
        self.names = writer.names
        exec(compile(self.text, "<plan>", "exec"), self.names)
        self.run: Callable[..., tuple] = self.names["run"]

    def array(self, place: Place) -> np.ndarray:
        """The elements of a place in the block."""
        storage, dtype = place.storage, place.storage.value.dtype
        begin = storage.offset + place.offset
        return np.ndarray(place.shape, dtype, self.block, begin, place.strides)

    def bound(self, number: int, array: Any) -> Any:
        """Note the address of an array, of a copy if its elements do not lie one after another."""
        array = np.asarray(array, order="C")
        self.at[number] = array.ctypes.data
        return array


class Writer:
    """Writes the text of a plan."""

    def __init__(self, plan: NativePlan, before_writing: Callable[[], object] | None) -> None:
        self.plan, self.lowered, self.graph = plan, plan.lowered, plan.graph
        self.names: dict[str, Any] = {
            "before_writing": before_writing,
            "at": plan.at,
            "bound": plan.bound,
            "empty": buffers.empty,
            "native": pool.library().gpugrad_plan,
            "table": ctypes.addressof(plan.at),
            "settings": settings,
            "held": {},
            "lock": Lock(),
        }
        self.lines: list[str] = []
        self.at: dict[Value, str] = {}
        self.native: list[Operation] = []  # operations that wait to be called
        self.used = {  # what native operations need the addresses of
            place.storage
            for operation in self.lowered.operations
            if operation.written is not None
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
        inner = "\n        ".join([*self.lines, f"return ({roots})"])
        return f"{head}\n    with lock:\n        {inner}\n"

    def _bind_input(self, i: int, value: Value) -> None:
        place = self.lowered.places.get(value)
        if place is None or place.storage not in self.used:
            return
        number = place.storage.number
        if isinstance(getattr(value, "source", None), Held):  # nearly always the same array
            self.lines.append(f"if x{i} is not held.get({i}): held[{i}] = bound({number}, x{i})")
        else:
            self.lines.append(f"y{i} = bound({number}, x{i})")

    def _bind_constant(self, storage: Storage, i: int, array: Any) -> None:
        if storage in self.used:
            self.names[f"d{i}"] = self.plan.bound(storage.number, array)

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
                self.lines.append(f"{name} = empty({shape}, {dtype})")
                self.lines.append(f"at[{storage.number}] = {name}.ctypes.data")

    def _operation(self, number: int, operation: Operation) -> None:
        if operation.written is not None:
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
        self.names[name] = self.plan.array(self.lowered.places[value])

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
                self.lines.append(f"{name} = bound({storage.number}, {self.at[value]})")
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
        words = [word for one in self.native if one.written for word in one.written(one)]
        if words:
            name = f"w{len(self.names)}"
            self.names[name] = program = (ctypes.c_long * len(words))(*words)
            begin = ctypes.addressof(program)
            end = begin + ctypes.sizeof(program)
            self.lines.append(f"native({begin}, {end}, table, settings.threads)")
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
