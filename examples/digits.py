"""Train a small convnet on the 1,797 handwritten digits that scikit-learn ships.

The same program runs on the host, on a GPU and on a simulated CUDA device, with the same initial
weights, the same batches and the same gradients.  It writes loss.png, mistakes.png and
metrics.json.

    python examples/digits.py                                   # on a GPU if there is one
    python examples/digits.py --device cpu --epochs 5 --seed 3
    python examples/digits.py --device simulated --steps 20     # slow: kernels run on the CPU
"""

import argparse
import json
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sklearn.datasets import load_digits

import gpugrad as gg
from gpugrad import nn, optim

BATCH, TESTED = 32, 360  # digits a step; digits held back for the test
BLUE, RED, GREY = "#2563eb", "#dc2626", "#94a3b8"


class Digits(NamedTuple):
    """Images (N, 1, 8, 8) of float32 from 0 to 1, labels (N,) of int64."""

    images: np.ndarray
    labels: np.ndarray

    def part(self, chosen: np.ndarray) -> "Digits":
        return Digits(self.images[chosen], self.labels[chosen])


def digits() -> tuple[Digits, Digits]:
    """The digits to learn from and those to be tested on, drawn by gpugrad's random numbers."""
    data = load_digits()
    images = data.images[:, None].astype(np.float32) / 16
    everything = Digits(images, data.target.astype(np.int64))
    order = gg.random.permutation(len(images)).numpy()
    return everything.part(order[TESTED:]), everything.part(order[:TESTED])


def network() -> nn.Module:
    return nn.Sequential(  # (B, 1, 8, 8)
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (B, 16, 4, 4)
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (B, 32, 2, 2)
        nn.Flatten(),
        nn.Linear(128, 10),  # (B, 10)
    )


def probabilities(model: nn.Module, images: np.ndarray) -> np.ndarray:
    """What the model makes of each image: (N, 10)."""
    model.eval()
    with gg.no_grad():
        return nn.functional.softmax(model(gg.tensor(images)), dim=1).numpy()


def train(model: nn.Module, data: Digits, steps: int, progress: Progress) -> list[float]:
    """The loss of every step."""
    optimizer = optim.Adam(model.parameters(), lr=2e-3)
    measure = nn.CrossEntropyLoss()
    bar = progress.add_task("training", total=steps, loss="")
    losses: list[float] = []
    model.train()
    while len(losses) < steps:
        order = gg.random.permutation(len(data.labels)).numpy()
        for start in range(0, len(order) - BATCH + 1, BATCH)[: steps - len(losses)]:
            batch = data.part(order[start : start + BATCH])
            loss = measure(model(gg.tensor(batch.images)), gg.tensor(batch.labels))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            progress.update(bar, advance=1, loss=f"loss {losses[-1]:.4f}")
    return losses


def draw_losses(losses: list[float], title: str, path: Path) -> None:
    """The loss of each step, and its mean over an epoch's worth of neighbours."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    steps = np.arange(1, len(losses) + 1)
    width = min(25, len(losses))
    smooth = np.convolve(losses, np.ones(width) / width, mode="valid")
    axes.plot(steps, losses, color=BLUE, alpha=0.25, linewidth=1, label="each step")
    axes.plot(steps[width - 1 :], smooth, color=BLUE, linewidth=2, label=f"mean of {width}")
    axes.set(yscale="log", xlabel="step", ylabel="cross entropy, nats", title=title)
    axes.set_xlim(0, len(losses) + 1)
    axes.grid(color=GREY, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def draw_mistakes(data: Digits, chances: np.ndarray, path: Path, columns: int = 6) -> None:
    """Every test digit that got a wrong answer, with the answer and how sure it was."""
    wrong = np.flatnonzero(chances.argmax(1) != data.labels)
    shown = wrong[np.argsort(chances[wrong].max(1))[::-1]][: 8 * columns]  # the surest first
    rows = max(1, -(-len(shown) // columns))
    figure = Figure(figsize=(1.6 * columns, 0.7 + 2.0 * rows), layout="constrained")
    figure.suptitle(f"{len(wrong)} of {len(data.labels)} test digits got a wrong answer")
    for axes in figure.subplots(rows, columns, squeeze=False).flat:
        axes.axis("off")
    for axes, i in zip(figure.axes, shown, strict=False):
        answer = chances[i].argmax()
        axes.imshow(data.images[i, 0], cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(f"a {data.labels[i]}", fontsize=11)
        sure = f"called {answer}, {chances[i, answer]:.0%} sure"
        axes.text(0.5, -0.06, sure, transform=axes.transAxes, ha="center", va="top",
                  fontsize=8, color=RED)  # fmt: skip
    figure.savefig(path, dpi=150)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="cpu, cuda, cuda:1 or simulated (default: the best here)")
    parser.add_argument("--epochs", type=int, default=15, help="times through the data (15)")
    parser.add_argument("--steps", type=int, help="stop after so many steps")
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers (0)")
    parser.add_argument("--output", type=Path, metavar="FOLDER",
                        default=Path(__file__).resolve().parents[1] / "runs" / "digits",
                        help="where the pictures and metrics go (runs/digits)")  # fmt: skip
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    given = arguments(argv)
    gg.random.seed(given.seed)
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn("{task.fields[loss]}"), TimeRemainingColumn())  # fmt: skip
    with gg.use_device(given.device or gg.default_device()):
        device = gg.default_device()
        learned, tested = digits()
        steps = given.epochs * (len(learned.labels) // BATCH)
        steps = min(steps, given.steps or steps)
        model = network()
        started = time.perf_counter()
        with Progress(*columns, console=console) as progress:
            losses = train(model, learned, steps, progress)
        seconds = time.perf_counter() - started
        chances = probabilities(model, tested.images)
    accuracy = float((chances.argmax(1) == tested.labels).mean())
    given.output.mkdir(parents=True, exist_ok=True)
    draw_losses(losses, f"{steps} steps on {device}", given.output / "loss.png")
    draw_mistakes(tested, chances, given.output / "mistakes.png")
    metrics = {"test_accuracy": accuracy, "device": device, "seconds": seconds,
               "seed": given.seed, "losses": losses}  # fmt: skip
    (given.output / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    console.print(f"test accuracy {accuracy:.4f} on {device}: {steps} steps in {seconds:.1f} s")
    console.print(f"written: loss.png, mistakes.png and metrics.json in {given.output}")


if __name__ == "__main__":
    main()
