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
    assert error <= np.spacing(np.abs(np.asarray(exact, dtype)))
    assert error <= abs(x.sum() - exact) + np.spacing(np.asarray(exact, dtype))


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
