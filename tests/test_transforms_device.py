"""Every transform gives on the device what it gives on the host."""

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg

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
