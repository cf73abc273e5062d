"""A plan on a device as CUDA graphs: captured once, launched at every later call.

The first call runs step by step, so that every kernel is compiled.  The second one captures: steps
that no graph takes (solvers, which CuPy refuses there, and work of the host) are called between
graphs.  A step that fails while it is captured is called too, whatever the reason.

A graph reads and writes the same addresses for ever.  Cells are read, and updated by optimizers,
where they are, unless their array is another one than before: such a cell, and all else that a
call is given, is copied to where the graphs read it.  What they give is copied from them, so that
it is the caller's own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import nullcontext
from itertools import takewhile
from typing import Any

from ..backend.device.copies import copy_out
from .entering import Slot
from .graph import Constant, Graph, Step, Value, line_of, mapped
from .plan import Hold, Plan
from .running import runner
from .segments import Places, Refused, Segment
from .sources import Held
from .writing import VIEWS, in_place


def planned(graph: Graph, before_writing: Hold, written: Iterable[Any]) -> "Plan | Capturing":
    """What runs a graph: CUDA graphs, where all its devices are one.

    before_writing: as Plan's.  written: places of the cells that hold another array afterwards.
    """
    plan, devices = Plan(graph, before_writing), _devices(graph)
    return Capturing(plan, devices[0], before_writing, written) if len(devices) == 1 else plan


def _devices(graph: Graph) -> list[Any]:
    backends = {id(step.backend): step.backend.base for step in graph.steps}
    return [base for base in backends.values() if base.driver is not None]


def without(graph: Graph, walked: bool) -> list[str]:
    """Why there are no CUDA graphs, for ``step.report()``; nothing on the host.

    walked: whether the results are walked back from.  What that needs would be copied, all of it,
    at every call.
    """
    devices = _devices(graph)
    several = f"it computes on {len(devices)} devices"
    reason = "its results are walked back from" if walked else several
    return [f"{'CUDA graphs':<22}none, since {reason}"] if devices else []


class Capturing:
    """A plan that is captured; run as Plan is."""

    def __init__(self, plan: Plan, device: Any, before_writing: Hold, written: Iterable[Any]):
        self.graph, self.device = plan.graph, device
        self._first: Plan | None = plan
        self._hold = before_writing
        cells = {id(place.owner) for place in written if isinstance(place, Held)}
        self._moving = _replaced(plan.graph, cells)
        self._refused: dict[Step, str] = {}
        self._capture: Capture | None = None

    def run(self, *inputs: Any) -> tuple:
        """The roots' arrays."""
        with self.device.here() or nullcontext():
            if self._first is not None:
                values = self._first.run(*inputs)
                self._first = None
                return values
            if self._capture is not None:
                moved = self._capture.moved(inputs)
                if not moved:
                    return self._capture.again(inputs)
                self._moving |= moved
                self._capture = None  # its memory is free before there is another
            capture = Capture(self.graph, self.device, self._moving, inputs)
            values = capture.first(self._refused, self._hold)
            self._capture = capture
            return values

    def told(self) -> list[str]:
        """What became of it, for ``step.report()``."""
        if self._capture is None:
            return [f"{'CUDA graphs':<22}none yet: the second call with all kernels captures"]
        graphs = self._capture.graphs
        captured = [step for steps in graphs for step in steps if step.name not in VIEWS]
        working = [step for step in self.graph.steps if step.name not in VIEWS]
        lines = [f"{'CUDA graphs':<22}{len(graphs)}, of {len(captured)} of {len(working)} calls"]
        splits = Counter(_told(step, why) for step, why in self._refused.items())
        lines += [f"    {text}" + f" ({n} times)" * (n > 1) for text, n in splits.items() if text]
        return lines


def _told(step: Step, reason: str) -> str:
    """A step that is called between graphs; nothing of numbers, which come before all graphs."""
    if all(value.is_pythons for value in step.outputs):
        return ""
    return f"called, not captured: {step.name} ({line_of(step)}): {reason}"


def _replaced(graph: Graph, written: Set[int]) -> Set[Value]:
    """The inputs whose cells get another array at every call."""
    updates = [step for step in graph.steps if step.name == "update" and in_place(step, graph)]
    stay = {value for step in updates for value in step.arguments[0]}
    held = {v for v in graph.inputs if isinstance(v.source, Held) and id(v.source.owner) in written}
    return held - stay


class Call:
    """A step that no graph takes: called with the slots of a call, it does it there and then."""

    def __init__(self, places: Places, step: Step) -> None:
        def place(argument: Any) -> Any:
            return places.of(argument) if isinstance(argument, Value) else argument

        self.writes = step.name == "update"
        self._run, settings, self._several = runner(step, places.graph)
        self._arguments = mapped(place, step.arguments)
        self._settings = {name: mapped(place, how) for name, how in settings.items()}
        self._slots = places.add(step.outputs)

    def __call__(self, slots: list[Any]) -> None:
        def now(argument: Any) -> Any:
            return slots[argument.number] if type(argument) is Slot else argument

        settings = {name: mapped(now, how) for name, how in self._settings.items()}
        made = self._run(*mapped(now, self._arguments), **settings)
        for slot, value in zip(self._slots, made if self._several else (made,), strict=True):
            slots[slot.number] = value


def parts(places: Places, refused: dict[Step, str]) -> Iterator[Segment | Call]:
    """Graphs and calls in their order; each is made when those before it have run.

    What no graph takes is called as soon as it can be, so that there are few graphs.
    """
    rest, pool = list(places.graph.steps), places.device.driver.pool()
    while rest:
        early = next((step for step in rest if step in refused and places.known(step)), None)
        if early is not None:
            rest.remove(early)
            yield Call(places, early)
            continue
        steps = list(takewhile(lambda step: step not in refused, rest))
        later = rest[len(steps) :]
        wanted = {value for step in later for value in step.values()} | set(places.graph.roots)
        try:
            segment = Segment(places, steps, wanted, pool)
        except Refused as refusal:
            refused.update(refusal.reasons)
            continue
        places.take(segment)
        rest = later
        yield segment


class Capture:
    """The graphs that were captured with the arrays of one call, and the calls between them."""

    def __init__(self, graph: Graph, device: Any, moving: Set[Value], inputs: Sequence[Any]):
        self._places: Places | None = Places(device, graph, moving, inputs)
        self._count = len(inputs)
        self._parts: list[Segment | Call] = []
        self._turns = device.driver.turns()

    @property
    def graphs(self) -> list[list[Step]]:
        """The steps of each graph."""
        return [part.steps for part in self._parts if isinstance(part, Segment)]

    def first(self, refused: dict[Step, str], hold: Hold) -> tuple:
        """Capture, and do what the call does whose arrays those are."""
        places, self._hold = self._places, hold
        assert places is not None

        def made() -> Iterator[Segment | Call]:
            for part in parts(places, refused):
                self._parts.append(part)
                yield part

        with self._turns:
            self._do(made(), places.slots)
            self._results = Results(places)
            self._pinned, self._extra = places.pinned, len(places.slots) - self._count
            self._places = None
            return self._results(places.slots, self._results.new())

    def moved(self, inputs: Sequence[Any]) -> set[Value]:
        """The inputs that graphs read where they were, and that are elsewhere now."""
        return {v for v, (i, array) in self._pinned.items() if inputs[i] is not array}

    def again(self, inputs: Sequence[Any]) -> tuple:
        """Do what another call does."""
        slots = [*inputs, *[None] * self._extra]
        fresh = self._results.new()  # before anything is written, since it may fail
        with self._turns:
            self._do(self._parts, slots)
            return self._results(slots, fresh)

    def _do(self, parts: Iterable[Segment | Call], slots: list[Any]) -> None:
        hold = self._hold
        for part in parts:
            if hold is not None and part.writes:
                hold()
                hold = None
            part(slots)
        if hold is not None:
            hold()


class Results:
    """The roots of a plan, each the caller's own.

    Copied are arrays that graphs or others hold; not what an optimizer updates where it is.
    """

    def __init__(self, places: Places) -> None:
        updates = [step for step in places.graph.steps if step.name == "update"]
        stay = {v for step in updates if in_place(step, places.graph) for v in step.outputs}
        pinned = {id(array) for _, array in places.pinned.values()}
        self._new = places.device.module.ndarray
        self._copied: list[Any] = []
        self._reads = [self._read(root, places, stay, pinned) for root in places.graph.roots]
        spots = [(array.data.ptr, array.nbytes) for array in self._copied]
        self._copy = copy_out(places.device.driver, spots)

    def _read(
        self, root: Value, places: Places, stay: Set[Value], pinned: Set[int]
    ) -> Callable[[list[Any], Sequence[Any]], Any]:
        """What gives a root, of the slots of a call and the copies."""
        place = places.of(root)
        if isinstance(root, Constant):
            return lambda slots, fresh: place.copy()
        if type(place) is Slot:
            if places.on_device(root) and root not in stay:
                return lambda slots, fresh: slots[place.number].copy()
            return lambda slots, fresh: slots[place.number]
        if root in stay and id(place) in pinned:
            return lambda slots, fresh: place
        number = len(self._copied)
        self._copied.append(place)
        return lambda slots, fresh: fresh[number]

    def new(self) -> list[Any]:
        """Arrays for a call's results."""
        return [self._new(array.shape, array.dtype) for array in self._copied]

    def __call__(self, slots: list[Any], fresh: Sequence[Any]) -> tuple:
        self._copy([array.data.ptr for array in fresh])
        return tuple([read(slots, fresh) for read in self._reads])
