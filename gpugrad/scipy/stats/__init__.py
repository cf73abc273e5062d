"""Probability distributions with gradients in x and in every parameter: scipy.stats' names.

Functions of each are SciPy's: pdf (pmf for counts), cdf, sf, their logarithms and more, of x, then
the parameters in SciPy's order and by its names; all of them Tensors, arrays, lists or numbers that
broadcast.  ``norm(loc, scale)`` keeps parameters: ``norm(0, 2).pdf(x)``.  No random numbers.
A parameter or probability out of range, such as a negative scale, gives NaN without a warning, as
SciPy's.
"""

from .counts import Bernoulli, Binomial, NegativeBinomial, Poisson
from .gammas import Beta, ChiSquare, Gamma
from .lines import Cauchy, Exponential, Laplace, Logistic, LogNormal, Normal, Uniform
from .student import Student
from .vectors import Dirichlet, MultivariateNormal

__all__ = [
    "bernoulli",
    "beta",
    "binom",
    "cauchy",
    "chi2",
    "dirichlet",
    "expon",
    "gamma",
    "laplace",
    "logistic",
    "lognorm",
    "multivariate_normal",
    "nbinom",
    "norm",
    "poisson",
    "t",
    "uniform",
]

norm = Normal()
t = Student()
gamma = Gamma()
beta = Beta()
chi2 = ChiSquare()
expon = Exponential()
uniform = Uniform()
laplace = Laplace()
lognorm = LogNormal()
cauchy = Cauchy()
logistic = Logistic()
poisson = Poisson()
bernoulli = Bernoulli()
binom = Binomial()
nbinom = NegativeBinomial()
dirichlet = Dirichlet()
multivariate_normal = MultivariateNormal()
