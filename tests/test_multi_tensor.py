"""Optimizers' kernels over many tensors: C on the host, NumPy without it, launches on a device."""

import numpy as np
import pytest
from kernel_checks import all_run, assert_compiled, per_architecture, per_order

import gpugrad as gg
from gpugrad.backend import dtypes
from gpugrad.backend.device import updates as device_updates
from gpugrad.backend.host import updates as host_updates
from gpugrad.backend.kernels import nvrtc
from gpugrad.backend.multi_tensor import MultiTensor, state_dtype
from gpugrad.backend.select import backend
from gpugrad.settings import settings as process
from tests import kernel_catalogue
from tests.optimizer_samples import CASES, SAMPLES

SHAPES = [(3,), (), (0, 4), (5, 7), (8_193,), (2, 8_192)]
TOLERANCE = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 2e-6, "float64": 1e-13}
HOST = backend("cpu")
KERNELS = kernel_catalogue.optimizers()
needs_compiler = pytest.mark.needs_compiler
per_case = pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
per_dtype = pytest.mark.parametrize("dtype", kernel_catalogue.DTYPES)
per_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
everywhere = pytest.mark.parametrize(
    "where", ["cpu", pytest.param("simulated", marks=needs_compiler)]
)


def kernel_of(name, settings):
    """An optimizer's kernel and the numbers that it takes."""
    made = getattr(gg.optim, name)([gg.zeros(1, device="cpu", requires_grad=True)], **settings)
    return made.kernel(made.param_groups[0])


def arrays(dtype, seed, shapes=SHAPES):
    draw, dtype = np.random.default_rng(seed), dtypes.BY_NAME[dtype]
    return [np.asarray(draw.normal(size=shape)).astype(dtype) for shape in shapes]


def array_on(where, array):
    """The host's own asarray makes a NumPy scalar of a 0-d array, which nobody can write to."""
    return array if where.name == "cpu" else where.asarray(array)


def zeros(where, kernel, parameters):
    """State as it begins."""
    return [
        [array_on(where, np.zeros(p.shape, state_dtype(p.dtype))) for p in parameters]
        for _ in kernel.roles
    ]


def number(where, value, dtype="float64"):
    return where.asarray(np.array(value, dtype))


def check(where, name, settings, dtype, shapes=SHAPES, put=array_on):
    """Three steps on ``where`` against the formula in float64."""
    kernel, numbers = kernel_of(name, settings)
    parameters = arrays(dtype, 0, shapes)
    exact, states = [p.astype("float64") for p in parameters], [{} for _ in parameters]
    there = [put(where, p) for p in parameters]
    places = range(len(shapes))
    batch = MultiTensor(where, kernel, there, zeros(where, kernel, parameters), places)
    for step in (1, 2, 3):
        gradients = arrays(dtype, step, shapes)
        steps = number(where, [step] * len(shapes), "int64")
        rate = number(where, settings["lr"] * step)
        batch.step([put(where, g) for g in gradients], rate, steps, numbers)
        now = {**settings, "lr": settings["lr"] * step}
        for i, (g, state) in enumerate(zip(gradients, states, strict=True)):
            exact[i] = SAMPLES[name][0](exact[i], g.astype("float64"), state, step, **now)
    for p, expected in zip(there, exact, strict=True):
        found = where.to_host(p).astype("float64")
        bound = TOLERANCE[dtype] * 4
        np.testing.assert_allclose(found, expected, rtol=bound, atol=bound)


@needs_compiler
@per_case
@per_dtype
@pytest.mark.parametrize("share_from", [1, 1_000])
def test_host_kernels(name, settings, dtype, share_from, monkeypatch):
    monkeypatch.setattr(host_updates, "SHARE_FROM", share_from)
    monkeypatch.setattr(process, "threads", 3)
    assert host_updates.kernel(kernel_of(name, settings)[0], dtype) is not None
    check(HOST, name, settings, dtype)


@per_case
@per_dtype
def test_numpy_without_a_compiler(name, settings, dtype, monkeypatch):
    monkeypatch.setattr(host_updates, "kernel", lambda rule, dtype: None)
    check(HOST, name, settings, dtype)


@needs_compiler
@per_kernel
@per_order
def test_every_kernel_runs(kernel, ordered, record_property):
    with all_run(ordered, [kernel.name], record_property):
        check(ordered, *kernel.case, kernel.dtype)


@needs_compiler
@per_case
def test_device_kernels(name, settings, device):
    check(device, name, settings, "float32")


@pytest.mark.needs_nvrtc
@per_architecture
@per_kernel
def test_nvrtc_compiles_every_kernel(kernel, arch, record_property):
    assert_compiled(nvrtc.cubin(kernel.source, arch), [kernel.name], arch, record_property)


@needs_compiler
@per_dtype
def test_arrays_that_lie_at_odd_places(dtype, device):
    """No pack of them can be loaded at once."""

    def put(where, array):
        whole = where.asarray(np.concatenate([np.zeros(1, array.dtype), array.reshape(-1)]))
        return whole[1:]

    check(device, "Adam", {"lr": 0.1}, dtype, [(3,), (1_025,)], put)


@needs_compiler
def test_blocks_take_more_where_there_is_more(device, monkeypatch):
    monkeypatch.setattr(device_updates, "BLOCKS_A_PROCESSOR", 1)
    many = 3 * 1024 * device.driver.multiprocessor_count
    check(device, "Adam", {"lr": 0.1}, "float32", [(5,), (many,), (many + 1,)])


@needs_compiler
def test_more_tensors_than_a_launch_takes(device):
    kernel, _ = kernel_of("Adam", {"lr": 0.1})
    shapes = [(i % 3,) for i in range(2 * kernel.capacity + 1)]
    if device.name == "simulated":
        device.driver.launched.clear()
    check(device, "Adam", {"lr": 0.1}, "float64", shapes)
    if device.name == "simulated":
        assert device.driver.launched["Adam_float64", "ascending"] == 9


@everywhere
def test_every_tensor_has_a_count_of_its_own(where):
    device = backend(where)
    kernel, numbers = kernel_of("Adam", {"lr": 0.1})
    parameters = [device.asarray(np.ones(2)) for _ in range(2)]
    states = zeros(device, kernel, parameters)
    gradients = [device.asarray(np.ones(2)) for _ in range(2)]
    steps = number(device, [7, 1, 7, 9], "int64")
    batch = MultiTensor(device, kernel, parameters, states, (1, 3))
    batch.step(gradients, number(device, 0.1), steps, numbers)
    found = [device.to_host(p)[0] for p in parameters]
    corrections = [np.sqrt(1 - 0.999**n) / (1 - 0.9**n) for n in (1, 9)]
    assert np.allclose(found, [1 - 0.1 * 0.1 * c / np.sqrt(0.001) for c in corrections])


@everywhere
def test_gradients_of_another_layout_are_copied(where):
    device = backend(where)
    kernel, numbers = kernel_of("SGD", {"lr": 1.0})
    p = device.asarray(np.zeros((2, 3), "float32"))
    g = device.asarray(np.arange(6, dtype="float32").reshape(3, 2)).T
    batch = MultiTensor(device, kernel, [p], [], [0])
    batch.step([g], number(device, 1.0), number(device, [1], "int64"), numbers)
    assert np.array_equal(device.to_host(p), -device.to_host(g))


def test_a_batch_knows_its_arrays():
    kernel, _ = kernel_of("SGD", {"lr": 1.0, "momentum": 0.9})
    other, _ = kernel_of("SGD", {"lr": 1.0, "momentum": 0.9, "nesterov": True})
    a, b = np.zeros(3, "float32"), np.zeros(3, "float32")
    batch = MultiTensor(HOST, kernel, [a], [[b]], [0])
    assert batch.holds(kernel, [a], [b])
    assert not batch.holds(other, [a], [b]) and not batch.holds(kernel, [a], [a])
    assert not batch.holds(kernel, [a]) and not batch.holds(kernel, [a, a], [b, b])


def test_misuse_is_refused():
    (kernel, numbers), p = kernel_of("SGD", {"lr": 1.0}), np.zeros(3, "float32")
    momentum, _ = kernel_of("SGD", {"lr": 1.0, "momentum": 0.9})
    for error, word, made, parameters, states in (
        (TypeError, "int64", kernel, [np.zeros(3, "int64")], []),
        (ValueError, "float64", momentum, [p], [[np.zeros(3)]]),
        (ValueError, "C-contiguous", kernel, [np.zeros((2, 2), "float32", order="F")], []),
        (ValueError, "in place", kernel, [np.float32(1)], []),
        (ValueError, "momentum_buffer", momentum, [p], []),
        (ValueError, "none", kernel, [p], [[p]]),
    ):
        with pytest.raises(error, match=word):
            MultiTensor(HOST, made, parameters, states, [0])
    batch = MultiTensor(HOST, kernel, [p], [], [0])
    with pytest.raises(ValueError, match="gradient"):
        batch.step([np.zeros(4, "float32")], 0.1, np.array([1]), numbers)
