"""Weighted products of a matrix with its own transpose, and rows with a diagonal, against NumPy."""

from functools import partial

import numpy as np
import pytest
from sample import numbers

from gpugrad.backend.host import gram
from gpugrad.backend.select import HOST
from gpugrad.engine.functions import function_of
from gpugrad.ops.row_products import scale_add_diagonal, weighted_gram
from gpugrad.settings import settings

A, W = numbers(700, 20), numbers(700, seed=5)

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
    for a in (x, turned, part, x[::-1]):
        expected = (a.T.astype(float) * weights) @ a
        bound = (np.abs(a.T) * np.abs(weights)) @ np.abs(a) * np.finfo(dtype).eps * 10
        y = gram._by_kernel(a, weights)
        assert y.dtype == dtype and y.shape == (size[1], size[1])
        assert (np.abs(y - expected) <= bound).all()
        assert np.array_equal(y, y.T)


@pytest.mark.needs_compiler
@pytest.mark.usefixtures("always")
def test_a_field_of_records_is_copied():
    """Its rows lie no whole number of elements apart."""
    records = np.zeros(50, [("x", np.float64, (20,)), ("flag", np.int8)])
    records["x"], weights = np.rint(4 * numbers(50, 20)), numbers(50, seed=1)
    a = records["x"]
    found = gram._by_kernel(a, weights)
    assert found is not None
    np.testing.assert_allclose(found, (a.T * weights) @ a, rtol=1e-12)


@pytest.mark.needs_compiler
def test_the_bits_do_not_depend_on_threads(monkeypatch):
    x, weights = numbers(500, 90), numbers(500, seed=1)
    found = []
    for share_from, threads in ((10**9, 1), (0, 1), (0, 2), (0, 5)):
        monkeypatch.setattr(gram, "SHARE_FROM", share_from)
        monkeypatch.setattr(settings, "threads", threads)
        found.append(gram._by_kernel(x, weights).tobytes())
    assert len(set(found)) == 1


def plain(a, w):
    """The declared rule, which the host's function must agree with."""
    return weighted_gram.forward(HOST.xp, a, w)


OTHERS = {
    "small": (A[:, :4], W),
    "a stack": (np.stack([A, A]), np.stack([W, 2 * W])),
    "complex": (A + 1j * A, W + 0j),
    "halves": (A.astype(np.float16), W.astype(np.float16)),
    "weights of another kind": (A.astype(np.float32), np.ones(700)),
    "the other byte order": (A.astype(A.dtype.newbyteorder()), W.astype(W.dtype.newbyteorder())),
    "an infinite element": (np.where(A[3, 4] == A, np.inf, A), W),
    "a weight that is no number": (A, np.where(W > 1, np.nan, W)),
}


@pytest.mark.parametrize(("a", "w"), OTHERS.values(), ids=OTHERS)
def test_others_are_left_to_a_general_product(a, w):
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(gram.weighted_gram(a, w), plain(a, w))


@pytest.mark.parametrize("product", [gram.weighted_gram, plain])
def test_a_zero_weight_ends_what_it_meets_on_the_left(product):
    a, w = A.copy(), W.copy()
    a[3, 4], w[3] = np.inf, 0
    with np.errstate(invalid="ignore"):
        found = product(a, w)
    assert np.isnan(found[:, 4]).all() and np.isfinite(np.delete(found, 4, axis=1)).all()


def test_without_a_compiler_there_is_a_general_product(monkeypatch):
    gram._kernel.cache_clear()
    monkeypatch.setattr(gram.pool, "kernels", lambda *_: None)
    np.testing.assert_array_equal(gram.weighted_gram(A, W), plain(A, W))
    gram._kernel.cache_clear()


@pytest.mark.needs_compiler
def test_the_operation_is_the_kernel():
    """Which gives equal numbers on both sides of the diagonal; a general product need not."""
    found = function_of(weighted_gram)(A, W)
    np.testing.assert_array_equal(found, gram._by_kernel(A, W))


WRONG = [
    (weighted_gram, (A, W[1:]), "weights of shape \\(699,\\) for rows of \\(700, 20\\)"),
    (weighted_gram, (A, W[:1]), "weights of shape"),
    (weighted_gram, (W, W[0]), "weights of shape"),
    (scale_add_diagonal, (A, W, W), "matrices of \\(700, 20\\)"),
    (scale_add_diagonal, (A[:20], W[:20], W[:1]), "a diagonal of shape \\(1,\\)"),
    (scale_add_diagonal, (A[:20], W[:1], W[:20]), "scales of shape \\(1,\\)"),
]


@pytest.mark.parametrize(("op", "arrays", "words"), WRONG)
def test_shapes_that_do_not_fit_are_said(op, arrays, words):
    for call in (HOST.natives[op.name], partial(op.forward, HOST.xp), function_of(op)):
        with pytest.raises(ValueError, match=words):
            call(*arrays)


def test_the_diagonal_goes_into_a_new_array():
    x, kept = A[:20].copy(), A[:20].copy()
    y = gram.scale_add_diagonal(x, np.ones(20), W[:20])
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(y, kept + np.diag(W[:20]))
