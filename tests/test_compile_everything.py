"""Every module and every optimizer compiled: values, gradients, and what they leave behind."""

from copy import deepcopy

import numpy as np
import optimizer_samples
import pytest
from module_samples import MODULES, classes

import gpugrad as gg
from gpugrad import nn, optim
from gpugrad.compiler import building

SAMPLES = [
    pytest.param(sample, id=f"{name}-{i}")
    for name, several in MODULES.items()
    for i, sample in enumerate(several)
]
DEVICES = ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
CALLS = 3
TOLERANCE = 2e-5


@pytest.fixture(autouse=True)
def kernels_on_numpy(monkeypatch):
    """On the host kernels run by NumPy: to compile some for every module would take minutes."""
    compiled = building.compile_kernel

    def compile_kernel(backend, unit, kernel, dtype):
        if backend.driver is None:
            kernel.answers[dtype] = None
        else:
            compiled(backend, unit, kernel, dtype)

    monkeypatch.setattr(building, "compile_kernel", compile_kernel)


def test_every_module_has_a_sample():
    assert MODULES.keys() == classes()


def test_every_class_of_optim_has_a_sample():
    classes = {name for name in optim.__all__ if isinstance(getattr(optim, name), type)}
    whole = {"Adafactor", "LBFGS", "Muon"}  # not of one rule: tests/test_optim_whole.py has them
    assert optimizer_samples.SAMPLES.keys() == classes - {"Optimizer"} - whole


def data(sample, call, device):
    """The inputs of one call, other ones at every call."""
    return [
        gg.tensor(x * (1 + call / 8), device=device, requires_grad=True)
        if x.dtype.kind == "f"
        else gg.tensor(x, device=device)
        for x in sample.inputs
    ]


def trained(module):
    """A step that walks back from what the module gives."""

    def step(*inputs):
        y = module(*inputs)
        module.zero_grad()
        gg.sum(y * y).backward()
        return y.detach()

    return step


def evaluated(module):
    """The module as it is used when it is trained."""
    module.eval()

    def step(*inputs):
        with gg.no_grad():
            return module(*inputs)

    return step


def run(sample, make_step, device, compiled):
    """Of some calls all results, gradients, and what the module holds afterwards."""
    gg.random.seed(0)
    module = sample.make().to(device)
    step = make_step(module)
    function = gg.compile(step, wait=True) if compiled else step
    found = []
    for call in range(CALLS):
        inputs = data(sample, call, device)
        found.append(function(*inputs))
        holders = (*inputs, *module.parameters())
        found += [x.grad for x in holders if x.grad is not None]
    found += [*module.parameters(), *module.buffers()]
    return [x.detach().numpy() for x in found], function


def agree(found, expected):
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("make_step", [trained, evaluated], ids=["train", "eval"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_module_compiled_does_what_it_does(sample, make_step, device):
    expected, _ = run(sample, make_step, device, compiled=False)
    found, function = run(sample, make_step, device, compiled=True)
    agree(found, expected)
    assert function.recordings <= 2  # without gradients of parameters, and with them


def optimized(name, settings, device, compiled):
    """Parameters and state after some steps, of which one has another rate."""
    gg.random.seed(0)
    model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)).to(device)
    frozen = gg.tensor([1.0, 2.0], device=device, requires_grad=True)  # never has a gradient
    optimizer = getattr(optim, name)([*model.parameters(), frozen], **settings)

    def step(x, rate):
        optimizer.zero_grad()
        gg.mean(model(x) ** 2).backward()
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()

    function = gg.compile(step, wait=True) if compiled else step
    for call in range(4):
        x = np.random.default_rng(call).normal(size=(5, 4)).astype("f4")
        function(gg.tensor(x, device=device), settings["lr"] / (1 + call))
    state = [cell for one in optimizer.state.values() for cell in one.values()]
    cells = [*model.parameters(), frozen, *state, optimizer.param_groups[0].steps]
    return [cell.detach().numpy() for cell in cells], function, deepcopy(optimizer.param_groups)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("name", "settings"), optimizer_samples.CASES)
def test_an_optimizer_compiled_does_what_it_does(name, settings, device):
    expected, _, groups = optimized(name, settings, device, compiled=False)
    found, function, left = optimized(name, settings, device, compiled=True)
    agree(found, expected)
    assert function.recordings == 1
    assert [float(g["lr"]) for g in left] == [float(g["lr"]) for g in groups]
