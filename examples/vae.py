"""Train a variational autoencoder on handwritten digits, and draw new ones.

It writes digits.png (drawn from the prior), loss.png, metrics.jsonl and run.safetensors.

    python examples/vae.py
    python examples/vae.py --device simulated --steps 5
"""

import numpy as np
from shared import run
from sklearn.datasets import load_digits

import gpugrad as gg
from gpugrad import nn, optim

HIDDEN, LATENT, BATCH = 128, 8, 64


class VAE(nn.Module):
    """Images (N, 64) as normal distributions of LATENT numbers, and back (Kingma, Welling 2013)."""

    def __init__(self) -> None:
        self.inner = nn.Sequential(nn.Linear(64, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 2 * LATENT))
        self.outer = nn.Sequential(nn.Linear(LATENT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 64))

    def forward(self, x):
        """Scores of each pixel, and mean and log variance of the code."""
        mean, log_variance = gg.split(self.inner(x), 2, axis=1)
        noise = gg.random.normal(0.0, 1.0, mean.shape, device=x.device)
        return self.outer(mean + gg.exp(log_variance / 2) * noise), mean, log_variance


def bound(model: VAE, x):
    """The negative of the evidence lower bound, nats an image."""
    scores, mean, log_variance = model(x)
    pixels = nn.functional.binary_cross_entropy_with_logits(scores, x, reduction="sum")
    divergence = gg.sum(gg.exp(log_variance) + mean**2 - 1 - log_variance) / 2
    return (pixels + divergence) / x.shape[0]


def main(argv: list[str] | None = None) -> None:
    given = run.arguments(__doc__, "vae", 3000, argv)
    pictures = (load_digits().data / 16).astype(np.float32)  # (1797, 64)
    model = VAE()
    optimizer = optim.Adam(model.parameters(), lr=2e-3)

    @gg.compile
    def learn(x):
        loss = bound(model, x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    def step(_: int) -> float:
        chosen = gg.random.integers(0, len(pictures), BATCH, device="cpu").numpy()
        return learn(gg.tensor(pictures[chosen])).item()

    for _ in run.steps(given, step, every=500, model=model, optimizer=optimizer):
        pass
    with gg.no_grad():
        drawn = gg.sigmoid(model.outer(gg.random.normal(0.0, 1.0, (40, LATENT))))
    title = "digits drawn from the prior"
    run.images(drawn.numpy().reshape(-1, 8, 8), 10, title, given.output / "digits.png")
    print(f"written: digits.png, loss.png, metrics.jsonl and run.safetensors in {given.output}")


if __name__ == "__main__":
    main()
