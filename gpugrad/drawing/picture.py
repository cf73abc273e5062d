"""``draw``: the recorded graph of a Tensor as a picture."""

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from ..compiler import Compiled
from ..tensor.cell import Tensor
from .graph import graph_of
from .steps import graph_of_steps
from .svg import drawn

DIRECTIONS = ("down", "right")


class Drawing:
    """Picture of a graph: notebooks show it, ``.svg`` is its text, ``.save(path)`` writes it."""

    __slots__ = ("svg",)

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def save(self, path: str | PathLike) -> None:
        """Write the picture to a file, whose name ends with .svg."""
        if Path(path).suffix.lower() != ".svg":
            raise ValueError(f"draw: {str(path)!r} is no name for an SVG picture; end it with .svg")
        Path(path).write_text(self.svg, encoding="utf-8")

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<drawing, {len(self.svg)} letters of SVG; .save('graph.svg') writes it>"


def draw(
    y: Tensor | Compiled,
    path: str | PathLike | None = None,
    *,
    names: Any = None,
    direction: str = "down",
    legend: bool = False,
    limit: int = 300,
) -> Drawing:
    """Picture (SVG) of the graph of ``y``, written to ``path`` if that is given.

        w = gg.tensor(2.0, requires_grad=True)
        picture = gg.draw(w * w, names={"w": w})
        print(picture.svg[:4])  # <svg

    A box stands for a leaf or an operation, with shape and dtype, the value if it is one number,
    and the derivative of ``y``, or of its sum, by it; for several elements the length of that
    derivative.  Nothing is released, no hook runs and no ``.grad`` changes.
    Of a function that gg.compile made, the inputs and steps of its newest recording are drawn.

    names: a dict of leaves or computed values, {"w": w}; a Module as a value names its parameters.
    direction: "down" or "right", the way from the leaves to ``y``.
    legend: explain the boxes below the picture.
    limit: the largest number of boxes, else ValueError.
    RuntimeError is raised where backward released the graph: draw before it, or keep it with
    retain_graph=True.
    """
    if not isinstance(y, Tensor | Compiled):
        raise TypeError(
            f"draw: a Tensor is drawn, not a {type(y).__name__}; give what you computed, or a "
            "function that gg.compile made"
        )
    if direction not in DIRECTIONS:
        raise ValueError(f"draw: direction={direction!r}; use 'down' or 'right'")
    if isinstance(y, Tensor):
        graph = graph_of(y, list(_named(names)), limit)
    else:
        graph = graph_of_steps(y.graph, limit)
    drawing = Drawing(drawn(graph, direction, legend))
    if path is not None:
        drawing.save(path)
    return drawing


def _named(names: Any) -> Iterator[tuple[str, Tensor]]:
    """Pairs of a name and the Tensor that has it."""
    if hasattr(names, "named_parameters"):
        yield from names.named_parameters()
    elif isinstance(names, Mapping):
        for name, value in names.items():
            if hasattr(value, "named_parameters"):
                yield from value.named_parameters(prefix=name)
            elif isinstance(value, Tensor):
                yield name, value
            else:
                raise TypeError(
                    f"draw: {name!r} names a {type(value).__name__}; a Tensor or a Module has a "
                    "place in the graph"
                )
    elif names is not None:
        raise TypeError(
            f"draw: names are a Module or a dict, {{'w': w}}, not a {type(names).__name__}"
        )
