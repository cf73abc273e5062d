"""Learning curves as the text of a picture: one panel a metric, one above the other."""

from collections.abc import Sequence
from math import floor, isfinite, log10
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 560.0, 200.0  # of a panel with its margins
LEFT, RIGHT, TOP, BOTTOM = 64.0, 16.0, 28.0, 28.0
POINTS = 2000  # of a curve; of more, only each so many is drawn
STYLE = (
    "text{font:11px sans-serif;fill:#475569}.title{font-weight:bold}"
    ".grid{stroke:#e2e8f0}.curve{fill:none;stroke:#0284c7;stroke-width:1.6}"
    "@media(prefers-color-scheme:dark){text{fill:#a3b1c6}.grid{stroke:#334155}"
    ".curve{stroke:#38bdf8}}"
)
Point = tuple[float, float]


def curves(rows: Sequence[dict[str, Any]]) -> str:
    """SVG of every metric in the rows, over the number of the step."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    names = [name for name in names if name not in ("step", "seconds")]
    panels = []
    for place, name in enumerate(names):
        points = [(row["step"], row[name]) for row in rows if isfinite(row.get(name, float("nan")))]
        panels.append(_panel(name, points[:: len(points) // POINTS + 1], place * HEIGHT))
    height = HEIGHT * max(len(names), 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}"><style>{STYLE}</style>{"".join(panels)}</svg>\n'
    )


def _panel(name: str, points: Sequence[Point], top: float) -> str:
    """A metric's title, its axes with numbers, and its curve."""
    title = f'<text class="title" x="{LEFT:g}" y="{top + 18:g}">{escape(name)}</text>'
    if not points:
        return title
    across, up = (ticks(min(axis), max(axis)) for axis in zip(*points, strict=True))
    right, foot = WIDTH - RIGHT, top + HEIGHT - BOTTOM

    def x(value: float) -> float:
        return _between(value, across, LEFT, right)

    def y(value: float) -> float:
        return _between(value, up, foot, top + TOP)

    lines = [
        f'<line class="grid" x1="{LEFT:g}" x2="{right:g}" y1="{y(v):.1f}" y2="{y(v):.1f}"/>'
        f'<text x="{LEFT - 6:g}" y="{y(v) + 4:.1f}" text-anchor="end">{v:g}</text>'
        for v in up
    ]
    feet = [
        f'<text x="{x(v):.1f}" y="{foot + 16:g}" text-anchor="middle">{v:g}</text>' for v in across
    ]
    path = " ".join(f"{x(step):.1f},{y(value):.1f}" for step, value in points)
    return f'{title}{"".join([*lines, *feet])}<polyline class="curve" points="{path}"/>'


def _between(value: float, ends: Sequence[float], start: float, end: float) -> float:
    """Where a value lies on an axis from ``start`` to ``end``."""
    return start + (value - ends[0]) / (ends[-1] - ends[0]) * (end - start)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers, four to eight, from ``low`` or less to ``high`` or more."""
    wide = (high - low) or abs(high) or 1.0
    unit = 10.0 ** floor(log10(wide / 4))
    unit *= next(factor for factor in (5, 2, 1) if wide / (unit * factor) >= 3)
    first, last = floor(low / unit), -floor(-high / unit)
    return [round(i * unit, 12) for i in range(first, max(last, first + 1) + 1)]
