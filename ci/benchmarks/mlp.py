"""A training step of a small network, eager: 784-256-128-10, cross-entropy, Adam.

A step is the forward pass, the backward pass and the update of all 235,146 parameters; inputs and
labels are random and stay the same.  The extra figures are the most memory that a steady step
holds besides parameters and Adam's state: gradients, saved values, temporaries; as the allocations
of NumPy's arrays tell (PyTorch's are not seen).
"""

import sys
import tracemalloc
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise

import numpy as np
from harness import Benchmark, Peer, run

SIZES = (784, 256, 128, 10)
BATCHES = {"batch 128": 128, "batch 1024": 1024}
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def data(batch: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    images = random.normal(size=(batch, SIZES[0])).astype(np.float32)
    return images, random.integers(0, SIZES[-1], batch)


def gpugrad_step(batch: int) -> Callable[[], None]:
    import gpugrad as gg
    from gpugrad import nn, optim

    images, labels = map(gg.tensor, data(batch))
    layers = [nn.Linear(a, b) for a, b in pairwise(SIZES)]
    model = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    measure = nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        measure(model(images), labels).backward()
        optimizer.step()

    return step


def torch_step(batch: int) -> Callable[[], None]:
    import torch
    from torch import nn

    images, labels = map(torch.from_numpy, data(batch))
    layers = [nn.Linear(a, b) for a, b in pairwise(SIZES)]
    model = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    measure = nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        measure(model(images), labels).backward()
        optimizer.step()

    return step


def numpy_step(batch: int, sizes: tuple[int, ...] = SIZES) -> Callable[[], None]:
    """Forward, gradients and Adam derived by hand."""
    images, labels = data(batch)
    random, rows = np.random.default_rng(1), np.arange(batch)
    shapes = [(b, a) for a, b in pairwise(sizes)]
    weights = [
        random.normal(size=s).astype(np.float32) / np.sqrt(s[1], dtype=np.float32) for s in shapes
    ]
    parameters = [*weights, *(np.zeros(s[0], np.float32) for s in shapes)]
    means, squares = ([np.zeros_like(p) for p in parameters] for _ in range(2))
    count = [0]

    def step() -> None:
        x = [images]
        for layer in range(3):
            y = x[-1] @ parameters[layer].T + parameters[3 + layer]
            x.append(np.maximum(y, 0) if layer < 2 else y)
        g = np.exp(x[3] - x[3].max(1, keepdims=True))
        g /= g.sum(1, keepdims=True)
        g[rows, labels] -= 1
        g /= batch
        gradients = [None] * 6
        for layer in (2, 1, 0):
            gradients[layer], gradients[3 + layer] = g.T @ x[layer], g.sum(0)
            if layer:
                g = g @ parameters[layer] * (x[layer] > 0)
        count[0] += 1
        adam(parameters, gradients, means, squares, count[0])

    return step


def adam(parameters: list, gradients: list, means: list, squares: list, count: int) -> None:
    rate, correction = RATE / (1 - BETA1**count), np.sqrt(1 - BETA2**count)
    for p, g, m, s in zip(parameters, gradients, means, squares, strict=True):
        m += (1 - BETA1) * (g - m)
        s += (1 - BETA2) * (g * g - s)
        p -= rate * m / (np.sqrt(s) / correction + EPSILON)


def calls(make: Callable[[int], Callable[[], None]]) -> Mapping[str, Callable[[], None]]:
    return {row: make(batch) for row, batch in BATCHES.items()}


def memory() -> dict[str, dict[str, float]]:
    """MiB that a steady step holds at its peak, besides parameters and Adam's state."""
    makers = {"gpugrad": gpugrad_step, "NumPy by hand": numpy_step}
    return {
        f"peak MiB, {row}": {name: peak(make(batch)) for name, make in makers.items()}
        for row, batch in BATCHES.items()
    }


def peak(step: Callable[[], None]) -> float:
    tracemalloc.start()
    try:
        for _ in range(3):
            step()
        tracemalloc.reset_peak()
        step()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


PEERS = (
    Peer("gpugrad", partial(calls, gpugrad_step), ("gpugrad",)),
    Peer("PyTorch eager", partial(calls, torch_step), ("torch",)),
    Peer("NumPy by hand", partial(calls, numpy_step)),
)
BENCHMARK = Benchmark("mlp", __file__, PEERS, goals={("batch 128", "PyTorch eager"): 0.9})


def main(argv: list[str] | None = None) -> int:
    """See the harness."""
    return run(BENCHMARK, argv, memory)


if __name__ == "__main__":
    sys.exit(main())
