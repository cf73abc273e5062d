"""What became of a recorded function: kernels, the bytes that it moves, memory, times."""

from collections import Counter
from math import prod
from typing import NamedTuple

from .graph import Constant, Graph, Input, Step, Value, fused_operations
from .plan import last_readers
from .writing import VIEWS

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


class Cost(NamedTuple):
    """Of one call by a graph: calls of operations, bytes read and written, the most bytes that
    its own arrays take at one time."""

    calls: int
    moved: int
    peak: int


def cost(graph: Graph) -> Cost:
    """What a graph costs, each step reading its arguments and writing its results once."""
    working = [step for step in graph.steps if not _is_view(step)]
    moved = sum(_bytes(v) for step in working for v in (*set(step.values()), *step.outputs))
    return Cost(len(working), moved, _peak(graph))


def least_moved(graph: Graph) -> int:
    """Bytes that any program moves which reads the inputs and writes the results."""
    read = {value for step in graph.steps for value in step.values()}
    ends = {value for value in read if isinstance(value, Input | Constant)}
    return sum(map(_bytes, (*ends, *set(graph.roots))))


def _peak(graph: Graph) -> int:
    """The most bytes of results that later steps, or the caller, still need."""
    last, alive, most = last_readers(graph), 0, 0
    own = {value for step in graph.steps if not _is_view(step) for value in step.outputs}
    for i, step in enumerate(graph.steps):
        alive += sum(_bytes(value) for value in step.outputs if value in own)
        most = max(most, alive)
        alive -= sum(_bytes(value) for value in last.get(i, ()) if value in own)
    return most


def _is_view(step: Step) -> bool:
    return step.name in VIEWS


def _bytes(value: Value) -> int:
    return 0 if value.is_pythons else prod(value.shape) * value.dtype.itemsize


def amount(count: float) -> str:
    """A number of bytes as people read it."""
    place = 0
    while count >= 1024 and place + 1 < len(UNITS):
        count, place = count / 1024, place + 1
    return f"{count:.0f} {UNITS[place]}" if place == 0 else f"{count:.1f} {UNITS[place]}"


def told(recorded: Graph, built: Graph, seconds: dict[str, float]) -> list[str]:
    """The report of one recording: the graph as it was recorded, and as it runs."""
    before, after = cost(recorded), cost(built)
    fused = [step for step in built.steps if step.name == "fused"]
    names = Counter(step.name for step in built.steps if not _is_view(step))
    lines = [
        f"calls of operations   {before.calls} recorded, {after.calls} now",
        f"fused kernels         {len(fused)}, of {_sizes(fused)} operations" if fused else "",
        f"bytes moved           {amount(before.moved)} recorded, {amount(after.moved)} now, "
        f"{amount(least_moved(built))} at least",
        f"memory of results     {amount(before.peak)} recorded, {amount(after.peak)} now, at most",
        "operations            " + ", ".join(f"{n} {name}" for name, n in names.most_common()),
        *(f"{what:<22}{value * 1e3:.1f} ms" for what, value in seconds.items()),
    ]
    return [line for line in lines if line]


def _sizes(fused: list[Step]) -> str:
    return " + ".join(str(fused_operations(step)) for step in fused)
