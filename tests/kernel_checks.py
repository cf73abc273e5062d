"""What the tests of the kernels share: thread orders, arrays, references, bounds, counting."""

from contextlib import contextmanager

import ml_dtypes
import numpy as np
import pytest

DTYPES = {
    "float16": np.dtype("float16"),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
    "float32": np.dtype("float32"),
    "float64": np.dtype("float64"),
}
EPSILON = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float32": 2.0**-23, "float64": 2.0**-52}
ARCHITECTURES = ["sm_80", "sm_90"]
ORDERS = ["ascending", "descending", "shuffled", "interleaved"]
ROWS = [(0, 5), (1, 1), (3, 1), (9, 7), (10, 32), (3, 257), (2, 1_000)]
needs_compiler = pytest.mark.needs_compiler
per_dtype = pytest.mark.parametrize("dtype", DTYPES)
per_order = pytest.mark.parametrize("order", ORDERS)
per_architecture = pytest.mark.parametrize("arch", ARCHITECTURES)


def numbers(shape, dtype="float64", seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(DTYPES[dtype])


def close(device, found, expected, dtype, units=8):
    """Within some units of the dtype's precision, of the result's size."""
    found = np.asarray(device.to_host(found))
    assert found.shape == expected.shape and found.dtype == DTYPES[dtype]
    bound = units * EPSILON[dtype] * max(1.0, np.abs(expected).max(initial=0))
    np.testing.assert_allclose(found.astype("float64"), expected, rtol=0, atol=bound)


def log_softmax(x):
    shifted = x - x.max(axis=1, keepdims=True, initial=-1e308)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def reference_sum(x, target):
    kept = (1,) * (x.ndim - len(target)) + target
    axes = tuple(i for i, (n, k) in enumerate(zip(x.shape, kept, strict=True)) if n != k)
    return x.sum(axis=axes, keepdims=True).reshape(target)


@contextmanager
def all_run(device, required, record_property):
    """Inside the ``with`` exactly these kernels are launched; a GPU's driver keeps no count.

    They are counted in the last lines of the test run (conftest.py, KernelCount).
    """
    simulated = device.name == "simulated"
    if simulated:
        device.driver.launched.clear()
    yield
    if simulated:
        ran = {name for name, order in device.driver.launched if order == device.driver.order}
        assert ran == set(required)
    record_property("kernels", (device.driver.order if simulated else device.name, list(required)))


def assert_compiled(code, required, arch, record_property):
    """A cubin has these kernels; they are counted in the last lines of the test run."""
    compiled = [name for name in required if f".text.{name}\0".encode() in code]
    assert compiled == list(required)
    record_property("kernels", (arch, compiled))
