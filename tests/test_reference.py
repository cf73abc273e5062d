"""The reference says what is so: every topic is printed, and blocks in docstrings run."""

import inspect
import pydoc
import re
import textwrap
from importlib import import_module
from types import ModuleType

import blocks
import pytest
from source import modules
from test_public_api import MODULES, public

import gpugrad as gg
from gpugrad import cli, reference

LONGEST = 100  # columns of a list of topics


def examples(module: ModuleType) -> dict[str, str]:
    """Public name or class member -> the blocks of its docstring, where there are some."""
    found = {}
    for name in public(module):
        thing = getattr(module, name)
        if not getattr(thing, "__module__", "").startswith("gpugrad"):
            continue  # NumPy's dtypes and errors
        members = vars(thing).items() if isinstance(thing, type) else ()
        for label, member in [(name, thing), *((f"{name}.{m}", x) for m, x in members)]:
            doc = inspect.getdoc(member) if callable(member) else None
            if doc and (code := blocks.of_docstring(doc)):
                found[label] = code
    return found


def together(programs: dict[str, str]) -> str:
    """One program of several, each in a function of its own."""
    bodies = [f"def _():\n{textwrap.indent(each, '    ')}\n_()" for each in programs.values()]
    return "\n".join(["import numpy as np", "import gpugrad as gg", *bodies])


@pytest.mark.parametrize("topic", reference.TOPICS)
def test_a_topic_is_printed_and_its_code_runs(topic, capsys):
    assert cli.main(["help", topic]) == 0
    told = capsys.readouterr().out
    assert told.startswith(inspect.getdoc(import_module(reference.TOPICS[topic])))
    program = blocks.of_docstring(told)
    assert blocks.printed(program) == blocks.said(program)


def test_the_list_has_one_line_for_each_topic(capsys):
    assert cli.main(["help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(reference.TOPICS)
    assert all(line.endswith(".") and len(line) <= LONGEST for line in lines)


def test_an_unknown_topic_is_an_error_that_names_the_topics(capsys):
    with pytest.raises(SystemExit):
        cli.main(["help", "nothing"])
    error = capsys.readouterr().err
    assert "nothing" in error and "devices" in error


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_public_names_run_as_printed(name):
    found = examples(MODULES[name])
    if found:
        program = together(found)
        assert blocks.printed(program) == blocks.said(program), list(found)


@pytest.mark.parametrize("name", MODULES)
def test_every_example_says_what_it_prints_or_prints_nothing(name):
    for label, code in examples(MODULES[name]).items():
        prints = len(re.findall(r"^ *print\(", code, re.MULTILINE))
        assert prints == len(blocks.said(code)), label


@pytest.mark.parametrize("name", ["gpugrad", *MODULES])
def test_a_topic_names_everything_that_its_module_has(name):
    topics = {module: topic for topic, module in reference.TOPICS.items()}
    module = f"gpugrad.{name}".removesuffix(".gpugrad")
    if module in topics and hasattr(import_module(module), "__all__"):
        told = set(re.findall(r"\w+", reference.text(topics[module])))
        assert set(import_module(module).__all__) <= told


def test_the_networks_topics_group_all_names():
    for topic in ("nn", "optim", "transforms"):
        assert "Further names" not in reference.text(topic)


def test_help_lists_the_functions_there_are():
    told = pydoc.plain(pydoc.render_doc(gg))
    assert all(f"\n    {name}" in told for name in ("softmax(", "where(", "grad("))
    assert "gg.nn" in told and "gpugrad help" in told


def test_blocks_are_found():
    assert blocks.of_docstring("One.\n\n    a = 1\n\n    b = 2\n\nTwo,\n    no block.") == (
        "a = 1\n\nb = 2\n"
    )
    assert blocks.said("print(1)  # 1\nprint(\n1)\nprint(2)\n# 2\n") == ["1", "2"]


def test_topics_are_modules():
    assert set(reference.TOPICS.values()) <= set(modules())


@pytest.mark.parametrize("name", MODULES)
def test_a_docstring_begins_with_what_the_thing_is(name):
    vague = {"What", "Which", "Whether", "Where", "How", "Of", "For"}
    ours = {each: getattr(MODULES[name], each) for each in public(MODULES[name])}
    first = {
        each: inspect.getdoc(thing).split()[0]
        for each, thing in ours.items()
        if callable(thing) and getattr(thing, "__module__", "").startswith("gpugrad")
    }
    assert not [each for each, word in first.items() if word in vague]


def test_names_are_those_of_the_subject():
    assert "TYPE_CHECKING" not in reference.text("numpy")
