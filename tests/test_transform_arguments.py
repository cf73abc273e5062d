"""What transforms take and what they refuse: containers, argument numbers, dtypes of results."""

from collections import OrderedDict

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg

X, Y = numbers(3), numbers(3, seed=1)


def product(p):
    return {"b": p["b"] * p["a"], "a": p["a"] * 2.0}


P = {"a": X, "b": Y}
SHUFFLED = OrderedDict(b=np.ones(3), a=np.zeros(3))


def test_directions_meet_their_values_by_key():
    moved = gg.jvp(product, (P,), (SHUFFLED,))[1]
    np.testing.assert_array_equal(moved["b"], X)
    np.testing.assert_array_equal(gg.linearize(product, P)[1](SHUFFLED)["b"], X)
    (found,) = gg.vjp(product, P)[1](SHUFFLED)
    np.testing.assert_array_equal(found["b"], X)
    np.testing.assert_array_equal(found["a"], Y)


MISFITS = {
    "a tuple for a dict": (np.ones(3), np.ones(3)),
    "another key": {"a": X, "c": Y},
    "one more": {"a": X, "b": Y, "c": Y},
    "an array for two": X,
}


@pytest.mark.parametrize("name", MISFITS)
def test_directions_in_other_containers_are_refused(name):
    given = MISFITS[name]
    for call in (
        lambda: gg.jvp(product, (P,), (given,)),
        lambda: gg.linearize(product, P)[1](given),
        lambda: gg.vjp(product, P)[1](given),
    ):
        with pytest.raises(ValueError, match=r"should be .*'a': \*, 'b': \*.* and is"):
            call()


JACOBIANS = {
    "jacfwd": gg.jacfwd,
    "jacrev": gg.jacrev,
    "jacobian": gg.jacobian,
    "hessian": gg.hessian,
}


@pytest.mark.parametrize("name", ["grad", "elementwise_grad", *JACOBIANS])
@pytest.mark.parametrize("result", [3, True, "an index", "a test"], ids=str)
def test_a_result_without_a_derivative_is_refused(name, result):
    def f(x):
        return {"an index": gg.argmax(x), "a test": gg.sum(x) > 0}.get(result, result)

    with pytest.raises(TypeError, match=f"{name}: a result of .* has no derivative"):
        getattr(gg, name)(f)(X)


@pytest.mark.parametrize("name", ["grad", *JACOBIANS])
@pytest.mark.parametrize("argnums", [(0, 0), (1, -1)], ids=str)
def test_an_argument_named_twice_is_refused(name, argnums):
    with pytest.raises(TypeError, match="names an argument twice"):
        getattr(gg, name)(lambda x, y: gg.sum(x * y), argnums)(X, Y)


@pytest.mark.parametrize("name", ["grad", *JACOBIANS])
def test_nothing_to_differentiate_by(name):
    assert getattr(gg, name)(lambda p, x: gg.sum(x))({}, X) == {}


def test_elementwise_derivatives_of_complex_functions():
    z = X + 1j * Y
    np.testing.assert_allclose(gg.elementwise_grad(gg.sin)(z), np.cos(z))
    with pytest.raises(TypeError, match=r"elementwise_grad: .* the result is complex"):
        gg.elementwise_grad(lambda x: gg.exp(1j * x))(X)


FORWARD = {
    "jvp": lambda f, x: gg.jvp(f, (x,), (gg.ones_like(x),))[1],
    "linearize": lambda f, x: gg.linearize(f, x)[1](gg.ones_like(x)),
    "jacfwd": lambda f, x: gg.diagonal(gg.jacfwd(f)(x)),
    "vmap": lambda f, x: gg.vmap(lambda x: gg.jvp(f, (x,), (gg.ones_like(x),))[1])(x[None])[0],
}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", FORWARD)
def test_tangents_of_halves_are_computed_in_float32(name, dtype):
    """1 + 300**2 is more than a half holds."""
    x = gg.tensor([300.0, 0.5], dtype=dtype)
    for f in (gg.arctan, lambda x: gg.maximum(gg.arctan(x), -9.0)):
        found = FORWARD[name](f, x)
        assert found.dtype == x.dtype
        expected = 1 / (1 + np.array([300.0, 0.5]) ** 2)
        np.testing.assert_allclose(found.astype("float64").numpy(), expected, rtol=4e-3)


CHOOSING = {
    "grad": gg.grad,
    "value_and_grad": gg.value_and_grad,
    "elementwise_grad": gg.elementwise_grad,
    **JACOBIANS,
}
TAKING = {
    **CHOOSING,
    "vmap": gg.vmap,
    "checkpoint": gg.checkpoint,
    "custom_vjp": gg.custom_vjp,
    "custom_jvp": gg.custom_jvp,
    "vjp": lambda f: gg.vjp(f, X),
    "linearize": lambda f: gg.linearize(f, X),
    "jvp": lambda f: gg.jvp(f, (X,), (X,)),
    "hvp": lambda f: gg.hvp(f, (X,), (X,)),
    "elementwise": gg.elementwise,
}


@pytest.mark.parametrize("name", TAKING)
@pytest.mark.parametrize("given", [gg.tensor(X), 3.0, "a"], ids=lambda given: type(given).__name__)
def test_a_value_is_no_function_and_refused_at_once(name, given):
    words = f"^{name}: the first argument is a function, not {type(given).__name__}; give f, not f"
    with pytest.raises(TypeError, match=words):
        TAKING[name](given)


@pytest.mark.parametrize("name", CHOOSING)
@pytest.mark.parametrize(
    "x", [X, gg.tensor(X), 1.0, "x", None, [X]], ids=lambda x: type(x).__name__
)
def test_a_point_in_the_place_of_argument_numbers_is_refused_at_once(name, x):
    words = rf"^{name}: argnums=[^;]*; give the number .*; {name}\(f\)\(x\) is what"
    with pytest.raises(TypeError, match=f"(?s){words}"):
        CHOOSING[name](gg.sum, x)


def test_argument_numbers_may_be_numpys():
    for chosen in (np.int64(1), [np.int32(1)], range(1, 2)):
        found = gg.grad(lambda x, y: gg.sum(x * y), chosen)(X, Y)
        np.testing.assert_array_equal(np.reshape(found, 3), X)
