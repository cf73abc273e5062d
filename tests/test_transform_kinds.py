"""Results of transforms are of the kind of the arguments: Tensors, arrays, numbers."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.backend.select import backend


class Call(NamedTuple):
    """A transform of a function of x and y, as given both: all that comes back.

    at_numbers: whether x and y may be numbers.
    """

    results: Callable[[Any, Any], Any]
    at_numbers: bool = True


def total(x, y):
    return gg.sum(gg.sin(x) * y)


def elements(x, y):
    return gg.sin(x) * y


def beside(x, y):
    return total(x, y), {"aux": gg.exp(x) * y}


def _of_vjp(x, y):
    value, pull, aux = gg.vjp(beside, x, y, has_aux=True)
    return value, aux, pull(1.0)


def _of_linearize(x, y):
    value, push = gg.linearize(elements, x, y)
    return value, push(x, y)


CALLS = {
    "grad": Call(lambda x, y: gg.grad(total)(x, y)),
    "grad, both": Call(lambda x, y: gg.grad(total, (0, 1))(x, y)),
    "grad, by keyword": Call(lambda x, y: gg.grad(total)(x, y=y)),
    "grad, aux": Call(lambda x, y: gg.grad(beside, has_aux=True)(x, y)),
    "grad, containers": Call(lambda x, y: gg.grad(lambda p: total(*p["xy"]))({"xy": [x, y]})),
    "value_and_grad": Call(lambda x, y: gg.value_and_grad(total)(x, y)),
    "value_and_grad, aux": Call(lambda x, y: gg.value_and_grad(beside, has_aux=True)(x, y)),
    "elementwise_grad": Call(lambda x, y: gg.elementwise_grad(elements)(x, y)),
    "vjp": Call(_of_vjp),
    "jvp": Call(lambda x, y: gg.jvp(elements, (x, y), (x, y))),
    "jvp, aux": Call(lambda x, y: gg.jvp(beside, (x, y), (x, y), has_aux=True)),
    "jvp, tangents": Call(lambda x, y: gg.jvp(gg.sin, (x,), (y,))),
    "linearize": Call(_of_linearize),
    "jacfwd": Call(lambda x, y: gg.jacfwd(elements, (0, 1))(x, y)),
    "jacrev": Call(lambda x, y: gg.jacrev(elements)(x, y)),
    "jacobian": Call(lambda x, y: gg.jacobian(beside, has_aux=True)(x, y)),
    "hessian": Call(lambda x, y: gg.hessian(total, (0, 1))(x, y)),
    "hvp": Call(lambda x, y: gg.hvp(total, (x, y), (x, y))),
    "hvp, tangents": Call(lambda x, y: gg.hvp(lambda x: gg.sum(gg.sin(x)), (x,), (y,))),
    "vmap": Call(lambda x, y: gg.vmap(elements)(x, y), at_numbers=False),
    "vmap, shared": Call(lambda x, y: gg.vmap(elements, (0, None))(x, y), at_numbers=False),
    "vmap, by keyword": Call(lambda x, y: gg.vmap(elements)(x, y=y), at_numbers=False),
    "vmap, of a gradient": Call(lambda x, y: gg.vmap(gg.grad(elements))(x, y), at_numbers=False),
    "vmap, not in the results": Call(
        lambda x, y: gg.vmap(lambda x, y: (x, y[0]), (0, None), (0, None))(x, y), at_numbers=False
    ),
}
FUNCTIONS = {"checkpoint", "custom_vjp", "custom_jvp"}  # results are what the function gives
every_call = pytest.mark.parametrize("name", CALLS)
X, Y = np.array([0.5, -1.0, 2.0]), np.array([1.0, 3.0, -0.5])


def leaves(results):
    """All that is in nested containers."""
    if isinstance(results, dict):
        results = tuple(results.values())
    if isinstance(results, list | tuple):
        return [leaf for each in results for leaf in leaves(each)]
    return [results]


def test_every_transform_has_a_call():
    assert {name.split(",")[0] for name in CALLS} | FUNCTIONS == set(gg.transforms.__all__)


@every_call
def test_arrays_give_arrays(name):
    for found in leaves(CALLS[name].results(X, Y)):
        assert isinstance(found, np.ndarray | np.float64)


@every_call
def test_arrays_of_a_device_give_arrays_of_it(name):
    device = backend("simulated")
    x, y = device.asarray(X), device.asarray(Y)
    for found in leaves(CALLS[name].results(x, y)):
        assert type(found) is type(x)


@every_call
@pytest.mark.parametrize("first", [gg.tensor, np.asarray], ids=["Tensor", "array"])
def test_one_tensor_gives_tensors(name, first):
    second = gg.tensor if first is np.asarray else np.asarray
    found = leaves(CALLS[name].results(first(X), second(Y)))
    assert {type(each) for each in found} == {gg.Tensor}
    expected = leaves(CALLS[name].results(X, Y))
    for each, wanted in zip(found, expected, strict=True):
        np.testing.assert_array_equal(each.numpy(), wanted)


@every_call
def test_a_tensor_beside_a_number_gives_tensors(name):
    if CALLS[name].at_numbers:
        found = leaves(CALLS[name].results(0.5, gg.tensor(2.0, dtype="float64")))
        assert {type(each) for each in found} == {gg.Tensor}


@every_call
def test_numbers_give_numbers(name):
    if CALLS[name].at_numbers:
        found = leaves(CALLS[name].results(0.5, 2.0))
        assert {type(each) for each in found} == {float}


@every_call
def test_of_what_is_recorded_everything_stays_recorded(name):
    found = leaves(CALLS[name].results(gg.tensor(X, requires_grad=True), Y))
    assert all(type(each) is gg.Tensor for each in found)
    assert any(each.requires_grad for each in found)


def test_numbers_give_an_array_where_there_are_axes():
    found = gg.jacfwd(lambda x: gg.stack([x, x * x]))(3.0)
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, [1, 6])


def test_a_number_beside_an_array_has_a_number_as_gradient():
    found = gg.grad(lambda p: gg.sum(p["w"] * p["b"]))({"w": X, "b": 2.0})
    assert type(found["w"]) is np.ndarray and type(found["b"]) is float


def test_what_is_recorded_elsewhere_comes_as_a_tensor():
    w = gg.tensor(Y, requires_grad=True)
    value, gradient = gg.value_and_grad(lambda x: gg.sum(x * w))(X)
    assert value.requires_grad and gradient.requires_grad


def test_auxiliary_results_that_are_no_tensors_stay_what_they_are():
    given = {"count": 3, "word": "w", "array": X, "nothing": None}
    for x in (X, gg.tensor(X)):
        aux = gg.grad(lambda x: (gg.sum(x), given), has_aux=True)(x)[1]
        assert aux["array"] is X
        assert {**aux, "array": None} == {**given, "array": None}


def test_a_constant_result_is_of_the_kind_too():
    assert type(gg.value_and_grad(lambda x: 1.0)(gg.tensor(X))[0]) is gg.Tensor
    assert type(gg.jvp(lambda x: 1.0, (gg.tensor(X),), (Y,))[1]) is gg.Tensor
