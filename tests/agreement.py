"""How far one call of an operation on a device is from the same call on the host."""

from typing import Any, NamedTuple

import ml_dtypes
import numpy as np
from sample import Sample

import gpugrad as gg
from gpugrad import random
from gpugrad.engine.dispatch import function_of as call
from gpugrad.ops import REGISTRY

DTYPES = {
    "float16": np.dtype("float16"),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
    "float32": np.dtype("float32"),
    "float64": np.dtype("float64"),
}
UNIT = {
    "float16": 2.0**-10,
    "bfloat16": 2.0**-7,
    "float32": 2.0**-23,
    "float64": 2.0**-52,
    "complex64": 2.0**-23,
    "complex128": 2.0**-52,
}
SMALL = 0.1  # terms are about 1: what cancels to less is compared as if it were this large
LIMIT = 16  # units of precision, of the largest element: sums are added in another order


class Results(NamedTuple):
    """What one call gave: outputs and the gradients of the inputs that have one."""

    values: list[np.ndarray]
    gradients: list[np.ndarray]


def has_dtype(sample: Sample, dtype: str) -> bool:
    """Whether a sample can be cast: complex numbers have no half precision."""
    complexes = any(getattr(x, "dtype", None) == np.complex128 for x in sample.inputs)
    return not complexes or DTYPES[dtype].itemsize >= 4


def results(name: str, sample: Sample, device: str, dtype: str) -> Results:
    """One call on one device, with inputs cast to ``dtype``."""
    random.seed(0)
    with gg.use_device(device):
        settings = {k: device if v == "cpu" else v for k, v in sample.settings.items()}
        inputs = [_given(x, dtype) for x in sample.inputs]
        y = call(REGISTRY[name])(*inputs, **settings)
        outputs = y if isinstance(y, tuple) else (y,)
        loss = [gg.sum(one * _weights(one)) for one in outputs if one.requires_grad]
        for i, one in enumerate(loss):
            one.backward(retain_graph=i + 1 < len(loss))
    gradients = [x.grad for x in inputs if isinstance(x, gg.Tensor) and x.grad is not None]
    return Results([_host(one) for one in outputs], [_host(g) for g in gradients])


def distance(found: list[np.ndarray], expected: list[np.ndarray]) -> float:
    """The largest difference in units of precision; infinite where shape, dtype or NaN differ."""
    if len(found) != len(expected):
        return np.inf
    return max((_apart(a, b) for a, b in zip(found, expected, strict=True)), default=0.0)


def _given(x: Any, dtype: str) -> Any:
    if not isinstance(x, np.ndarray):
        return x
    wide = {
        np.dtype("float64"): DTYPES[dtype],
        np.dtype("complex128"): np.dtype(f"complex{16 * DTYPES[dtype].itemsize}")
        if DTYPES[dtype].itemsize >= 4
        else None,
    }
    target = wide.get(x.dtype)
    return gg.tensor(x, dtype=target or x.dtype, requires_grad=target is not None)


def _weights(y: gg.Tensor) -> gg.Tensor:
    numbers = np.random.default_rng(1).uniform(0.5, 1.5, y.shape)
    return gg.tensor(numbers, dtype=y.dtype)


def _host(x: gg.Tensor) -> np.ndarray:
    return x.detach().numpy()


def _apart(a: np.ndarray, b: np.ndarray) -> float:
    if a.shape != b.shape or a.dtype != b.dtype:
        return np.inf
    if a.dtype.name not in UNIT:
        return 0.0 if np.array_equal(a, b) else np.inf
    wide = np.complex128 if a.dtype.kind == "c" else np.float64
    a, unit, b = a.astype(wide), UNIT[a.dtype.name], b.astype(wide)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    if not np.isfinite(a[~same]).all() or not np.isfinite(b[~same]).all():
        return np.inf
    size = np.abs(b[np.isfinite(b)]).max(initial=SMALL)
    return float(np.abs(a - b)[~same].max(initial=0) / (unit * size))
