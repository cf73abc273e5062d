"""What every test file shares: tests that need a compiler are counted where there is none."""

import pytest

from gpugrad.settings import settings

NEEDS = "needs_compiler"
_left_out = pytest.StashKey[int]()


def pytest_configure(config):
    config.addinivalue_line("markers", f"{NEEDS}: runs only where a C and a C++ compiler are")


def pytest_collection_modifyitems(config, items):
    if settings.host_compiler and settings.host_cxx_compiler:
        return
    kept = [item for item in items if item.get_closest_marker(NEEDS) is None]
    config.stash[_left_out] = len(items) - len(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_terminal_summary(terminalreporter, config):
    if count := config.stash.get(_left_out, 0):
        terminalreporter.write_line(f"no compiler here: {count} tests that need one did not run")
