"""The README says what is so: its Python blocks run as printed, its paths and names exist."""

import re

import pytest
from blocks import of_markdown, printed, said
from layers import LAYERS, drawing
from source import CHECKOUT

import gpugrad as gg

TEXT = (CHECKOUT / "README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
WITH_CODE = [name for name, text in SECTIONS.items() if of_markdown(text)]


def test_the_sections_promised():
    promised = (
        "Install",
        "Two commands",
        "A tour of one minute",
        "A step, compiled",
        "Data and checkpoints",
        "How it is built",
        "Adding an operation",
        "Adding a transform",
        "Adding an optimizer",
        "Measuring",
        "A kernel of your own",
        "Not there yet",
        "Contributing",
        "Changes",
    )
    assert set(promised) <= set(SECTIONS)
    assert len(TEXT.split("\n## ")[0].strip().splitlines()) <= 8  # the title and a paragraph
    assert len(TEXT.splitlines()) < 420  # the reference stands in docstrings: gpugrad help


@pytest.mark.needs_compiler  # the tour shows the simulated device
@pytest.mark.parametrize("section", WITH_CODE)
def test_the_code_runs_as_printed(section):
    program = of_markdown(SECTIONS[section])
    assert printed(program) == said(program)
    assert said(program) or section == "Adding an operation"


def test_every_block_is_of_a_known_kind():
    assert set(re.findall(r"```(\w+)", TEXT)) == {"python"}


def test_the_paths_named_are_there():
    named = set(re.findall(r"\b(?:ci|tests|gpugrad|kernels|examples)/[\w./]*", TEXT))
    missing = [path for path in named if not (CHECKOUT / path.rstrip(".")).exists()]
    assert not missing


def test_the_layers_drawn_are_the_layers():
    assert drawing() in SECTIONS["How it is built"]
    rooms = {room for layer in LAYERS for room in layer.rooms}
    here = {path.stem for path in (CHECKOUT / "gpugrad").iterdir() if path.suffix == ".py"}
    here |= {path.parent.name for path in (CHECKOUT / "gpugrad").glob("*/__init__.py")}
    assert here - {"__init__"} == rooms


def test_what_is_said_to_be_missing_is_missing():
    for name in ("amp",):
        assert not hasattr(gg, name), f"gg.{name} is there: the README says it is not"
