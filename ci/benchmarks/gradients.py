"""Device against host gradients of a chain, an MLP and a convnet, across sizes.

Both devices start from the same weights and the same data.  An error is the largest difference of
a gradient's elements, relative to the largest element of that gradient on the host; the worst
gradient of each workload is shown.  On a GPU the time of forward and backward is shown too; a
simulated device has no times worth showing.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from harness import RESULTS, circumstances, write

import gpugrad as gg
from gpugrad import nn
from gpugrad.backend.select import backend

SIZES = {  # workload -> elements of the chain, rows of the batch
    "chain": (1_000, 30_000, 1_000_000, 30_000_000),
    "mlp": (8, 128, 1024, 8192),
    "convnet": (4, 64, 512),
}
SIMULATED = {"chain": (1_000, 30_000), "mlp": (8, 64), "convnet": (4, 16)}
ROUNDS = 7


class Workload(NamedTuple):
    """What is differentiated: a function of nothing that gives a loss, and the leaves."""

    loss: Callable[[], gg.Tensor]
    leaves: list[gg.Tensor]


def chain(size: int) -> Workload:
    """sum(tanh(xy + x/2) sigmoid(y) - log1p(exp(-x)))."""
    x, y = (gg.random.normal(size=size).requires_grad_() for _ in range(2))

    def loss() -> gg.Tensor:
        return gg.sum(gg.tanh(x * y + x / 2) * gg.sigmoid(y) - gg.log1p(gg.exp(-x)))

    return Workload(loss, [x, y])


def network(model: nn.Module, shape: tuple[int, ...]) -> Workload:
    images = gg.random.normal(size=shape)
    labels = gg.random.integers(10, size=shape[0])
    measure = nn.CrossEntropyLoss()
    return Workload(lambda: measure(model(images), labels), list(model.parameters()))


def mlp(batch: int) -> Workload:
    """784-256-128-10 with a cross entropy."""
    layers = nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    return network(nn.Sequential(*layers), (batch, 784))


def convnet(batch: int) -> Workload:
    """Two convolutions and a linear layer on 16x16 images."""
    layers = (
        nn.Conv2d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(512, 10),
    )
    return network(nn.Sequential(*layers), (batch, 1, 16, 16))


WORKLOADS = {"chain": chain, "mlp": mlp, "convnet": convnet}


def on(device: str, name: str, size: int, timed: bool) -> tuple[list[np.ndarray], float | None]:
    """The gradients of a workload, and the median seconds of a forward and backward."""
    with gg.use_device(device):
        gg.random.seed(0)
        workload = WORKLOADS[name](size)

        def step() -> None:
            for leaf in workload.leaves:
                leaf.grad = None
            workload.loss().backward()
            backend(device).synchronize()

        step()
        times = [seconds(step) for _ in range(ROUNDS if timed else 0)]
    gradients = [leaf.grad.numpy() for leaf in workload.leaves]
    return gradients, statistics.median(times) if times else None


def seconds(call: Callable[[], None]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compared(device: str, name: str, size: int) -> dict[str, Any]:
    """One row: the worst error, and times where they mean something."""
    timed = device != "simulated"
    theirs, device_seconds = on(device, name, size, timed)
    ours, host_seconds = on("cpu", name, size, timed)
    errors = [abs(d - h).max() / abs(h).max() for d, h in zip(theirs, ours, strict=True)]
    row = {"workload": name, "size": size, "gradients": len(ours), "error": float(max(errors))}
    if timed:
        row |= {"host_ms": 1e3 * host_seconds, "device_ms": 1e3 * device_seconds}
    return row


def line(row: dict[str, Any]) -> str:
    text = f"{row['workload']:<10}{row['size']:>12,}{row['gradients']:>11}{row['error']:>12.1e}"
    if "device_ms" in row:
        text += f"{row['host_ms']:>12.3f}{row['device_ms']:>12.3f}"
        text += f"{row['host_ms'] / row['device_ms']:>10.2f}"
    return text


def heading(device: str) -> str:
    times = "" if device == "simulated" else f"{'host, ms':>12}{'device, ms':>12}{'faster':>10}"
    return f"{'':<10}{'size':>12}{'gradients':>11}{'error':>12}{times}"


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, print the table, write the JSON; status 1 if an error is over the limit."""
    parser = argparse.ArgumentParser(prog="ci/bench gradients", description=__doc__)
    best = "simulated" if gg.default_device() == "cpu" else gg.default_device()
    parser.add_argument("--device", default=best, help=f"compared with cpu (default {best})")
    parser.add_argument("--limit", type=float, default=1e-4, help="of the errors (default 1e-4)")
    place = RESULTS / "gradients.json"
    parser.add_argument("--json", type=Path, default=place, help=f"figures (default {place})")
    given = parser.parse_args(argv)
    print(
        f"gradients on {given.device} against those on cpu, float32",
        heading(given.device),
        sep="\n",
    )
    rows = []
    for name, sizes in (SIMULATED if given.device == "simulated" else SIZES).items():
        for size in sizes:
            rows.append(compared(given.device, name, size))
            print(line(rows[-1]), flush=True)
    write(
        {"benchmark": "gradients", "device": given.device, **circumstances(), "rows": rows},
        given.json,
    )
    return int(any(not row["error"] <= given.limit for row in rows))


if __name__ == "__main__":
    sys.exit(main())
