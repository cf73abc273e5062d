"""SGD and Adam over many tensors: C on the host, NumPy without it, kernels on a device."""

import numpy as np
import pytest

from gpugrad.backend import dtypes, multi_tensor
from gpugrad.backend.multi_tensor import MultiTensor, state_dtype
from gpugrad.backend.select import backend
from gpugrad.settings import settings

SHAPES = [(3,), (), (0, 4), (5, 7), (8_193,), (2, 8_192)]
DTYPES = ["float16", "bfloat16", "float32", "float64"]
TOLERANCE = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 2e-6, "float64": 1e-13}
SGD = [
    {},
    {"weight_decay": 0.1},
    {"momentum": 0.9},
    {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
    {"momentum": 0.9, "nesterov": True},
]
ADAM = [
    {},
    {"weight_decay": 0.1},
    {"weight_decay": 0.1, "decoupled": True},
    {"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3},
]
CASES = [*(("sgd", case) for case in SGD), *(("adam", case) for case in ADAM)]
needs_compiler = pytest.mark.needs_compiler
per_case = pytest.mark.parametrize(("name", "case"), CASES, ids=str)
per_dtype = pytest.mark.parametrize("dtype", DTYPES)


def sgd(
    p, g, step, velocity, rate, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):  # fmt: skip
    """torch.optim.SGD as its documentation writes it."""
    g = g + weight_decay * p
    if momentum:
        velocity[...] = g if step == 1 else momentum * velocity + (1 - dampening) * g
        g = g + momentum * velocity if nesterov else velocity
    return p - rate * g


def adam(
    p, g, step, mean, square, rate, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0,
    decoupled=False,
):  # fmt: skip
    """torch.optim.Adam and AdamW as their documentation writes them."""
    if decoupled:
        p = p - rate * weight_decay * p
    else:
        g = g + weight_decay * p
    mean[...] = beta1 * mean + (1 - beta1) * g
    square[...] = beta2 * square + (1 - beta2) * g**2
    corrected = mean / (1 - beta1**step), square / (1 - beta2**step)
    return p - rate * corrected[0] / (np.sqrt(corrected[1]) + epsilon)


def arrays(dtype, seed):
    random_state = np.random.default_rng(seed)
    dtype = dtypes.BY_NAME[dtype]
    return [np.asarray(random_state.normal(size=shape)).astype(dtype) for shape in SHAPES]


def array_on(where, array):
    """The host's own asarray makes a NumPy scalar of a 0-d array, which nobody can write to."""
    return array if where.name == "cpu" else where.asarray(array)


def check(where, name, case, dtype, steps_of=lambda step: step):
    """Three steps on ``where`` against the formulas in float64."""
    parameters, states = arrays(dtype, 0), 2 if name == "adam" else int("momentum" in case)
    exact = [p.astype("float64") for p in parameters]
    kept = [[np.zeros(shape) for shape in SHAPES] for _ in range(2)][: max(states, 1)]
    zeros = [[np.zeros(s, state_dtype(parameters[0].dtype)) for s in SHAPES] for _ in range(states)]
    lists = [[array_on(where, a) for a in batch] for batch in (parameters, *zeros)]
    batch = MultiTensor(where, *lists)
    for step in (1, 2, 3):
        gradients = arrays(dtype, step)
        run = getattr(batch, name)
        run([where.asarray(g) for g in gradients], 0.01 * step, steps_of(step), **case)
        rule = {"sgd": sgd, "adam": adam}[name]
        for i, g in enumerate(gradients):
            row = [state[i] for state in kept]
            exact[i] = rule(exact[i], g.astype("float64"), step, *row, 0.01 * step, **case)
    for p, expected in zip(lists[0], exact, strict=True):
        found = where.to_host(p).astype("float64")
        np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE[dtype] * 4)


@needs_compiler
@per_case
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("share_from", [1, 1_000])
def test_host_kernels(name, case, dtype, share_from, monkeypatch):
    monkeypatch.setattr(multi_tensor, "SHARE_FROM", share_from)
    monkeypatch.setattr(settings, "threads", 3)
    assert multi_tensor._host_kernel(f"{name}_{dtype}") is not None
    check(backend("cpu"), name, case, dtype)


@per_case
@per_dtype
def test_numpy_without_a_compiler(name, case, dtype, monkeypatch):
    monkeypatch.setattr(multi_tensor, "_host_kernel", lambda symbol: None)
    check(backend("cpu"), name, case, dtype)


@needs_compiler
@per_case
@per_dtype
@pytest.mark.parametrize("order", ["ascending", "shuffled"])
def test_device_kernels(name, case, dtype, ordered):
    check(ordered, name, case, dtype)


@pytest.mark.parametrize("where", [
    "cpu", pytest.param("simulated", marks=needs_compiler)])  # fmt: skip
def test_every_tensor_may_count_its_own_steps(where):
    device = backend(where)

    def steps_of(step):
        return device.asarray(np.full(len(SHAPES), step))

    check(device, "adam", {}, "float32", steps_of)
    parameters = [device.asarray(np.ones(2, "float64")) for _ in range(2)]
    state = [[device.asarray(np.zeros(2)) for _ in range(2)] for _ in range(2)]
    gradients = [device.asarray(np.ones(2)) for _ in range(2)]
    MultiTensor(device, parameters, *state).adam(gradients, 0.1, device.asarray(np.array([1, 9])))
    found = [device.to_host(p)[0] for p in parameters]
    corrections = [np.sqrt(1 - 0.999**n) / (1 - 0.9**n) for n in (1, 9)]
    assert np.allclose(found, [1 - 0.1 * 0.1 * c / np.sqrt(0.001) for c in corrections])


@pytest.mark.parametrize("where", [
    "cpu", pytest.param("simulated", marks=needs_compiler)])  # fmt: skip
def test_rates_and_steps_may_be_cells(where):
    """Arrays are read when the kernel runs: a replayed launch sees what was written since."""
    device = backend(where)
    p, g = device.asarray(np.ones(3)), device.asarray(np.ones(3))
    rate, step = device.asarray(np.float64(0.5)), device.asarray(np.int64(1))
    MultiTensor(device, [p]).sgd([g], rate, step)
    assert device.to_host(p).tolist() == [0.5] * 3


def test_gradients_of_another_layout_are_copied():
    host = backend("cpu")
    p, g = np.zeros((2, 3), "float32"), np.arange(6, dtype="float32").reshape(3, 2).T
    MultiTensor(host, [p]).sgd([g], 1.0, 1)
    assert np.array_equal(p, -g)


def test_a_batch_knows_its_arrays():
    a, b = np.zeros(3, "float32"), np.zeros(3, "float32")
    batch = MultiTensor(backend("cpu"), [a], [b])
    assert batch.holds([a], [b])
    assert not batch.holds([a], [a]) and not batch.holds([a]) and not batch.holds([a, a], [b, b])


def test_misuse_is_refused():
    host, p = backend("cpu"), [np.zeros(3, "float32")]
    with pytest.raises(TypeError, match="int64"):
        MultiTensor(host, [np.zeros(3, "int64")])
    with pytest.raises(ValueError, match="float64"):
        MultiTensor(host, p, [np.zeros(3)])
    with pytest.raises(ValueError, match="C-contiguous"):
        MultiTensor(host, [np.zeros((2, 2), "float32", order="F")])
    with pytest.raises(ValueError, match="in place"):
        MultiTensor(host, [np.float32(1)])
    with pytest.raises(ValueError, match="momentum"):
        MultiTensor(host, p).sgd(p, 0.1, 1, momentum=0.9)
    with pytest.raises(ValueError, match="means"):
        MultiTensor(host, p).adam(p, 0.1, 1)
    with pytest.raises(ValueError, match="gradient"):
        MultiTensor(host, p).sgd([np.zeros(4, "float32")], 0.1, 1)
