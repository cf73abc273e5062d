"""Numbers among the arguments of a compiled function vary, unless Python looks at them."""

import json
import math

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.numpy as gnp

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
    "a sum of numbers": lambda x, k: x * sum([k, k]),
    "setting an element": lambda x, k: filled(gg.zeros(2), k),
    "a shift of integers": lambda x, k: gg.arange(3) * (1 << 2) * k,
}
DERIVATIVES = {  # by a number, which stays one: exact alone, of an array's dtype beside it
    "grad": lambda x, k: gg.grad(lambda v: v * v * v)(k),
    "beside an array": lambda x, k: gg.grad(lambda v: gg.sum(x * v * v))(k),
    "beside integers": lambda x, k: gg.grad(lambda v: gg.sum(gg.arange(3) * v) * v / 3)(k),
    "the gradient as a factor": lambda x, k: x * gg.grad(lambda v: gg.sin(v))(k),
    "gradients in arithmetic": lambda x, k: 2 * gg.grad(lambda v: v * v * x[0, 0])(k) - k,
    "value and grad": lambda x, k: gg.value_and_grad(lambda v: gg.exp(v) / 3)(k),
    "in a container": lambda x, k: gg.grad(lambda d: gg.sum(d["w"] * x) * d["k"])({"w": x, "k": k}),
    "alone in a container": lambda x, k: gg.grad(lambda d: d[0] ** 2 * d[1])([k, 2.0 * k]),
    "hessian": lambda x, k: gg.hessian(lambda v: v**3)(k),
    "twice": lambda x, k: gg.grad(gg.grad(lambda v: gg.sin(v) * v))(k),
    "jacobian": lambda x, k: gg.jacobian(lambda v: x * v * v)(k),
    "jacfwd": lambda x, k: gg.jacfwd(lambda v: x * gg.exp(v))(k),
    "jvp": lambda x, k: gg.jvp(lambda v: x * v**3, (k,), (1.0,)),
    "both": lambda x, k: gg.jvp(lambda v: gg.sin(v), (k,), (k,)),
    "vjp": lambda x, k: gg.vjp(lambda v: x * v**3, k)[1](x),
    "linearize": lambda x, k: gg.linearize(lambda v: x * v**3, k)[1](k),
    "elementwise_grad": lambda x, k: gg.elementwise_grad(lambda v: gg.exp(v) * v)(k),
    "within vmap": lambda x, k: gg.vmap(lambda r: gg.grad(lambda v: gg.sum(r * v * v))(k))(x),
    "an auxiliary result": lambda x, k: gg.grad(lambda v: (v * v, v * 3), has_aux=True)(k),
    "closed over": lambda x, k: gg.grad(lambda x: gg.sum(x * k**2))(x),
}
DECIDED = {  # recorded once for each answer
    "a branch": lambda x, k: x * k if k > 1 else x,
    "equality": lambda x, k: x * k if k == 0.5 else x / k,
    "truth": lambda x, k: x * k if k - 0.5 else x,
    "a maximum of numbers": lambda x, k: x * max(k, 1.0),
    "sorting": lambda x, k: x * sorted([k, 1.0])[0],
    "a chain": lambda x, k: x * k if 0.1 < k * 2 < 2 else x,
}
CHECKED = {  # the answer is always the same
    "a setting that is checked": lambda x, k: F.huber_loss(x, x * 3, delta=k),
    "an assertion": lambda x, k: x * k if k > 0 else 1 / 0,
}
LOOKED_AT = {
    "math": lambda x, k: x * math.exp(k),
    "NumPy": lambda x, k: x * np.exp(k),
    "an array of NumPy's": lambda x, k: x * (np.ones(2, "float32") * k),
    "range": lambda x, k: sum((x for _ in range(int(k))), x),
    "gg.full": lambda x, k: x + gg.full((2,), k),
    "gg.tensor": lambda x, k: x + gg.tensor(k),
    "a text": lambda x, k: x * float(f"{k:.3f}"),
    "an axis": lambda x, k: gg.sum(x, axis=int(k) % 2),
    "a key": lambda x, k: x * {0.5: 1.0, 1.5: 2.0, 2.5: 3.0}[k],
    "divmod": lambda x, k: x * divmod(k, 1)[1] * divmod(2, k)[0],
    "a method": lambda x, k: x * k.as_integer_ratio()[0],
    "round": lambda x, k: x * round(k),
    "a list": lambda x, k: gg.tensor([k, 1.0]) * x,
    "setting an element of NumPy's": lambda x, k: x * filled(np.zeros(2, "f4"), k),
    "arange": lambda x, k: gg.arange(k),
    "linspace": lambda x, k: gg.linspace(0.0, k, 3),
    "what takes floats alone": lambda x, k: x * json.loads(json.dumps(k)),
    "NumPy's names": lambda x, k: gnp.hypot(x, k) + gnp.maximum(k, x),
    "an operation that is composed": lambda x, k: gg.outer(x[0], k),
    "uniform random numbers": lambda x, k: gg.random.uniform(0.0, k, size=2) * 0,
    "a tangent": lambda x, k: gg.jvp(lambda v: x * v**3, (2.0,), (k,)),
}


def filled(array, k):
    array[0] = k
    return array


def agree(found, expected):
    if isinstance(expected, list | tuple):
        for a, b in zip(found, expected, strict=True):
            agree(a, b)
    elif isinstance(expected, dict):
        agree(list(found.values()), list(expected.values()))
    elif isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-6)
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


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_by_a_number_vary_with_it(name):
    assert calls(DERIVATIVES[name], [0.5, 1.5, 2.5, 0.5]) == 1


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_number_that_python_looks_at_is_recorded_by_value(name):
    assert calls(LOOKED_AT[name], [0.5, 0.5, 1.5, 1.5, 2.5, 2.5, 0.5, 1.5, 0.5, 1.5]) == 3


@pytest.mark.parametrize("name", DECIDED)
def test_a_comparison_is_recorded_once_for_each_answer(name):
    assert calls(DECIDED[name], [0.5, 0.75, 2.5, 0.5, 1.5, 0.75, 1.5, 0.5]) == 2


@pytest.mark.parametrize("name", CHECKED)
def test_a_check_of_a_number_goes_on_for_all_that_pass(name):
    assert calls(CHECKED[name], [0.5, 1.5, 2.5, 0.5]) == 1


def test_a_check_fails_for_a_number_that_does_not_pass():
    compiled = gg.compile(CHECKED["an assertion"], wait=True)
    compiled(X, 2.0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            compiled(X, -1.0)


def test_numbers_that_are_equal_and_not_the_same():
    """An integer, a boolean and a float; zeros with a sign; what is no number."""
    function = gg.compile(lambda x, k: x * math.copysign(1, k) + (gg.arange(2) * k), wait=True)
    for k in (1, True, 1.0, 0.0, -0.0, 0, False, math.nan, -math.nan, 0.0, -0.0):
        agree(function(X, k), X * math.copysign(1, k) + (gg.arange(2) * k))


def test_an_integer_alternates():
    function = gg.compile(lambda x, k: x if k % 2 else -x, wait=True)
    for k in (0, 1, 0, 1, 2, 3, 2):
        agree(function(X, k), X if k % 2 else -X)


def test_an_integer_has_no_derivative():
    with pytest.raises(TypeError, match=r"^grad: an input of int has no derivative"):
        gg.compile(lambda k: gg.grad(lambda v: v * v)(k))(3)


def test_a_number_that_arrays_gave_is_not_looked_at():
    with pytest.raises(RuntimeError, match=r"numbers\.py:\d+: the value of a float that arrays"):
        gg.compile(lambda x: x if gg.grad(lambda v: gg.sum(v * x))(2.0) > 1 else -x)(X)


@pytest.mark.parametrize("name", ["beside an array", "the gradient as a factor", "vjp"])
def test_derivatives_by_a_number_beside_arrays_of_a_device(name):
    with gg.use_device("simulated"):
        x = gg.ones((2, 2))
        compiled = gg.compile(DERIVATIVES[name], wait=True)
        for k in (0.5, 1.5, 0.5):
            agree(compiled(x, k), DERIVATIVES[name](x, k))
    assert compiled.recordings == 1


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
