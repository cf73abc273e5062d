"""Programs in autograd's spelling run by their imports: gpugrad.autograd for autograd."""

import gpugrad.autograd.numpy as np
import gpugrad.autograd.numpy.random as npr
import gpugrad.autograd.scipy.stats.norm as norm
import numpy
import pytest
from gpugrad.autograd.scipy.special import logsumexp

import gpugrad as gg
from gpugrad.autograd import (
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    value_and_grad,
)
from gpugrad.autograd.builtins import isinstance, tuple
from gpugrad.autograd.extend import defvjp, primitive
from gpugrad.autograd.misc.flatten import flatten, flatten_func
from gpugrad.autograd.misc.optimizers import adam, rmsprop, sgd
from gpugrad.autograd.test_util import check_grads

X = numpy.array([0.5, -1.0, 2.0])
CUBES = [(lambda x: np.sum(x**3)), (lambda x: np.sum(x**3, keepdims=True))]


def close(a, b):
    numpy.testing.assert_allclose(numpy.asarray(a), b, rtol=1e-12)


def test_modules_are_gpugrads_own():
    assert np is gg.numpy and npr is gg.numpy.random and norm is gg.scipy.stats.norm
    assert np.newaxis is None and logsumexp is gg.scipy.special.logsumexp


# --- transforms


@pytest.mark.parametrize("cubes", CUBES, ids=["number", "one element"])
def test_objectives_are_numbers_or_arrays_of_one_element(cubes):
    close(grad(cubes)(X), 3 * X**2)
    value, gradient = value_and_grad(cubes)(X)
    assert value.shape == cubes(X).shape and type(gradient) is numpy.ndarray
    close(gradient, 3 * X**2)
    close(numpy.squeeze(hessian(cubes)(X)), numpy.diag(6 * X))


def test_an_objective_of_several_elements_is_refused():
    with pytest.raises(TypeError, match=r"grad: the function returned an array of shape \(3,\)"):
        grad(lambda x: x**2)(X)


def test_argnum_names_one_argument_or_several():
    def f(x, y, power=2):
        return np.sum(x * y**power)

    close(grad(f, 1)(X, 3.0), 2 * 3.0 * X.sum())
    close(grad(f, argnum=1)(X, 3.0, power=1), X.sum())
    both = grad(f, argnum=(0, 1))(X, 3.0)
    close(both[0], [9.0, 9.0, 9.0])
    close(both[1], 6 * X.sum())
    close(grad_named(f, "y")(X, 3.0), 6 * X.sum())
    named = multigrad_dict(f)(X, y=3.0, power=2.0)
    assert list(named) == ["x", "y", "power"]
    close(named["y"], 6 * X.sum())


def test_derivatives_along_and_of_elements():
    close(elementwise_grad(np.tanh)(X), 1 / numpy.cosh(X) ** 2)
    close(deriv(lambda x: x**2)(3.0), 6.0)
    close(deriv(lambda t, x: t * x, argnum=1)(2.0, X), [2.0, 2.0, 2.0])
    close(jacobian(lambda a, x: a @ x, argnum=1)(numpy.eye(3), X), numpy.eye(3))
    close(holomorphic_grad(lambda z: z**2)(1 + 2j), 2 + 4j)
    gradient, aux = grad_and_aux(lambda x: (np.sum(x**2), x[0]))(X)
    close(gradient, 2 * X)
    close(aux, 0.5)


def test_products_with_derivatives():
    v = numpy.array([1.0, 2.0, -1.0])
    pull, value = make_vjp(lambda x: x**2)(X)
    close(value, X**2)
    close(pull(v), 2 * X * v)
    close(make_jvp(lambda x: x**2)(X)(v)[1], 2 * X * v)
    pull, _ = make_vjp(lambda x, y: x * y, argnum=(0, 1))(X, v)
    close(pull(v)[1], X * v)
    product, gradient = make_hvp(CUBES[0])(X)
    close(product(v), 6 * X * v)
    close(gradient, 3 * X**2)
    close(hessian_vector_product(CUBES[0])(X, v), 6 * X * v)
    close(tensor_jacobian_product(lambda x: x**2)(X, v), 2 * X * v)
    close(make_ggnvp(lambda x: x**2)(X)(v), 4 * X**2 * v)


# --- containers and optimizers

PARAMS = {"w": [numpy.ones((2, 3)), 4.0], "b": (numpy.zeros(2),)}


def test_containers_are_one_vector_and_back():
    vector, unflatten = flatten(PARAMS)
    close(vector, [0.0] * 2 + [1.0] * 6 + [4.0])
    back = unflatten(2 * vector)
    assert list(back) == ["w", "b"] and isinstance(back["b"], tuple)
    assert back["w"][0].shape == (2, 3) and back["w"][1].shape == ()
    close(grad(lambda p: np.sum(flatten(p)[0] ** 2))(PARAMS)["w"][0], 2 * numpy.ones((2, 3)))
    squared, _, start = flatten_func(lambda p, s: {"w": p["w"] * s}, {"w": X})
    close(squared(start, 2.0), 2 * X)
    assert flatten([])[0].shape == (0,)


@pytest.mark.parametrize("optimize", [sgd, rmsprop, adam])
def test_optimizers_fit_containers(optimize):
    seen = []

    def loss(params, step):
        return np.sum((params["w"][0] - 2.0) ** 2) + np.sum((params["b"][0] + 1.0) ** 2)

    found = optimize(
        grad(loss), PARAMS, num_iters=60, step_size=0.2,
        callback=lambda params, step, g: seen.append((step, float(loss(params, step)))),
    )  # fmt: skip
    assert [step for step, _ in seen] == list(range(60))
    assert seen[-1][1] < 0.1 * seen[0][1] and found["w"][0].shape == (2, 3)


def test_a_program_of_autograds_kind():
    """A network fitted by mini-batches, as its examples are written."""
    rs = npr.RandomState(0)
    inputs = rs.randn(40, 2)
    targets = np.tanh(inputs @ np.array([1.0, -2.0]))[:, np.newaxis]
    params = [(rs.randn(m, n) * 0.3, rs.randn(n) * 0.3) for m, n in [(2, 8), (8, 1)]]

    def predict(params, x):
        for w, b in params:
            x = np.tanh(np.dot(x, w) + b)
        return x

    def objective(params, step):
        rows = slice(10 * (step % 4), 10 * (step % 4) + 10)
        return -np.sum(norm.logpdf(predict(params, inputs[rows]), targets[rows], 0.3))

    before = objective(params, 0)
    after = objective(adam(grad(objective), params, step_size=0.05, num_iters=120), 0)
    assert after < before - 10


# --- functions of one's own


@primitive
def scaled(x, factor, name):
    """Of raw arrays alone."""
    assert type(x) is numpy.ndarray and name == "unit"
    return x * factor


defvjp(scaled, lambda y, x, factor, name: lambda g: g * factor, None)


def test_a_primitive_has_the_derivative_that_it_is_given():
    close(scaled(X, 2.0, "unit"), 2 * X)
    close(grad(lambda x: np.sum(scaled(x, 2.0, "unit") ** 2))(X), 8 * X)
    close(hessian_free := grad(lambda x: np.sum(grad(lambda x: np.sum(
        scaled(x, 2.0, "unit") ** 3))(x)))(X), 48 * X)  # fmt: skip
    assert hessian_free.shape == (3,)
    bare = primitive(lambda x: x)
    with pytest.raises(NotImplementedError, match="no derivative by argument 0"):
        grad(lambda x: np.sum(bare(x)))(X)


def test_check_grads():
    check_grads(lambda x: np.sin(x) * x)(X)
    check_grads(lambda a, x: a * x**2, argnum=(0, 1), modes=["rev"])(2.0, X)
    wrong = primitive(lambda x: x**2)
    defvjp(wrong, lambda y, x: lambda g: g * x)
    with pytest.raises(AssertionError):
        check_grads(wrong, modes=["rev"], order=1)(X)


# --- beside autograd itself


def test_the_same_steps_as_autograds():
    autograd = pytest.importorskip("autograd")
    from autograd.misc import optimizers

    def loss(xp):
        return lambda p, step: xp.sum((p["w"] - 3.0) ** 2) + xp.sum(xp.sin(p["b"]) * (1 + step % 3))

    start = {"w": X, "b": numpy.array([[1.0], [2.0]])}
    for ours, theirs in [(sgd, optimizers.sgd), (rmsprop, optimizers.rmsprop),
                         (adam, optimizers.adam)]:  # fmt: skip
        found = ours(grad(loss(np)), start, num_iters=20)
        wanted = theirs(autograd.grad(loss(autograd.numpy)), start, num_iters=20)
        close(found["w"], wanted["w"])
        close(found["b"], wanted["b"])
