"""Every transform in every other, three deep, against closed forms."""

import itertools
import math

import numpy as np
import pytest

import gpugrad as gg


def one_of_batch(derivative):
    """The derivative of every member of a batch, of which the first is asked for."""

    def first(f):
        def at(x):
            batch = gg.stack([x * 1.0, x * 0.5])
            return gg.vmap(derivative(f))(batch)[0]

        return at

    return first


def through(wrap):
    """The derivative of a wrapped function."""
    return lambda f: gg.grad(wrap(f))


def by_custom_vjp(f):
    inner = gg.custom_vjp(f)
    inner.defvjp(lambda x: (f(x), x), lambda x, g: (g * gg.grad(f)(x),))
    return gg.grad(inner)


def custom(f):
    inner = gg.custom_jvp(f)
    inner.defjvp(lambda p, t: (f(p[0]), gg.jvp(f, p, t)[1]))
    return inner


DERIVATIVES = {  # name -> from a function of one number to its derivative
    "grad": gg.grad,
    "vjp": lambda f: lambda x: gg.vjp(f, x)[1](gg.ones_like(x))[0],
    "jvp": lambda f: lambda x: gg.jvp(f, (x,), (gg.ones_like(x),))[1],
    "linearize": lambda f: lambda x: gg.linearize(f, x)[1](gg.ones_like(x)),
    "jacfwd": gg.jacfwd,
    "jacrev": gg.jacrev,
    "jacobian": gg.jacobian,
    "elementwise_grad": gg.elementwise_grad,
    "value_and_grad": lambda f: lambda x: gg.value_and_grad(f)(x)[1],
    "checkpoint": through(gg.checkpoint),
    "custom_vjp": by_custom_vjp,
    "custom_jvp": lambda f: gg.jacfwd(custom(f)),
    "transposed_custom_jvp": lambda f: gg.grad(custom(f)),
    "vmap_grad": one_of_batch(gg.grad),
    "vmap_jvp": one_of_batch(lambda f: lambda x: gg.jvp(f, (x,), (gg.ones_like(x),))[1]),
    "grad_vmap": lambda f: lambda x: gg.grad(lambda b: gg.sum(gg.vmap(f)(b)))(gg.stack([x, x]))[1],
}

FUNCTIONS = {  # function, where, derivatives there from the first on
    "tanh": (
        gg.tanh,
        0.3,
        lambda y: [1 - y**2, -2 * y * (1 - y**2), (1 - y**2) * (6 * y**2 - 2)],
        math.tanh(0.3),
    ),
    "sin(x)**2": (lambda x: gg.sin(x) ** 2, 0.0, lambda y: [0.0, 2.0, 0.0], None),
    "exp(x)/x": (lambda x: gg.exp(x) / x, 2.0, lambda e: [e / 4, e / 4, e / 8], math.exp(2.0)),
}


def nested(names, f):
    for name in reversed(names):
        f = DERIVATIVES[name](f)
    return f


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("outer", DERIVATIVES)
def test_every_transform_in_every_other(outer, depth):
    for number, inner in enumerate(itertools.product(DERIVATIVES, repeat=depth - 1)):
        every = tuple(FUNCTIONS)
        for name in every if depth < 3 else every[number % 3 : number % 3 + 1]:
            f, x, derivatives, y = FUNCTIONS[name]
            found = nested((outer, *inner), f)(gg.tensor(x, dtype="float64"))
            expected = derivatives(y)[depth - 1]
            assert float(found) == pytest.approx(expected, rel=1e-12, abs=1e-12), (outer, *inner)


def test_a_hessian_of_a_hessian():
    """The trace of the Hessian of x**4, in each entry, twice: 24 on the diagonal."""
    found = gg.hessian(lambda x: gg.sum(gg.hessian(lambda y: gg.sum(y**4))(x)))(np.array([1.0, 2]))
    np.testing.assert_allclose(found, 24 * np.eye(2))


@pytest.mark.parametrize("inner", DERIVATIVES)
@pytest.mark.parametrize("outer", DERIVATIVES)
def test_no_perturbation_confusion(outer, inner):
    """Siskind and Pearlmutter (2005): d/dx x * (d/dy (x + y)) at 1 is 1, not 2."""
    one = gg.tensor(1.0, dtype="float64")
    f = DERIVATIVES[outer](lambda x: x * DERIVATIVES[inner](lambda y: x + y)(one))
    assert float(f(one)) == 1.0


@pytest.mark.parametrize("inner", DERIVATIVES)
@pytest.mark.parametrize("outer", DERIVATIVES)
def test_a_curried_derivative(outer, inner):
    """Manzyuk et al. (2019): the derivative of a function that returns a function; with
    s(u)(x) = f(x + u), D(s)(0) is the derivative operator itself: twice it is f''."""
    outer, inner = DERIVATIVES[outer], DERIVATIVES[inner]
    zero, x = gg.tensor(0.0, dtype="float64"), gg.tensor(0.7, dtype="float64")

    def derived(f):
        return lambda x: outer(lambda u: f(x + u))(zero)

    def derived_again(f):
        return lambda x: inner(lambda u: f(x + u))(zero)

    assert float(derived(derived_again(gg.exp))(x)) == pytest.approx(math.exp(0.7), rel=1e-13)
