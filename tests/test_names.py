"""What people come for is there and tested: the table of ci/names."""

import subprocess
import sys

import pytest
from names import NUMPYS, called, found, groups, whole
from source import CHECKOUT

from gpugrad.numpy.absent import ARRAYS, RANDOM

GROUPS = groups()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_what_is_missing_has_a_reason(group):
    assert set(group.missing) == group.reasons.keys()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_what_is_there_is_tested(group):
    assert set(group.there) == set(group.tested)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_no_name_is_listed_twice(group):
    assert len(set(group.names)) == len(group.names)


@pytest.mark.parametrize("module", NUMPYS)
def test_no_name_of_numpys_is_passed_over(module):
    counted = whole(module)
    assert not counted.missing
    assert counted.there or counted.refused
    for name, reason in counted.refused.items():
        assert reason.startswith(f"gpugrad.{module}.{name} is not here: ")


@pytest.mark.parametrize(
    ("module", "reasons"), [("gpugrad.numpy", ARRAYS), ("gpugrad.numpy.random", RANDOM)]
)
def test_what_is_refused_is_not_there(module, reasons):
    names = [name for listed in reasons.values() for name in listed.split()]
    assert len(set(names)) == len(names)
    assert not [name for name in names if hasattr(found(module), name)]


def test_the_standard_is_listed_whole():
    """133 functions in the main namespace, 23 of linear algebra, 14 transforms."""
    counts = {group.title.removeprefix("array API, "): len(group.names) for group in GROUPS}
    main = (
        "creation",
        "data types",
        "elementwise",
        "indexing",
        "linear algebra",
        "manipulation",
        "searching",
        "sets",
        "sorting",
        "statistics",
        "utility",
    )
    assert sum(counts[title] for title in main) == 133
    assert (counts["linalg"], counts["fft"]) == (23, 14)


def test_a_name_that_is_nowhere_is_found_missing():
    assert found("gpugrad.numpy.linalg") is not found("gpugrad.linalg")
    assert not hasattr(found("gpugrad.numpy"), "nonsense")
    assert "rot90" in called("gpugrad.numpy")
    assert "never_called" not in called("gpugrad.numpy")


def test_the_command_prints_the_table():
    command = [sys.executable, CHECKOUT / "ci" / "names.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    title, *lines = done.stdout.splitlines()
    assert title.split() == ["group", "wanted", "there", "tested"]
    rows = {line[:40].strip(): line.split()[-3:] for line in lines[: len(GROUPS) + 1]}
    assert all(int(there) <= int(wanted) for wanted, there, _ in rows.values())
    assert "all" in rows
    assert done.stdout.count("numpy.random ") == 1 and done.stdout.endswith("nothing is missing\n")
