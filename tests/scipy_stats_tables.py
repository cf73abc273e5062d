"""Distributions of gpugrad.scipy.stats, with the parameters and places that tests take."""

from math import inf

CONTINUOUS = {  # name -> shapes, valid and not
    "norm": [()],
    "cauchy": [()],
    "laplace": [()],
    "logistic": [()],
    "uniform": [()],
    "expon": [()],
    "lognorm": [(0.7,), (-1.0,)],
    "t": [(1.3,), (7.0,), (inf,), (-1.0,)],
    "gamma": [(0.5,), (1.0,), (3.2,), (0.0,)],
    "chi2": [(1.0,), (2.0,), (5.5,)],
    "beta": [(0.5, 0.7), (1.0, 1.0), (2.0, 3.5), (-1.0, 2.0)],
}
DISCRETE = {
    "poisson": [(0.0,), (0.7,), (8.0,), (-1.0,)],
    "bernoulli": [(0.3,), (0.0,), (1.0,), (1.5,)],
    "binom": [(5, 0.3), (5, 0.0), (5, 1.0), (0, 0.4), (4.5, 0.3)],
    "nbinom": [(2.5, 0.4), (3.0, 1.0), (3.0, 0.0)],
}
TAILS = ("cdf", "sf", "logcdf", "logsf")
INSIDE = {
    "norm": [-1.3, 0.4],
    "cauchy": [-1.3, 0.4],
    "laplace": [-1.3, 0.4],
    "logistic": [-1.3, 0.4],
    "t": [-1.3, 0.4],
    "uniform": [0.3, 0.6],
    "expon": [0.3, 1.6],
    "lognorm": [0.3, 1.6],
    "gamma": [0.4, 2.6],
    "chi2": [0.4, 3.3],
    "beta": [0.3, 0.8],
}
SHAPES = {"t": [2.7], "lognorm": [0.7], "gamma": [1.7], "chi2": [2.7], "beta": [1.7, 0.8]}
