"""What a call does with the arrays that a plan gives it: one Python function, written for it.

New Tensors come first, which may fail, then what is written into cells.  Gradients are assigned
without a call between them, and only in calls and loops does Python look for an interrupt: so all
are assigned or none, although nothing is held back.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..tensor.cell import Tensor
from .results import Result
from .sources import Held

Finish = Callable[[tuple, Sequence[Any]], Any]


def finisher(replay: Any) -> Finish:
    """``finish(arrays, leaves)``: the result of a call with these arguments, whose cells then hold
    what it wrote; ``arrays`` are the roots of the replay's graph."""
    result, names = replay.result, {"Tensor": Tensor}
    cells = [*replay.written, *(place for place, none in replay.gradients if not none)]
    arrays = [f"v{i}" for i in range(len(result.made) + len(cells))]
    kept = [] if replay.outward is None else ["*kept"]
    lines = [
        *([f"{', '.join([*arrays, *kept])}, = arrays"] if arrays or kept else []),
        *_made(result, replay.outward, names),
        *_written(replay, arrays[len(result.made) :], names),
        f"return {_result(result, names)}",
    ]
    text = "\n    ".join(["def finish(arrays, leaves):", *lines])
    exec(compile(text, "<finish>", "exec"), names)
    return names["finish"]  # type: ignore[return-value]


def _made(result: Result, outward: Any, names: dict[str, Any]) -> list[str]:
    """Lines that make the new Tensors; those that want a gradient hang on one node."""
    lines, nodes = [], dict.fromkeys(range(len(result.made)), "None")
    if outward is not None:
        names |= {"node_of": outward.node, "picked": outward.picked}
        lines.append("node = node_of(kept, leaves)")
        nodes |= {i: f"picked(node, {k}, v{i})" for k, i in enumerate(result.hanging)}
    for i, make in enumerate(result.made):
        names[f"make{i}"] = make
        lines.append(f"t{i} = make{i}(v{i}, {nodes[i]})")
    return lines


def _written(replay: Any, arrays: Sequence[str], names: dict[str, Any]) -> list[str]:
    """Lines that write into cells and assign gradients."""
    lines, rest = [], iter(arrays)
    for i, place in enumerate(replay.written):
        cell, array = _cell(place, f"w{i}", names), next(rest)
        lines.append(f"if {array} is not {cell}.held: {cell}.write({array})")
    gradients = []
    for i, (place, none) in enumerate(replay.gradients):
        lines.append(f"g{i} = {'None' if none else f'Tensor({next(rest)})'}")
        gradients.append(f"{_cell(place, f'c{i}', names)}._grad = g{i}")
    return lines + gradients


def _cell(place: Any, name: str, names: dict[str, Any]) -> str:
    """A cell in the text: an argument, or the cell by a name."""
    if not isinstance(place, Held):
        return f"leaves[{place.number}]"
    names[name] = place.owner
    return name


def _result(result: Result, names: dict[str, Any]) -> str:
    """The result in the text."""
    sources = {"argument": "leaves[{}]", "new": "t{}", "object": "objects[{}]"}
    names["objects"] = objects = [what for kind, what in result.places if kind == "object"]
    numbers = iter(range(len(objects)))
    leaves = [
        sources[kind].format(next(numbers) if kind == "object" else what)
        for kind, what in result.places
    ]
    names["unflatten"] = result.structure.unflatten
    return leaves[0] if result.alone else f"unflatten(({''.join(f'{x}, ' for x in leaves)}))"
