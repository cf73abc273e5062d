"""A training step of a convnet, eager: 28x28 images in batches of 64, cross-entropy, SGD.

Two convolutions of 5x5 (16 and 32 channels), each with relu and 2x2 max pooling, then layers of
128 and 10: forward, backward and update; inputs and labels are random and stay the same.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from harness import Benchmark, Peer, run

BATCH, SIZE = 64, 28
ROW = "batch 64"


def layers(nn: Any) -> Any:
    """The model in the names that both libraries have."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 49, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def data() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    images = random.normal(size=(BATCH, 1, SIZE, SIZE)).astype(np.float32)
    return images, random.integers(0, 10, BATCH)


def training(nn: Any, sgd: Any, images: Any, labels: Any) -> Callable[[], None]:
    """A step of either library."""
    model, measure = layers(nn), nn.CrossEntropyLoss()
    optimizer = sgd(model.parameters(), lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        measure(model(images), labels).backward()
        optimizer.step()

    return step


def gpugrad_calls() -> Mapping[str, Callable[[], None]]:
    """Our own."""
    import gpugrad as gg
    from gpugrad import nn, optim

    return {ROW: training(nn, optim.SGD, *map(gg.tensor, data()))}


def torch_calls() -> Mapping[str, Callable[[], None]]:
    """PyTorch eager, whose convolutions are oneDNN's."""
    import torch

    return {ROW: training(torch.nn, torch.optim.SGD, *map(torch.from_numpy, data()))}


PEERS = (
    Peer("gpugrad", gpugrad_calls, ("gpugrad",)),
    Peer("PyTorch eager", torch_calls, ("torch",)),
)


def main(argv: list[str] | None = None) -> int:
    """See the harness."""
    return run(Benchmark("convnet", __file__, PEERS), argv)


if __name__ == "__main__":
    sys.exit(main())
