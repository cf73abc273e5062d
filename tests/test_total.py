"""Sums: those of threads as exact as double precision, narrow numbers without a wide copy."""

import tracemalloc

import numpy as np
import pytest
from kernel_checks import needs_compiler

import gpugrad as gg
from gpugrad.backend.kernels.total import FROM, total
from gpugrad.backend.simulated.memory import Arena
from gpugrad.settings import settings


@needs_compiler
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [FROM, FROM + 5, 1_000_003])
def test_sum(dtype, size, monkeypatch):
    x = np.random.default_rng(0).normal(1, 1e3, size).astype(dtype)
    exact = np.sum(x.astype(np.longdouble))
    results = set()
    for threads in (1, 2, 5):
        monkeypatch.setattr(settings, "threads", threads)
        results.add(total(x).item())
    assert len(results) == 1 and total(x).dtype == x.dtype
    error = abs(np.longdouble(results.pop()) - exact)
    last_place = np.spacing(np.abs(np.asarray(exact, dtype)))
    size_of_sum = np.abs(x.astype(np.longdouble)).sum()
    assert error <= last_place + 4 * np.finfo(np.float64).eps * size_of_sum
    if dtype == "float32":  # NumPy adds pairs of single precision
        assert error <= abs(x.sum() - exact)


@needs_compiler
def test_special_values():
    x = np.ones(FROM, np.float32)
    x[7] = np.inf
    assert total(x) == np.inf
    x[-1] = np.nan
    assert np.isnan(total(x))


def test_what_numpy_should_do():
    assert total(np.ones(FROM - 1, np.float32)) is None
    assert total(np.ones((600, 600), np.float32).T) is None
    assert total(np.ones(FROM, np.int32)) is None


RESULT = {  # of a dtype: its sum's, its mean's
    "float16": ("float16", "float16"),
    "bfloat16": ("bfloat16", "bfloat16"),
    "int8": ("int64", "float32"),
    "uint8": ("uint64", "float32"),
    "bool": ("int64", "float32"),
    "int32": ("int64", "float32"),
}


@pytest.mark.parametrize("dtype", RESULT)
@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
@pytest.mark.parametrize("reduced", [gg.sum, gg.mean])
def test_narrow_numbers_are_summed_without_a_wide_copy(reduced, axis, dtype):
    x = gg.astype(gg.tensor(np.arange(600_000).reshape(1000, 600) % 7 > 2), dtype=dtype)
    expected = getattr(np, reduced.__name__)(x.numpy().astype(float), axis=axis)
    tracemalloc.start()
    try:
        with np.errstate(over="ignore"):  # 65,520 and more are infinite in float16
            found, rounded = reduced(x, axis=axis), expected.astype(RESULT[dtype][0])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < x.nbytes / 4
    assert found.dtype.name == RESULT[dtype][reduced is gg.mean]
    rounded = expected if reduced is gg.mean else rounded
    tolerance = {"float16": 2**-11, "bfloat16": 2**-8}.get(dtype, 2**-24)
    np.testing.assert_allclose(found.numpy().astype(float), rounded.astype(float), rtol=tolerance)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "bool", "int32"])
@pytest.mark.parametrize("axis", [None, 0, (0, 1), -1])
def test_means_of_integers_on_a_device_take_no_memory_for_floats(axis, dtype, monkeypatch):
    values = (np.arange(60_000).reshape(100, 600) % 7 > 2).astype(dtype)
    x = gg.tensor(values, device="simulated")
    gg.mean(x, axis=axis)  # what is made once
    sizes = []
    allocate = Arena.allocate
    monkeypatch.setattr(Arena, "allocate", lambda self, n: sizes.append(n) or allocate(self, n))
    found = gg.mean(x, axis=axis)
    assert sum(sizes) < x.nbytes / 4 and found.dtype == gg.float32
    np.testing.assert_allclose(found.numpy(), values.mean(axis=axis), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_sums_over_repeated_axes_are_rounded_once(dtype):
    x = gg.tensor(np.ones(3), dtype=dtype, requires_grad=True)
    gg.sum(gg.broadcast_to(x, (3000, 3))).backward()
    assert set(x.grad.tolist()) == {3000 if dtype == "float16" else 3008}  # the nearest


def test_the_mean_of_integers_that_are_too_large_to_add():
    assert gg.mean(gg.tensor(np.full(4, 2**62))).item() == 2.0**62
    nothing = gg.tensor(np.zeros((0, 3), np.int8))
    assert gg.mean(nothing, axis=1).shape == (0,)
    with np.errstate(invalid="ignore"):
        assert np.isnan(gg.mean(nothing).item())
