"""A backend by the protocol alone: arrays of another type run a training step."""

import ctypes
import os
import subprocess
import sys
from multiprocessing import spawn
from pathlib import Path

import numpy as np
import pytest
from noted import Noted, noted

import gpugrad as gg
from gpugrad.backend import select
from gpugrad.backend.device import cuda
from gpugrad.backend.kernels.host import library as compiled
from gpugrad.backend.protocol import NATIVES
from gpugrad.backend.select import backend, backend_of

HOST = backend("cpu")


@pytest.fixture(scope="module")
def home():
    return noted()


def test_a_backend_that_only_a_test_knows_is_found_by_name_and_by_array(home):
    x = gg.tensor([1.0, 2.0], device="noted")
    assert type(x.data) is Noted and x.device == "noted"
    assert backend_of(x.data) is home is backend("noted")


def test_operations_and_a_backward_walk_stay_on_it(home):
    results = []
    for device in ("cpu", "noted"):
        w = gg.tensor([[0.5, -1.0], [2.0, 0.25]], device=device, requires_grad=True)
        y = (gg.softmax(w @ w.T * 0.5, axis=1) * gg.tanh(w)).sum()
        y.backward()
        results.append((y.detach().numpy(), w.grad.numpy()))
    assert type(w.grad.data) is Noted
    for host, found in zip(*results, strict=True):
        np.testing.assert_allclose(found, host, rtol=1e-6)


def trained(device):
    gg.random.seed(3)
    with gg.use_device(device):
        model = gg.nn.Sequential(gg.nn.Linear(3, 4), gg.nn.Tanh(), gg.nn.Dropout(0.25))
        model.append(gg.nn.Linear(4, 2))
        x, labels = gg.random.normal(size=(5, 3)), gg.random.integers(2, size=5)
    optimizer = gg.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(3):
        loss = gg.nn.functional.cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [loss, *model.parameters()]


def test_modules_draws_and_gradient_descent_run_on_it(home):
    found = trained("noted")
    assert {type(cell.data) for cell in found} == {Noted}
    for here, host in zip(found, trained("cpu"), strict=True):
        here, host = here.detach().numpy(), host.detach().numpy()
        np.testing.assert_allclose(here, host, rtol=1e-5, atol=1e-7)


def test_transforms_compose_on_it(home):
    x = gg.tensor([[0.5, 1.0], [2.0, -0.25]], device="noted")
    f = gg.vmap(gg.grad(lambda v: gg.sum(gg.sin(v) * v)))
    expected = np.sin(x.numpy()) + x.numpy() * np.cos(x.numpy())
    assert type(f(x).data) is Noted
    np.testing.assert_allclose(f(x).numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["cpu", "simulated"])
def test_every_backend_has_the_natives_that_are_asked_for_by_name(name):
    assert backend(name).natives.keys() >= NATIVES


@pytest.mark.needs_compiler
def test_on_several_devices_all_is_computed_where_its_arrays_are():
    script = Path(__file__).with_name("several_devices.py")
    environment = {**os.environ, "PYTHONPATH": str(script.parents[1])}
    command = [sys.executable, str(script), "simulated"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_process_has_one_simulated_device_unless_it_asks_for_more():
    assert backend("simulated:0") is backend("simulated")
    with pytest.raises(RuntimeError, match=r"simulated:1: settings.simulated_devices is 1"):
        backend("simulated:1")
    assert HOST.here() is None and backend("simulated").here() is None


DRIVER = """
int began;
int cuInit(unsigned flags) { began = 1; return %d; }
int cuDeviceGetCount(int *count) { *count = %d; return began ? 0 : 3; }
int cuGetErrorName(int status, const char **name) { *name = "CUDA_ERROR_OF_SOME_KIND"; return 0; }
"""


@pytest.fixture
def driver(monkeypatch):
    """A function that installs a driver as far as counting goes, which starts with a status and
    has a number of devices."""

    def install(status, devices=0):
        library = compiled(DRIVER % (status, devices))
        monkeypatch.setattr(cuda, "DRIVER", library._name)
        cuda._driver.cache_clear()
        cuda._counted.cache_clear()
        cuda.device_count.cache_clear()
        return library

    yield install
    monkeypatch.undo()
    cuda._driver.cache_clear()
    cuda._counted.cache_clear()
    cuda.device_count.cache_clear()


@pytest.mark.needs_compiler
@pytest.mark.needs_cupy
def test_a_driver_that_fails_is_not_taken_for_no_device(driver):
    driver(100)
    assert "sees no device" in cuda.missing() and cuda.device_count() == 0
    driver(0, 2)
    assert cuda.missing() is None and cuda.device_count() == 2
    driver(999)
    assert "error 999 (CUDA_ERROR_OF_SOME_KIND)" in cuda.missing()
    with pytest.warns(RuntimeWarning, match="new arrays are on the CPU: .* error 999"):
        assert cuda.device_count() == 0
    with pytest.raises(RuntimeError, match=r"cuda:0: 0 GPUs found; .* error 999"):
        cuda.open_device(0)


@pytest.mark.needs_compiler
@pytest.mark.needs_cupy
@pytest.mark.parametrize("python", ["as it is", "cannot be asked"])
def test_counting_devices_starts_cuda_in_a_process_of_its_own(python, driver, monkeypatch):
    library = driver(0, 3)
    if python == "cannot be asked":
        monkeypatch.setattr(spawn, "get_executable", lambda: "/bin/true")
    assert cuda.device_count() == 3
    began = ctypes.c_int.in_dll(library, "began").value
    assert began == (python == "cannot be asked")


@pytest.mark.needs_compiler
@pytest.mark.needs_cupy
def test_a_process_that_was_forked_after_cuda_had_started_says_so(driver, monkeypatch):
    library = driver(0, 2)
    assert cuda.device_count() == 2
    monkeypatch.setattr(library, "cuInit", lambda flags: cuda.NOT_INITIALIZED)
    monkeypatch.setattr(cuda, "_driver", lambda: library)
    with pytest.raises(RuntimeError, match=r"forked after CUDA .* 'spawn'"):
        cuda.open_device(1)


def test_an_array_opens_the_device_that_it_is_on(monkeypatch):
    """CuPy's may be the first thing that a program has, whatever the default device."""
    opened: list[str] = []

    def open_device(name):
        opened.append(name)
        return select.HOST

    monkeypatch.setattr(select, "_named", open_device)
    array = type("ndarray", (), {"__module__": "cupy"})()
    assert select.holder(array) is select.HOST and opened == ["cuda"]
    assert select.holder([1.0]) is None and select.holder(1.0) is None
