"""Pictures of recorded graphs can be read: boxes apart, text inside, edges around, valid XML."""

import subprocess
import sys
from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from recorded import graph, leaf, mixed
from source import CHECKOUT

import gpugrad as gg
from gpugrad.drawing import Drawing, draw, svg
from gpugrad.drawing.layout import arranged

SVG = "{http://www.w3.org/2000/svg}"


def deep():
    """An expression in which values are used near and far below."""
    a, b = leaf(-4.0), leaf(2.0)
    c, d = a + b, a * b + b**3
    for _ in range(3):
        c, d = c + gg.relu(d) * a, d + gg.sin(c)
    return (c - d) ** 2 / b, {"a": a, '<b> & "long" \' name\x00': b}


def wide():
    return gg.concat([leaf([float(i)]) for i in range(12)]), {}


def ideographs():
    x = leaf([1.0])
    return gg.log_softmax(x), {"重み行列": x}


PICTURES = {"deep": deep, "wide": wide, "mixed": mixed, "ideographs": ideographs}


@pytest.fixture(
    params=[(name, direction) for name in PICTURES for direction in ("down", "right")], ids="-".join
)
def picture(request):
    name, direction = request.param
    y, names = PICTURES[name]()
    return ElementTree.fromstring(draw(y, names=names, direction=direction, legend=True).svg)


class Rectangle:
    """A rectangle of a picture."""

    def __init__(self, element):
        x, y, width, height = (float(element.get(n)) for n in ("x", "y", "width", "height"))
        self.left, self.top, self.right, self.bottom = x, y, x + width, y + height

    def overlaps(self, other):
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, x, y):
        """Whether a point is within; coordinates are rounded to tenths."""
        return self.left + 0.2 < x < self.right - 0.2 and self.top + 0.2 < y < self.bottom - 0.2


def boxes(picture):
    return [Rectangle(each) for each in picture.iter(f"{SVG}rect") if each.get("class") == "box"]


def test_boxes_do_not_overlap_and_lie_on_the_card(picture):
    found = boxes(picture)
    card = Rectangle(next(e for e in picture.iter(f"{SVG}rect") if e.get("class") == "card"))
    assert not [pair for pair in combinations(found, 2) if pair[0].overlaps(pair[1])]
    for box in found:
        assert card.left < box.left < box.right < card.right
        assert card.top < box.top < box.bottom < card.bottom


def letters_width(text: str, says: str) -> float:
    weight = "bold" if says == "title" else "normal"
    font = FontProperties(
        family="DejaVu Sans Mono", weight=weight, size=13 if weight == "bold" else 11
    )
    return TextPath((0, 0), text, prop=font).get_extents().width


@pytest.mark.filterwarnings("ignore:Glyph")  # DejaVu has no ideographs
def test_every_line_of_text_is_inside_its_box(picture):
    groups = [g for g in picture.iter(f"{SVG}g") if g.find(f"{SVG}text") is not None]
    for group in [g for g in groups if g.get("class") != "legend"]:
        box = Rectangle(group.find(f"{SVG}rect"))
        for line in group.findall(f"{SVG}text"):
            half = letters_width(line.text, line.get("class")) / 2
            assert box.left + 4 < float(line.get("x")) - half
            assert float(line.get("x")) + half < box.right - 4
            assert box.top + 9 < float(line.get("y")) < box.bottom - 2


def test_edges_run_around_the_boxes_of_others(picture):
    found = boxes(picture)
    for path in picture.iter(f"{SVG}path"):
        if path.get("class") != "edge":
            continue
        points = sampled(path.get("d"))
        assert not [box for box in found if any(box.holds(x, y) for x, y in points[1:-1])]


def sampled(path: str) -> list[tuple[float, float]]:
    """Points on a path of M, L and C."""
    text = path.replace("L", " L ").replace("C", " C ").replace("M", "").split()
    points, k = [(float(text[0]), float(text[1]))], 2
    while k < len(text):
        count = {"L": 1, "C": 3}[text[k]]
        numbers = list(map(float, text[k + 1 : k + 1 + 2 * count]))
        given = np.array([points[-1], *zip(numbers[::2], numbers[1::2], strict=True)])
        for t in np.linspace(0, 1, 12)[1:]:
            level = given
            while len(level) > 1:  # de Casteljau
                level = (1 - t) * level[:-1] + t * level[1:]
            points.append(tuple(level[0]))
        k += 1 + 2 * count
    return points


def test_an_edge_for_each_parent_and_a_box_for_each_vertex():
    y, names = deep()
    found = graph(y)
    picture = ElementTree.fromstring(draw(y, names=names).svg)
    assert len(boxes(picture)) == len(found.vertices)
    kinds = [each.get("class") for each in picture.iter(f"{SVG}path")]
    assert kinds.count("edge") == kinds.count("arrow") == len(found.edges)
    styles = [each.get("class") for each in picture.iter(f"{SVG}g")]
    assert styles.count("leaf") == 2
    assert styles.count("operation final") == 1


@st.composite
def acyclic(draw):
    count = draw(st.integers(1, 14))
    sizes = draw(
        st.lists(st.tuples(st.floats(40, 200), st.floats(30, 90)), min_size=count, max_size=count)
    )
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = [(a, b) for a, b in draw(st.lists(pairs, max_size=25)) if a < b]
    return sizes, edges


@given(acyclic())
@settings(max_examples=60, deadline=None)
def test_any_graph_is_laid_out_without_overlap(case):
    sizes, edges = case
    centres, routes, (width, height) = arranged(sizes, edges)
    for ((x, y), (w, h)), ((u, v), (s, t)) in combinations(zip(centres, sizes, strict=True), 2):
        assert abs(x - u) >= (w + s) / 2 + 10 or abs(y - v) >= (h + t) / 2 + 10
    for (x, y), (w, h) in zip(centres, sizes, strict=True):
        assert x - w / 2 >= -1e-6 and x + w / 2 <= width + 1e-6
        assert y - h / 2 >= -1e-6 and y + h / 2 <= height + 1e-6
    for (a, b), route in zip(edges, routes, strict=True):
        assert route[0] == (centres[a][0], pytest.approx(centres[a][1] + sizes[a][1] / 2))
        assert abs(route[-1][0] - centres[b][0]) < sizes[b][0] / 2
        assert all(above[1] <= below[1] + 1e-6 for above, below in pairwise(route))


def test_a_path_in_a_mixed_up_order_is_drawn_without_crossings():
    sources, users, last = [3, 0, 4, 1, 2], [7, 5, 8, 6, 9], 10
    zigzag = [
        e for a, b, u in zip(sources, sources[1:], users, strict=False) for e in ((a, u), (b, u))
    ]
    edges = sorted([*zigzag, (sources[-1], users[-1]), *[(u, last) for u in users]])
    centres = arranged([(60, 40)] * 11, edges).centres
    for (a, b), (c, d) in combinations(edges, 2):
        if b != last != d:
            above, below = (centres[p][0] - centres[q][0] for p, q in ((a, c), (b, d)))
            assert above * below >= 0


def test_pictures_are_the_same_every_time():
    first, second = (draw(*[y], names=names).svg for y, names in (deep(), deep()))
    assert first == second


def test_text_is_escaped_and_long_names_are_cut():
    y, names = deep()
    text = draw(y, names={**names, "layer." * 20: y}).svg
    picture = ElementTree.fromstring(text)  # it is XML in spite of the name
    titles = [each.text for each in picture.iter(f"{SVG}text") if each.get("class") == "title"]
    assert '<b> & "long" \' name\N{REPLACEMENT CHARACTER}' in titles
    assert max(map(len, titles)) < 60
    assert any(name.startswith("…") for name in titles)
    assert "layer." * 20 in "".join(each.text for each in picture.iter(f"{SVG}title"))


def test_light_and_dark_colour_the_same_things():
    assert svg.LIGHT.keys() == svg.DARK.keys()
    text = draw(gg.sin(leaf(1.0))).svg
    style = text[text.index("<style>") : text.index("</style>")]
    assert "prefers-color-scheme:dark" in style
    rules = [line for line in style.splitlines()[1:] if "{" in line and not line.startswith("@")]
    assert all(
        rule.startswith(svg.ROOT) for rule in rules
    )  # a page's other pictures stay as they are


def test_the_drawing_saves_itself_and_shows_itself(tmp_path):
    drawing = gg.draw(gg.sin(leaf(1.0)), tmp_path / "graph.svg")
    assert isinstance(drawing, Drawing)
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == drawing.svg
    assert drawing._repr_svg_() == drawing.svg
    assert "svg" in repr(drawing).lower() and len(repr(drawing)) < 100


def test_drawing_is_loaded_when_it_is_used():
    program = (
        "import sys, gpugrad as gg; print('gpugrad.drawing' in sys.modules); "
        "print(gg.draw.__name__, 'gpugrad.drawing' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "draw", "True"]
