"""The public names are pinned; importing them is quiet, cheap and touches no GPU."""

import inspect
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from source import CHECKOUT

import gpugrad as gg
from gpugrad import drawing, fft, linalg, nn, optim, random
from gpugrad.numpy import elements as numpy_elements
from gpugrad.numpy import fft as numpy_fft
from gpugrad.numpy import linalg as numpy_linalg
from gpugrad.numpy import random as numpy_random
from gpugrad.ops.declare import REGISTRY
from gpugrad.scipy import fft as scipy_fft
from gpugrad.scipy import integrate, signal, special, stats
from gpugrad.scipy import linalg as scipy_linalg

PINNED = Path(__file__).with_name("public_names.txt")
MODULES = {
    "gpugrad": gg,
    "nn": nn,
    "optim": optim,
    "random": random,
    "fft": fft,
    "linalg": linalg,
    "drawing": drawing,
    "scipy.signal": signal,
    "scipy.integrate": integrate,
    "scipy.fft": scipy_fft,
    "scipy.linalg": scipy_linalg,
    "scipy.special": special,
    "scipy.stats": stats,
    "numpy": gg.numpy,
    "numpy.linalg": numpy_linalg,
    "numpy.fft": numpy_fft,
    "numpy.random": numpy_random,
}
HEAVY = {
    "cupy",
    "cuda",
    "optree",
    "matplotlib",
    "scipy",
    "torch",
    "hypothesis",
    "sympy",
    "concurrent",
    "asyncio",
    "multiprocessing",
}


def public(module: ModuleType) -> list[str]:
    """A module's own names: ``__all__``, else all that are no modules and not private."""
    if hasattr(module, "__all__"):
        return sorted(name for name in module.__all__ if not _is_module(module, name))
    names = [name for name in vars(module) if not name.startswith("_") and name != "Any"]
    return sorted(name for name in names if not _is_module(module, name))


def _is_module(module: ModuleType, name: str) -> bool:
    return isinstance(getattr(module, name), ModuleType)


def pinned() -> dict[str, list[str]]:
    """Module -> names, as the file lists them."""
    lines = PINNED.read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {name: [] for name in MODULES}
    for line in lines:
        module, _, names = line.partition(": ")
        found[module] += names.split()
    return found


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_those_pinned(name):
    there, listed = set(public(MODULES[name])), set(pinned()[name])
    add, remove = " ".join(sorted(there - listed)), " ".join(sorted(listed - there))
    assert not add and not remove, f"{PINNED.name}, {name}: to add: {add}; to remove: {remove}"
    assert len(listed) == len(pinned()[name]), f"{name}: a name is listed twice"


def test_a_name_of_numpys_belongs_to_one_topic():
    topics = [m for name, m in vars(gg.numpy).items() if _is_module(gg.numpy, name)]
    lists = [m.__all__ for m in topics if hasattr(m, "__all__")]
    assert len(lists) > 20
    names = [each for listed in [*lists, public(numpy_elements)] for each in listed]
    assert not [each for each, count in Counter(names).items() if count > 1]


@pytest.mark.parametrize("name", MODULES)
def test_what_is_listed_exists(name):
    module = MODULES[name]
    assert all(hasattr(module, each) for each in getattr(module, "__all__", ()))


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_has_a_docstring(name):
    module = MODULES[name]
    callables = [each for each in public(module) if callable(getattr(module, each))]
    assert not [each for each in callables if not inspect.getdoc(getattr(module, each))]


def test_operations_have_docstrings():
    assert not [name for name, op in REGISTRY.items() if not op.doc]


def test_methods_of_a_tensor_have_docstrings():
    methods = {name: member for name, member in vars(gg.Tensor).items() if callable(member)}
    bare = [name for name in methods if name[0] != "_" and not inspect.getdoc(methods[name])]
    assert not bare


def test_importing_prints_nothing_and_loads_nothing_heavy():
    program = (
        "import json, sys, gpugrad\n"
        "json.dump(sorted(name.partition('.')[0] for name in sys.modules), sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    assert not HEAVY & set(json.loads(done.stderr))


def test_importing_touches_no_gpu():
    """No library of NVIDIA's is mapped, and what looks for one has not been asked."""
    program = (
        "import gpugrad, sys\n"
        "from pathlib import Path\n"
        "maps = Path('/proc/self/maps')\n"
        "print('libcuda' in (maps.read_text() if maps.exists() else ''))\n"
        "print('gpugrad.backend.device.cuda' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_nn_and_optim_are_there_when_they_are_used():
    program = "import gpugrad as gg; print(gg.nn.Linear.__name__, gg.optim.SGD.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["Linear", "SGD"]


def test_an_unknown_name_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        gg.nothing  # noqa: B018
