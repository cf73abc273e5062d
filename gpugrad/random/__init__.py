"""Random numbers with the names of numpy.random.Generator, the same on every device.

    import gpugrad as gg

    gg.random.seed(1)
    first = gg.random.uniform(size=(2, 3))
    gg.random.seed(1)
    print(first.shape, gg.all(first == gg.random.uniform(size=(2, 3))).item())  # (2, 3) True

A process begins with a seed of the system's.  ``seed(n)``, or GPUGRAD_SEED=n in the environment,
starts a known sequence, and every call continues it; ``get_state`` and ``set_state`` mark a place
and return to it.  A forked process goes on with numbers of its own, which follow from the seed and
the number of the fork.  The bits are the same on every device, except those of normals, which agree
to 4 units in the last place, in float64 to 8, and of what is computed from logarithms of them.
Results are of the default float unless ``dtype`` is given, counts of int64, on the default device
unless ``device`` is.  A ``size`` is an integer, a tuple, or None for the shape of the parameters
together.  Gradients pass to the parameters of a distribution that are Tensors, except to those of
counts.  Within ``gg.vmap`` all members share the same numbers, unless it says otherwise.
How many random words a call uses depends on shapes and dtypes alone, never on values.
"""

from .basic import bernoulli, integers, normal, permutation, uniform
from .counts import (
    binomial,
    categorical,
    geometric,
    logseries,
    multinomial,
    poisson,
)
from .drawing import drawing_by as drawing_by
from .drawing import drawn as drawn
from .drawing import not_negative as not_negative
from .drawing import shape_beside as shape_beside
from .gammas import (
    beta,
    chisquare,
    dirichlet,
    f,
    gamma,
    standard_gamma,
    standard_t,
)
from .lines import (
    exponential,
    gumbel,
    laplace,
    logistic,
    lognormal,
    pareto,
    power,
    rayleigh,
    standard_cauchy,
    triangular,
    wald,
    weibull,
)
from .mixtures import negative_binomial, noncentral_chisquare, noncentral_f
from .state import get_state, seed, set_state

# fmt: off
__all__ = [
    "bernoulli", "beta", "binomial", "categorical", "chisquare", "dirichlet", "exponential", "f",
    "gamma", "geometric", "get_state", "gumbel", "integers", "laplace", "logistic", "lognormal",
    "logseries", "multinomial", "negative_binomial", "noncentral_chisquare", "noncentral_f",
    "normal", "pareto", "permutation", "poisson", "power", "rayleigh", "seed", "set_state",
    "standard_cauchy", "standard_gamma", "standard_t", "triangular", "uniform", "wald", "weibull",
]
# fmt: on
