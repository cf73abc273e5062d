"""Derivatives of special functions against closed forms, identities, sums and quadrature that share
nothing with how they are computed."""

import warnings
from math import factorial, inf, log, nan, pi

import numpy as np
import pytest
from scipy import integrate
from scipy import special as scipys

import gpugrad as gg
from gpugrad.scipy import special

EULER = 0.57721566490153286


def derivative(function, x, times=1):
    for _ in range(times):
        function = gg.grad(function)
    return float(function(float(x)))


@pytest.mark.parametrize(
    ("function", "x", "times", "expected"),
    [
        (special.gamma, 1, 1, -EULER),
        (special.gammaln, 1, 2, pi**2 / 6),
        (special.gammaln, 0.5, 2, pi**2 / 2),
        (special.digamma, 1, 2, -2 * scipys.zeta(3)),
        (special.zeta, 0, 1, -0.5 * log(2 * pi)),
        (special.zeta, -2, 1, -scipys.zeta(3) / (4 * pi**2)),
        (special.zeta, -4, 1, 3 * scipys.zeta(5) / (4 * pi**4)),
        (special.zeta, 2, 1, -0.93754825431584376),
        (lambda q: special.zeta(2.0, q), 1, 2, 6 * scipys.zeta(4)),
        (special.j1, 0, 1, 0.5),
        (special.j1, 0, 3, -3 / 8),
        (special.j0, 0, 4, 3 / 8),
        (special.i1, 0, 1, 0.5),
        (special.i1, 0, 3, 3 / 8),
        (special.i0, 0, 4, 3 / 8),
        (special.exprel, 0, 1, 1 / 2),
        (special.exprel, 0, 3, 1 / 4),
        (special.log_ndtr, -1e8, 1, 1e8),
        (special.log_ndtr, -1e8, 2, -1),
        (special.erfcx, 1e6, 1, -1e-12 / pi**0.5),
        (special.expit, 0, 3, -1 / 8),
        (special.logit, 0.5, 1, 4),
        (special.ndtri, 0.5, 1, (2 * pi) ** 0.5),
        (special.erfinv, 0, 1, pi**0.5 / 2),
        (special.entr, 1, 2, -1),
        (lambda a: special.multigammaln(a, 2), 1.5, 1, -2 * EULER + 2 - 2 * log(2)),
    ],
)
def test_derivatives_that_are_known(function, x, times, expected):
    assert derivative(function, x, times) == pytest.approx(expected, rel=2e-12, abs=1e-14)


def test_a_third_derivative_of_a_far_tail():
    third = derivative(special.log_ndtr, -1e3, 3)  # of -log(-x) - 1/x**2 + 5/(2 x**4)
    assert third == pytest.approx(2e-9 - 24e-15 + 300e-21, rel=1e-9)


@pytest.mark.parametrize("n", range(6))
def test_the_reciprocal_gamma_has_a_slope_at_its_zeros(n):
    assert derivative(special.rgamma, -n) == pytest.approx((-1) ** n * factorial(n), rel=1e-13)


def test_slopes_at_the_edge_of_a_domain_are_zero_or_infinite_but_not_nan():
    one = gg.tensor([0.0, 0.0, 0.5], dtype="float64", requires_grad=True)
    two = gg.tensor([0.0, 0.3, 0.0], dtype="float64", requires_grad=True)
    for function in (special.xlogy, special.rel_entr, special.kl_div):
        one.grad = two.grad = None
        gg.sum(function(one, two)[:2]).backward()
        assert not np.isnan(one.grad.numpy()).any() and np.isfinite(two.grad.numpy()).all()
    for function in (special.gammainc, special.gammaincc):
        for x in (0.0, inf):
            assert gg.grad(function, argnums=(0, 1))(2.5, x) == (0.0, 0.0)
    for x in (0.0, 1.0):
        assert gg.grad(special.betainc, argnums=(0, 1, 2))(2.5, 1.5, x) == (0.0, 0.0, 0.0)
    for t in (-inf, inf):
        assert gg.grad(special.stdtr, argnums=(0, 1))(2.5, t) == (0.0, 0.0)


# --- derivatives by parameters, by quadrature, sums and differences


def by_quadrature(function, low, high):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", integrate.IntegrationWarning)  # rounding in the last digits
        return integrate.quad(function, low, high, epsabs=0, epsrel=1e-12, limit=400)[0]


@pytest.mark.parametrize("a", [0.3, 1.0, 4.2, 9.99, 40.0])
@pytest.mark.parametrize("ratio", [0.02, 0.5, 1.0, 1.7, 3.0])
def test_gammainc_by_its_parameter(a, ratio):
    x = a * ratio

    def moved(t):
        density = np.exp((a - 1) * np.log(t) - t - scipys.gammaln(a))
        return density * (np.log(t) - scipys.psi(a))

    # the side without cancellation; of t**(a-1) near 0 its logarithm is integrated
    below = by_quadrature(lambda s: moved(np.exp(s)) * np.exp(s), log(x) - 120 / min(a, 1), log(x))
    above = by_quadrature(moved, x, x + 60 + 12 * a**0.5)
    expected = below if x < a else -above
    assert derivative(lambda a: special.gammainc(a, x), a) == pytest.approx(expected, rel=1e-9)
    assert derivative(lambda a: special.gammaincc(a, x), a) == pytest.approx(-expected, rel=1e-9)


@pytest.mark.parametrize(("a", "x"), [(1e-8, 1e-3), (0.5, 1e-30), (3.0, 1e-5), (200.0, 20.0)])
def test_far_below_by_the_series(a, x):
    terms = [(a + k) * log(x) - x - scipys.gammaln(a + k + 1) for k in range(60)]
    slopes = [log(x) - scipys.psi(a + k + 1) for k in range(60)]
    expected = sum(np.exp(t - terms[0]) * s for t, s in zip(terms, slopes, strict=True))
    total = sum(np.exp(t - terms[0]) for t in terms)
    value = special.gammainc(a, x).item()
    assert derivative(lambda a: special.gammainc(a, x), a) == pytest.approx(
        value * expected / total, rel=1e-10
    )


@pytest.mark.parametrize(("a", "x"), [(0.01, 30.0), (2.5, 400.0), (60.0, 300.0), (1e5, 1.01e5)])
def test_far_above_the_relative_error_is_small(a, x):
    step = 1e-4 * max(a, 0.1)
    high, low = (np.log(scipys.gammaincc(a + s * step, x)) for s in (1, -1))
    found = derivative(lambda a: special.gammaincc(a, x), a) / scipys.gammaincc(a, x)
    assert found == pytest.approx((high - low) / (2 * step), rel=2e-5)


@pytest.mark.parametrize(("a", "b"), [(0.4, 0.7), (2.0, 3.5), (12.0, 0.2), (30.0, 50.0)])
@pytest.mark.parametrize("x", [1e-3, 0.2, 0.6, 0.95])
def test_betainc_by_both_parameters(a, b, x):
    both = scipys.psi(a + b)

    def integral(slope):
        def moved(odds):
            t, r = scipys.expit(odds), scipys.expit(-odds)
            return np.exp(a * np.log(t) + b * np.log(r) - scipys.betaln(a, b)) * slope(t, r)

        middle, reach = scipys.logit(x), 60 / min(a, b, 1)
        if x * (a + b) < a:
            return by_quadrature(moved, middle - reach, middle)
        return -by_quadrature(moved, middle, middle + reach)

    by_a = integral(lambda t, r: np.log(t) - scipys.psi(a) + both)
    by_b = integral(lambda t, r: np.log(r) - scipys.psi(b) + both)
    found = gg.grad(special.betainc, argnums=(0, 1))(a, b, x)
    np.testing.assert_allclose(found, (by_a, by_b), rtol=1e-8)
    turned = gg.grad(special.betaincc, argnums=(0, 1))(a, b, x)
    np.testing.assert_allclose(turned, (-by_a, -by_b), rtol=1e-8)


def test_the_third_derivative_by_a_parameter():
    step = 1e-4
    for function in (
        lambda a: special.gammainc(a, 2.0),
        lambda a: special.betainc(a, 0.7, 0.3),
        lambda a: special.stdtr(a, -1.3),
        lambda v: special.kv(v, 1.2),
    ):
        high, low = (derivative(function, 1.4 + s * step, 2) for s in (1, -1))
        third = derivative(function, 1.4, 3)
        assert third == pytest.approx((high - low) / (2 * step), rel=1e-6)


@pytest.mark.parametrize("x", [1e-8, 0.3, 2.0, 25.0, 300.0])
def test_modified_bessel_functions_by_their_order(x):
    """DLMF 10.38.6 and 10.38.7, of the order 1/2, scaled by exponentials."""
    first = scipys.exp1(2 * x) * np.exp(2 * x) if x < 300 else 1 / (2 * x) * (1 - 1 / (2 * x))
    of_k = (pi / (2 * x)) ** 0.5 * first
    tolerance = 1e-11 if x < 300 else 1e-5
    assert derivative(lambda v: special.kve(v, x), 0.5) == pytest.approx(of_k, rel=tolerance)
    if 0.1 < x < 300:  # nearer to 0 the closed form cancels
        of_i = -(scipys.exp1(2 * x) + scipys.expi(2 * x) * np.exp(-2 * x)) / (2 * pi * x) ** 0.5
        for function, scale in ((special.ive, 1.0), (special.iv, np.exp(-x))):
            found = derivative(lambda v, function=function: function(v, x), 0.5) * scale
            assert found == pytest.approx(of_i, rel=1e-11)
    assert derivative(lambda v: special.kve(v, x), -0.5) == pytest.approx(-of_k, rel=tolerance)


def test_what_is_infinite_or_no_number_is_not_made_up():
    assert np.isnan(gg.grad(lambda v: special.iv(v, -2.0))(2.0))
    assert np.isnan(gg.grad(lambda a: special.gammainc(a, -1.0))(2.0))
    assert np.isnan(special.multigammaln([0.4, nan], 2).numpy()).all()
    with pytest.raises(ValueError, match="dimension is a whole number"):
        special.multigammaln(3.0, 0)
