"""Strike a membrane at its rim so that after 200 steps its waves show a nabla.

The membrane is a damped wave equation that stiffens as it bends, on a grid of 64 x 64; 48 paddles
stand around it, and what each of them does at each step is learned: 9,600 numbers, whose gradient
goes back through all the steps.  With ``gg.checkpoint`` the steps within a chunk are forgotten and
computed again in backward: the same gradient in a fraction of the memory.

    python examples/physics.py                     # half a minute; writes membrane.png
    python examples/physics.py --device simulated --steps 20 --iterations 2  # slow
"""

import argparse
import tracemalloc
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.colors import CenteredNorm
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import gpugrad as gg
from gpugrad import nn, optim

SIZE, PADDLES = 64, 48
SPEED, STIFFNESS, LOSS = 0.2, 0.05, 0.001  # squared; of the cube of the height; of speed, a step
COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("{task.fields[loss]}"),
    TimeRemainingColumn(),
)
GREY, BLUE = "#94a3b8", "#2563eb"
OUTPUT = Path(__file__).resolve().parents[1] / "runs" / "physics"


class Membrane(NamedTuple):
    """What stays: where paddles push (P, N*N), what a step leaves of the speed, (N, N), what
    heights are wanted, (N, N), and where, (N, N)."""

    bumps: gg.Tensor
    keep: gg.Tensor
    target: gg.Tensor
    inside: gg.Tensor


def membrane() -> Membrane:
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    radius, rim = np.hypot(x, y), 0.46 * SIZE
    angles = 2 * np.pi * np.arange(PADDLES)[:, None, None] / PADDLES
    away = (x - rim * np.cos(angles)) ** 2 + (y - rim * np.sin(angles)) ** 2
    bumps = np.exp(-away / 4.5).reshape(PADDLES, -1)
    keep = (1 - LOSS) * np.exp(-0.05 * np.maximum(radius - rim, 0) ** 2)  # the rim swallows waves
    x, y = x / SIZE, y / SIZE
    outer, inner = (
        (y > -0.06 - 0.22 * s) & (y + 1.75 * abs(x) < 0.36 * s - 0.06) for s in (1, 0.5)
    )
    parts = bumps, keep, outer & ~inner, radius < 0.4 * SIZE
    return Membrane(*[gg.tensor(part.astype(np.float32)) for part in parts])


def step(here: Membrane, height, speed, push):
    """One step of time; push: (P,)."""
    around = sum(gg.roll(height, by, axis=axis) for axis in (0, 1) for by in (1, -1))
    force = SPEED * (around - 4 * height) - STIFFNESS * height**3
    force = force + gg.reshape(gg.matmul(push, here.bumps), (SIZE, SIZE))
    speed = (speed + force) * here.keep
    return height + speed, speed


def simulated(here: Membrane, pushes, chunk: int = 0) -> list:
    """The heights (N, N) after each chunk of steps; chunk 0: after each step, with all kept."""

    def some(height, speed, pushes):
        for i in range(pushes.shape[0]):
            height, speed = step(here, height, speed, pushes[i])
        return height, speed

    forgetful = gg.checkpoint(some) if chunk else some
    height = speed = gg.zeros((SIZE, SIZE))
    heights = []
    for start in range(0, pushes.shape[0], chunk or 1):
        height, speed = forgetful(height, speed, pushes[start : start + (chunk or 1)])
        heights.append(height)
    return heights


def error(here: Membrane, height):
    """The mean square of what is wrong within the rim."""
    return gg.sum(here.inside * (height - here.target) ** 2) / gg.sum(here.inside)


def gradient_and_memory(start: np.ndarray, chunk: int) -> tuple[np.ndarray, float]:
    """The gradient at ``start`` on the host, and the peak of memory on the way, in MB."""
    with gg.use_device("cpu"):
        here, pushes = membrane(), gg.tensor(start, requires_grad=True)
        tracemalloc.start()
        error(here, simulated(here, pushes, chunk)[-1]).backward()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return pushes.grad.numpy(), peak / 1e6


def learned(here: Membrane, pushes, iterations: int, chunk: int, console: Console) -> list[float]:
    """Change ``pushes`` for the better, and return the errors on the way."""
    optimizer = optim.Adam([pushes], lr=0.01)
    errors: list[float] = []
    with Progress(*COLUMNS, console=console) as progress:
        bar = progress.add_task("learning to push", total=iterations, loss="")
        for _ in range(iterations):
            wrong = error(here, simulated(here, pushes, chunk)[-1])
            optimizer.zero_grad()
            wrong.backward()
            optimizer.step()
            errors.append(wrong.item())
            progress.update(bar, advance=1, loss=f"error {errors[-1]:.4f}")
    return errors


def draw(before: list, after: list, here: Membrane, pushes, errors: list, path: Path) -> None:
    """The last state before and after learning, the way there, the target; pushes and errors."""
    steps = len(after)
    shown = [("first guess", before[-1])]
    on_the_way = sorted({max(1, steps * tenths // 10) for tenths in (4, 7, 9)})
    shown += [(f"step {k}", after[k - 1]) for k in on_the_way]
    shown += [(f"learned, step {steps}", after[-1]), ("target", here.target)]
    figure = Figure(figsize=(13, 6.2), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=(1, 1.05))
    for axes, (title, height) in zip(upper.subplots(1, len(shown)), shown, strict=True):
        axes.imshow(height.numpy(), cmap="RdBu", vmin=-1.2, vmax=1.2, interpolation="bicubic")
        axes.add_patch(Circle((SIZE / 2, SIZE / 2), 0.4 * SIZE, fill=False, color=GREY, ls=":"))
        axes.set_title(title, fontsize=11)
        axes.set_axis_off()
    left, right = lower.subplots(1, 2, width_ratios=(2, 1))
    left.imshow(pushes.T, aspect="auto", cmap="PuOr", norm=CenteredNorm(0, 0.6 * abs(pushes).max()))
    left.set(title="what the paddles do", xlabel="step", ylabel="paddle")
    right.plot(errors, color=BLUE, linewidth=2)
    right.set(title="mean square error", xlabel="iteration", yscale="log")
    right.set_yticks(ticks := [0.01, 0.02, 0.05, 0.1, 0.2, 0.5], [f"{tick:g}" for tick in ticks])
    right.minorticks_off()
    right.grid(color=GREY, alpha=0.3)
    right.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="cpu, cuda, cuda:1 or simulated (default: the best here)")
    parser.add_argument("--steps", type=int, default=200, help="of time (200)")
    parser.add_argument("--iterations", type=int, default=150, help="of learning (150)")
    parser.add_argument("--chunk", type=int, default=14, help="steps forgotten at once (14)")
    parser.add_argument("--seed", type=int, default=0, help="of the first guess (0)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="a folder (runs/physics)")
    given = parser.parse_args(argv)
    if min(given.steps, given.iterations, given.chunk) < 1 or given.seed < 0:
        parser.error("--steps, --iterations and --chunk take 1 or more, --seed 0 or more")
    try:
        with gg.use_device(given.device or gg.default_device()):
            given.device = gg.default_device()
    except (RuntimeError, ValueError) as problem:  # there is no such device
        parser.error(str(problem))
    return given


def compare_memory(start: np.ndarray, chunk: int, console: Console) -> None:
    """Print what one gradient takes with all kept and with checkpoints; it is the same gradient."""
    gradient_and_memory(start[:1], 1)  # what is imported on first use is not counted
    (whole, much), (again, little) = (gradient_and_memory(start, n) for n in (0, chunk))
    difference = abs(whole - again).max() / abs(whole).max()
    assert difference < 1e-5, difference
    console.print(f"memory of one gradient through {len(start)} steps: {much:.2f} MB")
    console.print(f"with checkpoints every {chunk} steps: {little:.2f} MB")
    console.print(f"difference of the two gradients: {difference:.1e}")


def main(argv: list[str] | None = None) -> None:
    given = arguments(argv)
    console = Console()
    guess = np.random.default_rng(given.seed).normal(0, 0.02, (given.steps, PADDLES))
    guess = guess.astype(np.float32)
    compare_memory(guess, given.chunk, console)
    with gg.use_device(given.device):
        here, pushes = membrane(), nn.Parameter(gg.tensor(guess))
        with gg.no_grad():
            before = simulated(here, pushes)
        errors = learned(here, pushes, given.iterations, given.chunk, console)
        with gg.no_grad():
            after = simulated(here, pushes)
        errors.append(error(here, after[-1]).item())
    given.output.mkdir(parents=True, exist_ok=True)
    draw(before, after, here, pushes.detach().numpy(), errors, given.output / "membrane.png")
    console.print(f"mean square error: {errors[0]:.4f} at first, {errors[-1]:.4f} learned")
    console.print(f"written: membrane.png in {given.output}")


if __name__ == "__main__":
    main()
