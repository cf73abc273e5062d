"""An infinite or NaN factor does not poison a gradient that another factor makes exactly zero."""

import itertools

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.engine.anything import ANY

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # both branches are computed

X = np.array([0.0, 4.0, -1.0])
UNITS = np.eye(3)
MODES = {  # name -> from a function of X that gives a number to its derivative
    "grad": gg.grad,
    "vjp": lambda f: lambda x: gg.vjp(f, x)[1](1.0)[0],
    "jvp": lambda f: lambda x: gg.stack([gg.jvp(f, (x,), (unit,))[1] for unit in UNITS]),
    "linearize": lambda f: lambda x: gg.vmap(gg.linearize(f, x)[1])(UNITS),
    "jacfwd": gg.jacfwd,
    "jacrev": gg.jacrev,
    "vmap": lambda f: lambda x: gg.vmap(gg.grad(f))(gg.stack([x, x]))[0],
}
FUNCTIONS = {  # name -> elements of a sum, their first and second derivatives at X
    "a root under where": (
        lambda x: gg.where(x > 0, gg.sqrt(x), 0.0),
        [0, 1 / 4, 0],
        [0, -1 / 32, 0],
    ),
    "a root times a mask": (lambda x: gg.sqrt(x) * (x > 0), [0, 1 / 4, 0], [0, -1 / 32, 0]),
    "a mask times a root": (
        lambda x: gg.astype(x > 0, x.dtype) * gg.sqrt(x),
        [0, 1 / 4, 0],
        [0, -1 / 32, 0],
    ),
    "a root times 0": (lambda x: gg.sqrt(x) * 0.0, [0, 0, 0], [0, 0, 0]),
    "a root of 0": (lambda x: gg.sqrt(x * 0.0), [0, 0, 0], [0, 0, 0]),
    "an entropy": (
        lambda x: gg.where(x > 0, x * gg.log(x), 0.0),
        [0, 1 + np.log(4), 0],
        [0, 1 / 4, 0],
    ),
    "a quotient": (lambda x: gg.where(x == 4, 1 / (x * x), 0.0), [0, -2 / 64, 0], [0, 6 / 256, 0]),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_first_derivatives(name, mode):
    f, first, _ = FUNCTIONS[name]
    found = MODES[mode](lambda x: gg.sum(f(x)))(X)
    np.testing.assert_allclose(np.asarray(found), first, rtol=1e-14)


@pytest.mark.parametrize("modes", list(itertools.product(MODES, MODES)), ids="-".join)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_second_derivatives(name, modes):
    f, _, second = FUNCTIONS[name]
    outer, inner = (MODES[mode] for mode in modes)
    found = outer(lambda x: gg.sum(inner(lambda x: gg.sum(f(x)))(x)))(X)
    np.testing.assert_allclose(np.asarray(found), second, rtol=1e-14)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_hessians(name):
    f, _, second = FUNCTIONS[name]
    found = gg.hessian(lambda x: gg.sum(f(x)))(X)
    np.testing.assert_allclose(found, np.diag(second), rtol=1e-14)


SPECIAL = np.array([0.0, -0.0, 2.0, -np.inf, np.inf, np.nan])
DEVICES = ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("repeats", [1, 1 << 20], ids=["small", "kernel"])
def test_the_product_in_which_a_zero_stays(device, repeats):
    if device == "simulated" and repeats > 1:
        repeats = 3
    pairs = np.array(list(itertools.product(SPECIAL, SPECIAL)))
    g, p = (gg.tensor(np.tile(v, -(-repeats // 36)), device=device) for v in pairs.T)
    expected = np.where((pairs == 0).any(axis=1), 0.0, pairs.prod(axis=1))
    found = ANY.scale(g, p).numpy()[-36:]
    np.testing.assert_array_equal(found, expected)
    selected = ANY.scale(g, p > 0).numpy()[-36:]
    np.testing.assert_array_equal(selected, np.where(pairs[:, 1] > 0, pairs[:, 0], 0.0))


@pytest.mark.needs_compiler
@pytest.mark.parametrize("size", [3, 40_000])
def test_a_kernel_of_the_users(size):
    @gg.elementwise
    def entropy(x):
        return gg.where(x > 0, x * gg.log(x), 0.0) + gg.sqrt(x * 0.0)

    x = gg.tensor(np.resize(X, size), requires_grad=True)
    gg.sum(entropy(x)).backward()
    np.testing.assert_allclose(x.grad.numpy()[:3], [0, 1 + np.log(4), 0], rtol=1e-14)
