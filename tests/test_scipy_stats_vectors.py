"""Distributions of vectors against SciPy's; gradients against differences and closed forms."""

import numpy as np
import pytest
from scipy import stats as scipys
from scipy.linalg import invpascal, pascal

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
        (ROWS, MEAN, COV),
        (ROWS[0], MEAN, COV),
        (ROWS, None, COV),
        (ROWS, MEAN, 2.0),
        (ROWS, MEAN),
        (ROWS, MEAN, np.array([1.0, 2, 3])),
        (np.array([0.1, 0.2]), None, 2.0),
        (0.3,),
        (ROWS[None], MEAN, COV),
        (ROWS[:1], MEAN, COV),
    ],
)
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


def within(x, cov):
    return stats.multivariate_normal.logpdf(x, None, cov, allow_singular=True)


def test_gradients_of_singular_covariances_where_eigenvalues_are_equal():
    """Against the closed form (C+ x x' C+ - C+) / 2, and differences that keep the rank."""
    turned = np.linalg.qr(ROOT)[0]
    for values in ([1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [2.0, 2.0, 0.0], [3.0, 0.0, 0.0]):
        cov = (turned * values) @ turned.T
        x = cov @ np.array([1.0, -0.5, 2.0])
        inverse = np.linalg.pinv(cov)
        by_cov = 0.5 * (inverse @ np.outer(x, x) @ inverse - inverse)
        np.testing.assert_allclose(gg.grad(within, 1)(x, cov), by_cov, atol=1e-13)
        np.testing.assert_allclose(gg.grad(within)(x, cov), -inverse @ x, atol=1e-13)
        np.testing.assert_allclose(gg.hessian(within)(x, cov), -inverse, atol=1e-13)
        rank = np.count_nonzero(values)

        def of_rank(root, rank=rank):
            cov = root @ root.T
            return within(cov @ np.ones(3), cov)

        gradcheck(of_rank, [(turned * np.sqrt(values))[:, :rank]], order=2)
    np.testing.assert_allclose(
        gg.grad(within, 1)(MEAN, np.eye(3)), 0.5 * (np.outer(MEAN, MEAN) - np.eye(3)), atol=1e-14
    )
    gradcheck(lambda x, cov: within(x, (cov + cov.T) / 2), [MEAN, np.eye(3)], order=2)
    many = gg.vmap(gg.grad(within, 1))(np.stack([MEAN, -MEAN]), np.stack([np.eye(3), COV]))
    np.testing.assert_allclose(many[1], gg.grad(within, 1)(-MEAN, COV), atol=1e-12)


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


def large(size=100, count=3):
    """x, mean and cov of so many numbers that they take a way of their own."""
    random = np.random.default_rng(1)
    root = random.normal(size=(size, 2 * size))
    cov = root @ root.T / size + np.eye(size)
    return random.normal(size=(count, size)), random.normal(size=size), cov


def closed_form(x, mean, cov):
    """Gradients of the sum of the log-densities by x, mean and cov."""
    inverse, off = np.linalg.inv(cov), x - mean
    score = -off @ inverse
    return score, -score.sum(0), (score.T @ score - len(x) * inverse) / 2


@pytest.mark.parametrize("given", [(0,), (1,), (2,), (0, 1, 2)], ids=str)
def test_large_covariances_with_and_without_a_gradient(given):
    arguments = large()
    expected = scipys.multivariate_normal.logpdf(*arguments)
    found = stats.multivariate_normal.logpdf(*arguments)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)
    of_sum = gg.value_and_grad(lambda *a: gg.sum(stats.multivariate_normal.logpdf(*a)), given)
    value, gradients = of_sum(*arguments)
    np.testing.assert_allclose(value, expected.sum(), rtol=1e-12)
    closed = closed_form(*arguments)
    for i, gradient in zip(given, gradients, strict=True):
        np.testing.assert_allclose(gradient, closed[i], rtol=1e-10, atol=1e-10)


def test_large_covariances_within_other_transforms_and_without_recording():
    x, mean, cov = large(count=1)
    expected = scipys.multivariate_normal.logpdf(x, mean, cov)
    inverse, off = np.linalg.inv(cov), (x - mean)[0]
    found, moved = gg.jvp(lambda c: stats.multivariate_normal.logpdf(x, mean, c), (cov,), (cov,))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(moved, (off @ inverse @ off - len(cov)) / 2, rtol=1e-10)
    several = gg.vmap(lambda c: stats.multivariate_normal.logpdf(x, mean, c))(cov[None])
    np.testing.assert_allclose(several, [expected], rtol=1e-12)
    cell = gg.tensor(cov, requires_grad=True)
    with gg.no_grad():
        found = stats.multivariate_normal.logpdf(x, mean, cell)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)
    by_cell = stats.multivariate_normal.logpdf(x, mean, cell)
    by_cell.backward()
    np.testing.assert_allclose(cell.grad.numpy(), closed_form(x, mean, cov)[2], atol=1e-10)


@pytest.mark.parametrize("size", [3, 100])
def test_of_a_covariance_the_symmetric_part_counts(size):
    x, mean, cov = large(size)
    skew = np.triu(np.full(cov.shape, 0.1), 1)
    turned = cov + skew - skew.T
    for function in ("logpdf", "entropy"):
        of = getattr(stats.multivariate_normal, function)
        first = (x,) if function == "logpdf" else ()
        np.testing.assert_allclose(
            of(*first, mean, turned).numpy(), of(*first, mean, cov).numpy(), rtol=1e-12
        )
    gradient = gg.grad(lambda c: gg.sum(stats.multivariate_normal.logpdf(x, mean, c)))
    np.testing.assert_allclose(gradient(turned), gradient(cov), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(gradient(turned), gradient(turned).T, rtol=1e-12, atol=1e-13)


def test_ill_conditioned_covariances():
    """Pascal's matrix has whole numbers, in its inverse too, and the determinant 1."""
    cov, inverse = pascal(10).astype(float), invpascal(10).astype(float)
    assert np.linalg.cond(cov) > 1e9
    weights = np.eye(10)[3] - np.eye(10)[5]
    off = cov @ weights  # so that the score is -weights
    value, (by_x, by_cov) = gg.value_and_grad(
        lambda x, c: stats.multivariate_normal.logpdf(x, None, c), (0, 1)
    )(off, cov)
    expected = -(10 * np.log(2 * np.pi) + weights @ cov @ weights) / 2
    np.testing.assert_allclose(value, expected, rtol=1e-8)
    np.testing.assert_allclose(by_x, -weights, atol=1e-6)
    closed = (np.outer(weights, weights) - inverse) / 2
    assert np.abs(by_cov - closed).max() < 1e-7 * np.abs(closed).max()


def test_covariances_of_very_different_scales_lose_nothing():
    """Scaling by powers of two is exact, and Cholesky's factor does not see it."""
    x, mean, cov = large(5)
    scales = 2.0 ** np.array([0, -30, 20, -7, 12])
    given = (x - mean) * scales, scales[:, None] * cov * scales
    value, (by_x, by_cov) = gg.value_and_grad(
        lambda x, c: gg.sum(stats.multivariate_normal.logpdf(x, None, c)), (0, 1)
    )(*given)
    by_off, _, closed = closed_form(x, mean, cov)
    expected = scipys.multivariate_normal.logpdf(x, mean, cov).sum()
    np.testing.assert_allclose(value, expected - 3 * np.log(scales).sum(), rtol=1e-13)
    np.testing.assert_allclose(by_x * scales, by_off, rtol=1e-13)
    found = scales[:, None] * by_cov * scales
    np.testing.assert_allclose(found, closed, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("size", [3, 100])
def test_what_has_no_density_is_an_error_or_nan(size):
    x, mean, cov = large(size)
    stack = np.stack([cov, -cov])
    each = gg.vmap(lambda c: stats.multivariate_normal.logpdf(x, mean, c))
    for of in (each, lambda c: stats.multivariate_normal.logpdf(x, mean, c[1])):
        with pytest.raises(gg.linalg.LinAlgError, match="not positive definite"):
            of(stack)
    with gg.errstate(linalg="nan"):
        found = each(stack)
        alone = stats.multivariate_normal.logpdf(x, mean, -cov)
    expected = scipys.multivariate_normal.logpdf(x, mean, cov)
    np.testing.assert_allclose(found[0], expected, rtol=1e-12)
    assert np.isnan(found[1]).all()
    assert np.isnan(alone.numpy()).all()


def test_complex_vectors_have_no_density():
    with pytest.raises(TypeError, match="multivariate_normal: of complex128"):
        stats.multivariate_normal.logpdf(ROWS + 1j, MEAN, COV)


def test_a_density_of_single_precision_and_of_integers():
    found = stats.multivariate_normal.logpdf(ROWS.astype("float32"), None, COV.astype("float32"))
    assert found.dtype == np.float32
    expected = scipys.multivariate_normal.logpdf(ROWS, None, COV)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5)
    whole = stats.multivariate_normal.logpdf([[1, 2, 3]], [0, 1, 0], np.diag([1, 2, 3]))
    assert whole.dtype == np.float64
    expected = scipys.multivariate_normal.logpdf([[1, 2, 3]], [0, 1, 0], np.diag([1, 2, 3]))
    np.testing.assert_allclose(whole.numpy(), expected, rtol=1e-14)


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
