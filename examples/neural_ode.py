"""Learn the law of a damped pendulum from its motion: a neural ordinary differential equation.

The gradient passes through gg.scipy's odeint (Chen and others 2018).  It writes motion.png,
loss.png, metrics.jsonl and run.safetensors.

    python examples/neural_ode.py
"""

import numpy as np
from matplotlib.figure import Figure
from shared import run

import gpugrad as gg
from gpugrad import nn, optim
from gpugrad.scipy.integrate import odeint

TIMES = np.linspace(0, 6, 61)
WINDOW, BATCH = 10, 8  # moments that a trajectory lasts, trajectories a step


def pendulum(state, _):
    """The law that is to be learned: change of angle and of velocity."""
    angle, velocity = state[..., 0], state[..., 1]
    return gg.stack([velocity, -0.2 * velocity - 3.0 * gg.sin(angle)], axis=-1)


class Law(nn.Module):
    """A network in its place: (..., 2) gives (..., 2)."""

    def __init__(self) -> None:
        self.network = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 2))
        self.to(dtype="float64")

    def forward(self, state):
        return self.network(state)


def motion(law: Law, start, times: np.ndarray):
    """States at ``times`` from a first one, with gradients of the parameters."""
    names, values = zip(*law.named_parameters(), strict=True)

    def slope(state, _, *given):
        return nn.functional_call(law, dict(zip(names, given, strict=True)), state)

    return odeint(slope, start, times, args=values)


def draw(seen: np.ndarray, found: np.ndarray, path) -> None:
    """Angle over time as it was and as the network has it."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(TIMES, seen[:, 0], color=run.GREY, linewidth=4, label="pendulum")
    axes.plot(TIMES, found[:, 0], color=run.BLUE, label="network, from the first moment alone")
    axes.set(xlabel="time, seconds", ylabel="angle, radians")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def main(argv: list[str] | None = None) -> None:
    given = run.arguments(__doc__, "neural_ode", 250, argv)
    seen = odeint(pendulum, np.array([1.5, 0.0]), TIMES)  # (61, 2)
    law = Law()
    optimizer = optim.Adam(law.parameters(), lr=1e-2)

    def step(_: int) -> float:
        starts = gg.random.integers(0, len(TIMES) - WINDOW, BATCH, device="cpu").numpy()
        wanted = np.stack([seen[s : s + WINDOW] for s in starts], axis=1)  # (WINDOW, BATCH, 2)
        found = motion(law, gg.tensor(wanted[0]), TIMES[:WINDOW])
        loss = gg.mean((found - gg.tensor(wanted)) ** 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in run.steps(given, step, model=law, optimizer=optimizer):
        pass
    with gg.no_grad():
        found = motion(law, gg.tensor(seen[0]), TIMES).numpy()
    draw(seen, found, given.output / "motion.png")
    print(f"largest error of the angle {abs(found - seen)[:, 0].max():.3f} radians in 6 seconds")
    print(f"written: motion.png, loss.png, metrics.jsonl and run.safetensors in {given.output}")


if __name__ == "__main__":
    main()
