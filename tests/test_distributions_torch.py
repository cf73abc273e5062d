"""gpugrad.torch.distributions gives what torch's gives."""

import numpy as np
import pytest
from distribution_samples import ALL, PAIRS

import gpugrad.torch as ours

torch = pytest.importorskip("torch")


def tensors(module):
    def make(values):
        return module.tensor(np.asarray(values).tolist(), dtype=module.float64)

    return make


def both(name):
    return (
        ALL[name].make(ours.distributions, tensors(ours)),
        ALL[name].make(torch.distributions, tensors(torch)),
    )


def compare(found, expected, **settings):
    assert isinstance(found, ours.Tensor)
    assert tuple(found.shape) == tuple(expected.shape)
    settings = {"rtol": 1e-9, "atol": 1e-12, **settings}
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), **settings)


def attempt(call):
    """What a call gives; None where it is not implemented."""
    try:
        return call()
    except (NotImplementedError, AttributeError):
        return None


NOT_A_NUMBER = [("Weibull", "mode"), ("Kumaraswamy", "mode")]  # torch's, where there is one


@pytest.mark.parametrize("name", ALL)
def test_shapes_and_moments(name):
    one, other = both(name)
    assert isinstance(one.batch_shape, ours.Size)
    assert repr(one.batch_shape) == repr(other.batch_shape)
    assert tuple(one.event_shape) == tuple(other.event_shape)
    assert one.has_rsample == other.has_rsample
    assert one.has_enumerate_support == other.has_enumerate_support
    for attribute in ("mean", "mode", "variance", "stddev"):
        expected = attempt(lambda: getattr(other, attribute))  # noqa: B023
        if expected is not None and (name, attribute) not in NOT_A_NUMBER:
            compare(getattr(one, attribute), expected)
    if (expected := attempt(other.entropy)) is not None:
        compare(one.entropy(), expected, rtol=1e-7)


@pytest.mark.parametrize("name", ALL)
def test_values_and_gradients(name):
    """Of torch's own random values, which lie in the support."""
    one, other = both(name)
    torch.manual_seed(1)
    value = other.sample((4,))
    x = ours.tensor(value.tolist(), dtype=str(value.dtype).removeprefix("torch."))
    compare(one.log_prob(x), other.log_prob(value), rtol=1e-7)
    if (expected := attempt(lambda: other.cdf(value))) is not None and name != "StudentT":
        compare(one.cdf(x), expected, rtol=1e-7)
        if (quantile := attempt(lambda: other.icdf(expected))) is not None:
            compare(one.icdf(one.cdf(x)), quantile, rtol=1e-5)
    drawn = one.sample((4,))
    assert isinstance(drawn, ours.Tensor) and not drawn.requires_grad
    assert tuple(drawn.shape) == tuple(value.shape) and drawn.dtype == x.dtype
    if "mixture" not in name:  # whose support has a name of its own
        assert repr(one.support).split("(")[0] == repr(other.support).split("(")[0]


@pytest.mark.parametrize("name", ALL)
def test_gradients_of_densities(name):
    def of(module, x):
        leaves = []

        def make(values):
            leaves.append(tensors(module)(values).requires_grad_())
            return leaves[-1]

        distribution = ALL[name].make(module.distributions, make)
        log = distribution.log_prob(module.tensor(x.tolist(), dtype=module.float64))
        log.sum().backward()
        return [leaf.grad for leaf in leaves]

    torch.manual_seed(2)
    value = both(name)[1].sample((4,)).double()
    if name.startswith("Categorical"):
        value = value.long()
    for found, expected in zip(of(ours, value), of(torch, value), strict=True):
        if expected is not None:
            compare(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ALL)
def test_expanded(name):
    one, other = both(name)
    shape = (4, *other.batch_shape)
    wide, reference = one.expand(shape), other.expand(shape)
    assert tuple(wide.batch_shape) == tuple(reference.batch_shape) == shape
    assert tuple(wide.sample((2,)).shape) == tuple(reference.sample((2,)).shape)
    value = reference.sample((2,))
    x = ours.tensor(value.tolist(), dtype=str(value.dtype).removeprefix("torch."))
    compare(wide.log_prob(x), reference.log_prob(value), rtol=1e-7)


@pytest.mark.parametrize("name", [name for name in ALL if both(name)[1].has_enumerate_support])
def test_all_values(name):
    one, other = both(name)
    for expand in (True, False):
        compare(one.enumerate_support(expand), other.enumerate_support(expand))


@pytest.mark.parametrize("name", PAIRS)
def test_divergences(name):
    one, other = (PAIRS[name](module.distributions, tensors(module)) for module in (ours, torch))
    found = ours.distributions.kl_divergence(*one)
    compare(found, torch.distributions.kl_divergence(*other), rtol=1e-8)


TRANSFORMS = {
    "Exp": lambda D, t: D.ExpTransform(),
    "Sigmoid": lambda D, t: D.SigmoidTransform(),
    "Softplus": lambda D, t: D.SoftplusTransform(),
    "Tanh": lambda D, t: D.TanhTransform(),
    "Affine": lambda D, t: D.AffineTransform(t([1.0, 2.0, 3.0]), -0.5),
    "Affine of vectors": lambda D, t: D.AffineTransform(0.5, t([1.0, 2.0, 3.0]), event_dim=1),
    "Power": lambda D, t: D.ComposeTransform([D.ExpTransform(), D.PowerTransform(t(1.5))]),
    "StickBreaking": lambda D, t: D.StickBreakingTransform(),
    "Reshape": lambda D, t: D.ReshapeTransform((3,), (3, 1)),
    "Independent": lambda D, t: D.IndependentTransform(D.TanhTransform(), 1),
    "Compose": lambda D, t: D.ComposeTransform(
        [D.AffineTransform(0.0, 2.0), D.StickBreakingTransform()]
    ),
    "inverse": lambda D, t: D.ComposeTransform([D.ExpTransform(), D.SoftplusTransform().inv]),
    "identity": lambda D, t: D.identity_transform,
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name):
    made = [TRANSFORMS[name](m.distributions, tensors(m)) for m in (ours, torch)]
    x = [tensors(m)([[0.3, -1.2, 0.8], [2.0, 0.1, -0.4]]) for m in (ours, torch)]
    y = [transform(value) for transform, value in zip(made, x, strict=True)]
    compare(*y)
    compare(*[t.inv(value) for t, value in zip(made, y, strict=True)], rtol=1e-6)
    slopes = [t.log_abs_det_jacobian(a, b) for t, a, b in zip(made, x, y, strict=True)]
    if name != "identity":  # of which torch's is the sum of zeros alone
        compare(*slopes)
    for attribute in ("bijective",):
        assert getattr(made[0], attribute) == getattr(made[1], attribute)
    assert made[0].domain.event_dim == made[1].domain.event_dim
    assert made[0].codomain.event_dim == made[1].codomain.event_dim
    assert tuple(made[0].forward_shape((2, 3))) == tuple(made[1].forward_shape((2, 3)))


WRONG = {
    "a parameter": lambda D, t: D.Normal(0.0, -1.0),
    "both": lambda D, t: D.Bernoulli(t(0.5), logits=t(0.0)),
    "neither": lambda D, t: D.Categorical(),
    "no vector": lambda D, t: D.Categorical(t(0.5)),
    "a probability": lambda D, t: D.Bernoulli(1.5),
    "a count": lambda D, t: D.Binomial(-1, t(0.5)),
    "bounds": lambda D, t: D.Uniform(1.0, 0.0),
    "a value": lambda D, t: D.Exponential(1.0).log_prob(t(-1.0)),
    "a value that is no Tensor": lambda D, t: D.Normal(0.0, 1.0).log_prob(1.0),
    "no truth value": lambda D, t: D.Bernoulli(0.5).log_prob(t(0.5)),
    "a category": lambda D, t: D.Categorical(t([0.5, 0.5])).log_prob(t(2.0)),
    "shares": lambda D, t: D.Dirichlet(t([1.0, 1.0])).log_prob(t([0.5, 0.6])),
    "an event": lambda D, t: D.Dirichlet(t([1.0, 1.0])).log_prob(t([0.5, 0.2, 0.3])),
    "a batch": lambda D, t: D.Normal(t([0.0, 1.0]), 1.0).log_prob(t([1.0, 2.0, 3.0])),
    "a covariance": lambda D, t: D.MultivariateNormal(t([0.0, 0.0]), t([[1.0, 2.0], [0.0, 1.0]])),
    "two covariances": lambda D, t: D.MultivariateNormal(t([0.0]), t([[1.0]]), t([[1.0]])),
    "too many axes": lambda D, t: D.Independent(D.Normal(0.0, 1.0), 1),
    "no transform": lambda D, t: D.TransformedDistribution(D.Normal(0.0, 1.0), [1]),
    "a mixture": lambda D, t: D.MixtureSameFamily(D.Categorical(t([1.0, 1.0])), D.Normal(0.0, 1.0)),
    "no formula": lambda D, t: D.kl_divergence(D.Normal(0.0, 1.0), D.Categorical(t([1.0]))),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_torch_refuses_is_refused(name):
    with pytest.raises((ValueError, NotImplementedError, TypeError, IndexError)) as expected:
        WRONG[name](torch.distributions, tensors(torch))
    with pytest.raises(expected.type):
        WRONG[name](ours.distributions, tensors(ours))


def test_what_is_printed():
    for make in (
        lambda D, t: D.Normal(0.0, 1.0),
        lambda D, t: D.Normal(t([0.0, 1.0]), 1.0),
        lambda D, t: D.Independent(D.Normal(t([0.0, 1.0]), 1.0), 1),
        lambda D, t: D.Bernoulli(0.5),
        lambda D, t: D.Categorical(t([0.5, 0.5])),
    ):
        assert repr(make(ours.distributions, tensors(ours))) == repr(
            make(torch.distributions, tensors(torch))
        )


def test_counts_drawn_by_functions_and_methods():
    """Their means and dtypes; ours are other numbers than torch's."""
    for module in (ours, torch):
        module.manual_seed(3)
        rate = module.full((4000,), 3.0)
        drawn = {
            3.0: module.poisson(rate),
            2.0: module.binomial(rate + 1, rate / 6),
            0.5: module.zeros(4000).exponential_(2.0),
            4.0: module.zeros(4000, dtype=module.int64).geometric_(0.25).double(),
            1.6487: module.zeros(4000).log_normal_(0.375, 0.5),
        }
        for mean, values in drawn.items():
            assert abs(values.double().mean().item() / mean - 1) < 0.1
        assert drawn[3.0].dtype == drawn[2.0].dtype == module.float32
        assert module.initial_seed() == 3
        assert abs(module.zeros(4000).cauchy_(1.0, 2.0).median().item() - 1) < 0.3
        generator = module.Generator().manual_seed(1)
        again = module.Generator().manual_seed(1)
        assert module.equal(module.poisson(rate, generator), module.poisson(rate, again))


def test_modules_of_their_own():
    from gpugrad.torch.distributions.categorical import Categorical
    from gpugrad.torch.distributions.kl import kl_divergence
    from gpugrad.torch.distributions.multivariate_normal import MultivariateNormal
    from gpugrad.torch.distributions.transforms import TanhTransform

    kinds = (Categorical, kl_divergence, MultivariateNormal, TanhTransform)
    for kind in kinds:
        assert getattr(ours.distributions, kind.__name__) is kind
    for name in ours.distributions.__all__:
        there = getattr(torch.distributions, name, None)
        if isinstance(there, type) and issubclass(there, torch.distributions.Distribution):
            place = there.__module__.rpartition(".")[2]
            assert hasattr(getattr(ours.distributions, place), name)
