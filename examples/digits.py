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
COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("{task.fields[loss]}"),
    TimeRemainingColumn(),
)
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
        nn.Conv2d(1, 16, 3, padding=1, bias=False),  # the normalisation has a shift of its own
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),  # (B, 32, 8, 8)
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (B, 32, 4, 4)
        nn.Flatten(),
        nn.Linear(512, 10),  # (B, 10)
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
    """The loss of each step, and the mean of its neighbours."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    steps = np.arange(1, len(losses) + 1)
    width = min(25, len(losses))
    smooth = np.convolve(losses, np.ones(width) / width, mode="valid")
    middles = np.arange(len(smooth)) + (width + 1) / 2
    axes.plot(steps, losses, color=BLUE, alpha=0.25, linewidth=1, label="each step")
    axes.plot(middles, smooth, color=BLUE, linewidth=2, label=f"mean of {width} neighbours")
    axes.set(yscale="log", xlabel="step", ylabel="cross entropy, nats", title=title)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xlim(0, len(losses) + 1)
    axes.grid(color=GREY, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def draw_mistakes(data: Digits, chances: np.ndarray, path: Path, most: int = 32) -> None:
    """Test digits that got a wrong answer, the surest first, with what they are."""
    wrong = np.flatnonzero(chances.argmax(1) != data.labels)
    shown = wrong[np.argsort(chances[wrong].max(1))[::-1]][:most]
    columns = min(8, max(4, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    figure = Figure(figsize=(1.4 * columns, 0.6 + 1.9 * rows), layout="constrained")
    some = f"; the {most} surest:" if len(wrong) > most else ""
    figure.suptitle(f"{len(wrong)} of {len(data.labels)} test digits got a wrong answer{some}")
    for axes in figure.subplots(rows, columns, squeeze=False).flat:
        axes.axis("off")
    for axes, i in zip(figure.axes, shown, strict=False):
        answer = chances[i].argmax()
        axes.imshow(data.images[i, 0], cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(f"called {answer}, {chances[i, answer]:.0%} sure", color=RED, fontsize=8)
        axes.text(
            0.5,
            -0.05,
            f"is {data.labels[i]}",
            transform=axes.transAxes,
            ha="center",
            va="top",
            fontsize=11,
        )
    figure.savefig(path, dpi=150)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="cpu, cuda, cuda:1 or simulated (default: the best here)")
    parser.add_argument("--epochs", type=int, default=10, help="times through the data (10)")
    parser.add_argument("--steps", type=int, help="so many steps instead of epochs")
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers (0)")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        default=Path(__file__).resolve().parents[1] / "runs" / "digits",
        help="where the pictures and metrics go (runs/digits)",
    )
    given = parser.parse_args(argv)
    if given.epochs < 1 or given.seed < 0 or (given.steps is not None and given.steps < 1):
        parser.error("--epochs and --steps take 1 or more, --seed 0 or more")
    try:
        with gg.use_device(given.device or gg.default_device()):
            given.device = gg.default_device()
    except (RuntimeError, ValueError) as problem:  # there is no such device
        parser.error(str(problem))
    return given


def main(argv: list[str] | None = None) -> None:
    given = arguments(argv)
    console = Console()
    gg.random.seed(given.seed)
    with gg.use_device(given.device):
        device = gg.default_device()
        learned, tested = digits()
        model = network()
        steps = given.steps or given.epochs * (len(learned.labels) // BATCH)
        started = time.perf_counter()
        with Progress(*COLUMNS, console=console) as progress:
            losses = train(model, learned, steps, progress)
        seconds = time.perf_counter() - started
        chances = probabilities(model, tested.images)
    accuracy = float((chances.argmax(1) == tested.labels).mean())
    summary = f"test accuracy {accuracy:.4f} after {steps} steps on {device}"
    given.output.mkdir(parents=True, exist_ok=True)
    draw_losses(losses, summary, given.output / "loss.png")
    draw_mistakes(tested, chances, given.output / "mistakes.png")
    metrics = {"test_accuracy": accuracy, "device": device, "seconds": seconds}
    metrics |= {"seed": given.seed, "losses": losses}
    (given.output / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    console.print(f"{summary}, in {seconds:.1f} s")
    console.print(f"written: loss.png, mistakes.png and metrics.json in {given.output}")


if __name__ == "__main__":
    main()
