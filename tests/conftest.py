"""What every test file shares: fixtures, and tests that are counted where their tool is missing."""

import importlib.util
from collections import Counter

import pytest

from gpugrad.backend.kernels import nvrtc
from gpugrad.backend.select import backend
from gpugrad.settings import settings

LEFT_OUT = pytest.StashKey[dict[str, list[str]]]()  # tool -> names of tests that need it


def has_compilers():
    return bool(settings.host_compiler and settings.host_cxx_compiler)


def has_nvrtc():
    try:
        return bool(nvrtc.compiler_version())
    except nvrtc.NoCompiler:
        return False


def has_cupy():
    return importlib.util.find_spec("cupy") is not None


NEEDS = {  # marker -> (what it needs, whether it is here)
    "needs_compiler": ("a C and a C++ compiler", has_compilers),
    "needs_nvrtc": ("NVRTC", has_nvrtc),
    "needs_cupy": ("CuPy", has_cupy),
}


def pytest_configure(config):
    config.stash[LEFT_OUT] = {}
    for marker, (tool, _) in NEEDS.items():
        config.addinivalue_line("markers", f"{marker}: runs only where {tool} is installed")
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Workers(config))


def pytest_collection_modifyitems(config, items):
    for marker, (tool, is_here) in NEEDS.items():
        wanting = [item for item in items if item.get_closest_marker(marker)]
        if wanting and not is_here():
            config.stash[LEFT_OUT][tool] = [item.nodeid for item in wanting]
            config.hook.pytest_deselected(items=wanting)
            items[:] = [item for item in items if not item.get_closest_marker(marker)]


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):  # a process of pytest-xdist, which collected
        session.config.workeroutput["left_out"] = session.config.stash[LEFT_OUT]


class Workers:
    """Takes from the processes of pytest-xdist what they left out."""

    def __init__(self, config):
        self.config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        self.config.stash[LEFT_OUT].update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter, config):
    for tool, names in config.stash[LEFT_OUT].items():
        terminalreporter.write_line(f"no {tool} here: {len(names)} tests that need it did not run")
        functions = Counter(name.partition("[")[0] for name in names)
        for name, count in functions.items():
            terminalreporter.write_line(f"  {name}" + (f" ({count})" if count > 1 else ""))


@pytest.fixture
def device():
    """The simulated device."""
    return backend("simulated")


@pytest.fixture
def ordered(device, order):
    """The simulated device, running the threads of every launch in one order."""
    with device.driver.thread_order(order):
        yield device
