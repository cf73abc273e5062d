"""Second derivatives and Jacobians, float64: all directions at once.

hessian: of a logistic likelihood by 50 weights, 2000 samples.  jacobian: of a layer from 1000 to
1000 numbers.  JAX is compiled, gpugrad and the others are not; "by hand" is NumPy with derivatives
worked out on paper.  What every peer gives is compared with that, to 1e-10, before it is timed.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from harness import Benchmark, Peer, run

SAMPLES, WEIGHTS, WIDTH = 2000, 50, 1000
TOLERANCE = 1e-10
GOALS = {
    ("hessian", "torch.func"): 0.2,
    ("hessian", "jax.jit"): 1.0,
    ("jacobian", "torch.func"): 0.2,
    ("jacobian", "jax.jit"): 1.0,
}

random = np.random.default_rng(0)
X = random.normal(size=(SAMPLES, WEIGHTS))
SIGNS = np.sign(random.normal(size=SAMPLES))
W = random.normal(size=WEIGHTS) / WEIGHTS**0.5
MATRIX = random.normal(size=(WIDTH, WIDTH)) / WIDTH**0.5
V = random.normal(size=WIDTH)


def likelihood(xp: Any, x: Any, signs: Any) -> Callable[[Any], Any]:
    """The negative logarithm of a logistic likelihood."""
    return lambda w: xp.sum(xp.log1p(xp.exp(-signs * (x @ w))))


def layer(xp: Any, matrix: Any) -> Callable[[Any], Any]:
    return lambda v: xp.tanh(matrix @ v) * v


def hessian_by_hand() -> np.ndarray:
    p = 1 / (1 + np.exp(SIGNS * (X @ W)))
    return X.T @ ((p * (1 - p))[:, None] * X)


def jacobian_by_hand() -> np.ndarray:
    y = np.tanh(MATRIX @ V)
    found = ((1 - y * y) * V)[:, None] * MATRIX
    found[np.arange(WIDTH), np.arange(WIDTH)] += y
    return found


BY_HAND = {"hessian": hessian_by_hand, "jacobian": jacobian_by_hand}


def checked(calls: Mapping[str, Callable[[], Any]]) -> Mapping[str, Callable[[], Any]]:
    """The calls, if they give what is right."""
    for row, call in calls.items():
        apart = np.abs(np.asarray(call()) - BY_HAND[row]()).max()
        if not apart <= TOLERANCE:
            raise AssertionError(f"{row}: off by {apart}")
    return calls


def gpugrad_calls() -> Mapping[str, Callable[[], Any]]:
    import gpugrad as gg

    hessian, jacobian = gg.hessian(likelihood(gg, X, SIGNS)), gg.jacobian(layer(gg, MATRIX))
    return checked({"hessian": lambda: hessian(W), "jacobian": lambda: jacobian(V)})


def jax_calls() -> Mapping[str, Callable[[], Any]]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    hessian = jax.jit(jax.hessian(likelihood(jnp, X, SIGNS)))
    jacobian = jax.jit(jax.jacobian(layer(jnp, MATRIX)))
    return checked(
        {
            "hessian": lambda: hessian(W).block_until_ready(),
            "jacobian": lambda: jacobian(V).block_until_ready(),
        }
    )


def torch_calls() -> Mapping[str, Callable[[], Any]]:
    import torch

    x, signs, w, matrix, v = map(torch.from_numpy, (X, SIGNS, W, MATRIX, V))
    hessian = torch.func.hessian(likelihood(torch, x, signs))
    jacobian = torch.func.jacrev(layer(torch, matrix))
    return checked({"hessian": lambda: hessian(w), "jacobian": lambda: jacobian(v)})


def hips_calls() -> Mapping[str, Callable[[], Any]]:
    import autograd
    import autograd.numpy as anp

    hessian = autograd.hessian(likelihood(anp, X, SIGNS))
    jacobian = autograd.jacobian(lambda v: anp.tanh(anp.dot(MATRIX, v)) * v)
    return checked({"hessian": lambda: hessian(W), "jacobian": lambda: jacobian(V)})


PEERS = (
    Peer("gpugrad", gpugrad_calls, ("gpugrad",)),
    Peer("jax.jit", jax_calls, ("jax",)),
    Peer("torch.func", torch_calls, ("torch",)),
    Peer("HIPS autograd", hips_calls, ("autograd",)),
    Peer("by hand", lambda: BY_HAND, ("numpy",)),
)


if __name__ == "__main__":
    sys.exit(run(Benchmark("derivatives", __file__, PEERS, goals=GOALS)))
