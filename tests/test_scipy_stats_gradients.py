"""Gradients of distributions in x and every parameter; none outside of the support."""

from math import inf, isfinite, log, nan

import numpy as np
import pytest
from scipy import special
from scipy import stats as scipys
from scipy_stats_tables import INSIDE, SHAPES, TAILS

import gpugrad as gg
from gpugrad.scipy import stats
from gpugrad.testing import gradcheck

MOVED = (0.3, 1.4)


def parameters(name):
    return [np.array(v) for v in (*SHAPES.get(name, ()), *MOVED)]


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize("function", ["pdf", "logpdf", *TAILS, "ppf", "isf"])
def test_gradients_in_x_and_every_parameter(name, function):
    quantile = function in ("ppf", "isf")
    x = np.array([0.2, 0.7]) if quantile else np.array(INSIDE[name]) * MOVED[1] + MOVED[0]
    gradcheck(
        getattr(getattr(stats, name), function), [x, *parameters(name)], order=2, tolerance=1e-5
    )


@pytest.mark.parametrize("name", [name for name in INSIDE if name != "cauchy"])
def test_gradients_of_moments(name):
    for function in ("mean", "var", "std", "entropy"):
        gradcheck(getattr(getattr(stats, name), function), parameters(name), order=2)


@pytest.mark.parametrize("function", ["pmf", "logpmf", *TAILS])
def test_gradients_of_counts_in_their_parameters(function):
    def of(name, k, *fixed):
        return lambda *parameters: getattr(getattr(stats, name), function)(k, *fixed, *parameters)

    gradcheck(of("poisson", np.array([0.0, 3.0])), [np.array(2.3)], order=2)
    gradcheck(of("nbinom", np.array([0, 4])), [np.array(2.3), np.array(0.4)], order=2)
    gradcheck(of("binom", np.array([0, 2, 4]), 5), [np.array(0.3)], order=2)
    gradcheck(
        of("bernoulli", np.array([0, 0] if function == "logsf" else [0, 1])),
        [np.array(0.3)],
        order=2,
    )


def test_gradients_of_a_negative_binomial_likelihood_are_the_known_ones():
    k, n, p = np.array([0.0, 3, 7, 40]), 2.5, 0.3
    found = gg.grad(lambda n, p: gg.sum(stats.nbinom.logpmf(k, n, p)), argnums=(0, 1))(n, p)
    by_n = np.sum(special.psi(k + n) - special.psi(n) + log(p))
    by_p = np.sum(n / p - k / (1 - p))
    np.testing.assert_allclose(found, (by_n, by_p), rtol=1e-12)


def test_at_the_centre_of_students_t_the_mixed_derivative_is_that_of_the_density():
    mixed = gg.grad(gg.grad(lambda t, df: stats.t.cdf(t, df)), argnums=1)(0.0, 3.0)
    by_df = gg.grad(lambda df: stats.t.pdf(0.0, df))(3.0)
    assert mixed == pytest.approx(by_df, rel=1e-10)
    other = gg.grad(gg.grad(lambda df, t: stats.t.logcdf(t, df)), argnums=1)(3.0, 0.0)
    assert other == pytest.approx(2 * by_df, rel=1e-9)


@pytest.mark.parametrize("name", INSIDE)
def test_outside_of_the_support_gradients_are_zero_and_never_nan(name):
    bounded = isfinite(getattr(stats, name)._support(*parameters(name)[:-2])[0])
    for function in ("pdf", "logpdf", *TAILS):
        of = getattr(getattr(stats, name), function)
        count = 1 + len(parameters(name))
        for x in (-3.0, 1e3, -inf, inf):
            slopes = gg.grad(of, argnums=tuple(range(count)))(x, *map(float, parameters(name)))
            assert not np.isnan(slopes).any()
            if bounded and x < 0:
                assert not np.any(slopes)


@pytest.mark.parametrize("name", ["gamma", "beta", "t", "lognorm", "chi2"])
def test_wrong_parameters_are_nan_and_spoil_no_other_element(name):
    shapes = [np.array([s, -1.0, nan]) for s in SHAPES[name]]
    leaves = [gg.tensor(s, requires_grad=True) for s in shapes]
    for function in ("pdf", "logpdf", *TAILS):
        y = getattr(getattr(stats, name), function)(0.4, *leaves)
        assert np.isnan(y.detach().numpy()).tolist() == [False, True, True]
        for leaf in leaves:
            leaf.grad = None
        gg.sum(y[:1]).backward()
        for leaf in leaves:
            assert np.isfinite(leaf.grad.numpy()).all() and leaf.grad.numpy()[0] != 0
    assert np.isnan(stats.norm.pdf(0.0, 0.0, [0.0, -1.0]).numpy()).all()


def test_batches_and_hessians():
    x = np.array([0.3, 1.7, 4.0])
    batched = gg.vmap(lambda x, a: stats.gamma.logcdf(x, a, scale=2.0))(x, x)
    np.testing.assert_allclose(batched, scipys.gamma.logcdf(x, x, scale=2.0), rtol=1e-12)
    hessian = gg.hessian(lambda p: gg.sum(stats.gamma.logpdf(x, p[0], scale=p[1])))
    a, s = 2.0, 1.5
    expected = [
        [-3 * special.polygamma(1, a), -3 / s],
        [-3 / s, 3 * a / s**2 - 2 * np.sum(x) / s**3],
    ]
    np.testing.assert_allclose(hessian(np.array([a, s])), expected, rtol=1e-11)
