"""Derivatives at the ends of the support: those from inside, of densities that are 0 there too."""

from math import inf, pi

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.scipy import stats

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of slopes that are infinite

FIRST = {"reverse": gg.jacrev, "forward": gg.jacfwd}
SECOND = {
    f"{outer} over {inner}": (FIRST[outer], FIRST[inner]) for outer in FIRST for inner in FIRST
}
PSI = {1: -0.5772156649015329, 2: 0.42278433509846714, 3: 0.9227843350984671}  # digamma
PSI_SLOPE = {2: pi * pi / 6 - 1, 3: pi * pi / 6 - 5 / 4}


def of(name, function, *fixed, at=None):
    """The function of a vector of parameters; ``at``: k, which comes first."""
    call = getattr(getattr(stats, name), function)
    return lambda p: call(*([] if at is None else [at]), *fixed, *p)


def moved(name, function, *shapes):
    """The function of (x, loc, scale)."""
    call = getattr(getattr(stats, name), function)
    return lambda p: call(p[0], *shapes, p[1], p[2])


def density(of_z):
    return lambda p: of_z((p[0] - p[1]) / p[2]) / p[2]


def probability(of_z):
    return lambda p: of_z((p[0] - p[1]) / p[2])


START, END = [0.3, 0.3, 1.0], [1.5, 0.5, 1.0]  # (x, loc, scale) where z is 0 and where it is 1
POLYNOMIALS = {  # name -> ours, what it is without powers and logarithms of 0, and where
    "poisson.pmf(0, 0)": (of("poisson", "pmf", at=0), lambda p: gg.exp(-p[0]), [0.0]),
    "poisson.pmf(1, 0)": (of("poisson", "pmf", at=1), lambda p: p[0] * gg.exp(-p[0]), [0.0]),
    "poisson.pmf(2, 0)": (
        of("poisson", "pmf", at=2),
        lambda p: p[0] * p[0] * gg.exp(-p[0]) / 2,
        [0.0],
    ),
    "poisson.cdf(1, 0)": (of("poisson", "cdf", at=1), lambda p: (1 + p[0]) * gg.exp(-p[0]), [0.0]),
    "poisson.sf(1, 0)": (
        of("poisson", "sf", at=1),
        lambda p: 1 - (1 + p[0]) * gg.exp(-p[0]),
        [0.0],
    ),
    "poisson.logcdf(1, 0)": (of("poisson", "logcdf", at=1), lambda p: gg.log1p(p[0]) - p[0], [0.0]),
    "poisson.logsf(0, 0)": (
        of("poisson", "logsf", at=0),
        lambda p: gg.log(-gg.expm1(-p[0])),
        [0.0],
    ),
    "poisson.logpmf(1, 0)": (of("poisson", "logpmf", at=1), lambda p: gg.log(p[0]) - p[0], [0.0]),
    "binom.pmf(1, 0)": (of("binom", "pmf", 5, at=1), lambda p: 5 * p[0] * (1 - p[0]) ** 4, [0.0]),
    "binom.pmf(2, 0)": (
        of("binom", "pmf", 5, at=2),
        lambda p: 10 * p[0] * p[0] * (1 - p[0]) ** 3,
        [0.0],
    ),
    "binom.pmf(4, 1)": (of("binom", "pmf", 5, at=4), lambda p: 5 * p[0] ** 4 * (1 - p[0]), [1.0]),
    "binom.pmf(3, 1)": (
        of("binom", "pmf", 5, at=3),
        lambda p: 10 * p[0] ** 3 * (1 - p[0]) * (1 - p[0]),
        [1.0],
    ),
    "binom.pmf(5, 1)": (of("binom", "pmf", 5, at=5), lambda p: p[0] ** 5, [1.0]),
    "binom.cdf(1, 0)": (
        of("binom", "cdf", 5, at=1),
        lambda p: (1 - p[0]) ** 4 * (1 + 4 * p[0]),
        [0.0],
    ),
    "binom.cdf(3, 1)": (
        of("binom", "cdf", 5, at=3),
        lambda p: 1 - 5 * p[0] ** 4 * (1 - p[0]) - p[0] ** 5,
        [1.0],
    ),
    "binom.logsf(4, 0)": (of("binom", "logsf", 5, at=4), lambda p: 5 * gg.log(p[0]), [0.0]),
    "binom.logcdf(0, 1)": (of("binom", "logcdf", 5, at=0), lambda p: 5 * gg.log(1 - p[0]), [1.0]),
    "bernoulli.pmf(0, 1)": (of("bernoulli", "pmf", at=0), lambda p: 1 - p[0], [1.0]),
    "bernoulli.pmf(1, 0)": (of("bernoulli", "pmf", at=1), lambda p: p[0] * 1.0, [0.0]),
    "nbinom.pmf(1, 1)": (
        of("nbinom", "pmf", at=1),
        lambda p: p[0] * p[1] ** p[0] * (1 - p[1]),
        [2.5, 1.0],
    ),
    "nbinom.pmf(2, 1)": (
        of("nbinom", "pmf", at=2),
        lambda p: p[0] * (p[0] + 1) / 2 * p[1] ** p[0] * (1 - p[1]) * (1 - p[1]),
        [2.5, 1.0],
    ),
    "nbinom.sf(0, 1)": (of("nbinom", "sf", at=0), lambda p: 1 - p[1] ** p[0], [2.5, 1.0]),
    "nbinom.cdf(1, 1)": (
        of("nbinom", "cdf", at=1),
        lambda p: p[1] ** p[0] * (1 + p[0] * (1 - p[1])),
        [2.5, 1.0],
    ),
    "gamma.pdf(0, 1)": (moved("gamma", "pdf", 1.0), density(lambda z: gg.exp(-z)), START),
    "gamma.pdf(0, 2)": (moved("gamma", "pdf", 2.0), density(lambda z: z * gg.exp(-z)), START),
    "gamma.pdf(0, 3)": (
        moved("gamma", "pdf", 3.0),
        density(lambda z: z * z * gg.exp(-z) / 2),
        START,
    ),
    "gamma.cdf(0, 2)": (
        moved("gamma", "cdf", 2.0),
        probability(lambda z: 1 - (1 + z) * gg.exp(-z)),
        START,
    ),
    "gamma.logsf(0, 2)": (
        moved("gamma", "logsf", 2.0),
        probability(lambda z: gg.log1p(z) - z),
        START,
    ),
    "chi2.pdf(0, 2)": (moved("chi2", "pdf", 2.0), density(lambda z: gg.exp(-z / 2) / 2), START),
    "chi2.pdf(0, 4)": (moved("chi2", "pdf", 4.0), density(lambda z: z * gg.exp(-z / 2) / 4), START),
    "chi2.pdf(0, 6)": (
        moved("chi2", "pdf", 6.0),
        density(lambda z: z * z * gg.exp(-z / 2) / 16),
        START,
    ),
    "chi2.sf(0, 4)": (
        moved("chi2", "sf", 4.0),
        probability(lambda z: (1 + z / 2) * gg.exp(-z / 2)),
        START,
    ),
    "beta.pdf(0, 2, 1)": (moved("beta", "pdf", 2.0, 1.0), density(lambda z: 2 * z), START),
    "beta.pdf(0, 3, 2)": (
        moved("beta", "pdf", 3.0, 2.0),
        density(lambda z: 12 * z * z * (1 - z)),
        START,
    ),
    "beta.pdf(1, 1, 2)": (moved("beta", "pdf", 1.0, 2.0), density(lambda z: 2 * (1 - z)), END),
    "beta.pdf(1, 2, 3)": (
        moved("beta", "pdf", 2.0, 3.0),
        density(lambda z: 12 * z * (1 - z) * (1 - z)),
        END,
    ),
    "beta.cdf(0, 2, 1)": (moved("beta", "cdf", 2.0, 1.0), probability(lambda z: z * z), START),
    "beta.sf(1, 1, 2)": (
        moved("beta", "sf", 1.0, 2.0),
        probability(lambda z: (1 - z) * (1 - z)),
        END,
    ),
    "expon.pdf(0)": (moved("expon", "pdf"), density(lambda z: gg.exp(-z)), START),
    "expon.cdf(0)": (moved("expon", "cdf"), probability(lambda z: -gg.expm1(-z)), START),
    "expon.logcdf(0)": (
        moved("expon", "logcdf"),
        probability(lambda z: gg.log(-gg.expm1(-z))),
        START,
    ),
    "uniform.pdf(0)": (moved("uniform", "pdf"), density(lambda z: 1 + 0 * z), START),
    "uniform.pdf(1)": (moved("uniform", "pdf"), density(lambda z: 1 + 0 * z), END),
    "uniform.cdf(1)": (moved("uniform", "cdf"), probability(lambda z: 1.0 * z), END),
    "uniform.logcdf(0)": (moved("uniform", "logcdf"), probability(lambda z: gg.log(z)), START),
    "lognorm.pdf(0)": (moved("lognorm", "pdf", 0.7), density(lambda z: 0 * z), START),
    "dirichlet.pdf(0, 0, 1)": (
        lambda x: stats.dirichlet.pdf(x, np.array([2.0, 3.0, 1.5])),
        lambda x: 59.0625 * x[0] * x[1] * x[1] * gg.sqrt(x[2]),
        [0.0, 0.0, 1.0],
    ),
    "dirichlet.pdf(0, 1/2, 1/2)": (
        lambda x: stats.dirichlet.pdf(x, np.array([2.0, 3.0, 2.0])),
        lambda x: 360 * x[0] * x[1] * x[1] * x[2],
        [0.0, 0.5, 0.5],
    ),
}
PARAMETERS = {  # name -> ours, where, the gradient and the Hessian: limits from inside
    "gamma.pdf(0, 1)": (of("gamma", "pdf"), [0.0, 1.0], [-1, -inf], [[1, inf], [inf, None]]),
    "gamma.pdf(0, 2)": (of("gamma", "pdf"), [0.0, 2.0], [1, 0], [[-2, -inf], [-inf, 0]]),
    "gamma.pdf(0, 2.5)": (of("gamma", "pdf"), [0.0, 2.5], [0, 0], [[inf, 0], [0, 0]]),
    "gamma.pdf(0, 3)": (of("gamma", "pdf"), [0.0, 3.0], [0, 0], [[1, 0], [0, 0]]),
    "gamma.cdf(0, 1)": (of("gamma", "cdf"), [0.0, 1.0], [1, 0], [[-1, -inf], [-inf, 0]]),
    "gamma.cdf(0, 2)": (of("gamma", "cdf"), [0.0, 2.0], [0, 0], [[1, 0], [0, 0]]),
    "gamma.logcdf(0, 2)": (
        of("gamma", "logcdf"),
        [0.0, 2.0],
        [inf, -inf],
        [[-inf, inf], [inf, -PSI_SLOPE[3]]],
    ),
    "gamma.logpdf(0, 2)": (
        of("gamma", "logpdf"),
        [0.0, 2.0],
        [inf, -inf],
        [[-inf, inf], [inf, -PSI_SLOPE[2]]],
    ),
    "chi2.pdf(0, 4)": (of("chi2", "pdf"), [0.0, 4.0], [1 / 4, 0], [[-1 / 4, -inf], [-inf, 0]]),
    "beta.pdf(0, 2, 1)": (
        of("beta", "pdf"),
        [0.0, 2.0, 1.0],
        [2, 0, 0],
        [[0, -inf, 3], [-inf, 0, 0], [3, 0, 0]],
    ),
    "beta.pdf(1, 1, 2)": (
        of("beta", "pdf"),
        [1.0, 1.0, 2.0],
        [-2, 0, 0],
        [[0, -3, inf], [-3, 0, 0], [inf, 0, 0]],
    ),
    "beta.cdf(0, 1, 2)": (
        of("beta", "cdf"),
        [0.0, 1.0, 2.0],
        [2, 0, 0],
        [[-2, -inf, 1], [-inf, 0, 0], [1, 0, 0]],
    ),
    "beta.logcdf(0, 1, 2)": (
        of("beta", "logcdf"),
        [0.0, 1.0, 2.0],
        [inf, PSI[3] - PSI[2] - inf, PSI[3] - PSI[2]],
        [[-inf, inf, -1 / 2], [inf, -1 / 4, PSI_SLOPE[3]], [-1 / 2, PSI_SLOPE[3], -1 / 4]],
    ),
    "nbinom.logsf(0, 1)": (
        of("nbinom", "logsf", at=0),
        [2.5, 1.0],
        [1 / 2.5, -inf],
        [[-1 / 6.25, 1 / 2], [1 / 2, -inf]],
    ),
    "dirichlet.pdf(0, 1/2, 1/2)": (
        lambda a: stats.dirichlet.pdf(np.array([0.0, 0.5, 0.5]), a),
        [2.0, 2.0, 1.5],
        [0, 0, 0],
        [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
    ),
}


def assert_close(found, expected):
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mode", FIRST)
@pytest.mark.parametrize("name", POLYNOMIALS)
def test_first_derivatives_are_those_of_the_polynomial(name, mode):
    ours, polynomial, where = POLYNOMIALS[name]
    where = np.array(where)
    assert_close(ours(where), polynomial(where))
    assert_close(FIRST[mode](ours)(where), FIRST["forward"](polynomial)(where))


@pytest.mark.parametrize("modes", SECOND)
@pytest.mark.parametrize("name", POLYNOMIALS)
def test_second_derivatives_are_those_of_the_polynomial(name, modes):
    (ours, polynomial, where), (outer, inner) = POLYNOMIALS[name], SECOND[modes]
    where = np.array(where)
    assert_close(outer(inner(ours))(where), gg.jacfwd(gg.jacfwd(polynomial))(where))


@pytest.mark.parametrize("mode", FIRST)
@pytest.mark.parametrize("name", PARAMETERS)
def test_first_derivatives_in_x_and_every_parameter(name, mode):
    ours, where, gradient, _ = PARAMETERS[name]
    assert_close(FIRST[mode](ours)(np.array(where)), gradient)


@pytest.mark.parametrize("modes", SECOND)
@pytest.mark.parametrize("name", PARAMETERS)
def test_second_derivatives_in_x_and_every_parameter(name, modes):
    (ours, where, _, hessian), (outer, inner) = PARAMETERS[name], SECOND[modes]
    found = np.asarray(outer(inner(ours))(np.array(where)))
    expected = np.array(hessian, dtype=float)  # NaN for what is not compared
    assert_close(np.where(np.isnan(expected), np.nan, found), expected)


@pytest.mark.needs_compiler
def test_a_device_has_the_same_slopes(device):
    for where in ("cpu", device.name):
        with gg.use_device(where):
            x = gg.tensor([0.0, 1.0], dtype="float64", requires_grad=True)
            gg.sum(stats.beta.pdf(x, [2.0, 1.0], [1.0, 2.0])).backward()
            assert x.grad.tolist() == [2.0, -2.0]
