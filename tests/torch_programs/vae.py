"""A variational autoencoder whose noise is given, so that every library draws the same."""

import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F


class VAE(nn.Module):
    def __init__(self):
        super(VAE, self).__init__()  # noqa: UP008  as programs of its time write it
        self.fc1 = nn.Linear(20, 16)
        self.fc21, self.fc22 = nn.Linear(16, 4), nn.Linear(16, 4)
        self.fc3, self.fc4 = nn.Linear(4, 16), nn.Linear(16, 20)

    def encode(self, x):
        h = F.relu(self.fc1(x))
        return self.fc21(h), self.fc22(h)

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x, noise):
        mu, logvar = self.encode(x.view(-1, 20))
        std = torch.exp(0.5 * logvar)
        return self.decode(mu + noise * std), mu, logvar


def loss_function(recon_x, x, mu, logvar):
    bce = F.binary_cross_entropy(recon_x, x.view(-1, 20), reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + kld


def main():
    rng = np.random.default_rng(0)
    model = VAE()
    state = model.state_dict()
    for name in state:
        state[name].copy_(torch.tensor(rng.normal(0, 0.3, tuple(state[name].size()))))
    optimizer = optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    data = torch.FloatTensor(rng.uniform(0, 1, (40, 4, 5)))
    for step in range(10):
        batch = data[torch.arange(step, step + 30) % 40]
        noise = torch.from_numpy(rng.normal(size=(30, 4))).float()
        model.zero_grad()
        recon, mu, logvar = model(batch, noise)
        loss = loss_function(recon, batch, mu, logvar)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        print(f"{loss.item() / len(batch):.6f}")


if __name__ == "__main__":
    main()
