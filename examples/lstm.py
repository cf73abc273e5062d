"""Train an LSTM to say what comes next in a melody of two waves, and let it go on by itself.

It writes waves.png, loss.png, metrics.jsonl and run.safetensors.

    python examples/lstm.py
    python examples/lstm.py --device simulated --steps 2
"""

import numpy as np
from matplotlib.figure import Figure
from shared import run

import gpugrad as gg
from gpugrad import nn, optim

LENGTH, BATCH, HIDDEN, SEEN, DREAMT = 60, 32, 48, 60, 120


class Melody(nn.Module):
    """The next number at every moment: (T, B, 1) gives (T, B, 1), and the state."""

    def __init__(self) -> None:
        self.memory, self.read = nn.LSTM(1, HIDDEN), nn.Linear(HIDDEN, 1)

    def forward(self, x, state=None):
        y, state = self.memory(x, state)
        return self.read(y), state


def waves(phases: np.ndarray, length: int) -> np.ndarray:
    """Sums of two sines whose periods have no common multiple: (length, B, 1)."""
    time = np.arange(length)[:, None] * 0.3 + phases
    return ((np.sin(time) + np.sin(time * np.sqrt(5) / 2)) / 2)[..., None].astype(np.float32)


def dream(model: Melody, seen: np.ndarray) -> np.ndarray:
    """What the model goes on with after ``seen``, each number made of the one before."""
    with gg.no_grad():
        y, state = model(gg.tensor(seen))
        x, found = y[-1:], []
        for _ in range(DREAMT):
            found.append(x.item())
            x, state = model(x, state)
    return np.array(found)


def draw(seen: np.ndarray, true: np.ndarray, found: np.ndarray, path) -> None:
    """The melody, and how the network goes on with it."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots()
    after = np.arange(len(seen), len(seen) + len(found))
    axes.plot(seen, color=run.GREY, linewidth=3, label="seen")
    axes.plot(after, true, color=run.GREY, linewidth=3, linestyle=":", label="how it goes on")
    axes.plot(after, found, color=run.BLUE, label="how the network goes on")
    axes.set(xlabel="moment", ylabel="height")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def main(argv: list[str] | None = None) -> None:
    given = run.arguments(__doc__, "lstm", 800, argv)
    model = Melody()
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, given.steps)

    def step(_: int) -> float:
        phases = gg.random.uniform(0.0, 60.0, BATCH, device="cpu").numpy()
        x = gg.tensor(waves(phases, LENGTH + 1))
        loss = nn.functional.mse_loss(model(x[:-1])[0], x[1:])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        return loss.item()

    for _ in run.steps(given, step, model=model, optimizer=optimizer, schedule=schedule):
        pass
    whole = waves(np.array([7.0]), SEEN + DREAMT)
    found, true = dream(model, whole[:SEEN]), whole[SEEN:, 0, 0]
    draw(whole[:SEEN, 0, 0], true, found, given.output / "waves.png")
    print(f"mean error of {DREAMT} moments that it made up: {abs(found - true).mean():.3f}")
    print(f"written: waves.png, loss.png, metrics.jsonl and run.safetensors in {given.output}")


if __name__ == "__main__":
    main()
