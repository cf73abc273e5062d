"""gpugrad.scipy.stats: SciPy's values where SciPy keeps its digits, closed forms in the tails."""

import warnings
from math import exp, inf, log, log1p, nan, pi

import numpy as np
import pytest
from scipy import special
from scipy import stats as scipys
from scipy_stats_tables import CONTINUOUS, DISCRETE, INSIDE, SHAPES, TAILS

import gpugrad as gg
from gpugrad.scipy import stats

X = np.array([-inf, -40, -5, -1, -0.3, 0, 0.2, 0.5, 0.9, 1, 1.7, 4, 40, inf, nan])
K = np.array([-inf, -1, 0, 0.5, 1, 2, 3, 7, 30, inf, nan])
Q = np.array([-0.1, 0, 1e-10, 0.1, 0.5, 0.9, 1, 1.1, nan])
LINES = [(name, shapes) for name, several in CONTINUOUS.items() for shapes in several]
COUNTS = [(name, shapes) for name, several in DISCRETE.items() for shapes in several]


def pair(name, function, *arguments):
    """What we give and what SciPy gives."""
    found = getattr(getattr(stats, name), function)(*arguments)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = getattr(getattr(scipys, name), function)(*arguments)
    return np.asarray(found.numpy() if isinstance(found, gg.Tensor) else found), expected


def assert_scipys(found, expected, function, x):
    """Equal, but where SciPy gives NaN at infinity or has no digits of a logarithm left."""
    expected = np.where(np.isinf(x) & np.isnan(expected), found, expected)
    if function.startswith("log") and function != "logpdf":
        expected = np.where(np.abs(expected) < 1e-6, found, expected)  # -sf, see the tails below
        expected = np.where(np.isinf(expected) & np.isfinite(found), found, expected)
    np.testing.assert_allclose(found, expected, rtol=2e-11, atol=0)


@pytest.mark.parametrize("moved", [(), (0.3, 2.0)], ids=["standard", "moved"])
@pytest.mark.parametrize(("name", "shapes"), LINES)
def test_continuous_values_are_scipys(name, shapes, moved):
    for function in ("pdf", "logpdf", *TAILS):
        found, expected = pair(name, function, X, *shapes, *moved)
        assert_scipys(found, expected, function, X)
    for function in ("ppf", "isf"):
        found, expected = pair(name, function, Q, *shapes, *moved)
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-15)
    for function in ("mean", "var", "std", "entropy"):
        found, expected = pair(name, function, *shapes, *moved)
        np.testing.assert_allclose(found, expected, rtol=1e-11)


@pytest.mark.parametrize("moved", [(), (1,)], ids=["standard", "moved"])
@pytest.mark.parametrize(("name", "shapes"), COUNTS)
def test_discrete_values_are_scipys(name, shapes, moved):
    for function in ("pmf", "logpmf", *TAILS):
        found, expected = pair(name, function, K, *shapes, *moved)
        if np.isnan(found[2]):  # SciPy's logcdf forgets wrong parameters beyond the support
            assert np.isnan(found).all() and np.isnan(expected[:-2]).any()
            continue
        assert_scipys(found, expected, function, K)
    for function in ("mean", "var", "std"):
        found, expected = pair(name, function, *shapes, *moved)
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_bernoulli_entropy():
    found, expected = pair("bernoulli", "entropy", np.array([0, 0.3, 1]))
    np.testing.assert_allclose(found, expected, rtol=1e-14)


# --- tails


@pytest.mark.parametrize(
    ("name", "function", "arguments", "expected"),
    [
        ("norm", "logsf", (40.0,), special.log_ndtr(-40.0)),
        ("norm", "logcdf", (1e5,), -0.0),
        ("norm", "sf", (37.0,), special.ndtr(-37.0)),
        ("cauchy", "cdf", (-1e30,), 1e-30 / pi),
        ("cauchy", "logsf", (-1e10,), log1p(-1e-10 / pi)),
        ("cauchy", "ppf", (1e-200,), -1e200 / pi),
        ("laplace", "logsf", (-50.0,), log1p(-0.5 * exp(-50))),
        ("logistic", "logcdf", (-1e3,), -1e3),
        ("logistic", "logcdf", (50.0,), -exp(-50)),
        ("expon", "logcdf", (1e-20,), log(1e-20)),
        ("expon", "logcdf", (60.0,), -exp(-60)),
        ("t", "logcdf", (-1e120, 3.0), log(2 * 3**0.5 / pi) - 3 * log(1e120)),
        ("t", "logsf", (-1e4, 3.0), log1p(-scipys.t.cdf(-1e4, 3.0))),
        ("gamma", "logsf", (800.0, 2.0), log1p(800) - 800),
        ("gamma", "logsf", (1e-9, 2.0), -5e-19 * (1 - 2e-9 / 3)),
        ("gamma", "logcdf", (1e-200, 2.0), 2 * log(1e-200) - log(2)),
        ("chi2", "logsf", (2000.0, 4.0), log1p(1000) - 1000),
        ("beta", "logcdf", (1e-200, 2.0, 3.0), 2 * log(1e-200) + log(6)),
        ("beta", "logsf", (1 - 2.0**-50, 2.0, 30.0), log(31) - 1500 * log(2)),
        ("poisson", "logcdf", (0, 1000.0), -1000),
        (
            "poisson",
            "logsf",
            (200, 1e-3),
            201 * log(1e-3) - special.gammaln(202) - 1e-3 + log1p(1e-3 / 202),
        ),
        ("binom", "logsf", (199, 200, 1e-3), 200 * log(1e-3)),
        ("nbinom", "logcdf", (0, 400.0, 0.1), 400 * log(0.1)),
    ],
)
def test_tails_keep_their_digits(name, function, arguments, expected):
    found = getattr(getattr(stats, name), function)(*arguments).item()
    assert found == pytest.approx(expected, rel=1e-11, abs=0)


def test_slopes_of_tails_that_underflow():
    """Of the gamma distribution with a = 2 and of Poisson's, closed forms."""
    x = 900.0
    by_x, by_scale = gg.grad(lambda x, s: stats.gamma.logsf(x, 2.0, 0.0, s), (0, 1))(x, 1.0)
    assert by_x == pytest.approx(-x / (1 + x), rel=1e-11)
    assert by_scale == pytest.approx(x * x / (1 + x), rel=1e-11)
    assert gg.grad(lambda mu: stats.poisson.logcdf(0, mu))(2000.0) == pytest.approx(-1, rel=1e-11)
    slope = gg.grad(stats.norm.logcdf)(-1e6)
    assert slope == pytest.approx(1e6, rel=1e-11)
    second = gg.grad(gg.grad(lambda p: stats.nbinom.logcdf(0, 400.0, p)))(0.1)
    assert second == pytest.approx(-400 / 0.01, rel=1e-9)


# --- arguments


def test_arguments_are_given_as_scipy_takes_them():
    assert stats.gamma.pdf(1.5, 2.0, scale=3.0).item() == pytest.approx(
        scipys.gamma.pdf(1.5, 2.0, scale=3.0)
    )
    assert stats.gamma.pdf(1.5, a=2.0, loc=0.1).item() == pytest.approx(
        scipys.gamma.pdf(1.5, a=2.0, loc=0.1)
    )
    grid = stats.beta.logpdf(np.linspace(0.1, 0.9, 3)[:, None], [1.0, 2.0], b=np.float32(2))
    assert grid.shape == (3, 2) and grid.dtype == gg.float64
    assert stats.norm.pdf(np.zeros((0, 3)), np.ones(3)).shape == (0, 3)
    for wrong in ((1.0,), (1.0, 2.0, 3.0, 4.0, 5.0)):
        with pytest.raises(TypeError, match="gamma: the parameters are a, loc, scale"):
            stats.gamma.pdf(*wrong)
    with pytest.raises(TypeError, match="by name"):
        stats.norm.pdf(1.0, sigma=2.0)
    with pytest.raises(TypeError, match="by name"):
        stats.norm.pdf(1.0, 0.0, loc=2.0)


def test_a_frozen_distribution_keeps_its_parameters():
    frozen = stats.norm(1.0, scale=2.0)
    assert frozen.pdf(0.3).item() == pytest.approx(scipys.norm(1.0, 2.0).pdf(0.3))
    assert frozen.mean().item() == 1 and frozen.std().item() == 2
    assert gg.grad(lambda m: stats.norm(m).logpdf(2.0))(0.5) == 1.5
    with pytest.raises(TypeError, match="the parameters are"):
        stats.gamma()
    with pytest.raises(AttributeError, match="frozen norm has no '_logpdf'"):
        frozen._logpdf  # noqa: B018
    assert "norm" in repr(stats.norm)


@pytest.mark.parametrize("name", [*INSIDE, "poisson"])
def test_float32_stays_beside_numbers(name):
    of = getattr(stats, name)
    shapes = [2.3] if name == "poisson" else SHAPES.get(name, [])
    x = gg.tensor(INSIDE.get(name, [0.0, 3.0]), requires_grad=True)
    leaves = [gg.tensor(s, requires_grad=True) for s in shapes]
    functions = ("pmf", "logpmf") if name == "poisson" else ("pdf", "logpdf", "ppf", "isf")
    for function in (*functions, *TAILS):
        y = getattr(of, function)(x if function[-2:] != "pf" else gg.tensor([0.2, 0.5]), *leaves)
        assert y.dtype == gg.float32
        if leaves:
            gg.sum(y).backward()
            assert all(leaf.grad.dtype == gg.float32 for leaf in leaves)


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", [*INSIDE, "poisson", "binom", "nbinom", "bernoulli"])
def test_a_device_gives_the_same(name, device):
    shapes = DISCRETE[name][0] if name in DISCRETE else SHAPES.get(name, [])
    x = np.array([0.0, 1.0, 3.0, -1.0]) if name in DISCRETE else np.array([*INSIDE[name], -3, 50])
    functions = ("pmf", "logpmf") if name in DISCRETE else ("pdf", "logpdf")
    for function in (*functions, *TAILS):
        results = []
        for where in ("cpu", device.name):
            with gg.use_device(where):
                leaves = [gg.tensor(s, dtype="float64", requires_grad=True) for s in shapes]
                y = getattr(getattr(stats, name), function)(gg.tensor(x), *leaves)
                assert y.device == where
                if leaves and name != "bernoulli":
                    gg.sum(gg.where(gg.isfinite(y), y, 0.0)).backward()
            gradients = [leaf.grad.numpy() for leaf in leaves if leaf.grad is not None]
            results.append([y.detach().numpy(), *gradients])
        for here, there in zip(*results, strict=True):
            np.testing.assert_allclose(there, here, rtol=1e-9, atol=1e-15)


def test_moments_have_the_shape_of_loc_and_are_nan_where_it_is():
    loc = np.array([[0.5, nan, 2.0]])
    for function in ("mean", "var", "std", "entropy"):
        found, expected = pair("norm", function, loc, 2.0)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-14)
    found, expected = pair("poisson", "var", 0.7, loc)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_complex_numbers_are_refused():
    for call in (
        lambda z: stats.norm.cdf(z),
        lambda z: stats.laplace.ppf(z),
        lambda z: stats.poisson.pmf(1, z),
        lambda z: stats.dirichlet.mean(z),
        lambda z: stats.multivariate_normal.pdf(z, z),
    ):
        with pytest.raises(TypeError, match=r"^\w+: of complex128; it is of real numbers"):
            call(np.array([0.3 + 1j, 0.4]))
