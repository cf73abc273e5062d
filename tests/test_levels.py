"""Transforms nest in any order: values against closed forms, and no perturbation confusion."""

import itertools
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import gpugrad as gg


def by_grad(f):
    return gg.grad(f)


def by_jvp(f):
    return lambda x: gg.jvp(f, (x,), (1.0,))[1]


def by_vjp(f):
    return lambda x: gg.vjp(f, x)[1](1.0)[0]


MODES = {"grad": by_grad, "jvp": by_jvp, "vjp": by_vjp}

CLOSED_FORMS = {  # function, point, first to third derivative there
    "tanh": (
        gg.tanh,
        0.3,
        [
            lambda x: 1 - math.tanh(x) ** 2,
            lambda x: -2 * math.tanh(x) * (1 - math.tanh(x) ** 2),
            lambda x: (1 - math.tanh(x) ** 2) * (6 * math.tanh(x) ** 2 - 2),
        ],
    ),
    "exp(2x)": (
        lambda x: gg.exp(2 * x),
        0.4,
        [lambda x, n=n: 2**n * math.exp(2 * x) for n in (1, 2, 3)],
    ),
    "sin(x)**2": (
        lambda x: gg.sin(x) ** 2,
        0.0,
        [lambda x: math.sin(2 * x), lambda x: 2 * math.cos(2 * x), lambda x: -4 * math.sin(2 * x)],
    ),
    "x log x": (
        lambda x: x * gg.log(x),
        2.0,
        [lambda x: math.log(x) + 1, lambda x: 1 / x, lambda x: -1 / x**2],
    ),
    "x/(1+x)": (
        lambda x: x / (1 + x),
        0.5,
        [lambda x: (1 + x) ** -2, lambda x: -2 * (1 + x) ** -3, lambda x: 6 * (1 + x) ** -4],
    ),
}


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_every_nesting_gives_the_closed_form(name, depth):
    function, x, derivatives = CLOSED_FORMS[name]
    for modes in itertools.product(MODES, repeat=depth):
        nested = function
        for mode in modes:
            nested = MODES[mode](nested)
        value = nested(x)
        assert type(value) is float, modes
        assert value == pytest.approx(derivatives[depth - 1](x), rel=1e-13, abs=1e-13), modes


@pytest.mark.parametrize("inner", MODES)
@pytest.mark.parametrize("outer", MODES)
def test_no_perturbation_confusion(outer, inner):
    """Siskind and Pearlmutter (2005): d/dx x * (d/dy (x + y)) at 1 is 1, not 2."""
    function = MODES[outer](lambda x: x * MODES[inner](lambda y: x + y)(1.0))
    assert function(1.0) == 1.0


@pytest.mark.parametrize("inner", MODES)
@pytest.mark.parametrize("outer", MODES)
def test_a_closed_over_variable_is_a_constant_inside_only(outer, inner):
    """d/dx [x * d/dy (x * y**2)] at x=3, y=2: inner 2xy = 4x, so outer d/dx 4x**2 = 8x."""
    function = MODES[outer](lambda x: x * MODES[inner](lambda y: x * y * y)(2.0))
    assert function(3.0) == 24.0


@pytest.mark.parametrize("modes", list(itertools.product(MODES, repeat=2)), ids="-".join)
def test_second_derivative_of_sin_squared_at_zero(modes):
    """A select in place of ``scale`` would give 0: see "Zero stays zero"."""
    outer, inner = modes
    assert MODES[outer](MODES[inner](lambda x: gg.sin(x) ** 2))(0.0) == 2.0


def test_second_derivative_of_sin_squared_at_zero_by_backward():
    x = gg.tensor(0.0, dtype="float64", requires_grad=True)
    (gg.sin(x) ** 2).backward(create_graph=True)
    first, x.grad = x.grad, None
    first.backward()
    assert first.item() == 0.0
    assert x.grad.item() == 2.0


@pytest.mark.parametrize("mode", MODES)
def test_a_masked_infinity_does_not_leak(mode):
    def function(x):
        return gg.where(x > 0, gg.sqrt(abs(x) * (x > 0)), 0.0)

    assert MODES[mode](function)(-1.0) == 0.0
    assert MODES[mode](function)(4.0) == 0.25


def test_transforms_pass_through_to_backward():
    """A Tensor closed over keeps its own gradient at level 0."""
    w = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    x = gg.tensor([1.0, 1.0, 2.0])
    gradient = gg.grad(lambda x: (x * x * w).sum())(x)
    np.testing.assert_array_equal(gradient.detach().numpy(), [2, 4, 12])
    gradient.sum().backward()
    np.testing.assert_array_equal(w.grad.numpy(), [2, 2, 4])


def test_results_are_in_kind_of_the_inputs():
    def function(x):
        return (x * x).sum()

    array = np.arange(3.0)
    assert type(gg.grad(function)(array)) is np.ndarray
    assert type(gg.grad(function)(gg.tensor([1.0, 2.0]))) is gg.Tensor
    assert type(gg.grad(gg.tanh)(1.0)) is float


def test_containers_argnums_and_aux():
    def loss(p, x):
        prediction = p["w"] * x + p["b"][0]
        return (prediction * prediction).sum(), prediction

    p = {"w": np.array([1.0, 2.0]), "b": [np.array(0.5)], "nothing": None}
    x = np.array([3.0, 4.0])
    (value, aux), (gp, gx) = gg.value_and_grad(loss, argnums=(0, 1), has_aux=True)(p, x)
    prediction = p["w"] * x + 0.5
    np.testing.assert_allclose(aux, prediction)
    assert value.item() == pytest.approx((prediction**2).sum())
    np.testing.assert_allclose(gp["w"], 2 * prediction * x)
    np.testing.assert_allclose(gp["b"][0], 2 * prediction.sum())
    assert gp["nothing"] is None
    np.testing.assert_allclose(gx, 2 * prediction * p["w"])


def test_what_the_result_does_not_depend_on_gets_zeros():
    a, b = np.ones(2), np.ones(3)
    ga, gb = gg.grad(lambda a, b: (a * a).sum(), argnums=(0, 1))(a, b)
    np.testing.assert_array_equal(ga, [2, 2])
    np.testing.assert_array_equal(gb, [0, 0, 0])
    _, moved = gg.jvp(lambda x: gg.tensor([1.0, 2.0]), (a,), (b[:2],))
    np.testing.assert_array_equal(moved, [0, 0])


def test_vjp_may_be_called_again():
    y, pull = gg.vjp(gg.tanh, np.array([0.5, 1.0]))
    first, second = pull(np.ones(2))[0], pull(np.array([0.0, 2.0]))[0]
    np.testing.assert_allclose(first, 1 - np.tanh([0.5, 1.0]) ** 2)
    np.testing.assert_allclose(second, [0, 2 * (1 - np.tanh(1.0) ** 2)])
    assert y.shape == (2,)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gg.grad(gg.tanh)(1), TypeError, "int has no derivative"),
        (lambda: gg.grad(gg.tanh)(np.ones(2)), TypeError, r"shape \(2,\).*one number"),
        (lambda: gg.grad(gg.sum)(np.arange(3)), TypeError, "int64 has no derivative"),
        (lambda: gg.jvp(gg.tanh, (np.ones(2),), (np.ones(3),)), ValueError, r"\(3,\).*\(2,\)"),
        (lambda: gg.jvp(gg.tanh, (1.0,), ()), ValueError, r"should be \(\*,\) and is \(\)"),
        (lambda: gg.vjp(gg.tanh, np.ones(2))[1](np.ones(3)), ValueError, r"\(3,\).*\(2,\)"),
    ],
)
def test_wrong_input_is_said(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_value_that_outlives_its_transform_is_a_constant_to_the_next():
    kept = []
    gg.jvp(lambda x: (kept.append(x), x * 2)[1], (1.0,), (1.0,))
    value, moved = gg.jvp(lambda y: y * kept[0], (2.0,), (1.0,))
    assert (value.item(), moved.item()) == (2.0, 1.0)


@pytest.mark.parametrize("outer", MODES)
@pytest.mark.parametrize("inner", MODES)
def test_a_thread_within_a_transform_opens_a_level_of_its_own(outer, inner):
    def f(x):
        with ThreadPoolExecutor(1) as pool:  # d/dy (x * x * y), a function of x
            return pool.submit(MODES[inner](lambda y: x * x * y), 5.0).result() * 1.0

    assert float(MODES[outer](f)(3.0)) == 6.0


@pytest.mark.parametrize("mode", MODES)
def test_detach_leaves_all_levels(mode):
    derivative = MODES[mode]
    assert derivative(lambda x: x.detach() * x)(2.0) == 2.0
    twice = derivative(lambda x: derivative(lambda y: y.detach() * y * x)(x))
    assert float(twice(3.0)) == 3.0  # y.detach() is 3 to both


def test_in_place_without_a_derivative_forgets_the_tangent():
    def f(x):
        y = x * 1
        y //= 2
        return y

    x = gg.tensor([5.0, 6.0])
    _, moved = gg.jvp(f, (x,), (gg.ones_like(x),))
    np.testing.assert_array_equal(moved.numpy(), 0)
    np.testing.assert_array_equal(gg.vjp(f, x)[1](gg.ones_like(x))[0].numpy(), 0)


@pytest.mark.needs_compiler
def test_a_comparison_within_grad_runs_a_kernel_that_keeps_nothing():
    with gg.use_device("simulated"):
        x = gg.tensor([0.5, -1.5])
        found = gg.grad(lambda x: gg.sum(gg.where(x > 0, x, 0.0) * gg.equal(x, x)))(x)
    assert found.tolist() == [1.0, 0.0]
