"""Every dtype on a device: functions that no kernel of ours computes give what the host gives."""

import ml_dtypes
import numpy as np
import pytest

import gpugrad as gg
from tests.kernel_checks import EPSILON

EPSILON = {**EPSILON, "complex64": 2.0**-23, "complex128": 2.0**-52}
DTYPES = ["bool", "int8", "uint8", "int32", "uint64", "float16", "bfloat16", "float32"]
DTYPES += ["complex64", "complex128"]
VALUES = np.array([[0, 1, 3, 0], [2, 0, 0, 1], [3, 3, 1, 0]])
CALLS = {
    "logical_and": lambda x: gg.logical_and(x, x[::-1]),
    "logical_or": lambda x: gg.logical_or(x, x[::-1]),
    "logical_xor": lambda x: gg.logical_xor(x, x[::-1]),
    "logical_not": gg.logical_not,
    "any": lambda x: gg.any(x, axis=1),
    "all": lambda x: gg.all(x, axis=0),
    "count_nonzero": lambda x: gg.count_nonzero(x, axis=0),
    "nonzero": lambda x: gg.nonzero(x)[1],
    "tril": gg.tril,
    "triu": lambda x: gg.triu(x, k=1),
    "where": lambda x: gg.where(x != 0, x, x[::-1]),
    "where a number": lambda x: gg.where(x != 0, x, False),
    "equal": lambda x: x == x[::-1],
    "isfinite": gg.isfinite,
    "isnan": gg.isnan,
    "isinf": gg.isinf,
    "sum": lambda x: gg.sum(x, axis=0),
    "prod": lambda x: gg.prod(x, axis=0),
    "cumulative_sum": lambda x: gg.cumulative_sum(x, axis=1),
    "flip": gg.flip,
    "roll": lambda x: gg.roll(x, 1, axis=1),
    "repeat": lambda x: gg.repeat(x, 2, axis=1),
    "concat": lambda x: gg.concat([x, x]),
    "pad": lambda x: gg.pad(x, 1),
    "diagonal": gg.diagonal,
    "transposed": lambda x: gg.reshape(x.T, (2, 6)),
    "unique": lambda x: gg.unique_values(x),
    "sort": lambda x: gg.sort(x, axis=1),
    "argsort": lambda x: gg.argsort(x, axis=1),
    "max": lambda x: gg.max(x, axis=1),
    "argmax": lambda x: gg.argmax(x, axis=1),
    "searchsorted": lambda x: gg.searchsorted(gg.sort(x[0]), x[1]),
    "round": gg.round,
    "sign": gg.sign,
    "abs": gg.abs,
    "negative": gg.negative,
    "subtract": lambda x: x - x[::-1],
    "scatter_add": lambda x: gg.scatter_add(x, gg.tensor([0, 0, 2], device=x.device), x),
    "written": lambda x: written(x, gg.tensor([0, 2, 0], device=x.device), x),
    "written by slices": lambda x: written(x, slice(0, 2), x[1:]),
    "written under a mask": lambda x: written(x, x != 0, x[0, 1]),
    "a wider number written": lambda x: written(x, 0, gg.astype(x[1], "float64")),
    "a wider array": lambda x: written(x, slice(None), gg.astype(x, "float64").data),
    "softmax": lambda x: gg.softmax(x, axis=1),
    "log_softmax": lambda x: gg.log_softmax(x, axis=0),
    "a gradient of softmax": lambda x: slope(lambda v: gg.softmax(v, axis=0) ** 2, x),
    "a gradient of log_softmax": lambda x: slope(lambda v: gg.log_softmax(v, axis=1) ** 2, x),
    "one": lambda x: written(x, 0, 1),
    "asarray": lambda x: gg.asarray(x.data, dtype="complex128"),
    "asarray without a copy": lambda x: gg.asarray(x.data, dtype="float64", copy=False),
    "tensor": lambda x: gg.tensor(x.data, dtype="complex64"),
}


def written(x, index, value):
    y = x * 1 if x.dtype != bool else gg.logical_not(gg.logical_not(x))
    y[index] = value
    return y


def slope(function, x):
    return gg.grad(lambda v: gg.sum(gg.real(function(v))))(x)


def outcome(call, x):
    """What a call gives; None for an error."""
    try:
        return call(x)
    except (TypeError, ValueError):
        return None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_device_gives_what_the_host_gives(device, call, dtype):
    x = VALUES.astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    with np.errstate(all="ignore"):
        expected = outcome(call, gg.tensor(x, device="cpu"))
    found = outcome(call, gg.tensor(x, device=device.name))
    assert (found is None) == (expected is None)
    if found is None:
        return
    assert found.dtype == expected.dtype and found.shape == expected.shape
    bound = 4 * EPSILON.get(found.dtype.name, 0)  # of exponentials
    wide = "complex128" if found.dtype.kind == "c" else "float64"
    found, expected = (y.numpy().astype(wide) for y in (found, expected))
    np.testing.assert_allclose(found, expected, rtol=bound, atol=bound)
