"""One recording of a function as what later calls run, and when they may."""

from collections.abc import Callable, Sequence, Set
from functools import partial
from time import perf_counter
from typing import Any

import optree

from ..backend.random.generator import WORD, Generator
from ..backend.select import BACKENDS
from ..engine.tape import now
from ..tensor.cell import Tensor
from .arguments import settle
from .arrays import Noted
from .building import built
from .capturing import planned, without
from .decisions import Decisions
from .effects import Effects
from .finishing import finisher
from .fitting import Reader, reader
from .graph import Graph
from .interruptions import Interruptions
from .numbers import Looked, Number
from .outward import Outward
from .passes import improved
from .plan import Plan
from .reaching import State
from .recording import Recording
from .report import told
from .results import Result
from .sources import Argument, Held, Position

MOST_READERS = 3


class Replay:
    """What a function did once, done again on other arrays."""

    def __init__(
        self, recording: Recording, state: State, result: Result, outward: Outward | None
    ) -> None:
        self.state, self.result, self.outward = state, result, outward
        self.written, self.gradients = recording.changed_cells()
        self.without, self.varying = recording.without, recording.varying
        self.decisions = Decisions(recording.numbers.decisions, recording.graph)
        self.blocks = recording.draws.blocks()
        self.seconds: dict[str, float] = {}
        self.recorded = graph = recording.graph
        graph.roots += recording.left()
        if outward is not None:
            graph.roots += outward.split(graph.roots)
        self.graph: Graph = improved(graph)
        self.inputs = list(graph.inputs)
        sources = [value.source for value in self.inputs]
        self.pinned = {id(s.owner) for s in sources if isinstance(s, Held)}
        self._positions = [(i, s) for i, s in enumerate(sources) if isinstance(s, Position)]
        self._read: Reader | None = None
        self._readers = 0
        self.interruptions = Interruptions()
        self._finish = finisher(self)
        self._hold = self.interruptions.hold if self.written or self.blocks else None
        self._built: Any = None
        self._unbuilt: Plan | None = None

    @property
    def plan(self) -> Any:
        """What calls run: until kernels are there a plan without them, made by the first call."""
        found = self._built or self._unbuilt
        if found is None:
            found = self._unbuilt = Plan(self.graph, self._hold)
        return found

    def build(self, leaves: Sequence[Any]) -> None:
        """Make kernels of the graph, and the reader of calls that are like that of ``leaves``."""
        begin = perf_counter()
        self._write_reader(leaves)
        others = Plan if self.outward is not None else partial(planned, written=self.written)
        plan = built(self.graph, self._hold, others)
        self._built, self.graph, self._unbuilt = plan, plan.graph, None
        if self.outward is not None:
            self.outward.build()
        self.seconds["time to build"] = perf_counter() - begin

    def told(self) -> list[str]:
        """What became of the recording, line by line."""
        plan, walked = self.plan, self.outward is not None
        own = without(self.graph, walked) if isinstance(plan, Plan) else plan.told()
        return [*told(self.recorded, self.graph, self.seconds), *own]

    def read(self, leaves: Sequence[Any]) -> tuple | None:
        """The inputs of the plan, if the call does what was recorded for sure; else None."""
        return None if self._read is None else self._read(leaves)

    def holds(self, leaves: Sequence[Any]) -> bool:
        """Whether a call does what was recorded; ``leaves`` are arguments of the same form."""
        fits = (
            all(place.cell(leaves).grad is None for place in self.without)
            and self.pinned.isdisjoint(map(id, leaves))
            and self._same_forms(leaves)
            and self.decisions.hold(leaves)
            and self.state.holds()
        )
        if fits and self._readers:  # an object was replaced by an equal one
            self._write_reader(leaves)
        return fits

    def _write_reader(self, leaves: Sequence[Any]) -> None:
        if self._readers < MOST_READERS:
            self._readers += 1
            self._read = reader(self, leaves)

    def _same_forms(self, leaves: Sequence[Any]) -> bool:
        cells = [v.source for v in self.inputs if isinstance(v.source, Held)]
        if any(type(source.owner.node) is not source.node for source in cells):
            return False
        try:
            pairs = [(value, value.source.read(leaves)) for value in self.inputs]
        except AttributeError:  # no gradient where there was one
            return False
        return all(
            value.is_pythons or (array.shape == value.shape and array.dtype == value.dtype)
            for value, array in pairs
        )

    def __call__(self, leaves: Sequence[Any], inputs: tuple | None = None) -> Any:
        """The result of the function; cells hold what it wrote."""
        if inputs is None:
            inputs = tuple([value.source.read(leaves) for value in self.inputs])
        begun: dict[Generator, int] = {}
        if self.blocks:
            begun = {g: g.counter.advance(blocks) for g, blocks in self.blocks.items()}
            inputs = self._drawing(begun, inputs)
        try:
            return self._finish((self._built or self.plan).run(*inputs), leaves)
        except BaseException:
            for generator, before in begun.items():
                generator.counter.give_back(before, self.blocks[generator])
            raise
        finally:
            self.interruptions.let()

    def _drawing(self, begun: dict[Generator, int], inputs: tuple) -> tuple:
        """The inputs with the positions that nobody else draws at, whatever the thread."""
        own = list(inputs)
        for i, source in self._positions:
            own[i] = (begun[source.generator] + source.offset) % WORD
        return tuple(own)


def recorded(
    function: Callable[..., Any],
    leaves: Sequence[Any],
    rebuild: Callable[[list], Any],
    varying: Set[int],
) -> tuple[Replay, Callable[[], Any]]:
    """A recording of one call, and what gives the result of that call, once, unless a replay does.

    varying: the places of arguments that are numbers and may be others at the next call.
    """
    start = perf_counter()
    objects = [leaf for leaf in leaves if type(leaf) not in BACKENDS]
    effects, recording = Effects(function, objects, leaves), Recording(leaves, varying)
    try:
        result, shown, outward = _noted(recording, function, leaves, rebuild)
        effects.check()
    except BaseException:
        effects.undo()
        raise
    state = State(function, *objects, apart=recording.known())
    replay = Replay(recording, state, shown, outward)
    replay.seconds["time to record"] = perf_counter() - start
    if outward is not None:  # its nodes keep what only a replay gives
        return replay, partial(replay, leaves)
    return replay, partial(_committed, recording, result)


def _noted(
    recording: Recording,
    function: Callable[..., Any],
    leaves: Sequence[Any],
    rebuild: Callable[[list], Any],
) -> tuple[Any, Result, Outward | None]:
    """What a function gives while it is recorded, and how a replay gives it; Looked where Python
    asked for a number."""
    tensors: list[Tensor] = []
    begin = now()
    with recording.recorded():
        entered = [_entered(recording, i, leaf) for i, leaf in enumerate(leaves)]
        result = _called(function, rebuild(entered))
        shown = Result(result, leaves, recording, tensors)
        outward = Outward(recording, tensors, leaves, begin) if tensors else None
    if asked := recording.numbers.looked_at:  # and somebody went on without an answer
        raise Looked(asked)
    return result, shown, outward


def _committed(recording: Recording, result: Any) -> Any:
    """What a function gave while it was recorded; cells hold what it wrote."""
    recording.commit()
    return optree.tree_map(_settled, result)


def _settled(leaf: Any) -> Any:
    """A part of a first result as the caller gets it."""
    if isinstance(leaf, Tensor):
        settle(leaf)
    if type(leaf) is Number:
        return leaf.value
    return leaf.array if isinstance(leaf, Noted) else leaf


def _entered(recording: Recording, number: int, leaf: Any) -> Any:
    """An argument as the function gets it."""
    if number in recording.varying:
        return recording.numbers.argument(leaf, number)
    if type(leaf) not in BACKENDS:
        return leaf
    return Tensor(recording.input(leaf, Argument(number)))


def _called(function: Callable[..., Any], given: tuple[tuple, dict]) -> Any:
    positional, named = given
    return function(*positional, **named)
