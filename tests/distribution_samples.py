"""Distributions with parameters: what the tests of gg.distributions and torch's run through."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Case(NamedTuple):
    """A distribution ``make(D, t)`` of a module of distributions and a function that makes float64
    Tensors; SciPy's frozen one, where it has one, takes the place of D's in ``scipy(stats)``."""

    make: Callable[[Any, Callable], Any]
    scipy: Callable[[Any], Any] | None = None


A = np.array([0.4, 1.5, 3.0])
B = np.array([2.0, 0.7, 1.2])
P = np.array([0.1, 0.5, 0.8])
L = np.array([-1.0, 0.3, 2.0])
SHARES = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
FACTOR = np.array([[1.0, 0.0], [0.5, 2.0]])
FACTORS = np.stack([FACTOR, np.array([[0.7, 0.0], [-0.3, 0.5]])])

LINES = {
    "Normal": Case(lambda D, t: D.Normal(t(L), t(A)), lambda s: s.norm(L, A)),
    "Normal of numbers": Case(lambda D, t: D.Normal(1.0, t(2.0)), lambda s: s.norm(1, 2)),
    "Laplace": Case(lambda D, t: D.Laplace(t(L), t(A)), lambda s: s.laplace(L, A)),
    "Cauchy": Case(lambda D, t: D.Cauchy(t(L), t(A)), lambda s: s.cauchy(L, A)),
    "Gumbel": Case(lambda D, t: D.Gumbel(t(L), t(A)), lambda s: s.gumbel_r(L, A)),
    "Uniform": Case(lambda D, t: D.Uniform(t(L), t(L + A)), lambda s: s.uniform(L, A)),
    "Exponential": Case(lambda D, t: D.Exponential(t(A)), lambda s: s.expon(scale=1 / A)),
    "Gamma": Case(lambda D, t: D.Gamma(t(A), t(B)), lambda s: s.gamma(A, scale=1 / B)),
    "Chi2": Case(lambda D, t: D.Chi2(t(A)), lambda s: s.chi2(A)),
    "Beta": Case(lambda D, t: D.Beta(t(A), t(B)), lambda s: s.beta(A, B)),
    "StudentT": Case(lambda D, t: D.StudentT(t(A), t(L), t(B)), lambda s: s.t(A, L, B)),
    "LogNormal": Case(
        lambda D, t: D.LogNormal(t(L), t(A)), lambda s: s.lognorm(A, scale=np.exp(L))
    ),
    "HalfNormal": Case(lambda D, t: D.HalfNormal(t(A)), lambda s: s.halfnorm(scale=A)),
    "HalfCauchy": Case(lambda D, t: D.HalfCauchy(t(A)), lambda s: s.halfcauchy(scale=A)),
    "Pareto": Case(lambda D, t: D.Pareto(t(A), t(B)), lambda s: s.pareto(B, scale=A)),
    "Weibull": Case(lambda D, t: D.Weibull(t(A), t(B)), lambda s: s.weibull_min(B, scale=A)),
    "FisherSnedecor": Case(
        lambda D, t: D.FisherSnedecor(t(A + 2), t(B + 4)), lambda s: s.f(A + 2, B + 4)
    ),
    "InverseGamma": Case(lambda D, t: D.InverseGamma(t(A), t(B)), lambda s: s.invgamma(A, scale=B)),
    "Kumaraswamy": Case(lambda D, t: D.Kumaraswamy(t(A), t(B))),
    "RelaxedBernoulli": Case(lambda D, t: D.RelaxedBernoulli(t(0.7), t(P))),
    "a sigmoid of normals": Case(
        lambda D, t: D.TransformedDistribution(
            D.Normal(t(L), t(A)), [D.AffineTransform(0.5, t(-2.0)), D.SigmoidTransform()]
        )
    ),
    "a tanh of normals": Case(
        lambda D, t: D.TransformedDistribution(D.Normal(t(L), t(A)), D.TanhTransform())
    ),
    "a power of exponentials": Case(
        lambda D, t: D.TransformedDistribution(
            D.Exponential(t(A)), [D.PowerTransform(t(0.5)), D.SoftplusTransform().inv]
        )
    ),
    "a mixture": Case(lambda D, t: D.MixtureSameFamily(D.Categorical(t(P)), D.Normal(t(L), t(A)))),
}
COUNTS = {
    "Bernoulli": Case(lambda D, t: D.Bernoulli(t(P)), lambda s: s.bernoulli(P)),
    "Bernoulli of logits": Case(
        lambda D, t: D.Bernoulli(logits=t(L)), lambda s: s.bernoulli(1 / (1 + np.exp(-L)))
    ),
    "Binomial": Case(lambda D, t: D.Binomial(5, t(P)), lambda s: s.binom(5, P)),
    "Geometric": Case(lambda D, t: D.Geometric(t(P)), lambda s: s.geom(P, -1)),
    "NegativeBinomial": Case(
        lambda D, t: D.NegativeBinomial(t(A), t(P)), lambda s: s.nbinom(A, 1 - P)
    ),
    "Poisson": Case(lambda D, t: D.Poisson(t(A)), lambda s: s.poisson(A)),
    "Categorical": Case(lambda D, t: D.Categorical(t(SHARES))),
    "Categorical of logits": Case(lambda D, t: D.Categorical(logits=t(SHARES))),
}
VECTORS = {
    "OneHotCategorical": Case(lambda D, t: D.OneHotCategorical(t(SHARES))),
    "OneHotCategoricalStraightThrough": Case(
        lambda D, t: D.OneHotCategoricalStraightThrough(logits=t(SHARES))
    ),
    "Multinomial": Case(lambda D, t: D.Multinomial(4, t(SHARES))),
    "Dirichlet": Case(lambda D, t: D.Dirichlet(t(np.stack([A, B])))),
    "MultivariateNormal": Case(
        lambda D, t: D.MultivariateNormal(t(L[:2]), t(FACTOR @ FACTOR.T)),
        lambda s: s.multivariate_normal(L[:2], FACTOR @ FACTOR.T),
    ),
    "MultivariateNormal of factors": Case(
        lambda D, t: D.MultivariateNormal(t(L[:2]), scale_tril=t(FACTORS))
    ),
    "MultivariateNormal of precisions": Case(
        lambda D, t: D.MultivariateNormal(
            t(np.stack([L, L])[:, :2]), precision_matrix=t(FACTORS @ FACTORS.transpose(0, 2, 1))
        )
    ),
    "Independent": Case(lambda D, t: D.Independent(D.Normal(t(SHARES), t(1.0)), 1)),
    "LogisticNormal": Case(lambda D, t: D.LogisticNormal(t(SHARES), t(1.0))),
    "RelaxedOneHotCategorical": Case(lambda D, t: D.RelaxedOneHotCategorical(t(0.7), t(SHARES))),
    "a mixture of vectors": Case(
        lambda D, t: D.MixtureSameFamily(
            D.Categorical(t(P[:2])), D.Independent(D.Normal(t(SHARES), t(2.0)), 1)
        )
    ),
    "broken sticks": Case(
        lambda D, t: D.TransformedDistribution(
            D.Independent(D.Normal(t(SHARES), t(1.0)), 1), D.StickBreakingTransform()
        )
    ),
}
ALL = {**LINES, **COUNTS, **VECTORS}
PAIRS = {  # of the divergence of distributions: two of each
    "Bernoulli": lambda D, t: (D.Bernoulli(t(P)), D.Bernoulli(t(P[::-1]))),
    "Binomial": lambda D, t: (D.Binomial(t([4, 4, 5]), t(P)), D.Binomial(t([4]), t(P[::-1]))),
    "Geometric": lambda D, t: (D.Geometric(t(P)), D.Geometric(t(P[::-1]))),
    "Poisson": lambda D, t: (D.Poisson(t(A)), D.Poisson(t(B))),
    "Categorical": lambda D, t: (D.Categorical(t(SHARES)), D.Categorical(logits=t(SHARES))),
    "OneHotCategorical": lambda D, t: (
        D.OneHotCategorical(t(SHARES)),
        D.OneHotCategorical(t(SHARES[::-1])),
    ),
    "Beta": lambda D, t: (D.Beta(t(A), t(B)), D.Beta(t(B), t(A))),
    "Dirichlet": lambda D, t: (D.Dirichlet(t(A)), D.Dirichlet(t(B))),
    "Gamma": lambda D, t: (D.Gamma(t(A), t(B)), D.Gamma(t(B), t(A))),
    "Exponential": lambda D, t: (D.Exponential(t(A)), D.Exponential(t(B))),
    "Exponential, Gamma": lambda D, t: (D.Exponential(t(A)), D.Gamma(t(B), t(A))),
    "Gamma, Exponential": lambda D, t: (D.Gamma(t(A), t(B)), D.Exponential(t(A))),
    "Normal": lambda D, t: (D.Normal(t(L), t(A)), D.Normal(t(A), t(B))),
    "HalfNormal": lambda D, t: (D.HalfNormal(t(A)), D.HalfNormal(t(B))),
    "Laplace": lambda D, t: (D.Laplace(t(L), t(A)), D.Laplace(t(A), t(B))),
    "Cauchy": lambda D, t: (D.Cauchy(t(L), t(A)), D.Cauchy(t(A), t(B))),
    "Gumbel": lambda D, t: (D.Gumbel(t(L), t(A)), D.Gumbel(t(A), t(B))),
    "Uniform": lambda D, t: (D.Uniform(t(L), t(L + 1)), D.Uniform(t(L - A), t(L + B))),
    "Pareto": lambda D, t: (D.Pareto(t(A), t(B)), D.Pareto(t([1.0]), t(A))),
    "LogNormal": lambda D, t: (D.LogNormal(t(L), t(A)), D.LogNormal(t(A), t(B))),
    "MultivariateNormal": lambda D, t: (
        D.MultivariateNormal(t(L[:2]), t(FACTOR @ FACTOR.T)),
        D.MultivariateNormal(t(A[:2]), scale_tril=t(FACTORS)),
    ),
    "Independent": lambda D, t: (
        D.Independent(D.Normal(t(SHARES), t(1.0)), 1),
        D.Independent(D.Normal(t(SHARES[::-1]), t(2.0)), 1),
    ),
    "Uniform, Normal": lambda D, t: (D.Uniform(t(L), t(L + A)), D.Normal(t(A), t(B))),
    "Laplace, Normal": lambda D, t: (D.Laplace(t(L), t(A)), D.Normal(t(A), t(B))),
    "Exponential, Normal": lambda D, t: (D.Exponential(t(A)), D.Normal(t(A), t(B))),
    "Gamma, Normal": lambda D, t: (D.Gamma(t(A), t(B)), D.Normal(t(A), t(B))),
    "Beta, Normal": lambda D, t: (D.Beta(t(A), t(B)), D.Normal(t(A), t(B))),
    "Gumbel, Normal": lambda D, t: (D.Gumbel(t(L), t(A)), D.Normal(t(A), t(B))),
    "Normal, Gamma": lambda D, t: (D.Normal(t(L), t(A)), D.Gamma(t(A), t(B))),
    "Poisson, Bernoulli": lambda D, t: (D.Poisson(t(A)), D.Bernoulli(t(P))),
}
