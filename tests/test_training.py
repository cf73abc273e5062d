"""Progress of a training loop: its file, its bar, its picture, and how it goes on."""

import io
import json
import sys
from xml.etree import ElementTree

import pytest

import gpugrad as gg
from gpugrad.training import Progress
from gpugrad.training.curves import curves, ticks


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_metrics_are_noted(tmp_path):
    class Writer(list):
        def add_scalar(self, *given):
            self.append(given)

    file, writer = tmp_path / "run.jsonl", Writer()
    with Progress(5, file=file, every=2, writer=writer, shown=False) as progress:
        for step in range(5):
            progress.step(loss=gg.tensor(step / 2), rate=3)
            assert len(lines(file)) == (step + 1) // 2
    assert [(row["step"], row["loss"], row["rate"]) for row in lines(file)] == [
        (2, 0.5, 3.0),
        (4, 1.5, 3.0),
    ]
    assert writer == [("loss", 0.5, 2), ("rate", 3.0, 2), ("loss", 1.5, 4), ("rate", 3.0, 4)]
    assert progress.count == 5 and progress.rows == lines(file)
    with pytest.raises(ValueError, match="every=0"):
        Progress(every=0)


@pytest.mark.parametrize("inside", [False, True])
def test_it_goes_on_from_its_state(tmp_path, inside):
    file = tmp_path / "run.jsonl"
    with Progress(file=file, shown=False) as first:
        first.step(loss=3.0)
        first.step(loss=2.0)
        state = first.state_dict()
        first.step(loss=1.0)
    second = Progress(file=file, shown=False)
    if not inside:
        second.load_state_dict(state)
    with second:
        if inside:
            second.load_state_dict(state)
        second.step(loss=1.5)
    assert [(row["step"], row["loss"]) for row in lines(file)] == [(1, 3.0), (2, 2.0), (3, 1.5)]


def test_the_bar_shows_metrics(monkeypatch):
    pytest.importorskip("rich")
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    with Progress(2, every=2) as progress:
        progress.step(loss=0.5)
        progress.step(loss=0.25)
    assert "2/2" in shown.getvalue() and "loss 0.25" in shown.getvalue()


def test_without_rich_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'gpugrad\[training\]'"):
        Progress(2)


def test_the_picture_has_a_curve_for_each_metric(tmp_path):
    rows = [{"step": i, "seconds": i, "a<b": i * i, "loss": 1.0 / i} for i in range(1, 9)]
    rows += [{"step": 9, "loss": float("nan")}]
    progress = Progress(shown=False)
    progress.load_state_dict({"count": 9, "rows": rows})
    progress.picture(tmp_path / "curves.svg")
    root = ElementTree.parse(tmp_path / "curves.svg").getroot()
    found = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert [len(each.get("points").split()) for each in found] == [8, 8]
    heights = [float(p.partition(",")[2]) for p in found[0].get("points").split()]
    assert heights == sorted(heights, reverse=True)
    titles = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text") if t.get("class")]
    assert titles == ["a<b", "loss"]
    assert curves([]).startswith("<svg") and "loss" in curves([{"step": 1, "loss": float("inf")}])


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3.2, 5), (7, 7), (0, 0), (1e-9, 3e-9), (99, 10_000), (-2, -2)]
)
def test_ticks_are_round_and_hold_the_values(low, high):
    found = ticks(low, high)
    assert found[0] <= low and found[-1] >= high and 2 <= len(found) <= 9
    assert len({f"{v:g}" for v in found}) == len(found)
