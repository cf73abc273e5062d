"""Softmax and cross-entropy of the device's namespace: as the host's, along any axis."""

import numpy as np
import pytest
from kernel_checks import DTYPES, EPSILON, needs_compiler, numbers, per_dtype

from gpugrad.backend.device import rows as device_rows
from gpugrad.backend.host import rows as host_rows

SHAPES = [((5,), 0), ((3, 4), 0), ((3, 4), -1), ((2, 3, 5), 1), ((2, 0), 0), ((0, 2), -1)]
CASES = [(False, 0.0), (True, 0.0), (True, 0.2)]


def close(found, expected, dtype):
    bound = 16 * EPSILON[dtype] * max(1.0, np.abs(expected).max(initial=0))
    assert found.shape == expected.shape and found.dtype == DTYPES[dtype]
    np.testing.assert_allclose(found.astype("float64"), expected, rtol=0, atol=bound)


@needs_compiler
def test_every_name_is_a_native(device):
    assert set(device_rows.rows(device)) == set(device_rows.ROWS) <= set(device.natives)
    assert set(device_rows.ROWS) <= device.half_natives


@needs_compiler
@per_dtype
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_any_axis_and_layout(device, name, dtype):
    native, gradient = device.natives[name], device.natives[f"{name}_gradient"]
    for shape, axis in SHAPES:
        x, g = numbers(shape[::-1], dtype).T, numbers(shape, dtype, 1)
        wide_x, wide_g = x.astype("float64"), g.astype("float64")
        if not x.shape[axis]:
            continue
        y = native(device.asarray(x), axis=axis)
        close(device.to_host(y), getattr(host_rows, name)(wide_x, axis=axis), dtype)
        exact = getattr(host_rows, f"{name}_gradient")
        kept = device.to_host(y).astype("float64")
        found = gradient(device.asarray(g), y, axis=axis)
        close(device.to_host(found), exact(wide_g, kept, axis=axis), dtype)


@needs_compiler
@per_dtype
@pytest.mark.parametrize(("weighted", "smoothing"), CASES)
def test_cross_entropy(device, dtype, weighted, smoothing):
    put, settings = device.asarray, {"ignored": -1, "smoothing": smoothing}
    x, g = numbers((6, 9), dtype), numbers((6,), dtype, 1)
    labels = np.array([0, 8, -1, 3, 3, 1], "int32")
    weight = np.abs(numbers((9,), dtype, 2)) if weighted else None
    given = None if weight is None else put(weight)
    wide_weight = None if weight is None else weight.astype("float64")
    wide_x, wide_g = x.astype("float64"), g.astype("float64")
    losses = device.natives["cross_entropy_rows"](put(x), put(labels), given, **settings)
    expected = host_rows.cross_entropy_rows(wide_x, labels, wide_weight, **settings)
    close(device.to_host(losses), expected, dtype)
    gradient = device.natives["cross_entropy_gradient"]
    found = gradient(put(g), put(x), put(labels), given, **settings)
    exact = host_rows.cross_entropy_gradient(wide_g, wide_x, labels, wide_weight, **settings)
    close(device.to_host(found), exact, dtype)
