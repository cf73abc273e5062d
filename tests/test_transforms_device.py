"""Every transform gives on the device what it gives on the host."""

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg
from gpugrad.backend.select import backend_of
from gpugrad.scipy import stats

pytestmark = pytest.mark.needs_compiler

X, Y = numbers(4), numbers(4, seed=1)
BATCH, MATRIX = numbers(3, 4, seed=2), numbers(5, 4, seed=3)


def layer(x):
    m = gg.asarray(MATRIX, device=x.device if hasattr(x, "device") else None)
    return gg.tanh(m @ x) + gg.sum(x * x)


def gated(x):
    m = gg.asarray(MATRIX[:4], device=x.device if hasattr(x, "device") else None)
    return gg.tanh(m @ x) * x + x + gg.exp(x @ m) + gg.sin(m @ x + x)


def likelihood(x):
    m = gg.asarray(MATRIX, device=x.device if hasattr(x, "device") else None)
    return gg.sum(gg.log1p(gg.exp(m @ x)))


def loss(x):
    return gg.sum(gg.logaddexp(layer(x), 0.5) ** 2) + gg.prod(x)


def custom(x):
    f = gg.custom_jvp(gg.sin)
    f.defjvp(lambda p, t: (f(p[0]), gg.cos(p[0]) * t[0]))
    g = gg.custom_vjp(lambda x: x * x)
    g.defvjp(lambda x: (x * x, x), lambda x, g: (2 * g * x,))
    return gg.sum(g(f(x)))


TRANSFORMS = {
    "grad": lambda x, y, b: gg.grad(loss)(x),
    "grad of grad": lambda x, y, b: gg.grad(lambda x: gg.sum(gg.grad(loss)(x) * y))(x),
    "jvp": lambda x, y, b: gg.jvp(layer, (x,), (y,))[1],
    "vjp": lambda x, y, b: gg.vjp(layer, x)[1](layer(x))[0],
    "linearize": lambda x, y, b: gg.linearize(layer, x)[1](y),
    "jacfwd": lambda x, y, b: gg.jacfwd(layer)(x),
    "jacrev": lambda x, y, b: gg.jacrev(layer)(x),
    "jacobian of a gated layer": lambda x, y, b: gg.jacobian(gated)(x),
    "jacfwd of a gated layer": lambda x, y, b: gg.jacfwd(gated)(x),
    "hessian": lambda x, y, b: gg.hessian(loss)(x),
    "hessian of a linear model": lambda x, y, b: gg.hessian(likelihood)(x),
    "hvp": lambda x, y, b: gg.hvp(loss, (x,), (y,)),
    "vmap": lambda x, y, b: gg.vmap(layer)(b),
    "vmap of grad": lambda x, y, b: gg.vmap(gg.grad(loss))(b),
    "vmap of hessian": lambda x, y, b: gg.vmap(gg.hessian(loss))(b),
    "grad of vmap": lambda x, y, b: gg.grad(lambda b: gg.sum(gg.vmap(loss)(b)))(b),
    "checkpoint": lambda x, y, b: gg.grad(lambda x: gg.checkpoint(loss)(x) ** 2)(x),
    "custom": lambda x, y, b: gg.grad(custom)(x),
    "custom, vmapped": lambda x, y, b: gg.vmap(gg.grad(custom))(b),
    "elementwise_grad": lambda x, y, b: gg.elementwise_grad(lambda x: gg.exp(x) * x)(x),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_transform_on_the_device(name, dtype, device):
    results = []
    for where in ("cpu", device.name):
        with gg.use_device(where):
            arrays = [gg.tensor(a, dtype=dtype, device=where) for a in (X, Y, BATCH)]
            found = TRANSFORMS[name](*arrays)
            assert found.device == where and found.dtype.name in (dtype, "float64")
            results.append(found.numpy())
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(*results, rtol=tolerance, atol=tolerance)


def test_raw_device_arrays_come_back_raw(device):
    x = device.asarray(X)
    assert type(gg.grad(loss)(x)) is type(x)
    assert type(gg.hessian(loss)(x)) is type(x)


NUMBER = 2.0
OF_A_NUMBER = {  # functions of a number and a vector on a device
    "a product": lambda x, c: x * x * c,
    "a norm of differences": lambda x, c: gg.norm(c - x),
    "numbers put together": lambda x, c: gg.stack([x, x * x, x]) * c,
    "a number in a shape": lambda x, c: gg.broadcast_to(x, (3,)) * c * x,
    "a number like an array": lambda x, c: gg.full_like(c, x) * c * x,
    "a number before an array": lambda x, c: gg.concat([gg.reshape(x, (1,)), c]) * x,
    "a density": lambda x, c: stats.norm.logpdf(c, x, x),
    "a choice": lambda x, c: gg.where(c > 1, x * x, c),
    "a choice of numbers": lambda x, c: c * gg.where(x > 1, x * x, 1.0),
}
OF_NUMBERS = {  # transforms of such a function of the number alone
    "linearize": lambda f: (lambda y, push: (y, push(1.0)))(*gg.linearize(f, NUMBER)),
    "jvp": lambda f: gg.jvp(f, (NUMBER,), (1.0,)),
    "jacfwd": lambda f: gg.jacfwd(f)(NUMBER),
    "jacrev": lambda f: gg.jacrev(f)(NUMBER),
    "jacfwd of jacfwd": lambda f: gg.jacfwd(gg.jacfwd(f))(NUMBER),
    "jacrev of jacfwd": lambda f: gg.jacrev(gg.jacfwd(f))(NUMBER),
    "grad of grad": lambda f: gg.grad(gg.grad(lambda x: gg.sum(f(x))))(NUMBER),
    "hessian": lambda f: gg.hessian(lambda x: gg.sum(f(x)))(NUMBER),
    "hvp": lambda f: gg.hvp(lambda x: gg.sum(f(x)), (NUMBER,), (1.0,)),
    "vjp": lambda f: gg.vjp(lambda x: gg.sum(f(x)), NUMBER)[1](1.0),
}


@pytest.mark.parametrize("function", OF_A_NUMBER.values(), ids=OF_A_NUMBER)
@pytest.mark.parametrize("transform", OF_NUMBERS.values(), ids=OF_NUMBERS)
def test_a_number_has_no_device(device, transform, function):
    """Results are a number where the host's are, else an array."""
    values = np.array([1.0, 2.0, 3.0])
    expected = transform(lambda x: function(x, gg.tensor(values)))
    with gg.use_device(device.name):
        found = transform(lambda x: function(x, gg.tensor(values)))
    for one, other in zip(parts(found), parts(expected), strict=True):
        assert (type(one) is float) == (type(other) is float)
        one = one if type(one) is float else backend_of(one).to_host(one)
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def parts(result):
    return result if isinstance(result, tuple) else (result,)
