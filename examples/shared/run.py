"""What the larger examples share: a command line, a device, progress, a checkpoint, a curve."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import gpugrad as gg

RUNS = Path(__file__).resolve().parents[2] / "runs"
BLUE, GREY = "#2563eb", "#94a3b8"


def arguments(doc: str, name: str, steps: int, argv: list[str] | None) -> argparse.Namespace:
    """The command line of an example: device, steps, seed, output, resume."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--device", help="cpu, cuda, cuda:1 or simulated (default: the best here)")
    parser.add_argument("--steps", type=int, default=steps, help=f"of the optimizer ({steps})")
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers (0)")
    parser.add_argument("--resume", action="store_true", help="go on from the run in FOLDER")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        default=RUNS / name,
        help=f"where pictures, metrics and the checkpoint go (runs/{name})",
    )
    given = parser.parse_args(argv)
    if given.steps < 1 or given.seed < 0:
        parser.error("--steps takes 1 or more, --seed 0 or more")
    if given.resume and not checkpoint(given).exists():
        parser.error(f"--resume: there is no {checkpoint(given)}; run without it first")
    try:
        gg.use_device(given.device or gg.default_device())
    except (RuntimeError, ValueError) as problem:  # there is no such device
        parser.error(str(problem))
    given.output.mkdir(parents=True, exist_ok=True)
    gg.random.seed(given.seed)
    return given


def checkpoint(given: argparse.Namespace) -> Path:
    """Where the run is saved."""
    return given.output / "run.safetensors"


def steps(
    given: argparse.Namespace, step: Callable[[int], Any], every: int = 100, **parts: Any
) -> Iterator[int]:
    """Call ``step`` with numbers up to ``--steps`` and show the loss that it gives.

    parts: what is saved every so many steps and at the end, and restored by ``--resume``.  Gives
    the number of steps done whenever the run was saved.
    """
    path = checkpoint(given)
    progress = gg.training.Progress(given.steps, file=given.output / "metrics.jsonl")
    parts = {**parts, "progress": progress}
    if given.resume:
        gg.load(path, **parts)
    with progress:
        while progress.count < given.steps:
            progress.step(loss=step(progress.count))
            if progress.count % every == 0 or progress.count == given.steps:
                gg.save(path, **parts)
                yield progress.count
    curve([row["loss"] for row in progress.rows], given.output / "loss.png")


def curve(losses: list[float], path: Path) -> None:
    """A picture of the loss of every step, and the mean of its neighbours."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    width = min(25, len(losses))
    smooth = np.convolve(losses, np.ones(width) / width, mode="valid")
    axes.plot(np.arange(1, len(losses) + 1), losses, color=BLUE, alpha=0.25, linewidth=1)
    axes.plot(np.arange(len(smooth)) + (width + 1) / 2, smooth, color=BLUE, linewidth=2)
    axes.set(xlabel="step", ylabel="loss", title=f"loss {smooth[-1]:.4f} in the last {width} steps")
    axes.grid(color=GREY, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)


def images(pictures: np.ndarray, columns: int, title: str, path: Path) -> None:
    """Grey pictures (N, H, W) from 0 to 1, side by side."""
    rows = -(-len(pictures) // columns)
    figure = Figure(figsize=(0.9 * columns, 0.5 + 0.9 * rows), layout="constrained")
    figure.suptitle(title)
    for axes, picture in zip(figure.subplots(rows, columns).flat, pictures, strict=False):
        axes.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
        axes.axis("off")
    figure.savefig(path, dpi=150)
