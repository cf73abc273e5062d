"""The public names are those listed; importing them is quiet, cheap and touches no GPU."""

import inspect
import json
import subprocess
import sys
from collections import Counter
from types import ModuleType

import pytest
from source import CHECKOUT

import gpugrad as gg
from gpugrad import (
    compiler,
    data,
    drawing,
    extend,
    fft,
    linalg,
    nn,
    optim,
    random,
    saving,
    sparse,
    testing,
    training,
    transforms,
)
from gpugrad.api import functions
from gpugrad.numpy import elements as numpy_elements
from gpugrad.numpy import fft as numpy_fft
from gpugrad.numpy import linalg as numpy_linalg
from gpugrad.numpy import random as numpy_random
from gpugrad.ops.declare import REGISTRY
from gpugrad.scipy import fft as scipy_fft
from gpugrad.scipy import integrate, signal, special, stats
from gpugrad.scipy import linalg as scipy_linalg
from gpugrad.scipy import sparse as scipy_sparse

MODULES = {
    "gpugrad": gg,
    "nn": nn,
    "nn.functional": nn.functional,
    "nn.init": nn.init,
    "optim": optim,
    "data": data,
    "saving": saving,
    "training": training,
    "random": random,
    "sparse": sparse,
    "fft": fft,
    "linalg": linalg,
    "compiler": compiler,
    "drawing": drawing,
    "extend": extend,
    "testing": testing,
    "transforms": transforms,
    "scipy.signal": signal,
    "scipy.integrate": integrate,
    "scipy.fft": scipy_fft,
    "scipy.linalg": scipy_linalg,
    "scipy.sparse": scipy_sparse,
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
    """The names that a module lists, without those of modules."""
    return sorted(name for name in module.__all__ if not _is_module(module, name))


def _is_module(module: ModuleType, name: str) -> bool:
    return isinstance(getattr(module, name), ModuleType)


def test_a_name_of_numpys_belongs_to_one_topic():
    topics = [
        m
        for name, m in vars(gg.numpy).items()
        if _is_module(gg.numpy, name) and name not in gg.numpy.__all__
    ]
    lists = [m.__all__ for m in topics if hasattr(m, "__all__")]
    assert len(lists) > 20
    of_elements = [name for name in vars(numpy_elements) if not name.startswith("_")]
    names = [each for listed in [*lists, of_elements] for each in listed]
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


def test_the_names_of_the_package_are_those_listed():
    assert dir(gg) == sorted(gg.__all__)
    assert set(public(gg)) >= {"Tensor", "grad", "sum", "draw", "__version__"}
    modules = {name for name in gg.__all__ if _is_module(gg, name)}
    assert modules == {
        *("compiler", "data", "extend", "fft", "linalg", "nn", "numpy", "optim", "random", "scipy"),
        *("sparse", "testing", "training", "transforms"),
    }
    assert all(gg.__all__.count(name) == 1 for name in gg.__all__)
    named = {name for name in vars(functions) if not name.startswith("_")}
    assert named <= set(gg.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_lists_its_names(name):
    assert MODULES[name].__all__


def test_every_function_says_what_it_takes():
    for name in gg.__all__:
        if inspect.isfunction(getattr(gg, name)):
            assert inspect.signature(getattr(gg, name)).parameters or name in NOTHING


NOTHING = {"default_device", "enable_grad", "no_grad", "__array_namespace_info__"}
SIGNATURES = {
    "add": "(a, b)",
    "broadcast_arrays": "(*arrays)",
    "conv1d": "(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1)",
    "cross_entropy": "(x, target, weight=None, ignore_index=-100, reduction='mean', "
    "label_smoothing=0.0)",
    "group_norm": "(x, weight=None, bias=None, *, groups, eps=1e-05)",
    "linear": "(x, weight, bias=None)",
    "sum": "(x, axis=None, keepdims=False, *, dtype=None)",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_what_may_be_left_out_is_seen_in_the_signature(name):
    assert str(inspect.signature(getattr(gg, name))) == SIGNATURES[name]


def test_an_unknown_name_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        gg.nothing  # noqa: B018
