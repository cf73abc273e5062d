"""Numbers among the arguments of a compiled function vary, unless Python looks at them."""

import math

import numpy as np
import pytest

import gpugrad as gg

F = gg.nn.functional
X = gg.tensor([[1.0, -2.0], [0.5, 3.0]])
VARY = {
    "a factor": lambda x, k: x * k,
    "first": lambda x, k: k * x - k / x + k**2,
    "arithmetic of numbers": lambda x, k: x * (1 - k * 2) / (k + 1),
    "integers": lambda x, k: gg.arange(3) * k,
    "a function of the number": lambda x, k: x * gg.sin(k),
    "a bound": lambda x, k: gg.clip(x, -k, k),
    "a maximum": lambda x, k: gg.maximum(x, k),
    "a choice": lambda x, k: gg.where(x > k, x, k),
    "a slope": lambda x, k: F.leaky_relu(x, k),
    "within grad": lambda x, k: gg.grad(lambda x: gg.sum(gg.sin(x * k)))(x),
    "within vmap": lambda x, k: gg.vmap(lambda x: gg.sin(x) * k)(x),
    "within jvp": lambda x, k: gg.jvp(lambda x: gg.exp(x) ** k, (x,), (x,))[1],
    "a result": lambda x, k: (x, k * 2),
}
LOOKED_AT = {
    "a setting that is checked": lambda x, k: F.huber_loss(x, x * 3, delta=k),
    "a branch": lambda x, k: x * k if k > 1 else x,
    "math": lambda x, k: x * math.exp(k),
    "NumPy": lambda x, k: x * np.exp(k),
    "an array of NumPy's": lambda x, k: x * (np.ones(2, "float32") * k),
    "range": lambda x, k: sum((x for _ in range(int(k))), x),
    "gg.full": lambda x, k: x + gg.full((2,), k),
    "gg.tensor": lambda x, k: x + gg.tensor(k),
    "a text": lambda x, k: x * float(f"{k:.3f}"),
    "an axis": lambda x, k: gg.sum(x, axis=int(k) % 2),
}


def agree(found, expected):
    if isinstance(expected, tuple):
        for a, b in zip(found, expected, strict=True):
            agree(a, b)
    elif isinstance(expected, gg.Tensor):
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-6, atol=1e-7)
    else:
        assert type(found) is type(expected) and found == pytest.approx(expected)


def calls(function, values):
    compiled = gg.compile(function, wait=True)
    for k in values:
        agree(compiled(X, k), function(X, k))
    return compiled.recordings


@pytest.mark.parametrize("name", VARY)
def test_a_number_may_vary(name):
    assert calls(VARY[name], [0.5, 1.5, 2.5, 0.5]) == 1


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_number_that_python_looks_at_is_recorded_by_value(name):
    twice = [0.5, 0.5, 1.5, 1.5, 0.5, 2.5, 2.5, 0.5]  # the second call fits by its objects
    assert calls(LOOKED_AT[name], twice) == 3


def test_integers_and_floats_are_recorded_apart():
    assert calls(lambda x, k: gg.arange(3) * k, [1, 2, 1.5, 2.5]) == 2


def test_on_a_device_too():
    with gg.use_device("simulated"):
        x = gg.ones(3)
        compiled = gg.compile(lambda x, k: x * k + k, wait=True)
        assert [compiled(x, k).tolist() for k in (1.5, 2.5)] == [[3.0] * 3, [5.0] * 3]
    assert compiled.recordings == 1


def test_a_number_is_of_its_class_to_python():
    seen = []

    def function(x, k):
        assert isinstance(k, float) and not isinstance(k, int)
        return x * k

    assert calls(function, [0.5, 1.5]) == 1 and not seen
