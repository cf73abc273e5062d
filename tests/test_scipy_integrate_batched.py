"""odeint within vmap and in Jacobians: one solution for a whole batch, or one for each member."""

import numpy as np
import pytest
import scipy.linalg
from sample import numbers

import gpugrad as gg
from gpugrad.scipy.integrate import odeint

TIMES = np.array([0.0, 0.3, 1.1, 2.0])


def test_vmap_is_a_loop():
    starts, rates = numbers(3, 2, low=0.5), numbers(3, low=0.5, high=1.5, seed=1)
    solve = lambda y0, k: odeint(lambda y, t, k, n: -k * y**n, y0, TIMES, (k, 2))  # noqa: E731
    for axes in ((0, 0), (0, None), (None, 0)):
        given = [x if axis == 0 else x[0] for x, axis in zip((starts, rates), axes, strict=True)]
        found = gg.vmap(solve, in_axes=axes)(*given)
        for i in range(3):
            member = [x[i] if axis == 0 else x for x, axis in zip(given, axes, strict=True)]
            np.testing.assert_allclose(found[i], solve(*member).numpy(), rtol=1e-6)
    times = np.array([[0.0, 1.0], [0.0, 2.0], [1.0, 0.5]])
    own = gg.vmap(lambda t: odeint(lambda y, t: -y, [1.0], t)[:, 0])(times)
    np.testing.assert_allclose(own[:, 1], np.exp(times[:, 0] - times[:, 1]), rtol=1e-6)


def test_gradients_within_vmap():
    starts, rates = numbers(3, 2, low=0.5), numbers(3, low=0.5, high=1.5, seed=1)

    def loss(y0, t, k):
        return gg.sum(odeint(lambda y, t, k: -k * y**2, y0, t, (k,)) ** 2)

    for axes in ((0, None, 0), (0, None, None)):
        inputs = (starts, TIMES, rates if axes[2] == 0 else rates[0])
        found = gg.vmap(gg.grad(loss, (0, 1, 2)), in_axes=axes)(*inputs)
        for i in range(3):
            expected = gg.grad(loss, (0, 1, 2))(starts[i], TIMES, rates[i if axes[2] == 0 else 0])
            for one, wanted in zip(found, expected, strict=True):
                np.testing.assert_allclose(one[i], wanted, rtol=1e-6)
    shared = gg.grad(lambda k: gg.sum(gg.vmap(lambda y0: loss(y0, TIMES, k))(starts)))(0.8)
    assert shared == pytest.approx(sum(gg.grad(loss, 2)(y0, TIMES, 0.8) for y0 in starts), rel=1e-6)


def test_jacobians():
    a = numbers(3, 3)
    solve = lambda y0: odeint(lambda y, t, a: a @ y, y0, [0, 1.0], (a,))[1]  # noqa: E731
    for jacobian in (gg.jacfwd, gg.jacrev):
        np.testing.assert_allclose(
            jacobian(solve)(numbers(3)), scipy.linalg.expm(a), rtol=1e-6, atol=1e-7
        )
    bend = lambda k: odeint(lambda y, t, k: -k * y, [1.0], [0, 1.0], (k,))[1, 0]  # noqa: E731
    found = gg.hessian(lambda k: bend(k[0]) * k[1])(np.array([0.5, 2.0]))
    expected = np.exp(-0.5) * np.array([[2.0, -1.0], [-1.0, 0.0]])
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)
