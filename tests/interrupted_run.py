"""A training run that saves after every step and goes on from its file: tests kill it."""

import sys
from pathlib import Path

import numpy as np

import gpugrad as gg
from gpugrad import nn

EPOCHS = 3


class Noisy(gg.data.Dataset):
    """Rows with noise from three generators."""

    def __len__(self):
        return 22

    def __getitem__(self, index):
        noise = gg.random.normal(size=4, device="cpu").numpy()
        return noise + np.random.rand(4).astype(np.float32), np.float32(index % 2)


def trained(file, workers, stop=None):
    """Parameters and losses after all epochs, or after ``stop`` further steps, saved at each."""
    gg.random.seed(5)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(0.5), nn.Linear(8, 1))
    optimizer = gg.optim.Adam(model.parameters(), lr=0.01)
    loader = gg.data.DataLoader(Noisy(), batch_size=4, shuffle=True, num_workers=workers)
    parts, losses = {"model": model, "optimizer": optimizer, "loader": loader}, []
    if Path(file).exists():
        losses = gg.load(file, **parts)["losses"]
    while loader.epoch < EPOCHS:
        for x, y in loader:
            loss = nn.functional.mse_loss(model(x)[:, 0], y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            gg.save(file, losses=losses, **parts)
            print(len(losses), flush=True)
            if len(losses) == stop:
                return None
    return [p.tolist() for p in model.parameters()], losses


if __name__ == "__main__":
    trained(sys.argv[1], int(sys.argv[2]))
