"""gg.distributions: SciPy's functions, random values, devices, transforms and compile."""

import numpy as np
import pytest
from distribution_samples import ALL, COUNTS, LINES, PAIRS, VECTORS
from scipy import stats

import gpugrad as gg
from gpugrad import distributions
from gpugrad.backend.random.generator import current
from gpugrad.distributions import constraints

KNOWN = [name for name, case in ALL.items() if case.scipy]
COUNT = 3_000


def tensor(values):
    return gg.asarray(np.asarray(values, "float64"))


def made(name):
    return ALL[name].make(distributions, tensor)


def numbers(x):
    return np.asarray(x.detach().numpy(), "float64")


@pytest.mark.parametrize("name", KNOWN)
def test_functions_are_scipys(name):
    one, other = made(name), ALL[name].scipy(stats)
    x = other.rvs((4, *one.batch_shape, *one.event_shape)[: 2 - len(one.event_shape)], 3)
    log = other.logpmf if name in COUNTS else other.logpdf
    value = tensor(x)
    np.testing.assert_allclose(numbers(one.log_prob(value)), log(x), rtol=1e-9)
    if name in VECTORS:
        np.testing.assert_allclose(numbers(one.entropy()), other.entropy())
        return
    mean, variance = (np.broadcast_to(v, one.batch_shape) for v in other.stats("mv"))
    finite = np.isfinite(mean)
    np.testing.assert_allclose(numbers(one.mean)[finite], mean[finite])
    finite = np.isfinite(variance)
    np.testing.assert_allclose(numbers(one.variance)[finite], variance[finite])


@pytest.mark.parametrize("name", [name for name in LINES if LINES[name].scipy])
def test_distribution_functions_are_scipys(name):
    one, other = made(name), LINES[name].scipy(stats)
    x = other.rvs((4, *one.batch_shape), 3)
    try:
        below = one.cdf(tensor(x))
    except NotImplementedError:
        pytest.skip("without a distribution function, as torch's")
    np.testing.assert_allclose(numbers(below), other.cdf(x), rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(numbers(one.entropy()), other.entropy(), rtol=1e-9)


@pytest.mark.parametrize("name", LINES)
def test_values_have_their_distribution(name):
    gg.random.seed(3)
    one = made(name)
    drawn = numbers(one.sample((COUNT,)))
    law = LINES[name].scipy(stats) if LINES[name].scipy else None
    below = law.cdf(drawn) if law else numbers(one.cdf(tensor(drawn)))
    for i in range(3):
        column = below.reshape(COUNT, -1)[:, min(i, below[0].size - 1)]
        assert stats.kstest(column, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("name", [*COUNTS, *VECTORS])
def test_values_have_their_mean_and_variance(name):
    gg.random.seed(4)
    one = made(name)
    drawn = numbers(one.sample((COUNT,)))
    if name.startswith("Categorical"):
        expected = numbers(one.probs)
        drawn = (drawn[..., None] == np.arange(3)).astype("float64")
        mean, variance = expected, expected * (1 - expected)
    elif name in ("broken sticks", "LogisticNormal", "RelaxedOneHotCategorical"):
        np.testing.assert_allclose(drawn.sum(-1), 1, rtol=1e-6)
        return
    else:
        mean, variance = numbers(one.mean), numbers(one.variance)
    deviation = np.abs(drawn.mean(0) - mean) / np.sqrt(variance / COUNT)
    assert deviation.max() < 4.5
    np.testing.assert_allclose(drawn.var(0), variance, rtol=0.2, atol=1e-3)


@pytest.mark.parametrize("name", PAIRS)
def test_divergences_are_means(name):
    """Of log p - log q, over values of p; some are infinite."""
    p, q = PAIRS[name](distributions, tensor)
    found = numbers(distributions.kl_divergence(p, q))
    assert found.shape == (p.batch_shape or q.batch_shape)
    if not np.isfinite(found).all() or name == "Cauchy":
        return
    gg.random.seed(5)
    p._validate_args = q._validate_args = False
    x = p.sample((COUNT,))
    if x.ndim - 1 - len(p.event_shape) < found.ndim:
        x = gg.expand_dims(x, axis=1)
    ratio = numbers(p.log_prob(x) - q.log_prob(x))
    error = np.abs(ratio.mean(0) - found) / (ratio.std(0) / np.sqrt(COUNT) + 1e-9)
    assert error.max() < 5


@pytest.mark.parametrize("name", [name for name in ALL if made(name).has_rsample])
def test_values_are_functions_of_parameters(name):
    """A derivative of the values by a parameter is that of their quantile where that is known."""

    def drawn(*moved):
        given = iter(moved)

        def make(values):
            return next(given, None) if moved else tensor(values)

        gg.random.seed(6)
        return ALL[name].make(distributions, make).rsample((5,))

    leaves = []
    ALL[name].make(distributions, lambda values: leaves.append(tensor(values)) or leaves[-1])
    slopes = gg.grad(lambda *x: gg.sum(drawn(*x)), argnums=tuple(range(len(leaves))))(*leaves)
    for i, leaf in enumerate(leaves):
        if name in EXACT:  # where numbers move with their parameters by a formula
            step = 1e-6
            up, down = (
                [x + sign * step if j == i else x for j, x in enumerate(leaves)] for sign in (1, -1)
            )
            quotient = numbers(gg.sum(drawn(*up)) - gg.sum(drawn(*down))) / (2 * step)
            assert numbers(gg.sum(slopes[i])) == pytest.approx(quotient, rel=1e-4, abs=1e-4)
        assert slopes[i].shape == leaf.shape and gg.all(gg.isfinite(slopes[i])).item()


EXACT = {
    *("Normal", "Normal of numbers", "Laplace", "Cauchy", "Gumbel", "Uniform", "Exponential"),
    *("LogNormal", "HalfNormal", "HalfCauchy", "Pareto", "Weibull", "a sigmoid of normals"),
    *("a tanh of normals", "Independent"),
}


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", ALL)
def test_devices_agree(name):
    given = []
    for device in ("cpu", "simulated"):
        with gg.use_device(device):
            gg.random.seed(8)
            one = ALL[name].make(distributions, lambda values: gg.tensor(np.asarray(values)))
            x = one.sample((3,))
            given.append((numbers(x), numbers(one.log_prob(x)), current().counter.get()))
            assert x.device == one.log_prob(x).device == device
    np.testing.assert_allclose(given[1][0], given[0][0], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(given[1][1], given[0][1], rtol=1e-5, atol=1e-7)
    assert given[0][2] == given[1][2]


@pytest.mark.parametrize("name", ["Normal", "Gamma", "Categorical", "Multinomial", "Beta"])
def test_compiled_functions_use_them(name):
    def step():
        one = made(name)
        x = one.sample((3,))
        return x, one.log_prob(x)

    gg.random.seed(9)
    expected = step()
    gg.random.seed(9)
    for found, value in zip(gg.compile(step)(), expected, strict=True):
        np.testing.assert_allclose(numbers(found), numbers(value), rtol=1e-9)


def test_members_of_a_batch_use_them():
    def one(loc):
        z = distributions.Gamma(loc, 1.0).rsample((4,))
        return gg.sum(z) + gg.sum(distributions.Normal(loc, 1.0).log_prob(z))

    slopes = gg.vmap(gg.grad(one), randomness="different")(np.array([1.0, 2.0, 3.0]))
    assert slopes.shape == (3,) and np.isfinite(slopes).all()


def test_policies_and_autoencoders():
    """A score function, and a normal code whose divergence is known."""
    logits = gg.tensor([0.0, 1.0], requires_grad=True)
    policy = distributions.Categorical(logits=logits)
    (-policy.log_prob(gg.asarray(1)) * 2.0).backward()
    np.testing.assert_allclose(logits.grad.numpy(), 2 * (policy.probs.detach().numpy() - [0, 1]))
    loc = gg.tensor([0.5, -1.0], requires_grad=True)
    code = distributions.Normal(loc, 1.0)
    gg.sum(distributions.kl_divergence(code, distributions.Normal(0.0, 1.0))).backward()
    np.testing.assert_allclose(loc.grad.numpy(), [0.5, -1.0], rtol=1e-6)


INSIDE = [
    (constraints.simplex, [0.5, 0.5]),
    (constraints.one_hot, [0.0, 1.0]),
    (constraints.lower_cholesky, [[1.0, 0.0], [2.0, 1.0]]),
    (constraints.positive_definite, [[2.0, 1.0], [1.0, 2.0]]),
    (constraints.real_vector, [1.0, 2.0]),
    (constraints.multinomial(3), [1.0, 2.0]),
    (constraints.less_than(2.0), 1.0),
    (constraints.greater_than_eq(2.0), 2.0),
    (constraints.positive_integer, 1.0),
]
OUTSIDE = [
    (constraints.simplex, [0.5, 0.6]),
    (constraints.one_hot, [1.0, 1.0]),
    (constraints.lower_cholesky, [[1.0, 1.0], [2.0, 1.0]]),
    (constraints.positive_definite, [[1.0, 2.0], [2.0, 1.0]]),
    (constraints.real_vector, [1.0, np.nan]),
    (constraints.multinomial(3), [2.0, 2.0]),
    (constraints.less_than(2.0), 2.0),
    (constraints.half_open_interval(0.0, 1.0), 1.0),
    (constraints.nonnegative_integer, 0.5),
]


def test_sets():
    for values, truth in ((INSIDE, True), (OUTSIDE, False)):
        for constraint, value in values:
            assert constraint.check(tensor(value)).item() is truth
            assert repr(constraint)
    with pytest.raises(ValueError, match="dependent constraint"):
        constraints.dependent.check(tensor(1.0))


def test_a_distribution_of_ones_own():
    class Triangle(distributions.Distribution):
        """From 0 to 1, rising."""

        support = constraints.unit_interval

        def sample(self, sample_shape=()):
            return gg.sqrt(gg.random.uniform(size=self._extended_shape(sample_shape)))

        def log_prob(self, value):
            return gg.log(2 * self._validate_sample(value))

    one = Triangle()
    assert one.sample_n(5).shape == (5,)
    assert one.log_prob(0.5).item() == 0
    with pytest.raises(ValueError, match=r"Triangle\(\): value argument is outside of"):
        one.log_prob(2.0)

    @distributions.register_kl(Triangle, distributions.Uniform)
    def divergence(p, q):
        return gg.asarray(np.log(2) - 0.5)

    uniform = distributions.Uniform(0.0, 1.0)
    assert distributions.kl_divergence(one, uniform).item() == pytest.approx(np.log(2) - 0.5)
    with pytest.raises(NotImplementedError, match="Uniform and Triangle"):
        distributions.kl_divergence(uniform, one)
    with pytest.raises(TypeError, match=r"type_p=.*give a class of distributions"):
        distributions.register_kl(int, Triangle)
    for attribute in ("mean", "variance", "mode", "stddev"):
        with pytest.raises(NotImplementedError):
            getattr(one, attribute)


def test_checks_may_be_left_out():
    assert distributions.Exponential(-2.0, validate_args=False).mean.item() == -0.5
    distributions.Distribution.set_default_validate_args(False)
    try:
        distributions.Normal(0.0, -1.0)
    finally:
        distributions.Distribution.set_default_validate_args(True)


def test_a_positive_definite_matrix_is_asked_for():
    with pytest.raises(ValueError, match=r"MultivariateNormal.* PositiveDefinite\(\)"):
        distributions.MultivariateNormal([0.0, 0.0], [[1.0, 2.0], [2.0, 1.0]])
