"""The README says what is so: its Python blocks run as printed, its paths and names exist."""

import os
import re
import subprocess
import sys
import textwrap

import pytest
from layers import LAYERS, drawing
from source import CHECKOUT

import gpugrad as gg

TEXT = (CHECKOUT / "README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
BLOCK = re.compile(r"^ *```python\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SAID = re.compile(r"^print\(.*\)  # (.*)$", re.MULTILINE)
WITH_CODE = [name for name, text in SECTIONS.items() if BLOCK.search(text)]


def code(section: str) -> str:
    """A section's blocks, one after another, as printed."""
    return "\n".join(textwrap.dedent(block) for block in BLOCK.findall(SECTIONS[section]))


def printed(program: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_sections_promised():
    promised = (
        "Two commands",
        "A tour of one minute",
        "How it is built",
        "Adding an operation",
        "A kernel of your own",
        "Not there yet",
        "Contributing",
        "Changes",
    )
    assert set(promised) <= set(SECTIONS)
    assert len(TEXT.split("\n## ")[0].strip().splitlines()) <= 8  # the title and five lines


@pytest.mark.needs_compiler  # the tour shows the simulated device
@pytest.mark.parametrize("section", WITH_CODE)
def test_the_code_runs_as_printed(section):
    program = code(section)
    said = SAID.findall(program)
    assert printed(program) == said
    assert said or section == "Adding an operation"


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
    for name in ("compile", "data", "amp", "save", "load"):
        assert not hasattr(gg, name), f"gg.{name} is there: the README says it is not"
    assert not hasattr(gg.optim, "lr_scheduler")
