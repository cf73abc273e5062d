"""Without a C compiler the kernels of compiled functions are those of elements, run by NumPy."""

import numpy as np
import pytest
import test_compile

import gpugrad as gg
from gpugrad.codegen import launch

PROGRAMS = ["mlp", "dropout", "AdamW", "RMSprop", "convnet", "hessian", "vmap"]


@pytest.fixture
def no_compiler(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.delenv("CXX", raising=False)


def addresses(function):
    """Where the compiled kernels of a function lie, by name; None of those that NumPy runs."""
    settings = [step.settings for step in function.graph.steps if step.name == "fused"]
    return {how["kernel"].name: how["kernel"].answers[how["dtype"]] for how in settings}


@pytest.mark.filterwarnings("ignore:.*large operations run on NumPy")
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_runs_by_numpy(name, no_compiler):
    expected, state, _ = test_compile.run(name, compiled=False)
    launch.plain_runs.clear()
    found, left, function = test_compile.run(name, compiled=True)
    for a, b in zip(found, expected, strict=True):
        test_compile.agree(a, b, 2e-6)
    test_compile.agree(left, state, 2e-6)
    assert set(addresses(function).values()) == {None}
    assert addresses(function).keys() <= launch.plain_runs.keys()


def test_gradients_from_outside_too(no_compiler):
    x = gg.tensor([0.5, -1.0], requires_grad=True)
    gg.sum(gg.compile(lambda x: gg.tanh(x) * gg.exp(x), wait=True)(x)).backward()
    t = np.tanh([0.5, -1.0])
    np.testing.assert_allclose(x.grad.numpy(), (1 - t * t + t) * np.exp([0.5, -1.0]), rtol=1e-6)
