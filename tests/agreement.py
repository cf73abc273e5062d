"""How far one call of an operation on a device is from the same call on the host."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import ml_dtypes
import numpy as np
from sample import Sample
from unique_parts import unique_parts

import gpugrad as gg
from gpugrad import random
from gpugrad.engine.functions import function_of
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

# Solvers are backward stable: their results are those of a matrix that is off by some units, which
# come out multiplied by its condition.  Up to this condition the samples go, and their limit too.
# Halves are not concerned: both sides compute them in float32 and round once.
CONDITIONS = {
    **dict.fromkeys(("cholesky", "qr", "svd", "svdvals"), 4),  # factors
    **dict.fromkeys(("eig", "eigh", "eigvals", "eigvalsh"), 4),  # vectors: no gap below 1
    **dict.fromkeys(("inv", "pinv", "solve", "solve_triangular", "matrix_power", "expm"), 4),
    **dict.fromkeys(("slogdet", "cofactors", "cofactor_change", "cofactor_curvature"), 4),
    "det": 4,  # a singular sample's value is compared with 0, its gradient with cofactors
    **dict.fromkeys(("eigvalsh_gradient", "eigvalsh_change", "log_pseudo_det"), 4),
    **dict.fromkeys(("svdvals_gradient", "svdvals_change"), 4),
    **dict.fromkeys(("eigvals_gradient", "eigvals_change"), 4),
    "solve_sylvester": 32,  # of its first matrix; the equation's is that of gaps of eigenvalues
    "gaussian_logpdf": 32,  # a covariance is inverted
    "solve_banded": 128,  # bands made dense
    "sqrtm": 128,  # of a Schur form, then a Sylvester equation
}

Tensors = tuple[list[gg.Tensor], list[gg.Tensor]]  # outputs, gradients


class Results(NamedTuple):
    """What one call gave: outputs and the gradients of the inputs that have one."""

    values: list[np.ndarray]
    gradients: list[np.ndarray]


def has_dtype(sample: Sample, dtype: str) -> bool:
    """Whether a sample can be cast: complex numbers have no half precision."""
    complexes = any(getattr(x, "dtype", None) == np.complex128 for x in sample.inputs)
    return not complexes or DTYPES[dtype].itemsize >= 4


def limit(name: str, dtype: str) -> int:
    """Units of precision by which a device may differ from the host."""
    return LIMIT * (CONDITIONS.get(name, 1) if DTYPES[dtype].itemsize >= 4 else 1)


def results(name: str, sample: Sample, device: str, dtype: str) -> Results:
    """One call on one device, with inputs cast to ``dtype``."""
    run = prepared(name, sample, device, dtype)
    random.seed(0)
    values, gradients = run()
    return Results(list(map(host, values)), list(map(host, gradients)))


def prepared(name: str, sample: Sample, device: str, dtype: str) -> Callable[[], Tensors]:
    """A function of nothing that runs a sample, forward and backward, on inputs made here.

    It gives the unique parts of the outputs and the gradients of the inputs that have one.
    """
    with gg.use_device(device):
        inputs = [_given(x, dtype) for x in sample.inputs]
    settings = {k: device if v == "cpu" else v for k, v in sample.settings.items()}
    leaves = [x for x in inputs if isinstance(x, gg.Tensor) and x.requires_grad]

    @cache  # what is uploaded in one run is there in the next
    def weights(shape: tuple[int, ...], wanted: np.dtype) -> gg.Tensor:
        numbers = np.random.default_rng(1).uniform(0.5, 1.5, shape)
        return gg.tensor(numbers, dtype=wanted)

    def run() -> Tensors:
        for x in leaves:
            x.grad = None
        with gg.use_device(device):
            y = function_of(REGISTRY[name])(*inputs, **settings)
            outputs = unique_parts(name, y if isinstance(y, tuple) else (y,))
            loss = [gg.sum(y * weights(y.shape, y.dtype)) for y in outputs if y.requires_grad]
            for i, one in enumerate(loss):
                one.backward(retain_graph=i + 1 < len(loss))
        return list(outputs), [x.grad for x in leaves if x.grad is not None]

    return run


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


def host(x: gg.Tensor) -> np.ndarray:
    """The values on the host."""
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
