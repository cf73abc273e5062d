"""A flow of affine couplings on two moons, with masks as buffers and float64 on request."""

import math

import numpy as np
import torch
from torch import nn


class Coupling(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.register_buffer("mask", torch.tensor(mask).float())
        self.scale = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2), nn.Tanh())
        self.shift = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))

    def forward(self, x):
        kept = x * self.mask
        s, t = self.scale(kept), self.shift(kept)
        moved = (1 - self.mask) * (x * s.exp() + t)
        return kept + moved, ((1 - self.mask) * s).sum(dim=-1)


class Flow(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(Coupling([i % 2, 1 - i % 2]) for i in range(4))

    def log_prob(self, x):
        log_det = x.new_zeros(x.shape[0])
        for layer in self.layers:
            x, change = layer(x)
            log_det += change
        base = -0.5 * (x**2).sum(-1) - math.log(2 * math.pi)
        return base + log_det


def moons(rng, count):
    angle = rng.uniform(0, math.pi, count)
    side = rng.integers(0, 2, count)
    x = np.stack([np.cos(angle) * (1 - 2 * side) + side, np.sin(angle) * (1 - 2 * side)], 1)
    return x + rng.normal(0, 0.1, x.shape)


def main():
    rng = np.random.default_rng(0)
    flow = Flow().double()
    for p in flow.parameters():
        nn.init.constant_(p, 0.0)
        with torch.no_grad():
            p += torch.as_tensor(rng.normal(0, 0.3, tuple(p.shape)))
    optimizer = torch.optim.RMSprop(flow.parameters(), lr=1e-3)
    for _ in range(12):
        x = torch.as_tensor(moons(rng, 64), dtype=torch.float64)
        loss = -flow.log_prob(x).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"{loss.item():.8f}")


if __name__ == "__main__":
    main()
