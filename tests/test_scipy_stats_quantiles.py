"""Quantiles of 0 and 1: SciPy's ends of the support, and slopes that are one over the density."""

from math import inf

import numpy as np
import pytest
import scipy.stats

import gpugrad as gg
from gpugrad.scipy import stats

FAMILIES = [
    *[("beta", (2.0, 3.0)), ("beta", (1.0, 1.0)), ("beta", (0.5, 0.5)), ("beta", (1.0, 2.0))],
    *[("gamma", (2.0,)), ("gamma", (1.0,)), ("gamma", (0.5,)), ("chi2", (2.0,)), ("chi2", (5.0,))],
    *[("t", (3.0,)), ("t", (inf,)), ("lognorm", (0.7,))],
    *[(name, ()) for name in ("cauchy", "expon", "laplace", "logistic", "norm", "uniform")],
]
MODES = {"reverse": gg.grad, "forward": lambda f: lambda q: gg.jvp(f, (q,), (1.0,))[1]}


@pytest.mark.parametrize("function", ["ppf", "isf"])
@pytest.mark.parametrize(("name", "shapes"), FAMILIES)
def test_values_are_scipys_up_to_the_ends_and_nan_outside(name, shapes, function):
    q = np.array([0.0, 1e-12, 0.3, 0.5, 0.8, 1.0, 1.5, -0.5, np.nan])
    found = getattr(getattr(stats, name), function)(q, *shapes, 1.5, 2.0)
    expected = getattr(getattr(scipy.stats, name), function)(q, *shapes, 1.5, 2.0)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-9)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of slopes that are infinite
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("function", ["ppf", "isf"])
@pytest.mark.parametrize(
    ("name", "shapes"), [family for family in FAMILIES if family[0] != "lognorm"]
)
def test_slopes_at_the_ends_are_one_over_the_density(name, shapes, function, mode):
    for q in (0.0, 1.0):
        theirs = getattr(scipy.stats, name)
        end = getattr(theirs, function)(q, *shapes)
        density = theirs.pdf(end, *shapes) if np.isfinite(end) else 0.0
        slope = inf if density == 0 else 1 / density
        quantile = getattr(getattr(stats, name)(*shapes), function)
        found = MODES[mode](quantile)(q)
        np.testing.assert_allclose(found, slope if function == "ppf" else -slope, rtol=1e-12)
