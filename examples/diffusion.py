"""Train a diffusion model on handwritten digits, and draw new ones from noise.

It writes digits.png, loss.png, metrics.jsonl and run.safetensors (Ho, Jain, Abbeel 2020).

    python examples/diffusion.py
    python examples/diffusion.py --device simulated --steps 2
"""

import math

import numpy as np
from shared import run
from sklearn.datasets import load_digits

import gpugrad as gg
from gpugrad import nn, optim

TIMES, WIDTH, BATCH, DRAWN = 100, 32, 64, 40
SHARES = np.cumprod(1 - np.linspace(1e-3, 0.15, TIMES)).astype(np.float32)  # of the image, at t


class Block(nn.Module):
    """Two convolutions beside a path without them; the time shifts the channels between them."""

    def __init__(self, channels: int) -> None:
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm, self.time = nn.GroupNorm(8, channels), nn.Linear(WIDTH, channels)

    def forward(self, x, time):
        shift = self.time(time)[:, :, None, None]
        return x + self.second(gg.silu(self.norm(self.first(x)) + shift))


class Denoiser(nn.Module):
    """The noise in images (N, 1, 8, 8) at times (N,)."""

    def __init__(self) -> None:
        self.inner, self.outer = (
            nn.Conv2d(1, WIDTH, 3, padding=1),
            nn.Conv2d(WIDTH, 1, 3, padding=1),
        )
        self.blocks = nn.ModuleList([Block(WIDTH) for _ in range(3)])
        rates = np.exp(-math.log(1000) * np.arange(WIDTH // 2) / (WIDTH // 2))
        self.register_buffer("rates", gg.tensor(rates.astype(np.float32)))

    def forward(self, x, times):
        angles = times.astype("float32")[:, None] * self.rates
        time = gg.concat([gg.sin(angles), gg.cos(angles)], axis=1)  # (N, WIDTH)
        x = self.inner(x)
        for block in self.blocks:
            x = block(x, time)
        return self.outer(gg.silu(x))


def noised(x, noise, times):
    """Images at ``times``: less and less of them, more and more noise."""
    share = gg.tensor(SHARES, device=x.device).take(times, axis=0)[:, None, None, None]
    return gg.sqrt(share) * x + gg.sqrt(1 - share) * noise


def draw(model: Denoiser, count: int) -> np.ndarray:
    """New images, from noise, one step of time after the other: (count, 8, 8)."""
    x = gg.random.normal(0.0, 1.0, (count, 1, 8, 8))
    with gg.no_grad():
        for t in reversed(range(TIMES)):
            share, before = float(SHARES[t]), float(SHARES[t - 1]) if t else 1.0
            noise = model(x, gg.full((count,), t, dtype="int64"))
            image = gg.clip((x - math.sqrt(1 - share) * noise) / math.sqrt(share), -1, 1)
            kept = math.sqrt(share / before) * (1 - before) / (1 - share)
            mean = math.sqrt(before) * (1 - share / before) / (1 - share) * image + kept * x
            spread = math.sqrt((1 - before) / (1 - share) * (1 - share / before))
            x = mean + spread * gg.random.normal(0.0, 1.0, x.shape)
    return (x[:, 0].numpy() + 1) / 2


def main(argv: list[str] | None = None) -> None:
    given = run.arguments(__doc__, "diffusion", 1500, argv)
    pictures = (load_digits().images[:, None] / 8 - 1).astype(np.float32)  # from -1 to 1
    model = Denoiser()
    optimizer = optim.Adam(model.parameters(), lr=2e-3)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, given.steps)

    @gg.compile
    def learn(x, times):
        noise = gg.random.normal(0.0, 1.0, x.shape, device=x.device)
        loss = nn.functional.mse_loss(model(noised(x, noise, times), times), noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    def step(_: int) -> float:
        chosen = gg.random.integers(0, len(pictures), BATCH, device="cpu").numpy()
        loss = learn(gg.tensor(pictures[chosen]), gg.random.integers(0, TIMES, BATCH))
        schedule.step()
        return loss.item()

    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    for _ in run.steps(given, step, every=500, **parts):
        pass
    title = f"digits drawn from noise in {TIMES} steps"
    run.images(draw(model, DRAWN), 10, title, given.output / "digits.png")
    print(f"written: digits.png, loss.png, metrics.jsonl and run.safetensors in {given.output}")


if __name__ == "__main__":
    main()
