"""The text of a picture: boxes with lines of text in them, edges, colours for light and dark."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from .graph import LEAF, OPERATION, OUTPUT, Graph, Vertex
from .layout import arranged

Point = tuple[float, float]

SIZES = {"title": 13.0}  # of letters, by what they say; all others:
DETAIL = 11.0
ADVANCE = 0.62  # of a letter's size: no common fixed-width font has wider letters
LEADING, RISE = 15.0, 4.0  # from line to line; from a line's middle to its letters' foot
PADDING, MARGIN, NARROWEST = (10.0, 6.0), 20.0, 64.0  # in a box, around the picture, a box's width
ARROW = (6.0, 3.0)  # length and half the width of its head
LONGEST = 40  # letters of a name
SAMPLE = (42.0, 14.0)  # of a kind of box, in the legend

LIGHT = {  # element: its colours; boxes and edges have a fill and a line, letters a fill
    ".card": ("#ffffff", "#e2e8f0"),
    ".box": ("#f8fafc", "#94a3b8"),
    ".leaf .box": ("#e0f2fe", "#38bdf8"),
    ".final .box": ("#dcfce7", "#22c55e"),
    ".edge": ("none", "#94a3b8"),
    ".arrow": ("#94a3b8", "none"),
    "text": ("#475569", "none"),
    ".title,{0} .value": ("#0f172a", "none"),
    ".gradient": ("#b45309", "none"),
}
DARK = {
    ".card": ("#0f172a", "#334155"),
    ".box": ("#1e293b", "#64748b"),
    ".leaf .box": ("#0c4a6e", "#38bdf8"),
    ".final .box": ("#14532d", "#4ade80"),
    ".edge": ("none", "#64748b"),
    ".arrow": ("#64748b", "none"),
    "text": ("#a3b1c6", "none"),
    ".title,{0} .value": ("#f1f5f9", "none"),
    ".gradient": ("#fbbf24", "none"),
}
ROOT = ".gpugrad-graph"  # every rule begins with it: a page may show pictures of others
FORMS = (
    "text{font:11px 'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace;"
    "text-anchor:middle;white-space:pre}",
    ".title{font-size:13px;font-weight:bold}",
    ".legend text{text-anchor:start}",
    ".edge{stroke-width:1.4}",
    ".box{stroke-width:1.2}",
    ".final .box{stroke-width:2}",
    ".output .box{stroke-dasharray:4 3}",
)
LEGEND = (  # a kind of box, or the words that it explains
    (LEAF, "leaf: nobody computed it"),
    (OPERATION, "operation, with the shape and dtype of its result"),
    (OUTPUT, "one of an operation's several results"),
    ("final", "what was drawn"),
    ("grad", "derivative of what was drawn (of its sum)"),
    ("|grad|", "length of the gradient, a root of squares"),
)


class Line(NamedTuple):
    """One line of text in a box, and what it says: title, layout, value or gradient."""

    text: str
    says: str

    @property
    def width(self) -> float:
        """No less than what the text takes in any common fixed-width font."""
        letters = sum(2 if east_asian_width(c) in "WF" else 1 for c in self.text)
        return letters * ADVANCE * SIZES.get(self.says, DETAIL)


def lines(vertex: Vertex) -> list[Line]:
    """What a box says: name and operation, shape and dtype, value, gradient."""
    name = vertex.name if len(vertex.name) <= LONGEST else f"…{vertex.name[1 - LONGEST :]}"
    anonymous = f"{name} = {vertex.title}" if name else vertex.title
    said = [Line(name if name and vertex.kind == LEAF else anonymous, "title")]
    said += [Line(layout, "layout") for layout in vertex.layouts or ("no gradient",)]
    for label, x in (("value", vertex.value), ("grad", vertex.gradient), ("|grad|", vertex.norm)):
        if x is not None:
            said.append(Line(f"{label} {number(x)}", "value" if label == "value" else "gradient"))
    return said


def in_full(vertex: Vertex) -> str:
    """What a pointer on a box is told: the whole name, twelve digits."""
    known = {"value": vertex.value, "grad": vertex.gradient, "|grad|": vertex.norm}
    numbers = [f"{label} {x:.12g}" for label, x in known.items() if x is not None]
    title = f"{vertex.name} = {vertex.title}" if vertex.name else vertex.title
    return ", ".join([title, *vertex.layouts, *numbers])


def number(x: complex) -> str:
    """``x`` with five digits at most."""
    return f"{x:.5g}".replace("-", "\N{MINUS SIGN}")


def box_size(said: Sequence[Line]) -> Point:
    """Width and height of the box around some lines."""
    widest = max(line.width for line in said)
    return max(NARROWEST, widest + 2 * PADDING[0]), len(said) * LEADING + 2 * PADDING[1]


def drawn(graph: Graph, direction: str, legend: bool) -> str:
    """The picture of ``graph``: from top to bottom, or with "right" from left to right."""
    said = [lines(vertex) for vertex in graph.vertices]
    sizes = [box_size(each) for each in said]
    turned = _kept if direction == "down" else _exchanged
    layout = arranged([turned(size) for size in sizes], graph.edges)
    parts = [_edge(route, turned) for route in layout.routes]
    for vertex, text, centre, size in zip(graph.vertices, said, layout.centres, sizes, strict=True):
        parts.append(_box(vertex, text, turned(centre), size))
    width, height = turned(layout.size)
    if legend:
        parts.append(_legend(height + MARGIN))
        width = max(width, *(_legend_width(text) for _, text in LEGEND))
        height += MARGIN + len(LEGEND) * (SAMPLE[1] + 6) - 6
    return _framed(parts, width, height)


def _kept(point: Point) -> Point:
    return point


def _exchanged(point: Point) -> Point:
    return point[1], point[0]


def _framed(parts: list[str], width: float, height: float) -> str:
    """The whole text, with a card behind all parts that is legible on any page."""
    wide, high = width + 2 * MARGIN, height + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{ROOT[1:]}" role="img" '
        f'aria-label="recorded graph" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="{-MARGIN:.0f} {-MARGIN:.0f} {wide:.0f} {high:.0f}" '
        'style="max-width:100%;height:auto">'
    )
    card = _rectangle("card", 0.5 - MARGIN, 0.5 - MARGIN, int(wide) - 1, int(high) - 1, 10)
    return "\n".join([head, f"<style>\n{_style()}\n</style>", card, *parts, "</svg>", ""])


def _style() -> str:
    forms = [f"{ROOT} {form}" for form in FORMS]
    dark = "\n".join(["@media (prefers-color-scheme:dark){", *_colours(DARK), "}"])
    return "\n".join([*forms, *_colours(LIGHT), dark])


def _colours(palette: dict[str, tuple[str, str]]) -> list[str]:
    return [
        f"{ROOT} {element.format(ROOT)}{{fill:{fill};stroke:{stroke}}}"
        for element, (fill, stroke) in palette.items()
    ]


def _rectangle(kind: str, x: float, y: float, width: float, height: float, round: float) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{round:g}"/>'
    )


def _text(says: str, x: float, y: float, text: str) -> str:
    return f'<text class="{says}" x="{x:.1f}" y="{y:.1f}">{_shown(text)}</text>'


def _shown(text: str) -> str:
    """``text`` as XML may hold it."""
    return escape("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text))


def _box(vertex: Vertex, said: list[Line], centre: Point, size: Point) -> str:
    (x, y), (width, height) = centre, size
    kinds = f"{vertex.kind} final" if vertex.final else vertex.kind
    corners = 12 if vertex.kind == LEAF else 4
    first = y + RISE - (len(said) - 1) * LEADING / 2
    frame = _rectangle("box", x - width / 2, y - height / 2, *size, corners)
    parts = [f'<g class="{kinds}">', f"<title>{_shown(in_full(vertex))}</title>", frame]
    parts += [_text(line.says, x, first + k * LEADING, line.text) for k, line in enumerate(said)]
    return "\n".join([*parts, "</g>"])


def _edge(route: list[Point], turned: Callable[[Point], Point]) -> str:
    """A line through the points of a route, bending between layers, and its arrow's head."""

    def at(x: float, y: float) -> str:
        return "{:.1f} {:.1f}".format(*turned((x, y)))

    length, half = ARROW
    x, y = route[-1]
    points = [*route[:-1], (x, y - length + 1)]  # the line ends within the head
    path = ["M" + at(*points[0])]
    for k, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        if (x0, y0) == (x1, y1):  # a box that fills its layer
            continue
        middle = (y0 + y1) / 2
        bend = f"C{at(x0, middle)} {at(x1, middle)} " if k % 2 and x0 != x1 else "L"
        path.append(bend + at(x1, y1))
    head = f"M{at(x, y)}L{at(x - half, y - length)}L{at(x + half, y - length)}z"
    return f'<path class="edge" d="{"".join(path)}"/><path class="arrow" d="{head}"/>'


def _legend_width(text: str) -> float:
    return SAMPLE[0] + 10 + Line(text, "layout").width


def _legend(top: float) -> str:
    """Samples of all kinds of boxes and words, one below the other, each with what it means."""
    parts = ['<g class="legend">']
    for k, (kind, text) in enumerate(LEGEND):
        y = top + k * (SAMPLE[1] + 6)
        foot = y + SAMPLE[1] / 2 + RISE
        if "grad" in kind:
            parts.append(_text("gradient", 0, foot, kind))
        else:
            corners = 7 if kind == LEAF else 4
            parts.append(f'<g class="{kind}">{_rectangle("box", 0, y, *SAMPLE, corners)}</g>')
        parts.append(_text("layout", SAMPLE[0] + 10, foot, text))
    return "\n".join([*parts, "</g>"])
