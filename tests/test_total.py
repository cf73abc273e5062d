"""The threaded sum: as exact as double precision, whatever the threads, special values kept."""

import numpy as np
import pytest
from kernel_checks import needs_compiler

from gpugrad.backend.kernels.total import FROM, total
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
