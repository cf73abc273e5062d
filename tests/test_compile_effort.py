"""What recording and building cost, counted: calls of Python, and starts of the compiler."""

import sys

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.backend.kernels import host
from gpugrad.codegen.fused import fused, unit_of
from gpugrad.compiler import Compiled
from gpugrad.compiler.building import compiled
from gpugrad.compiler.replay import Replay
from gpugrad.ops import REGISTRY
from gpugrad.settings import settings

DEPTHS = (8, 16, 32)


def calls(function) -> int:
    """Calls of Python's functions while ``function`` runs."""
    count = 0

    def profile(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def layers(depth):
    """A step of a network that deep."""
    model = gg.nn.Sequential(*[gg.nn.Linear(4, 4) for _ in range(depth)])
    optimizer = gg.optim.SGD(model.parameters(), lr=0.1)

    def step(x):
        optimizer.zero_grad()
        loss = gg.mean(model(x) ** 2)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def elements(depth):
    """An array whose parts are written so many times."""

    def step(x):
        y = x * 2
        for i in range(depth):
            y[i % 4] = gg.sin(y[(i + 1) % 4])
        return y

    return step


@pytest.mark.parametrize("make", [layers, elements])
def test_recording_is_linear_in_depth(make, monkeypatch):
    monkeypatch.setattr(Compiled, "_build", lambda *_: None)
    x = gg.ones((4, 4))

    def count(depth):
        for _ in range(2):  # what is asked for the first time in a process is not counted
            step = gg.compile(make(depth))
            made = calls(lambda: (step(x), step._latest().plan))  # noqa: B023
        return made

    few, some, many = map(count, DEPTHS)
    assert many - some < 2.1 * (some - few)


@pytest.mark.needs_compiler
def test_no_plan_is_made_that_no_call_runs(monkeypatch):
    step, x = gg.compile(layers(2), wait=True), gg.ones((4, 4))
    step(x)
    assert step._latest()._unbuilt is None
    monkeypatch.setattr(Replay, "holds", lambda *_: pytest.fail("asked value by value"))
    step(x)


def test_an_operation_is_compiled_on_the_host_without_its_neighbours():
    tanh = REGISTRY["tanh"]
    reading = fused(tanh).usual()
    kernel = reading.forward()
    alone = unit_of(tanh, reading, kernel, "float32", False)
    assert {k.name.partition("_")[0] for k in alone.kernels} == {"tanh"}
    together = unit_of(tanh, reading, kernel, "float32", True)
    assert set(alone.kernels) < set(together.kernels)


@pytest.mark.needs_compiler
@pytest.mark.parametrize(("language", "starts"), [("c", 2), ("c++", 1)])
def test_flags_are_found_by_few_starts_of_the_compiler(language, starts, tmp_path, monkeypatch):
    counted, run = [], host.run
    program = host.compiler(language)
    monkeypatch.setattr(settings, "cache_folder", tmp_path)
    monkeypatch.setattr(host, "run", lambda *a, **how: counted.append("-o" in a) or run(*a, **how))
    host._flags.cache_clear()
    flags = host._flags(program, language)
    host._flags.cache_clear()
    assert "-O3" in flags
    if set(host.WANTED) <= set(flags):  # else each flag is tried alone
        assert sum(counted) == starts


@pytest.mark.parametrize("device", ["cpu", "simulated"])
def test_layers_that_are_alike_share_their_kernels(device):
    def function(x):
        for _ in range(6):
            x = gg.cumsum(gg.tanh(x * x + x))
        return x

    with gg.use_device(device):
        x = gg.ones(5) / 9
        step = gg.compile(function, wait=True)
        step(x)
        fused = [s for s in step.graph.steps if s.name == "fused"]
        if device == "cpu":
            assert len(fused) == 6 and len(set(compiled(step.graph).values())) == 1
        else:
            assert len(fused) == 6 and len({id(s.settings["kernel"]) for s in fused}) == 1
            assert len(fused[0].settings["unit"].kernels) == 1
        np.testing.assert_allclose(step(x).numpy(), function(x).numpy(), rtol=1e-6)
