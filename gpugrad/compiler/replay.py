"""One recording of a function as what later calls run, and when they may."""

from collections.abc import Callable, Sequence, Set
from time import perf_counter
from typing import Any

import optree

from ..backend.select import BACKENDS
from ..engine.tape import now
from ..tensor.cell import Tensor
from .arguments import settle
from .arrays import Noted
from .building import built
from .decisions import Decisions
from .effects import Effects
from .fitting import Reader, reader
from .graph import Graph
from .interruptions import Interruptions
from .numbers import Looked, Number
from .outward import Outward
from .passes import improved
from .plan import Plan
from .reaching import State
from .recording import Recording
from .results import Result
from .sources import Argument, Held

MOST_READERS = 3


class Replay:
    """What a function did once, done again on other arrays."""

    def __init__(
        self, recording: Recording, state: State, result: Result, outward: Outward | None
    ) -> None:
        self.state, self.result, self.outward = state, result, outward
        self.written = [recording.place(cell) for cell, _ in recording.written]
        self.gradients = [(recording.place(c), g is None) for c, g in recording.gradients]
        self.without = recording.without
        self.varying = recording.varying
        self.decisions = Decisions(recording.numbers.decisions, recording.graph)
        self.blocks = recording.draws.blocks()
        self.seconds: dict[str, float] = {}
        self.recorded = graph = recording.graph
        graph.roots += recording.left()
        if outward is not None:
            graph.roots += outward.split(graph.roots)
        self.graph: Graph = improved(graph)
        self.inputs = list(graph.inputs)
        self.pinned = {id(v.source.held) for v in graph.inputs if isinstance(v.source, Held)}
        self._read: Reader | None = None  # written when a second call fits
        self._readers = 0
        self.interruptions = Interruptions()
        writes = self.written or self.gradients or self.blocks
        self._hold = self.interruptions.hold if writes else None
        self.plan = Plan(self.graph, self._hold)

    def build(self) -> None:
        """Make kernels of the graph; from then on calls run them."""
        begin = perf_counter()
        graph = built(self.graph)
        self.plan, self.graph = Plan(graph, self._hold), graph
        if self.outward is not None:
            self.outward.build()
        self.seconds["time to build"] = perf_counter() - begin

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
        if fits and self._readers < MOST_READERS:
            self._readers += 1  # another one where an object was replaced by an equal one
            self._read = reader(self, leaves)
        return fits

    def _same_forms(self, leaves: Sequence[Any]) -> bool:
        cells = [v.source for v in self.inputs if isinstance(v.source, Held)]
        if any(type(source.held.node) is not source.node for source in cells):
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
        try:
            values = self.plan.run(*inputs)
            made = len(self.result.made)
            rest = iter(values[made:])
            for place in self.written:
                cell, array = place.cell(leaves), next(rest)
                if array is not cell.data:
                    cell.write(array)
            for place, none in self.gradients:
                place.cell(leaves)._grad = None if none else Tensor(next(rest))
            for generator, blocks in self.blocks.items():
                generator.counter.advance(blocks)
        finally:
            self.interruptions.let()
        nodes = self._nodes(values, tuple(rest), leaves)
        return self.result(values[:made], leaves, nodes)

    def _nodes(self, values: tuple, kept: tuple, leaves: Sequence[Any]) -> dict[int, Any]:
        """By number the nodes of the new Tensors that want a gradient."""
        if self.outward is None:
            return {}
        node = self.outward.node(kept, leaves)
        return {
            i: self.outward.picked(node, k, values[i]) for k, i in enumerate(self.result.hanging)
        }


def recorded(
    function: Callable[..., Any],
    leaves: Sequence[Any],
    rebuild: Callable[[list], Any],
    varying: Set[int],
    wait: bool,
) -> tuple[Replay, Any]:
    """A recording of one call, and the result of that call.

    varying: the places of arguments that are numbers and may be others at the next call.  wait:
    build it at once, and have the result from it, with the bits that later calls give.
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
    if wait:
        replay.build()
    if wait or outward is not None:  # whose nodes keep what only a replay gives
        return replay, replay(leaves)
    recording.commit()
    return replay, optree.tree_map(_settled, result)


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
