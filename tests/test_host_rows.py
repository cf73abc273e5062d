"""The host's kernels of rows against the rules of their operations in double precision."""

import numpy as np
import pytest

from gpugrad.backend.host import rows, standardise
from gpugrad.backend.select import HOST
from gpugrad.ops.declare import REGISTRY
from gpugrad.settings import settings

DTYPES = {"f4": 2e-6, "f8": 1e-14}
per_dtype = pytest.mark.parametrize("dtype", DTYPES)
LAYOUTS = [  # shape, axes, the weight's shape
    ((5, 64), (1,), (64,)),
    ((3, 2, 33), (1, 2), (2, 33)),
    ((300, 70), (1,), (70,)),  # of several runs
    ((7, 3_000), (1,), None),
    ((4, 3, 5, 6), (0, 2, 3), (3, 1, 1)),
    ((4, 3, 5, 6), (0, 2, 3), None),
    ((2, 3, 4, 9), (2, 3), (3, 4, 1)),
    ((2, 3, 4, 9), (2, 3), (1, 4, 1)),
    ((2, 3, 8), (2,), (3, 1)),
    ((1, 3, 8), (2,), (3, 1)),
    ((6, 5), (0,), (5,)),  # no whole pieces: by NumPy
    ((6, 2, 5), (2,), (6, 1, 5)),
]


def rule(name):
    return lambda *given, **how: REGISTRY[name].forward(HOST.xp, *given, **how)


def wide(arrays):
    return [None if x is None else x.astype("f8") for x in arrays]


def assert_follows(name, native, arrays, **how):
    found, expected = native(*arrays, **how), rule(name)(*wide(arrays), **how)
    whole = found if isinstance(found, tuple) else (found,)
    for y, wanted in zip(whole, expected if isinstance(found, tuple) else (expected,), strict=True):
        bound = 20 * DTYPES[y.dtype.str[1:]] * (1 + np.abs(wanted).max(initial=0))
        np.testing.assert_allclose(y, np.reshape(wanted, y.shape), rtol=0, atol=bound)
    return found


def drawn(*shapes, dtype):
    r = np.random.default_rng(0)
    return [None if s is None else (r.normal(size=s) + 0.5).astype(dtype) for s in shapes]


@per_dtype
@pytest.mark.parametrize(("shape", "axes", "weight"), LAYOUTS)
def test_standardise(shape, axes, weight, dtype):
    how = {"axes": axes, "epsilon": 1e-3}
    x, w, b, g = drawn(shape, weight, weight, shape, dtype=dtype)
    for given in ((x, w, b), (x, w, None)):
        _, centre, variance = assert_follows("standardise", standardise.standardise, given, **how)
    given = (g, x, w, centre, variance)
    assert_follows("standardise_gradient", standardise.standardise_gradient, given, **how)


def test_standardise_has_the_same_bits_with_any_threads(monkeypatch):
    x, w, g = drawn((300, 70), (70,), (300, 70), dtype="f4")
    how, each = {"axes": (1,), "epsilon": 1e-3}, []
    for threads in (1, 3):
        monkeypatch.setattr(settings, "threads", threads)
        y, centre, variance = standardise.standardise(x, w, w, **how)
        each.append((y, *standardise.standardise_gradient(g, x, w, centre, variance, **how)))
    for one, three in zip(*each, strict=True):
        np.testing.assert_array_equal(one, three)


@per_dtype
@pytest.mark.parametrize("shape", [(3, 1), (5, 7), (2, 3, 64), (3, 5_000), (4, 0)])
def test_softmax_along_the_last_axis(shape, dtype):
    x, g = drawn(shape, shape, dtype=dtype)
    for name in ("softmax", "log_softmax"):
        y = assert_follows(name, getattr(rows, name), (5 * x,), axis=-1)
        gradient = f"{name}_gradient"
        assert_follows(gradient, getattr(rows, gradient), (g, y), axis=-1)


def test_rows_that_are_not_finite():
    """Rows of -inf and rows with +inf or NaN are NaN; masked elements of other rows are 0."""
    x = np.zeros((4, 9), "f4")
    x[0], x[1, 1], x[2, 8], x[3, :-1] = -np.inf, np.inf, np.nan, -np.inf
    with np.errstate(invalid="ignore"):
        y, logs = rows.softmax(x, axis=-1), rows.log_softmax(x, axis=-1)
    assert np.isnan(y[:3]).all() and np.isnan(logs[:3]).all()
    assert (y[3, :-1] == 0).all() and y[3, -1] == 1 and logs[3, -1] == 0


@per_dtype
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy(weighted, smoothing, dtype):
    x, weight, g = drawn((6, 40), (40,), (6,), dtype=dtype)
    labels, weight = np.array([0, 39, -5, 7, 7, -5]), np.abs(weight) if weighted else None
    how = {"ignored": -5, "smoothing": smoothing}
    for name, share in (("rows", g), ("mean", g[0])):
        forward = getattr(rows, f"cross_entropy_{name}")
        expected = rule(f"cross_entropy_{name}")(*wide((x,)), labels, *wide((weight,)), **how)
        np.testing.assert_allclose(
            forward(x, labels, weight, **how), expected, rtol=30 * DTYPES[dtype]
        )
        gradient = "cross_entropy_gradient" if name == "rows" else "cross_entropy_mean_gradient"
        found = getattr(rows, gradient)(share, x, labels, weight, **how)
        given = (*wide((share, x)), labels, *wide((weight,)))
        assert found.dtype == x.dtype
        np.testing.assert_allclose(found, rule(gradient)(*given, **how), atol=30 * DTYPES[dtype])
