"""A language model of words: embedding, LSTM over time, truncated backpropagation."""

import numpy as np
import torch
import torch.nn as nn


class Model(nn.Module):
    def __init__(self, words, width):
        super().__init__()
        self.encoder = nn.Embedding(words, width)
        self.rnn = nn.LSTM(width, width, 2)
        self.decoder = nn.Linear(width, words)

    def forward(self, input, hidden):
        output, hidden = self.rnn(self.encoder(input), hidden)
        decoded = self.decoder(output).view(-1, self.decoder.out_features)
        return nn.functional.log_softmax(decoded, dim=1), hidden

    def init_hidden(self, batch):
        weight = next(self.parameters())
        return weight.new_zeros(2, batch, 12), weight.new_zeros(2, batch, 12)


def repackage_hidden(h):
    if isinstance(h, torch.Tensor):
        return h.detach()
    return tuple(repackage_hidden(v) for v in h)


def main():
    rng = np.random.default_rng(0)
    data = torch.from_numpy(rng.integers(0, 15, (61, 4)))
    model, criterion = Model(15, 12), nn.NLLLoss()
    for p in model.parameters():
        p.data.copy_(torch.from_numpy(rng.uniform(-0.3, 0.3, tuple(p.shape))))
    hidden, lr = model.init_hidden(4), 2.0
    for i in range(0, data.size(0) - 1, 10):
        x, y = data[i : i + 10], data[i + 1 : i + 11].view(-1)
        model.zero_grad()
        hidden = repackage_hidden(hidden)
        output, hidden = model(x, hidden)
        loss = criterion(output, y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        for p in model.parameters():
            p.data.add_(p.grad, alpha=-lr)
        print(f"{loss.item():.5f}")


if __name__ == "__main__":
    main()
