"""Train a small residual network on handwritten digits, with images that are moved a little.

A loader's workers move the images; the run goes on bit for bit where it was stopped.  It writes
loss.png, metrics.jsonl and run.safetensors.

    python examples/resnet.py
    python examples/resnet.py --steps 60 --device simulated
"""

import random

import numpy as np
from shared import run
from sklearn.datasets import load_digits

import gpugrad as gg
from gpugrad import nn, optim

WIDTH, BATCH, TESTED = 16, 32, 360


class Moved(gg.data.Dataset):
    """Digits as (1, 8, 8), each moved by up to a pixel, and their labels."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        self.images, self.labels = images, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int):
        steps = random.randint(-1, 1), random.randint(-1, 1)
        return np.roll(self.images[index], steps, axis=(1, 2)), self.labels[index]


class Block(nn.Module):
    """Two convolutions beside a path without them (He, Zhang, Ren, Sun 2015)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        self.network = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        alike = inputs == outputs and stride == 1
        self.path = nn.Identity() if alike else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        return gg.relu(self.network(x) + self.path(x))


def network() -> nn.Module:
    return nn.Sequential(  # (B, 1, 8, 8)
        nn.Conv2d(1, WIDTH, 3, padding=1, bias=False),
        Block(WIDTH, WIDTH, 1),
        Block(WIDTH, 2 * WIDTH, 2),  # (B, 32, 4, 4)
        Block(2 * WIDTH, 2 * WIDTH, 1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(2 * WIDTH, 10),  # (B, 10)
    )


def rate(step: int, steps: int) -> float:
    """Share of the learning rate: up within 40 steps, then down in a line."""
    return min((step + 1) / 40, max(1 - step / steps, 0.02))


def main(argv: list[str] | None = None) -> None:
    given = run.arguments(__doc__, "resnet", 600, argv)
    images = (load_digits().images[:, None] / 16).astype(np.float32)
    labels = load_digits().target.astype(np.int64)
    data = Moved(images[TESTED:], labels[TESTED:])
    loader = gg.data.DataLoader(
        data, BATCH, shuffle=True, drop_last=True, num_workers=1, persistent_workers=True
    )
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, given.steps))
    batches = iter(())

    def step(_: int) -> float:
        nonlocal batches
        try:
            x, y = next(batches)
        except StopIteration:
            batches = iter(loader)
            x, y = next(batches)
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        return loss.item()

    parts = {"model": model, "optimizer": optimizer, "schedule": schedule, "loader": loader}
    for _ in run.steps(given, step, **parts):
        pass
    model.eval()
    with gg.no_grad():
        answers = gg.argmax(model(gg.tensor(images[:TESTED])), axis=1).numpy()
    print(f"test accuracy {(answers == labels[:TESTED]).mean():.4f} after {given.steps} steps")
    print(f"written: loss.png, metrics.jsonl and run.safetensors in {given.output}")


if __name__ == "__main__":
    main()
