"""A plugin of pytest: its device is CuPy on the CPU, and known failures are held to a list."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from . import cupy_device, places

LIST = Path(__file__).with_name("known_failures.txt")
FIXTURE, NAME = "device", "simulated"  # how a test asks for a device


def known_failures(text: str) -> dict[str, str]:
    """Name of a test -> why it fails: the comment above it in the list."""
    found, reason = {}, ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("#"):
            reason = line.removeprefix("#").strip()
        else:
            found[line] = reason
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Bring CuPy up, unless this process only gives tests out to others."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        cupy_device.bring_up()
        select = places.ours("select")
        select._NAMED[NAME] = select.backend("cuda")  # the same device by its other name


class Absent(pytest.Item):
    """A test that the list has and that is no more; it fails."""

    fixturenames = ()

    def runtest(self) -> None:
        pytest.fail(f"{LIST.name} has {self.name}, which does not exist", pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Mark known failures, and leave out what meets no device."""
    known = known_failures(LIST.read_text(encoding="utf-8"))
    others = {item for item in items if not meets_a_device(item)}
    session.config.hook.pytest_deselected(items=list(others))
    for item in items:
        if item.nodeid in known:
            item.add_marker(pytest.mark.xfail(reason=known[item.nodeid], strict=True))
    gone = [] if any("::" in one for one in session.config.args) else absent(known, items)
    items[:] = [item for item in items if item not in others]
    items += [Absent.from_parent(session, name=name) for name in gone]


def absent(known: Iterable[str], items: list[pytest.Item]) -> list[str]:
    """Names in the list of which the file was collected and the test was not there."""
    names = {item.nodeid for item in items}
    files = {name.partition("::")[0] for name in names}
    return [one for one in known if one.partition("::")[0] in files and one not in names]


def meets_a_device(item: pytest.Item) -> bool:
    """Whether a test has the fixture, or the name in its parameters or its text."""
    if FIXTURE in item.fixturenames or NAME in item.nodeid.partition("::")[2]:
        return True
    return NAME in source(item.function)


@cache
def source(function: Callable) -> str:
    """The text of a test."""
    return inspect.getsource(function)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Call the device what the test calls it: a CUDA device, or the simulated one."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    is_fixture = FIXTURE in item.fixturenames and FIXTURE not in parameters
    device = places.ours("select").backend(NAME)
    device.name = device.driver.name = "cuda:0" if is_fixture else NAME


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which known failures remain, by their reasons."""
    reasons = defaultdict(list)
    for report in terminalreporter.stats.get("xfailed", []):
        reasons[report.wasxfail.removeprefix("reason: ")].append(report.nodeid)
    passed = len(terminalreporter.stats.get("passed", []))
    total = sum(map(len, reasons.values()))
    write = terminalreporter.write_line
    write(f"on CuPy's own wheel: {passed} passed, {total} known failures remain")
    for reason, names in reasons.items():
        write(f"  {reason}")
        for name in names:
            write(f"    {name}")
