"""Numbers by rejection, by inversion and of several others: their distributions and gradients."""

import numpy as np
import pytest
from scipy import stats

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.backend.random.generator import current
from gpugrad.random import drawing, rejection

COUNT = 4_000
LINES = {  # name and parameters -> SciPy's distribution
    ("gamma", (0.3,)): stats.gamma(0.3),
    ("gamma", (2.5, 3.0)): stats.gamma(2.5, scale=3),
    ("gamma", (1e4,)): stats.gamma(1e4),
    ("standard_gamma", (1.0,)): stats.gamma(1),
    ("chisquare", (3.0,)): stats.chi2(3),
    ("noncentral_chisquare", (3.0, 2.0)): stats.ncx2(3, 2),
    ("f", (3.0, 5.0)): stats.f(3, 5),
    ("noncentral_f", (3.0, 5.0, 2.0)): stats.ncf(3, 5, 2),
    ("standard_t", (2.5,)): stats.t(2.5),
    ("beta", (0.4, 0.7)): stats.beta(0.4, 0.7),
    ("beta", (3.0, 5.0)): stats.beta(3, 5),
    ("exponential", (2.0,)): stats.expon(scale=2),
    ("laplace", (1.0, 2.0)): stats.laplace(1, 2),
    ("logistic", (1.0, 2.0)): stats.logistic(1, 2),
    ("gumbel", (1.0, 2.0)): stats.gumbel_r(1, 2),
    ("lognormal", (0.5, 0.7)): stats.lognorm(0.7, scale=np.exp(0.5)),
    ("standard_cauchy", ()): stats.cauchy(),
    ("rayleigh", (2.0,)): stats.rayleigh(scale=2),
    ("weibull", (2.0,)): stats.weibull_min(2),
    ("pareto", (3.0,)): stats.lomax(3),
    ("power", (3.0,)): stats.powerlaw(3),
    ("triangular", (0.0, 1.0, 3.0)): stats.triang(1 / 3, scale=3),
    ("wald", (2.0, 3.0)): stats.invgauss(2 / 3, scale=3),
}
COUNTS = {
    ("poisson", (0.3,)): stats.poisson(0.3),
    ("poisson", (9.9,)): stats.poisson(9.9),
    ("poisson", (10.0,)): stats.poisson(10),
    ("poisson", (1e6,)): stats.poisson(1e6),
    ("binomial", (5, 0.3)): stats.binom(5, 0.3),
    ("binomial", (1_000, 0.97)): stats.binom(1_000, 0.97),
    ("binomial", (10**9, 0.4)): stats.binom(10**9, 0.4),
    ("negative_binomial", (3.0, 0.4)): stats.nbinom(3, 0.4),
    ("geometric", (0.3,)): stats.geom(0.3),
    ("logseries", (0.7,)): stats.logser(0.7),
}


@pytest.mark.parametrize(("name", "parameters"), LINES)
def test_numbers_have_their_distribution(name, parameters):
    gg.random.seed(11)
    drawn = getattr(gg.random, name)(*parameters, size=COUNT)
    assert drawn.dtype == "float32" and drawn.shape == (COUNT,)
    found = stats.kstest(drawn.numpy().astype("float64"), LINES[name, parameters].cdf)
    assert found.pvalue > 1e-3


@pytest.mark.parametrize(("name", "parameters"), COUNTS)
def test_counts_have_their_distribution(name, parameters):
    """A count made continuous by a uniform number has a uniform probability to be exceeded."""
    gg.random.seed(12)
    drawn = getattr(gg.random, name)(*parameters, size=COUNT)
    assert drawn.dtype == "int64"
    k, law = drawn.numpy(), COUNTS[name, parameters]
    jitter = np.random.default_rng(1).uniform(size=COUNT)
    assert stats.kstest(law.cdf(k - 1) + jitter * law.pmf(k), "uniform").pvalue > 1e-3


def test_all_kinds_of_one_call_have_their_distributions():
    """Small and large means, of which some are searched for and others go by rejection."""
    lam = np.array([0.0, 2.0, 9.0, 30.0, 500.0])
    drawn = gg.random.poisson(lam, (COUNT, 5)).numpy()
    assert np.abs(drawn.mean(0) - lam).max() < 5 * np.sqrt(500 / COUNT) and not drawn[:, 0].any()
    counted = gg.random.binomial([0, 7, 7, 200], [0.5, 0.0, 1.0, 0.5], (9, 4)).numpy()
    assert (counted[:, :3] == [0, 0, 7]).all() and (np.abs(counted[:, 3] - 100) < 60).all()


def test_shapes_and_means_of_nothing():
    assert gg.random.gamma([0.0, 1.0]).numpy()[0] == 0 and gg.random.poisson(0.0).item() == 0
    assert gg.random.gamma(np.zeros(0)).shape == (0,)
    assert gg.random.poisson(np.zeros((0, 3))).shape == (0, 3)
    assert gg.random.binomial(3, 0.5, (2, 0)).shape == (2, 0)
    assert gg.random.standard_t(3.0, dtype="float16").dtype == "float16"
    assert gg.random.poisson(3.0, dtype="float32").dtype == "float32"


def test_shares_and_categories():
    shares = gg.random.dirichlet([0.5, 1.0, 3.0], COUNT).numpy()
    np.testing.assert_allclose(shares.sum(1), 1, rtol=1e-6)
    assert stats.kstest(shares[:, 0].astype("float64"), stats.beta(0.5, 4).cdf).pvalue > 1e-3
    drawn = gg.random.multinomial(10, [0.2, 0.3, 0.5], (COUNT,)).numpy()
    assert drawn.shape == (COUNT, 3) and (drawn.sum(1) == 10).all()
    assert np.abs(drawn.mean(0) - [2, 3, 5]).max() < 0.1
    assert gg.random.multinomial([3, 5], [[0.5, 0.5], [1, 0]]).numpy().sum(1).tolist() == [3, 5]
    assert gg.random.multinomial([3, 5], [1.0]).tolist() == [[3], [5]]
    places = gg.random.categorical([0.0, 1.0, 3.0, 0.0], COUNT).numpy()
    assert np.abs(np.bincount(places, minlength=4) / COUNT - [0, 0.25, 0.75, 0]).max() < 0.03
    rows = gg.random.categorical([[0.0, 1.0], [1.0, 0.0]], (5, 2))
    assert rows.tolist() == [[1, 0]] * 5


@pytest.mark.parametrize("a", [0.01, 0.4, 1.0, 7.0, 300.0])
def test_gradients_of_gammas_are_those_of_their_quantiles(a):
    shape = gg.tensor(np.full(3, a), requires_grad=True)
    gg.random.seed(4)
    z = gg.random.gamma(shape, 2.0)
    gg.sum(z).backward()
    p, h = stats.gamma.cdf(z.detach().numpy() / 2, a), 1e-5 * a
    quotient = (stats.gamma.ppf(p, a + h) - stats.gamma.ppf(p, a - h)) / h
    np.testing.assert_allclose(shape.grad.numpy(), quotient, rtol=1e-5, atol=1e-12)


def test_second_derivatives_of_gammas():
    def drawn(a):
        gg.random.seed(4)
        return gg.random.gamma(a)

    p, h, a = stats.gamma.cdf(drawn(gg.tensor(2.0, dtype="float64")).item(), 2), 1e-3, 2.0
    quantile = [stats.gamma.ppf(p, x) for x in (a - h, a, a + h)]
    curvature = (quantile[0] - 2 * quantile[1] + quantile[2]) / h**2
    assert gg.grad(gg.grad(drawn))(a) == pytest.approx(curvature, rel=1e-4)


@pytest.mark.parametrize("name", ["beta", "dirichlet", "standard_t", "f", "chisquare"])
def test_gradients_pass_to_shapes(name):
    """The mean of the slopes is the slope of the mean, where that is known."""
    given = {"beta": (2.0, 3.0), "f": (3.0, 9.0), "chisquare": (3.0,), "standard_t": (5.0,)}
    shapes = [gg.tensor(x, requires_grad=True) for x in given.get(name, ([1.0, 4.0],))]
    size = () if name == "dirichlet" else (COUNT,)
    gg.random.seed(6)
    drawn = getattr(gg.random, name)(*shapes, size=size or None)
    gg.sum(drawn if name != "dirichlet" else drawn[0]).backward()
    slopes = {"beta": 3 / 25, "chisquare": 1.0, "f": 0.0, "standard_t": 0.0}
    if name in slopes:
        assert shapes[0].grad.item() / COUNT == pytest.approx(slopes[name], abs=0.05)
    else:
        assert shapes[0].grad.numpy()[0] > 0 > shapes[0].grad.numpy()[1]


REJECTING = {
    "gamma": lambda: gg.random.gamma([0.2, 5.0, 80.0], size=(50, 3)),
    "poisson": lambda: gg.random.poisson([3.0, 30.0, 1e5], (50, 3)),
    "binomial": lambda: gg.random.binomial([9, 90, 10**6], 0.4, (50, 3)),
    "dirichlet": lambda: gg.random.dirichlet([[0.3, 3.0], [5.0, 1.0]], (20, 2)),
    "negative_binomial": lambda: gg.random.negative_binomial(5.0, [0.2, 0.01], (20, 2)),
    "multinomial": lambda: gg.random.multinomial(50, [0.2, 0.5, 0.3], 9),
    "categorical": lambda: gg.random.categorical([0.2, 0.5, 0.3], 99),
}


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", REJECTING)
def test_devices_draw_the_same_numbers(name):
    drawn, places = [], []
    for device in ("cpu", "simulated"):
        with gg.use_device(device):
            gg.random.seed(8)
            drawn.append(REJECTING[name]())
            places.append(current().counter.get())
            assert drawn[-1].device == device
    assert places[0] == places[1]
    np.testing.assert_allclose(drawn[0].numpy(), drawn[1].numpy(), rtol=1e-5, atol=1e-30)


@pytest.mark.parametrize("name", REJECTING)
def test_compiled_functions_draw_the_same_numbers(name):
    gg.random.seed(8)
    expected = [REJECTING[name]().numpy() for _ in range(2)]
    compiled = gg.compile(REJECTING[name])
    gg.random.seed(8)
    for one in expected:
        np.testing.assert_allclose(compiled().numpy(), one, rtol=1e-5, atol=1e-30)


@pytest.mark.parametrize("lam", [0.1, 30.0])
@pytest.mark.parametrize("together", [1, 1 << 13])
def test_where_the_next_numbers_begin_does_not_depend_on_values(lam, together, monkeypatch):
    """Rounds of rejection that nobody needs are passed over."""
    monkeypatch.setattr(rejection, "AT_ONCE", together)
    places = []
    for draw in (lambda: gg.random.poisson([lam] * 9), lambda: gg.random.poisson([15.0] * 9)):
        gg.random.seed(1)
        draw()
        places.append(current().counter.get())
    assert places[0] == places[1]


@pytest.mark.parametrize("name", ["gamma", "poisson", "binomial"])
def test_numbers_do_not_depend_on_who_else_is_computed(name, monkeypatch):
    """All rounds for all numbers, or each for those alone that want one still."""
    monkeypatch.setattr(rejection, "AT_ONCE", 1)
    gg.random.seed(8)
    few = REJECTING[name]().numpy()
    monkeypatch.setattr(rejection, "_wanting", lambda *_: None)
    gg.random.seed(8)
    np.testing.assert_array_equal(REJECTING[name]().numpy(), few)


def test_no_round_may_accept():
    """The probability is below 1e-12; what is given then is the middle."""
    ask = drawing.asked("test", 3, "float64", None)
    found = rejection.first_accepted(
        ask, 2, ("uniform",), lambda _, u: (u, u < 0), [], gg.full(3, 7.0), gg.full(3, True)
    )
    assert found.tolist() == [7.0] * 3


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: gg.random.gamma(-1.0), r"gamma: shape=-1\.0; it is 0 or more"),
        (lambda: gg.random.poisson([-1.0]), r"poisson: lam=\[-1\.0\]; it is 0 or more"),
        (lambda: gg.random.binomial(3, 1.5), r"binomial: p=1\.5; it is from 0 to 1"),
        (lambda: gg.random.binomial(3, np.nan), "binomial: p=nan"),
        (lambda: gg.random.beta([1.0, 2.0], 1.0, size=3), r"beta: size=3 has no room"),
        (lambda: gg.random.dirichlet(1.0), "dirichlet: alpha is a number"),
        (lambda: gg.random.categorical(1.0), r"categorical: probabilities of shape \(\)"),
        (lambda: gg.random.multinomial(2, 0.5), r"multinomial: pvals of shape \(\)"),
    ],
)
def test_wrong_parameters_are_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


NUMPYS = [name for name, *_ in [*LINES, *COUNTS]]


@pytest.mark.parametrize("name", sorted({*NUMPYS, "dirichlet", "multinomial"}))
def test_numpys_names_give_numpys_dtypes(name):
    parameters = next((p for n, p in [*LINES, *COUNTS] if n == name), ())
    parameters = {"dirichlet": ([1.0, 2.0],), "multinomial": (3, [0.5, 0.5])}.get(name, parameters)
    ours = getattr(gnp.random.default_rng(3), name)(*parameters, size=4)
    again = getattr(gnp.random.default_rng(3), name)(*parameters, size=4)
    theirs = getattr(np.random.default_rng(3), name)(*parameters, size=4)
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    assert type(ours) is type(gnp.ones(1)) and ours.tolist() == again.tolist()
