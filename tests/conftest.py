"""What every test file shares: fixtures, and tests that are counted where their tool is missing."""

import importlib.util
from collections import Counter, defaultdict

import kernel_catalogue
import pytest

from gpugrad.backend.device.handwritten import KERNELS
from gpugrad.backend.kernels import nvrtc
from gpugrad.backend.random import generator
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


def pytest_addoption(parser):
    parser.addoption("--device", default="simulated", help="what the fixture `device` is")


def pytest_configure(config):
    config.stash[LEFT_OUT] = {}
    for marker, (tool, _) in NEEDS.items():
        config.addinivalue_line("markers", f"{marker}: runs only where {tool} is installed")
    config.pluginmanager.register(KernelCount())
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Workers(config))


def pytest_collection_modifyitems(config, items):
    for marker, (tool, is_here) in NEEDS.items():
        wanting = [item for item in items if item.get_closest_marker(marker)]
        if wanting and not is_here():
            config.stash[LEFT_OUT][tool] = [item.nodeid for item in wanting]
            leave_out(config, items, wanting)
    if config.getoption("--device") != "simulated":  # a GPU has an order of its own
        others = [item for item in items if orders_threads(item)]
        leave_out(config, items, others)


def pytest_runtest_setup(item):
    generator.seed(0)  # a test draws the same numbers alone and among others


def leave_out(config, items, some):
    config.hook.pytest_deselected(items=some)
    items[:] = [item for item in items if item not in some]


def orders_threads(item):
    if "thread_order" in item.name:
        return True
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return parameters.get("order", "ascending") != "ascending"


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


class KernelCount:
    """For each architecture and order of threads, the kernels that tests proved in it."""

    def __init__(self):
        self.names = defaultdict(set)

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and report.passed:
            for where, names in (
                value for key, value in report.user_properties if key == "kernels"
            ):
                self.names[where].update(names)

    def pytest_terminal_summary(self, terminalreporter):
        if not self.names:
            return
        written = {symbol for _, symbol, _ in KERNELS}
        generated = set(kernel_catalogue.required())
        line = f"kernels required: {len(written)} written, {len(generated)} generated; "
        terminalreporter.write_line(line + "compiled or run:")
        for where, names in self.names.items():
            line = f"  {where:<12}{len(names & written):>4} written {len(names & generated):>4}"
            terminalreporter.write_line(line + " generated")


def pytest_terminal_summary(terminalreporter, config):
    for tool, names in config.stash[LEFT_OUT].items():
        terminalreporter.write_line(f"no {tool} here: {len(names)} tests that need it did not run")
        functions = Counter(name.partition("[")[0] for name in names)
        for name, count in functions.items():
            terminalreporter.write_line(f"  {name}" + (f" ({count})" if count > 1 else ""))


@pytest.fixture
def device(request):
    """The simulated device, or what ``--device`` names."""
    return backend(request.config.getoption("--device"))


@pytest.fixture
def ordered(device, order):
    """The device; a simulated one runs the threads of every launch in one order."""
    if device.name != "simulated":
        yield device
        return
    with device.driver.thread_order(order):
        yield device
