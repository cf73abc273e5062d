"""Steps of a plan that are captured as one CUDA graph, and where their values are."""

from collections.abc import Iterator, Sequence, Set
from typing import Any

from ..backend.dtypes import uint64
from ..backend.select import BACKENDS, backend_of
from ..engine.buffers import overwritten
from . import entering
from .entering import Entry, Slot
from .graph import Graph, Input, Step, Value, mapped
from .plan import last_readers
from .running import runner
from .sources import Held, Outside, Position, Seed
from .writing import in_place

DRAWS = "random_"  # how the names of draws begin, whose arguments are a seed, a position, a shape


class Refused(Exception):
    """Steps that no graph takes, and the error that says why."""

    def __init__(self, steps: Sequence[Step], error: Exception | str) -> None:
        super().__init__(error)
        said = str(error) or type(error).__name__
        self.reasons = dict.fromkeys(steps, said.partition("\n")[0])


class Places:
    """Where the values of a plan are, when it is captured with the arrays of one call.

    slots: the inputs of the call, then what calls between graphs have given.  arrays: what graphs
    have of values.  pinned: the inputs that graphs read, and write, where the caller has them, by
    slot and array.
    """

    def __init__(self, device: Any, graph: Graph, moving: Set[Value], inputs: Sequence[Any]):
        self.device, self.graph, self._moving = device, graph, moving
        self.slots = list(inputs)
        self.slot_of: dict[Value, Slot] = {v: Slot(i) for i, v in enumerate(graph.inputs)}
        self.arrays: dict[Value, Any] = {v: v.array for v in graph.constants()}
        self.pinned: dict[Value, tuple[int, Any]] = {}

    def of(self, value: Value) -> Any:
        """The slot of a value, or its array."""
        return self.slot_of.get(value) or self.arrays.get(value)

    def known(self, step: Step) -> bool:
        """Whether all that a step reads is there."""
        return all(value in self.slot_of or value in self.arrays for value in step.values())

    def on_device(self, value: Value) -> bool:
        """Whether a value that is there is an array of the device."""
        place = self.of(value)
        array = self.slots[place.number] if type(place) is Slot else place
        return type(array) in BACKENDS and backend_of(array) is self.device

    def stays(self, value: Value) -> bool:
        """Whether an input is the same array at every call, as far as is known."""
        pinned = isinstance(value, Input) and isinstance(value.source, Held | Outside)
        return pinned and value not in self._moving

    def buffer(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """A new array."""
        return self.device.module.ndarray(shape, dtype)

    def add(self, values: Sequence[Value]) -> list[Slot]:
        """New slots for what a call gives."""
        slots = [Slot(len(self.slots) + i) for i in range(len(values))]
        self.slots += [None] * len(values)
        self.slot_of.update(zip(values, slots, strict=True))
        return slots

    def take(self, segment: "Segment") -> None:
        """Know what the graph of a segment has."""
        self.arrays.update({**segment.entered, **segment.made})
        self.pinned.update(segment.pinned)


def check(steps: Sequence[Step], places: Places) -> None:
    """Refused, where a step is not the device's alone."""
    made = {value for step in steps for value in step.outputs}
    for step in steps:
        if step.backend.base is not places.device:
            raise Refused([step], "the host computes it")
        if any(value.is_pythons for value in step.outputs):
            raise Refused([step], "it gives a number, which the host reads")
        known = [v for v in step.values() if v not in made and v not in _numbers(step)]
        if not all(map(places.on_device, known)):
            raise Refused([step], "it reads what the host has")


def _numbers(step: Step) -> tuple:
    """The arguments of a step that are numbers of Python's and reach a graph nevertheless."""
    if step.name.startswith(DRAWS) and _is_draw(*step.arguments[:2]):
        return step.arguments[:2]
    return step.arguments if step.name == "number" else ()


def _is_draw(seed: Any, position: Any) -> bool:
    sources = getattr(seed, "source", None), getattr(position, "source", None)
    return isinstance(sources[0], Seed) and isinstance(sources[1], Position)


class Segment:
    """Steps that are captured together: called with the slots of a call it does them.

    wanted: the values that anything after them reads.  Refused, where one of them cannot be.
    """

    def __init__(self, places: Places, steps: list[Step], wanted: Set[Value], pool: Any) -> None:
        check(steps, places)
        self.steps, self.writes = steps, any(step.name == "update" for step in steps)
        self.marked: list[Any] = []  # what is written where it is
        self.pinned: dict[Value, tuple[int, Any]] = {}
        self.made: dict[Value, Any] = {}  # arrays of the pool
        self.entered: dict[Value, Any] = {}  # others: what a graph enters must not be in its pool
        entries = [entry for step in steps for entry in self._entries(step, places)]
        self._enter = entering.entering(places.device.driver, entries)
        self._known = {**places.arrays, **self.entered}
        try:
            with places.device.driver.capture(pool) as self.graph:
                self._record(places.graph, wanted)
        except Refused:
            raise
        except Exception as error:
            raise Refused(steps, error) from error
        del self._known

    def __call__(self, slots: list[Any]) -> None:
        self._enter(slots)
        self.graph.launch()
        for array in self.marked:
            overwritten.mark(array)

    # before the capture

    def _entries(self, step: Step, places: Places) -> Iterator[Entry]:
        """What a call has to fill before the step, and nothing before it has filled."""
        if step.name == "number":
            yield self._number(step, places)
        elif step.name.startswith(DRAWS):
            yield from self._state(step, places)
        else:
            inputs = [v for v in dict.fromkeys(step.values()) if v in places.slot_of]
            for value in inputs:
                if value not in self.entered and value not in places.arrays:
                    yield from self._input(value, places)

    def _number(self, step: Step, places: Places) -> Entry:
        (value,) = step.outputs
        buffer = self.entered[value] = places.buffer((), value.dtype)
        return entering.of_number(buffer, places.slot_of[step.arguments[0]])

    def _state(self, step: Step, places: Places) -> Iterator[Entry]:
        seed, position, *_ = step.arguments
        if seed not in self.entered and seed not in places.arrays:
            buffer = self.entered[seed] = places.buffer((3,), uint64)
            slots = places.slot_of[seed], places.slot_of[position]
            yield entering.of_state(buffer, *slots, position.source.offset)

    def _input(self, value: Value, places: Places) -> Iterator[Entry]:
        """The array of an input, or of what a call gave: its own, or a buffer that it fills."""
        slot = places.slot_of[value]
        if places.stays(value):
            self.entered[value] = array = places.slots[slot.number]
            self.pinned[value] = slot.number, array
        else:
            buffer = self.entered[value] = places.buffer(value.shape, value.dtype)
            yield entering.of_array(buffer, slot)

    # the capture

    def _record(self, graph: Graph, wanted: Set[Value]) -> None:
        last = last_readers(Graph([], self.steps, list(wanted)))
        for i, step in enumerate(self.steps):
            try:
                self._do(step, graph)
            except MemoryError as error:
                raise Refused(self.steps[i:], error) from error
            except Exception as error:
                raise Refused([step], error) from error
            for value in last.get(i, ()):
                self.made.pop(value, None)  # the pool may hand its memory out again
        for value, array in self.made.items():
            if not array.flags.c_contiguous:
                self.made[value] = array.copy()

    def _do(self, step: Step, graph: Graph) -> None:
        if step.name == "number":
            return
        run, settings, several = runner(step, graph)
        arguments = step.arguments
        if step.name.startswith(DRAWS):
            seed, position, *rest = arguments
            arguments = seed, position.source.offset, *rest
        given = mapped(self._array, arguments)
        made = run(*given, **{name: mapped(self._array, how) for name, how in settings.items()})
        self.made.update(zip(step.outputs, made if several else (made,), strict=True))
        if step.name == "update" and in_place(step, graph):
            stay = {id(array) for _, array in self.pinned.values()}
            self.marked += [a for a in given[0][: len(given[1])] if id(a) in stay]

    def _array(self, argument: Any) -> Any:
        """An argument as graphs have it."""
        if not isinstance(argument, Value):
            return argument
        return self.made[argument] if argument in self.made else self._known[argument]
