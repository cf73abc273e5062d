"""A compiled function gives what the plain one gives: results, gradients, what it writes."""

import threading

import numpy as np
import optree
import pytest

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad import nn, optim

F = nn.functional


def rows(seed):
    random = np.random.default_rng(seed)
    return random.normal(size=(4, 8)).astype("float32"), random.integers(0, 3, 4)


def images(seed):
    random = np.random.default_rng(seed)
    return random.normal(size=(4, 1, 8, 8)).astype("float32"), random.integers(0, 3, 4)


def training(build, make_optimizer):
    """A step of training and what it leaves: parameters and buffers."""

    def make():
        gg.random.seed(0)
        model = build()
        optimizer = make_optimizer(model.parameters())

        def step(x, y):
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss.detach()

        return step, lambda: [*model.parameters(), *model.buffers()]

    return make


def plain(function):
    return lambda: (function, list)


def written(x, y):
    z = gg.zeros((4, 8))
    z[1] = x[0]
    z[:, 2] = 5.0
    z += x
    return z


def adam(parameters):
    return optim.Adam(parameters)


def momentum(parameters):
    return optim.SGD(parameters, lr=0.1, momentum=0.9)


def convnet():
    first = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
    return nn.Sequential(first, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 3))


def mlp(*layers):
    return nn.Sequential(nn.Linear(8, 16), *layers, nn.Linear(16, 3))


PROGRAMS = {
    "mlp": (training(lambda: mlp(nn.Tanh()), momentum), rows),
    "convnet": (training(convnet, momentum), images),
    "dropout": (training(lambda: mlp(nn.Dropout(), nn.LayerNorm(16), nn.GELU()), adam), rows),
    "AdamW": (training(lambda: mlp(nn.SiLU()), optim.AdamW), rows),
    "RMSprop": (training(lambda: mlp(nn.Sigmoid()), optim.RMSprop), rows),
    "SGD": (training(lambda: mlp(nn.ReLU()), lambda p: optim.SGD(p, lr=0.5)), rows),
    "grad": (plain(lambda x, y: gg.grad(lambda w: gg.sum(gg.tanh(w) * w))(x)), rows),
    "hessian": (
        plain(lambda x, y: gg.hessian(lambda w: gg.sum(gg.log1p(gg.exp(gg.matmul(x, w)))))(x[0])),
        rows,
    ),
    "vmap": (plain(lambda x, y: gg.vmap(gg.grad(lambda w: gg.sum(gg.sin(w) * w)))(x)), rows),
    "jvp": (plain(lambda x, y: gg.jvp(lambda w: gg.sum(gg.sin(w) * w), (x,), (x,))), rows),
    "gpugrad.numpy": (
        plain(lambda x, y: gnp.mean(gnp.log(gnp.sum(gnp.exp(x), axis=1))) + gnp.var(x)),
        rows,
    ),
    "checkpoint": (
        plain(lambda x, y: gg.grad(lambda w: gg.sum(gg.checkpoint(noisy)(w)))(x)),
        rows,
    ),
    "random numbers": (
        plain(lambda x, y: (noisy(x), gg.random.permutation(4), gg.random.bernoulli(0.5, (3,)))),
        rows,
    ),
    "indices": (
        plain(lambda x, y: (x[0], x[:, 1:3], x[y], x[-1, ..., None], gg.sort(x), gg.argmax(x, 1))),
        rows,
    ),
    "containers": (plain(lambda x, y: {"a": x * 2, "b": [x, y, 3, None, "text"]}), rows),
    "writing": (plain(written), rows),
    "solvers": (plain(lambda x, y: gg.linalg.inv(gg.matmul(x.T, x) + gg.eye(8))), rows),
}


def noisy(x):
    return gg.sin(x) * gg.random.normal(size=(4, 8))


def values(tree):
    """Every Tensor in a tree as an array, everything else as it is."""
    leaves = optree.tree_leaves(tree, none_is_leaf=True)
    return [v.detach().numpy().copy() if isinstance(v, gg.Tensor) else v for v in leaves]


def agree(found, expected, tolerance):
    for a, b in zip(found, expected, strict=True):
        if isinstance(b, np.ndarray):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
        else:
            assert a == b


def run(name, compiled, calls=4):
    make, data = PROGRAMS[name]
    step, state = make()
    gg.random.seed(5)
    function = gg.compile(step, wait=True) if compiled else step
    results = [values(function(*map(gg.tensor, data(i)))) for i in range(calls)]
    return results, values(state()), function


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_compiled_program_does_what_the_plain_one_does(name):
    expected, state, _ = run(name, compiled=False)
    found, left, function = run(name, compiled=True)
    for a, b in zip(found, expected, strict=True):
        agree(a, b, 2e-6)
    agree(left, state, 2e-6)
    assert function.recordings == 1


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", ["mlp", "convnet", "dropout", "hessian", "random numbers"])
def test_on_a_device_too(name):
    with gg.use_device("simulated"):
        expected, state, _ = run(name, compiled=False)
        found, left, function = run(name, compiled=True)
    for a, b in zip(found, expected, strict=True):
        agree(a, b, 1e-4)
    agree(left, state, 1e-3)
    assert function.recordings == 1


def test_the_same_bits_in_two_runs():
    first, second = run("dropout", compiled=True), run("dropout", compiled=True)
    for a, b in zip((*first[0], first[1]), (*second[0], second[1]), strict=True):
        for x, y in zip(a, b, strict=True):
            np.testing.assert_array_equal(x, y)


def test_two_hundred_steps():
    expected, _, _ = run("mlp", compiled=False, calls=200)
    found, _, _ = run("mlp", compiled=True, calls=200)
    losses = np.array([[a[0], b[0]] for a, b in zip(found, expected, strict=True)])
    assert np.abs(losses[:, 0] / losses[:, 1] - 1).max() < 1e-4


def test_without_waiting_results_agree_whenever_kernels_come():
    x = gg.tensor(np.linspace(-2, 2, 12), dtype="float64")
    compiled = gg.compile(gg.grad(lambda x: gg.sum(gg.tanh(x) ** 2 - gg.exp(-x))))
    expected = gg.grad(lambda x: gg.sum(gg.tanh(x) ** 2 - gg.exp(-x)))(x)
    for _ in range(50):
        np.testing.assert_allclose(compiled(x).numpy(), expected.numpy(), rtol=1e-14)


def test_a_method_is_compiled_for_each_object():
    class Scale:
        def __init__(self, factor):
            self.factor = gg.tensor(factor)

        @gg.compile
        def __call__(self, x):
            return x * self.factor

    assert [Scale(k)(gg.ones(1)).tolist() for k in (2.0, 3.0)] == [[2.0], [3.0]]


def test_numpy_arrays_as_arguments():
    compiled = gg.compile(lambda x: gg.sum(x * 2), wait=True)
    assert [compiled(np.full(2, k)).item() for k in (1.0, 3.0)] == [4.0, 12.0]


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match=r"^compile: 3 is not callable; give"):
        gg.compile(3)


def test_threads_share_a_compiled_step():
    w = gg.tensor(np.zeros(3, "float32"), requires_grad=True)
    optimizer = optim.SGD([w], lr=1.0)

    @gg.compile(wait=True)
    def step(x):
        optimizer.zero_grad()
        gg.sum(w * x).backward()
        optimizer.step()

    threads = [threading.Thread(target=lambda: [step(gg.ones(3)) for _ in range(20)])]
    threads += [threading.Thread(target=lambda: [step(gg.ones(3)) for _ in range(20)])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.tolist() == [-40.0] * 3


def test_two_steps_share_parameters():
    w = gg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.5)

    def step(x):
        optimizer.zero_grad()
        gg.sum(w * x).backward()
        optimizer.step()

    one, other = gg.compile(step, wait=True), gg.compile(lambda x: step(2 * x), wait=True)
    for _ in range(2):
        one(gg.ones(2))
        other(gg.ones(2))
    assert w.tolist() == [-2.0, -1.0]
    assert (gg.sum(w) * 1).item() == -3.0  # as any eager program reads it


def test_the_same_arguments_in_other_places():
    """The recording that fitted last is asked first, for arguments of its form alone."""

    @gg.compile(wait=True)
    def function(x, y=1.0, *more):
        x, y = (sum(one) if isinstance(one, list) else one for one in (x, y))
        return x * 2 + y + sum(more)

    x = gg.tensor([1.0, 2.0])
    calls = [
        (lambda: function(x), [3, 5]),
        (lambda: function(x, x), [3, 6]),
        (lambda: function(x, x, x), [4, 8]),
        (lambda: function(x, x, x, x), [5, 10]),
        (lambda: function(x=x, y=x), [3, 6]),
        (lambda: function(y=x, x=2.0), [5, 6]),
        (lambda: function([x, x]), [5, 9]),
        (lambda: function([x], [x, x]), [4, 8]),
    ]
    for call, expected in [*calls, *calls, *reversed(calls)]:
        for _ in range(3):
            np.testing.assert_array_equal(call().numpy(), expected)
