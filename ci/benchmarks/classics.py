"""The functions of HIPS autograd's own examples, written anew and once: value and gradient, ms.

The same lines run with ``gpugrad.numpy`` and with ``autograd.numpy``: only the import changes.
Gradients of both are compared to 1e-10, relative to the largest element, before anything is timed.
"""

import sys
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
from harness import Benchmark, Peer, run

TOLERANCE = 1e-10
RANDOM = np.random.default_rng(0)
GOAL = 1.0


def logistic_regression(lib: Any) -> tuple[Callable, np.ndarray]:
    """A logistic regression's loss by its weights."""
    inputs = RANDOM_INPUTS["logistic"]
    targets = inputs[:, 0] > 0
    np_ = lib.numpy

    def loss(weights):
        predictions = 0.5 * (np_.tanh(np_.dot(inputs, weights)) + 1)
        likely = predictions * targets + (1 - predictions) * (1 - targets)
        return -np_.sum(np_.log(likely))

    return loss, np.linspace(-0.5, 0.5, inputs.shape[1])


def gaussian_process(lib: Any) -> tuple[Callable, np.ndarray]:
    """A Gaussian process' marginal likelihood by mean, noise and length scales, by logarithms."""
    x, y = RANDOM_INPUTS["x"], RANDOM_INPUTS["y"]
    np_ = lib.numpy

    def covariance(parameters, a, b):
        scale, lengths = np_.exp(parameters[0]), np_.exp(parameters[1:])
        apart = np_.expand_dims(a / lengths, 1) - np_.expand_dims(b / lengths, 0)
        return scale * np_.exp(-0.5 * np_.sum(apart**2, axis=2))

    def likelihood(parameters):
        mean, noise = parameters[0], np_.exp(parameters[1]) + 0.001
        whole = covariance(parameters[2:], x, x) + noise * np_.eye(len(y))
        return lib.multivariate_normal.logpdf(y, mean * np_.ones(len(y)), whole)

    return likelihood, np.linspace(-0.3, 0.4, 3 + x.shape[1])


def rosenbrock(lib: Any) -> tuple[Callable, np.ndarray]:
    """Rosenbrock's valley in many dimensions."""

    def valley(x):
        return lib.numpy.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    return valley, np.linspace(-1.5, 1.5, 50)


def mixture(lib: Any) -> tuple[Callable, np.ndarray]:
    """The likelihood of a mixture of five normal distributions by weights, means and roots of
    precisions, flat."""
    points, count, size = RANDOM_INPUTS["points"], 5, 2
    np_ = lib.numpy

    def likelihood(flat):
        weights, rest = flat[:count], flat[count:]
        means = np_.reshape(rest[: count * size], (count, size))
        roots = np_.reshape(rest[count * size :], (count, size, size))
        weights = weights - lib.logsumexp(weights)
        each = []
        for i in range(count):
            covariance = np_.dot(roots[i].T, roots[i]) + 0.1 * np_.eye(size)
            each.append(weights[i] + lib.multivariate_normal.logpdf(points, means[i], covariance))
        return np_.sum(lib.logsumexp(np_.vstack(each), axis=0))

    return likelihood, RANDOM_INPUTS["mixture"]


def fluid(lib: Any) -> tuple[Callable, np.ndarray]:
    """Smoke carried by a flow without divergence for some steps: how far it is from a target, by
    the velocities at the start."""
    smoke, target, cells, steps = RANDOM_INPUTS["smoke"], RANDOM_INPUTS["target"], 24, 4
    rows, columns = np.meshgrid(np.arange(cells), np.arange(cells), indexing="ij")
    np_ = lib.numpy

    def project(u, v):
        h = 1.0 / cells
        divergence = (
            -0.5
            * h
            * (
                np_.roll(u, -1, axis=0)
                - np_.roll(u, 1, axis=0)
                + np_.roll(v, -1, axis=1)
                - np_.roll(v, 1, axis=1)
            )
        )
        p = np.zeros((cells, cells))
        for _ in range(10):
            p = (
                divergence
                + np_.roll(p, 1, axis=0)
                + np_.roll(p, -1, axis=0)
                + np_.roll(p, 1, axis=1)
                + np_.roll(p, -1, axis=1)
            ) / 4.0
        u = u - 0.5 * (np_.roll(p, -1, axis=0) - np_.roll(p, 1, axis=0)) / h
        v = v - 0.5 * (np_.roll(p, -1, axis=1) - np_.roll(p, 1, axis=1)) / h
        return u, v

    def advect(f, u, v):
        y, x = rows - u, columns - v
        top, left = np_.floor(y).astype(int), np_.floor(x).astype(int)
        down, right = y - top, x - left
        top, left = np_.mod(top, cells), np_.mod(left, cells)
        below, beside = np_.mod(top + 1, cells), np_.mod(left + 1, cells)
        high = (1 - right) * f[top, left] + right * f[top, beside]
        low = (1 - right) * f[below, left] + right * f[below, beside]
        return (1 - down) * high + down * low

    def distance(flat):
        u = np_.reshape(flat[: cells * cells], (cells, cells))
        v = np_.reshape(flat[cells * cells :], (cells, cells))
        s = smoke
        for _ in range(steps):
            u_next, v_next = advect(u, u, v), advect(v, u, v)
            u, v = project(u_next, v_next)
            s = advect(s, u, v)
        return np_.mean((s - target) ** 2)

    return distance, RANDOM_INPUTS["velocities"]


RANDOM_INPUTS = {
    "logistic": RANDOM.normal(size=(500, 20)),
    "x": RANDOM.uniform(0, 7, (60, 2)),
    "y": RANDOM.normal(size=60),
    "points": RANDOM.normal(size=(500, 2)),
    "mixture": RANDOM.normal(size=5 + 10 + 20),
    "smoke": RANDOM.uniform(size=(24, 24)),
    "target": RANDOM.uniform(size=(24, 24)),
    "velocities": RANDOM.normal(size=2 * 24 * 24),
}
FUNCTIONS = {
    f.__name__: f for f in (logistic_regression, gaussian_process, rosenbrock, mixture, fluid)
}


def ours() -> Any:
    import gpugrad as gg
    import gpugrad.numpy as gnp
    from gpugrad.scipy.special import logsumexp
    from gpugrad.scipy.stats import multivariate_normal

    return SimpleNamespace(
        numpy=gnp,
        logsumexp=logsumexp,
        multivariate_normal=multivariate_normal,
        value_and_grad=gg.value_and_grad,
    )


def theirs() -> Any:
    import autograd
    import autograd.numpy
    from autograd.scipy.special import logsumexp
    from autograd.scipy.stats import multivariate_normal

    return SimpleNamespace(
        numpy=autograd.numpy,
        logsumexp=logsumexp,
        multivariate_normal=multivariate_normal,
        value_and_grad=autograd.value_and_grad,
    )


def calls(library: Callable[[], Any]) -> Mapping[str, Callable[[], Any]]:
    lib = library()
    made = {}
    for name, function in FUNCTIONS.items():
        scalar, start = function(lib)
        both = lib.value_and_grad(scalar)
        made[name] = lambda both=both, start=start: both(start)
    return made


def gpugrad_calls() -> Mapping[str, Callable[[], Any]]:
    """Ours, if they agree with HIPS autograd's where that is installed."""
    made = calls(ours)
    try:
        expected = calls(theirs)
    except ImportError:
        return made
    for name, call in made.items():
        (value, found), (other, wanted) = call(), expected[name]()
        apart = np.abs(found - wanted).max() / np.abs(wanted).max()
        if not max(apart, abs(float(value) / float(other) - 1)) <= TOLERANCE:
            raise AssertionError(f"{name}: {value} and {other}, gradients off by {apart}")
    return made


PEERS = (
    Peer("gpugrad", gpugrad_calls, ("gpugrad",)),
    Peer("HIPS autograd", lambda: calls(theirs), ("autograd",)),
)


if __name__ == "__main__":
    goals = {(name, "HIPS autograd"): GOAL for name in FUNCTIONS}
    sys.exit(run(Benchmark("classics", __file__, PEERS, goals=goals)))
