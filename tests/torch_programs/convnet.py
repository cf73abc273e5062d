"""A convnet on images made from noise: batch norm, dropout off, Adam with a schedule."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, stride=2)
        self.drop = nn.Dropout(0.0)
        self.fc = nn.Linear(16 * 3 * 3, 4)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2, stride=1, padding=1)
        x = F.avg_pool2d(x, 2)
        x = self.drop(x.view(x.size(0), -1)[:, : 16 * 3 * 3])
        if x.size(1) < 16 * 3 * 3:
            x = F.pad(x, (0, 16 * 3 * 3 - x.size(1)))
        return F.log_softmax(self.fc(x), dim=1)


def set_weights(model, seed=0):
    """The same weights in every library."""
    rng = np.random.default_rng(seed)
    for p in model.parameters():
        p.data.copy_(torch.from_numpy(rng.normal(0, 0.2, tuple(p.shape)).astype("float32")))


def main():
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    rng = np.random.default_rng(1)
    images = torch.from_numpy(rng.normal(size=(64, 1, 10, 10)).astype("float32"))
    labels = torch.from_numpy(rng.integers(0, 4, 64)).long()
    loader = DataLoader(TensorDataset(images, labels), batch_size=16, shuffle=False)
    model = Net().to(device)
    set_weights(model)
    optimizer = optim.Adam(model.parameters(), lr=0.01, weight_decay=1e-4)
    scheduler = StepLR(optimizer, step_size=1, gamma=0.7)
    for _ in range(3):
        model.train()
        for data, target in loader:
            data, target = data.to(device), target.to(device)
            optimizer.zero_grad()
            loss = F.nll_loss(model(data), target)
            loss.backward()
            optimizer.step()
            print(f"{loss.item():.6f}")
        scheduler.step()
        model.eval()
        with torch.no_grad():
            pred = model(images.to(device)).argmax(dim=1, keepdim=True)
            correct = pred.eq(labels.view_as(pred)).sum().item()
        print(correct)


if __name__ == "__main__":
    main()
