"""Products of halves on a device: gemm reads halves, accumulates in float32 and rounds once."""

import numpy as np
import pytest
from kernel_checks import DTYPES, EPSILON, numbers

import gpugrad as gg

HALVES = ("float16", "bfloat16")
CALLS = {
    "linear": (lambda x, w, b: gg.linear(x, w, b), [(6, 40), (5, 40), (5,)]),
    "linear of stacks": (lambda x, w, b: gg.linear(x, w, b), [(2, 3, 40), (5, 40), (5,)]),
    "linear without a bias": (gg.linear, [(6, 40), (5, 40)]),
    "a product": (lambda a, b: a @ b, [(6, 40), (40, 5)]),
    "a product of stacks": (lambda a, b: a @ b, [(3, 6, 40), (3, 40, 5)]),
    "a matrix and a vector": (lambda a, b: a @ b, [(6, 40), (40,)]),
    "convolution": (
        lambda x, w, b: gg.conv2d(x, w, b, padding=1),
        [(2, 3, 6, 6), (4, 3, 3, 3), (4,)],
    ),
}
pytestmark = pytest.mark.needs_compiler


@pytest.fixture
def watched(device, monkeypatch):
    """The dtypes that gemm is called with; a cast of an array to another dtype is an error."""
    called = []
    gemm, astype = device.driver.gemm, device.xp.astype

    def watched_gemm(dtype, *arguments, **settings):
        called.append(np.dtype(dtype).name)
        return gemm(dtype, *arguments, **settings)

    def watched_astype(x, dtype):
        assert x.dtype == dtype, f"a cast of {x.dtype} to {dtype}"
        return astype(x, dtype)

    monkeypatch.setattr(device.driver, "gemm", watched_gemm)
    monkeypatch.setattr(device.xp, "astype", watched_astype)
    return called


def results(call, arrays, device, dtype):
    tensors = [gg.tensor(a, device=device, dtype=dtype, requires_grad=True) for a in arrays]
    y = call(*tensors)
    y.backward(gg.tensor(share_of(y), device=device, dtype=dtype))
    return [y.detach(), *(t.grad for t in tensors)]


def share_of(y):
    return np.random.default_rng(9).normal(size=y.shape).astype(np.float32).astype("float16")


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("name", CALLS)
def test_gemm_takes_halves_forward_and_backward(name, dtype, device, watched):
    call, shapes = CALLS[name]
    arrays = [numbers(shape, dtype, seed=i) for i, shape in enumerate(shapes)]
    found = results(call, arrays, device.name, dtype)
    assert len(watched) >= (2 if name == "a matrix and a vector" else 3)
    assert set(watched) == {dtype}
    expected = results(call, [a.astype("float64") for a in arrays], "cpu", "float64")
    for one, exact in zip(found, expected, strict=True):
        assert one.dtype == DTYPES[dtype]
        bound = 4 * EPSILON[dtype] * max(1.0, np.abs(exact.numpy()).max())
        np.testing.assert_allclose(one.numpy().astype("float64"), exact.numpy(), 0, bound)


@pytest.mark.parametrize("dtype", HALVES)
def test_a_sum_that_halves_cannot_hold_is_accumulated_in_float32(dtype, device):
    """The sum of 4096 ones and the 8 of the bias: halves stand still from 2048 (256) ones on."""
    x, w = (gg.ones((1, 4096), device=device.name, dtype=dtype) for _ in range(2))
    y = gg.linear(x, w, gg.tensor([8.0], device=device.name, dtype=dtype))
    exact = np.array(4104.0).astype(DTYPES[dtype])
    assert y.numpy().item() == exact.item()


def test_the_host_computes_halves_in_float32_as_before():
    x = gg.tensor(numbers((6, 40), "float16"))
    exact = x.numpy().astype("float32") @ x.numpy().astype("float32").T
    np.testing.assert_array_equal((x @ x.T).numpy(), exact.astype("float16"))
