"""Weighted products of a matrix with its own transpose, against NumPy's."""

import numpy as np
import pytest
from sample import numbers

from gpugrad.backend.host import gram
from gpugrad.backend.kernels.cache import NoCompiler
from gpugrad.settings import settings

SIZES = [
    (1, 1),
    (1, 3),
    (70, 7),
    (64, 8),
    (63, 9),
    (200, 16),
    (129, 17),
    (3, 33),
    (65, 50),
    (400, 100),
]


@pytest.fixture
def always(monkeypatch):
    """However small the matrix is."""
    monkeypatch.setattr(gram, "LEAST", 0)


@pytest.mark.needs_compiler
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("share_from", [0, 10**9])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_size(size, dtype, share_from, monkeypatch):
    monkeypatch.setattr(gram, "SHARE_FROM", share_from)
    monkeypatch.setattr(settings, "threads", 3)
    x, weights = numbers(*size).astype(dtype), numbers(size[0], seed=1).astype(dtype)
    turned = np.asfortranarray(x)  # what lies the other way is copied first
    part = numbers(size[0], 2 * size[1]).astype(dtype)[:, : size[1]]
    for a in (x.T, turned.T, part.T):
        expected = (a.astype(float) * weights) @ a.T
        bound = (np.abs(a) * np.abs(weights)) @ np.abs(a.T) * np.finfo(dtype).eps * 10
        y = gram.weighted_gram(a, a[:], weights)
        assert y.dtype == dtype and y.shape == (size[1], size[1])
        assert (np.abs(y - expected) <= bound).all()
        assert np.array_equal(y, y.T)


@pytest.mark.needs_compiler
@pytest.mark.usefixtures("always")
def test_a_field_of_records_is_copied():
    """Its rows lie no whole number of elements apart."""
    records = np.zeros(50, [("x", np.float64, (20,)), ("flag", np.int8)])
    records["x"], weights = np.rint(4 * numbers(50, 20)), numbers(50, seed=1)
    a = records["x"].T
    found = gram.weighted_gram(a, a, weights)
    assert found is not None
    np.testing.assert_allclose(found, (a * weights) @ a.T, rtol=1e-12)


@pytest.mark.needs_compiler
def test_the_bits_do_not_depend_on_threads(monkeypatch):
    x, weights = numbers(500, 90), numbers(500, seed=1)
    found = []
    for share_from, threads in ((10**9, 1), (0, 1), (0, 2), (0, 5)):
        monkeypatch.setattr(gram, "SHARE_FROM", share_from)
        monkeypatch.setattr(settings, "threads", threads)
        found.append(gram.weighted_gram(x.T, x.T, weights).tobytes())
    assert len(set(found)) == 1


@pytest.mark.usefixtures("always")
def test_others_are_left_to_a_general_product():
    a, weights = numbers(20, 700), numbers(700, seed=5)
    others = [a.copy(), np.asfortranarray(a), a.astype(np.float32), a[::-1], a.tolist()]
    for other in others:
        assert gram.weighted_gram(a, other, weights) is None
    assert gram.weighted_gram(a[1:], a[:-1], weights) is None
    assert gram.weighted_gram(a + 0j, a + 0j, weights + 0j) is None
    whole = a.astype(np.float16)
    assert gram.weighted_gram(whole, whole, weights.astype(np.float16)) is None


@pytest.mark.usefixtures("always")
def test_what_is_not_finite_is_left_to_the_rules():
    a, weights = numbers(20, 700), numbers(700, seed=5)
    assert gram.weighted_gram(a, a, np.where(weights > 1, np.nan, weights)) is None
    a[3, 4] = np.inf
    assert gram.weighted_gram(a, a, weights) is None


def test_small_ones_are_left_to_blas():
    a = numbers(4, 700)
    assert gram.weighted_gram(a, a, numbers(700)) is None


def test_without_a_compiler_there_is_none(monkeypatch):
    def missing(*_):
        raise NoCompiler("none here")

    gram._kernel.cache_clear()
    monkeypatch.setattr(gram.host, "library", missing)
    a = numbers(50, 700)
    assert gram.weighted_gram(a, a, numbers(700)) is None
    gram._kernel.cache_clear()
