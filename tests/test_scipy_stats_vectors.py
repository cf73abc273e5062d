"""Distributions of vectors against SciPy's; gradients against differences and closed forms."""

import numpy as np
import pytest
from scipy import stats as scipys

import gpugrad as gg
from gpugrad.scipy import stats
from gpugrad.testing import gradcheck

RANDOM = np.random.default_rng(0)
ROOT = RANDOM.normal(size=(3, 3))
COV, MEAN, ROWS = ROOT @ ROOT.T + np.eye(3), RANDOM.normal(size=3), RANDOM.normal(size=(4, 3))
ALPHA = np.array([0.5, 2.0, 3.0])
SHARES = RANDOM.dirichlet(ALPHA, size=4).T


def pair(distribution, function, *arguments):
    """What we give and what SciPy gives."""
    found = getattr(distribution, function)(*arguments)
    expected = getattr(getattr(scipys, distribution.name), function)(*arguments)
    return np.asarray(found.numpy() if isinstance(found, gg.Tensor) else found), expected


@pytest.mark.parametrize(
    "arguments",
    [
        (ROWS, MEAN, COV), (ROWS[0], MEAN, COV), (ROWS, None, COV), (ROWS, MEAN, 2.0),
        (ROWS, MEAN), (ROWS, MEAN, np.array([1.0, 2, 3])), (np.array([0.1, 0.2]), None, 2.0),
        (0.3,), (ROWS[None], MEAN, COV), (ROWS[:1], MEAN, COV),
    ],
)  # fmt: skip
def test_the_multivariate_normal_is_scipys(arguments):
    for function in ("logpdf", "pdf"):
        found, expected = pair(stats.multivariate_normal, function, *arguments)
        assert found.shape == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    found, expected = pair(stats.multivariate_normal, "entropy", *arguments[1:])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_singular_covariances():
    cov, x = np.diag([1.0, 2.0, 0.0]), np.array([[1.0, 2, 0], [1, 2, 0.1]])
    with pytest.raises(gg.linalg.LinAlgError, match="not positive definite"):
        stats.multivariate_normal.logpdf(x, None, cov)
    found, expected = pair(stats.multivariate_normal, "logpdf", x, None, cov, True)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    turned = np.linalg.qr(ROOT)[0]
    cov = turned @ cov @ turned.T
    x = (turned @ np.array([1.0, 2, 0]))[None]
    found, expected = pair(stats.multivariate_normal, "logpdf", x, None, cov, True)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    indefinite = stats.multivariate_normal.logpdf(x, None, -cov, allow_singular=True)
    assert np.isnan(indefinite.item())


def test_gradients_of_the_multivariate_normal():
    of = stats.multivariate_normal

    def logpdf(x, mean, cov):
        return of.logpdf(x, mean, (cov + cov.T) / 2)

    gradcheck(logpdf, [ROWS[:2], MEAN, COV], order=2)
    gradcheck(lambda cov: of.entropy(None, (cov + cov.T) / 2), [COV], order=2)
    found = gg.grad(lambda mean, cov: gg.sum(of.logpdf(ROWS, mean, cov)), (0, 1))(MEAN, COV)
    inverse, off = np.linalg.inv(COV), ROWS - MEAN
    by_cov = 0.5 * (inverse @ off.T @ off @ inverse - len(ROWS) * inverse)
    np.testing.assert_allclose(found[0], (inverse @ off.T).sum(1), rtol=1e-11)
    np.testing.assert_allclose(found[1], by_cov, rtol=1e-10, atol=1e-12)
    singular = gg.grad(lambda x: of.logpdf(x, None, np.diag([1.0, 2, 0]), allow_singular=True))
    np.testing.assert_allclose(singular(np.array([1.0, 2, 0])), [-1, -1, 0], atol=1e-12)


def test_the_dirichlet_distribution_is_scipys_and_has_gradients():
    for x in (SHARES, SHARES[:2], SHARES[:, 0]):
        for function in ("logpdf", "pdf"):
            found, expected = pair(stats.dirichlet, function, x, ALPHA)
            np.testing.assert_allclose(found, expected, rtol=1e-12)
    for function in ("mean", "var", "entropy"):
        found, expected = pair(stats.dirichlet, function, ALPHA)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        gradcheck(getattr(stats.dirichlet, function), [ALPHA], order=2)
    gradcheck(stats.dirichlet.logpdf, [SHARES[:, :2], ALPHA], order=2)
    gradcheck(stats.dirichlet.logpdf, [SHARES[:2, 0], ALPHA], order=2)
    outside = gg.grad(lambda x, a: stats.dirichlet.pdf(x, a), (0, 1))(
        np.array([-0.5, 0.5, 1.0]), ALPHA
    )
    assert not np.any(outside[0]) and not np.any(outside[1])
    assert np.isnan(stats.dirichlet.pdf(SHARES[:, 0], [1.0, -1, 2]).item())


def test_vectors_of_wrong_shapes_are_errors_that_say_so():
    with pytest.raises(ValueError, match="its last axis has 3 numbers"):
        stats.multivariate_normal.logpdf(np.ones(2), MEAN, COV)
    with pytest.raises(ValueError, match=r"of 2 dimensions they are \(2,\) and \(2, 2\)"):
        stats.multivariate_normal.logpdf(np.ones(2), np.ones(2), COV)
    with pytest.raises(ValueError, match="3 shares, or 2 without the last"):
        stats.dirichlet.logpdf(np.ones(5), ALPHA)
    with pytest.raises(ValueError, match="it has one axis"):
        stats.dirichlet.mean(1.0)
    frozen = stats.multivariate_normal(MEAN, COV)
    np.testing.assert_allclose(
        frozen.logpdf(ROWS).numpy(), scipys.multivariate_normal(MEAN, COV).logpdf(ROWS), rtol=1e-12
    )


@pytest.mark.needs_compiler
def test_vectors_on_a_device(device):
    there = [device.asarray(v) for v in (ROWS, MEAN, COV, SHARES, ALPHA)]
    found = stats.multivariate_normal.logpdf(*there[:3])
    expected = scipys.multivariate_normal.logpdf(ROWS, MEAN, COV)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-11)
    diagonal = stats.multivariate_normal.logpdf(there[0], there[1], 2.0)
    assert diagonal.device == device.name
    found = stats.dirichlet.logpdf(*there[3:])
    np.testing.assert_allclose(found.numpy(), scipys.dirichlet.logpdf(SHARES, ALPHA), rtol=1e-11)
