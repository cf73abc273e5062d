"""What every test file shares: fixtures, and tests that are counted where their tool is missing."""

import pytest

from gpugrad.backend.select import backend
from gpugrad.settings import settings

_left_out = pytest.StashKey[dict]()


def has_compilers():
    return bool(settings.host_compiler and settings.host_cxx_compiler)


def has_nvrtc():
    from gpugrad.backend.kernels import nvrtc

    try:
        return bool(nvrtc._compiler())
    except nvrtc.NoCompiler:
        return False


NEEDS = {  # marker -> (what it needs, whether it is here)
    "needs_compiler": ("a C and a C++ compiler", has_compilers),
    "needs_nvrtc": ("NVRTC", has_nvrtc),
}


def pytest_configure(config):
    for marker, (tool, _) in NEEDS.items():
        config.addinivalue_line("markers", f"{marker}: runs only where {tool} is installed")


def pytest_collection_modifyitems(config, items):
    config.stash[_left_out] = {}
    for marker, (tool, is_here) in NEEDS.items():
        wanting = [item for item in items if item.get_closest_marker(marker)]
        if wanting and not is_here():
            config.stash[_left_out][tool] = len(wanting)
            config.hook.pytest_deselected(items=wanting)
            items[:] = [item for item in items if not item.get_closest_marker(marker)]


def pytest_terminal_summary(terminalreporter, config):
    for tool, count in config.stash.get(_left_out, {}).items():
        terminalreporter.write_line(f"no {tool} here: {count} tests that need it did not run")


@pytest.fixture
def device():
    """The simulated device."""
    return backend("simulated")


@pytest.fixture
def ordered(device, order):
    """The simulated device, running the threads of every launch in one order."""
    with device.driver.thread_order(order):
        yield device
