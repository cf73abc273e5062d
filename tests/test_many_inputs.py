"""Own kernels of more arrays than a host kernel has room for."""

import numpy as np
import pytest

import gpugrad as gg

COUNT = 15  # with as many kept partials more than strided.MOST_OPERANDS


@gg.elementwise
def product(a, b, c, d, e, f, g, h, i, j, k, m, n, p, q):
    return gg.tanh(a * b * c * d * e * f * g * h * i * j * k * m * n * p * q)


@pytest.mark.parametrize(
    ("device", "size"),
    [
        ("cpu", 8),
        ("cpu", 40_000),
        pytest.param("simulated", 8, marks=pytest.mark.needs_compiler),
    ],
)
def test_value_and_every_gradient(device, size):
    numbers = [1 + 0.01 * i for i in range(COUNT)]
    arrays = [
        gg.tensor(np.full(size, x), dtype="float64", device=device, requires_grad=True)
        for x in numbers
    ]
    y = product(*arrays)
    gg.sum(y).backward()
    whole = np.prod(numbers)
    np.testing.assert_allclose(y.detach().numpy(), np.tanh(whole))
    for x, array in zip(numbers, arrays, strict=True):
        expected = (1 - np.tanh(whole) ** 2) * whole / x
        np.testing.assert_allclose(array.grad.numpy(), expected, rtol=1e-12)
