"""A small DCGAN: transposed convolutions, two optimizers, losses of probabilities."""

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(6, 8, 4, 1, 0, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(True),
            nn.ConvTranspose2d(8, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        )

    def forward(self, input):
        return self.main(input)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(8, 1, 4, 1, 0, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, input):
        return self.main(input).view(-1, 1).squeeze(1)


def weights_init(m, rng):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        m.weight.data.copy_(torch.from_numpy(rng.normal(0, 0.1, tuple(m.weight.size()))))
    elif classname.find("BatchNorm") != -1:
        torch.nn.init.ones_(m.weight)
        m.bias.data.fill_(0)


def main():
    rng = np.random.default_rng(0)
    net_g = Generator().apply(lambda m: weights_init(m, rng))
    net_d = Discriminator().apply(lambda m: weights_init(m, rng))
    criterion = nn.BCELoss()
    optimizer_d = optim.Adam(net_d.parameters(), lr=2e-3, betas=(0.5, 0.999))
    optimizer_g = optim.Adam(net_g.parameters(), lr=2e-3, betas=(0.5, 0.999))
    for _ in range(8):
        real = torch.from_numpy(rng.uniform(-1, 1, (5, 1, 8, 8)).astype("float32"))
        noise = torch.from_numpy(rng.normal(size=(5, 6, 1, 1)).astype("float32"))
        net_d.zero_grad()
        label = torch.full((real.size(0),), 1.0, dtype=real.dtype)
        err_real = criterion(net_d(real), label)
        err_real.backward()
        fake = net_g(noise)
        label.fill_(0)
        err_fake = criterion(net_d(fake.detach()), label)
        err_fake.backward()
        optimizer_d.step()
        net_g.zero_grad()
        label.fill_(1)
        err_g = criterion(net_d(fake), label)
        err_g.backward()
        optimizer_g.step()
        print(f"{(err_real + err_fake).item():.5f} {err_g.item():.5f}")


if __name__ == "__main__":
    main()
