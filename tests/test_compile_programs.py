"""Random programs of many shapes give the same compiled: values and gradients."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_programs import programs

import gpugrad as gg
from gpugrad.compiler import building

TOLERANCE = {"float32": 2e-4, "float64": 1e-10}
DTYPES = st.sampled_from(sorted(TOLERANCE))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


def agree(program, dtype):
    """A program, its value and its gradients, at two points."""
    every = tuple(range(len(program.shapes)))
    function = gg.value_and_grad(program, every)
    compiled = gg.compile(function, wait=True)
    for call in range(3):  # a recording, and replays at two other points
        random = np.random.default_rng(call)
        arrays = [gg.tensor(random.normal(size=s).astype(dtype)) for s in program.shapes]
        (y, gradients), (wanted, expected) = compiled(*arrays), function(*arrays)
        for a, b in zip((y, *gradients), (wanted, *expected), strict=True):
            assert (a.shape, a.dtype) == (b.shape, b.dtype)
            np.testing.assert_allclose(a.numpy(), b.numpy(), TOLERANCE[dtype], TOLERANCE[dtype])
    assert compiled.recordings == 1


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(program=programs(), dtype=DTYPES)
def test_without_a_compiler(monkeypatch, program, dtype):
    """The kernels run by NumPy, which is quick enough for many programs."""

    def left_out(backend, unit, kernel, dtype):
        kernel.answers[dtype] = None

    monkeypatch.setattr(building, "compile_kernel", left_out)
    agree(program, dtype)


@pytest.mark.needs_compiler
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(program=programs(shortest=15), dtype=DTYPES)
def test_with_kernels_in_c(program, dtype):
    agree(program, dtype)
