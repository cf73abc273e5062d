"""Probability distributions with PyTorch's names: random values, densities, divergences.

    import gpugrad as gg
    from gpugrad.distributions import Independent, Normal, kl_divergence

    q = Independent(Normal(gg.zeros((5, 2)), gg.ones((5, 2))), 1)
    z = q.rsample()
    print(z.shape, q.log_prob(z).shape, gg.sum(kl_divergence(q, q)).item())  # (5, 2) (5,) 0.0

A distribution has a ``batch_shape`` of distributions, which differ in their parameters, each of
events of ``event_shape``.  ``rsample`` gives values as differentiable functions of the parameters,
``sample`` values without gradients; both take a shape that comes first.  Parameters are Tensors,
arrays, lists or numbers that broadcast.  Those on the host are checked, unless
``validate_args=False``; ValueError names the wrong one.  Random numbers are those of gg.random,
with the gradients of gamma numbers in their shapes those of the implicit function.
"""

from . import constraints as constraints
from . import transforms as transforms
from .categories import (
    Categorical,
    Multinomial,
    OneHotCategorical,
    OneHotCategoricalStraightThrough,
)
from .counts import Bernoulli, Binomial, Geometric
from .distribution import Distribution, ExponentialFamily
from .events import NegativeBinomial, Poisson
from .gammas import Beta, Chi2, Dirichlet, Gamma, StudentT
from .kl import kl_divergence, register_kl
from .lines import Cauchy, Exponential, Gumbel, Laplace, Normal, Uniform
from .powers import Pareto, Weibull
from .quotients import FisherSnedecor, InverseGamma, Kumaraswamy, LogisticNormal
from .relaxed import RelaxedBernoulli, RelaxedOneHotCategorical
from .transformed import HalfCauchy, HalfNormal, LogNormal, TransformedDistribution
from .transforms import (
    AbsTransform,
    AffineTransform,
    ComposeTransform,
    ExpTransform,
    IndependentTransform,
    PowerTransform,
    ReshapeTransform,
    SigmoidTransform,
    SoftmaxTransform,
    SoftplusTransform,
    StickBreakingTransform,
    TanhTransform,
    Transform,
    identity_transform,
)
from .vectors import MultivariateNormal
from .wrapping import Independent, MixtureSameFamily

# fmt: off
__all__ = [
    "AbsTransform", "AffineTransform", "Bernoulli", "Beta", "Binomial", "Categorical", "Cauchy",
    "Chi2", "ComposeTransform", "Dirichlet", "Distribution", "ExpTransform", "Exponential",
    "ExponentialFamily", "FisherSnedecor", "Gamma", "Geometric", "Gumbel", "HalfCauchy",
    "HalfNormal", "Independent", "IndependentTransform", "InverseGamma", "Kumaraswamy", "Laplace",
    "LogNormal", "LogisticNormal", "MixtureSameFamily", "Multinomial", "MultivariateNormal",
    "NegativeBinomial", "Normal", "OneHotCategorical", "OneHotCategoricalStraightThrough", "Pareto",
    "Poisson", "PowerTransform", "RelaxedBernoulli", "RelaxedOneHotCategorical", "ReshapeTransform",
    "SigmoidTransform", "SoftmaxTransform", "SoftplusTransform", "StickBreakingTransform",
    "StudentT", "TanhTransform", "Transform", "TransformedDistribution", "Uniform", "Weibull",
    "constraints", "identity_transform", "kl_divergence", "register_kl", "transforms",
]
# fmt: on
