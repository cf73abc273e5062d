"""Weighted sums along each axis on the host: C, NumPy and the rule give the same."""

from functools import partial

import numpy as np
import pytest

from gpugrad.backend.host import bands
from gpugrad.backend.select import HOST
from gpugrad.engine.namespace import Namespace
from gpugrad.ops import REGISTRY

RANDOM = np.random.default_rng(0)
SIZES = [((7,), (5,), (2,)), ((4, 6), (7, 3), (1, 4)), ((3, 2, 5), (2, 4, 5), (2, 1, 3))]


def tables(size, count, taps):
    """Places and weights, whole numbers, of which sums are exact."""
    for n, m, t in zip(size, count, taps, strict=True):
        yield RANDOM.integers(0, n, (m, t))
        yield RANDOM.integers(-1, 2, (m, t)).astype("f8")


def rules():
    """The host's functions without those that bands.py has."""
    namespace = Namespace()
    vars(namespace).update(vars(HOST.xp))
    for name in ("band_sums", "band_spread"):
        setattr(namespace, name, partial(REGISTRY[name].forward, namespace))
    return namespace


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64"])
@pytest.mark.parametrize(("size", "count", "taps"), SIZES)
def test_sums_and_their_transpose(size, count, taps, dtype, compiled, monkeypatch):
    if not compiled:
        monkeypatch.setattr(bands, "_kernel", lambda name, dtype: None)
    given, plain = tuple(tables(size, count, taps)), rules()
    x = RANDOM.integers(-3, 4, (2, 3, *size)).astype(dtype)
    y = HOST.xp.band_sums(x, *given)
    assert y.dtype == dtype and y.shape == (2, 3, *count)
    np.testing.assert_array_equal(y, plain.band_sums(x, *given))
    share = RANDOM.integers(-3, 4, y.shape).astype(dtype)
    z = HOST.xp.band_spread(share, *given, size=size)
    assert z.dtype == dtype and z.shape == x.shape
    np.testing.assert_array_equal(z, plain.band_spread(share, *given, size=size))


def test_no_planes():
    given = tuple(tables((7,), (5,), (2,)))
    assert HOST.xp.band_sums(np.ones((0, 2, 7)), *given).shape == (0, 2, 5)
