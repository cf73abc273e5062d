"""Maximum likelihood with standard errors: a linear model, a negative binomial regression.

The log-likelihoods are written down; gradients for SciPy's BFGS and the Hessian at the optimum,
whose inverse holds the variances of the estimates, come from gpugrad.  Beside them stands what
statsmodels finds, which has both models, their gradients and Hessians built in.

    python examples/mle.py                         # two tables, and likelihood.png
    python examples/mle.py --observations 300 --seed 4
"""

import argparse
from collections.abc import Callable
from math import log, pi
from pathlib import Path
from typing import NamedTuple

import numpy as np
import statsmodels.api as sm
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table
from scipy.optimize import minimize

import gpugrad as gg
from gpugrad.scipy.special import gammaln

SLOPES = np.array([0.5, 0.8, -0.6])  # intercept first
SIGMA, ALPHA = 1.5, 0.7
GREY, BLUE, RED = "#94a3b8", "#2563eb", "#dc2626"


class Estimate(NamedTuple):
    """Values and their standard errors, (K,) each."""

    values: np.ndarray
    errors: np.ndarray


def normal(design, y):
    """Log-likelihood of y = design @ beta + sigma * noise; the last parameter is sigma."""

    def log_likelihood(parameters):
        beta, sigma = parameters[:-1], parameters[-1]
        residuals = (y - gg.matmul(design, beta)) / sigma
        return gg.sum(-(residuals**2) / 2 - gg.log(sigma) - log(2 * pi) / 2)

    return log_likelihood


def negative_binomial(design, y):
    """Log-likelihood of counts with mean mu = exp(design @ beta) and variance mu + alpha * mu**2;
    the last parameter is alpha."""

    def log_likelihood(parameters):
        beta, alpha = parameters[:-1], parameters[-1]
        mu, size = gg.exp(gg.matmul(design, beta)), 1 / alpha
        ways = gammaln(size + y) - gammaln(y + 1) - gammaln(size)
        return gg.sum(ways - size * gg.log1p(alpha * mu) + y * gg.log(mu / (size + mu)))

    return log_likelihood


def maximum(log_likelihood: Callable, start: np.ndarray, observations: int) -> Estimate:
    """Where the likelihood is largest, and the standard errors there."""

    def natural(free):  # the last parameter is positive: its logarithm is free
        return gg.concat([free[:-1], gg.exp(free[-1:])])

    def objective(free):
        return -log_likelihood(natural(free)) / observations

    def for_scipy(free):
        value, slope = gg.value_and_grad(objective)(gg.tensor(free))
        return value.item(), slope.numpy()

    found = minimize(for_scipy, start, jac=True, method="BFGS", options={"gtol": 1e-9})
    best = natural(gg.tensor(found.x))
    curvature = gg.hessian(log_likelihood)(best)
    variances = np.linalg.inv(-curvature.numpy()).diagonal()
    return Estimate(best.numpy(), np.sqrt(variances))


def by_statsmodels(design, y, counts) -> tuple[Estimate, Estimate]:
    """The same estimates from statsmodels; those of the linear model with the divisor of maximum
    likelihood, n in place of n - k."""
    n, k = design.shape
    linear = sm.OLS(y, design).fit()
    sigma = np.sqrt(linear.ssr / n)
    errors = linear.bse * np.sqrt((n - k) / n)
    both = sm.NegativeBinomial(counts, design, loglike_method="nb2")
    fitted = both.fit(method="newton", maxiter=100, tol=1e-12, disp=False)
    return (
        Estimate(np.append(linear.params, sigma), np.append(errors, sigma / np.sqrt(2 * n))),
        Estimate(fitted.params, fitted.bse),
    )


def simulated(observations: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A design (N, 3), what the linear model makes of it (N,), and counts (N,)."""
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(observations), rng.normal(size=(observations, 2))])
    mean = design @ SLOPES
    counts = rng.poisson(np.exp(mean) * rng.gamma(1 / ALPHA, ALPHA, observations))
    return design, mean + SIGMA * rng.normal(size=observations), counts.astype(float)


def table(title: str, last: str, truth: float, ours: Estimate, theirs: Estimate) -> Table:
    shown = Table(
        "", "true", "gpugrad", "statsmodels", "std. err", "statsmodels", "apart", title=title
    )
    for column in shown.columns[1:]:
        column.justify = "right"
    rows = zip(
        ["intercept", "slope 1", "slope 2", last], [*SLOPES, truth], *ours, *theirs, strict=True
    )
    for name, true, value, error, value2, error2 in rows:
        differs = max(abs(value / value2 - 1), abs(error / error2 - 1))
        figures = (value, value2, error, error2)
        shown.add_row(name, f"{true:g}", *[f"{x:.6f}" for x in figures], f"{differs:.0e}")
    return shown


def around_maximum(
    log_likelihood: Callable, found: Estimate
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slopes 1, alphas, and at each pair of them the likelihood below its maximum."""
    reach = np.linspace(-3.5, 3.5, 61)
    slopes, alphas = (found.values[i] + found.errors[i] * reach for i in (1, 3))
    points = np.array([[found.values[0], s, found.values[2], a] for a in alphas for s in slopes])
    heights = gg.vmap(log_likelihood)(gg.tensor(points)).numpy()  # all points at once
    return slopes, alphas, heights.reshape(len(alphas), len(slopes)) - heights.max()


def draw(log_likelihood: Callable, found: Estimate, path: Path) -> None:
    """A picture of the likelihood of the counts, with the intervals of the standard errors."""
    slopes, alphas, heights = around_maximum(log_likelihood, found)
    figure = Figure(figsize=(6.4, 5), layout="constrained")
    axes = figure.subplots()
    levels = [-6, -4, -2, -1, -0.5]
    lines = axes.contour(
        slopes, alphas, heights, levels, colors=BLUE, linestyles="solid", linewidths=1.2
    )
    axes.clabel(lines, fmt="%g", fontsize=9)
    for i, line in ((1, axes.axvline), (3, axes.axhline)):
        for sign in (-1.96, 1.96):
            line(found.values[i] + sign * found.errors[i], color=GREY, ls=":")
    axes.plot(found.values[1], found.values[3], "o", color=BLUE, label="largest likelihood")
    axes.plot(SLOPES[1], ALPHA, "x", color=RED, ms=9, mew=2, label="truth")
    axes.set(
        xlabel="slope 1",
        ylabel="alpha",
        title="log-likelihood below its maximum; dotted: 95% intervals",
    )
    axes.legend(loc="upper right", framealpha=1)
    figure.savefig(path, dpi=150)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="cpu, cuda, cuda:1 or simulated (default: the best here)")
    parser.add_argument("--observations", type=int, default=1000, help="simulated (1000)")
    parser.add_argument("--seed", type=int, default=0, help="of the observations (0)")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        default=Path(__file__).resolve().parents[1] / "runs" / "mle",
        help="where the picture goes (runs/mle)",
    )
    given = parser.parse_args(argv)
    if given.observations < 20 or given.seed < 0:
        parser.error("--observations takes 20 or more, --seed 0 or more")
    try:
        with gg.use_device(given.device or gg.default_device()):
            given.device = gg.default_device()
    except (RuntimeError, ValueError) as problem:  # there is no such device
        parser.error(str(problem))
    return given


def main(argv: list[str] | None = None) -> None:
    given = arguments(argv)
    n, console = given.observations, Console()
    design, y, counts = simulated(n, given.seed)
    linear, counted = by_statsmodels(design, y, counts)
    given.output.mkdir(parents=True, exist_ok=True)
    with gg.use_device(given.device):
        first = normal(gg.tensor(design), gg.tensor(y))
        second = negative_binomial(gg.tensor(design), gg.tensor(counts))
        start = np.zeros(design.shape[1] + 1)
        ours = maximum(first, start, n), maximum(second, start, n)
        console.print(table("linear model", "sigma", SIGMA, ours[0], linear))
        console.print(table("negative binomial", "alpha", ALPHA, ours[1], counted))
        draw(second, ours[1], given.output / "likelihood.png")
    console.print(f"written: likelihood.png in {given.output}")


if __name__ == "__main__":
    main()
