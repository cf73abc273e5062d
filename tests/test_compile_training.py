"""Whole trainings, compiled against eager: the same losses to rounding over many steps."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn, optim

F = nn.functional
STEPS = 60


class Block(nn.Module):
    """A layer of a transformer, causal."""

    def __init__(self, width, heads, dropout):
        self.heads = heads
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def attention(self, x):
        batch, length, width = x.shape
        parts = gg.reshape(self.qkv(x), (batch, length, 3, self.heads, width // self.heads))
        q, k, v = (parts[:, :, i] for i in range(3))
        scores = gg.einsum("bqhd,bkhd->bhqk", q, k) / (width // self.heads) ** 0.5
        later = gg.tensor(np.triu(np.full((length, length), -1e9, "float32"), 1))
        weights = self.dropout(F.softmax(scores + later, dim=-1))
        return gg.reshape(gg.einsum("bhqk,bkhd->bqhd", weights, v), x.shape)

    def forward(self, x):
        x = x + self.out(self.attention(self.before(x)))
        return x + self.dropout(self.mlp(self.after(x)))


class GPT(nn.Module):
    """A small language model whose last layer is its table of words."""

    def __init__(self, words=11, length=6, width=16, layers=2, heads=2):
        self.words = nn.Embedding(words, width)
        self.places = nn.Parameter(gg.zeros((length, width)))
        self.blocks = nn.Sequential(*[Block(width, heads, 0.1) for _ in range(layers)])
        self.last = nn.LayerNorm(width)

    def forward(self, tokens):
        x = self.last(self.blocks(self.words(tokens) + self.places))
        return gg.matmul(x, self.words.weight.T)


def gpt():
    """AdamW with gradients clipped by their norm, and a schedule of learning rates."""
    model = GPT()
    optimizer = optim.AdamW(model.parameters(), lr=1e-2)

    def step(tokens, targets):
        loss = F.cross_entropy(gg.reshape(model(tokens), (-1, 11)), gg.reshape(targets, (-1,)))
        optimizer.zero_grad()
        loss.backward()
        gradients = [p.grad for p in model.parameters()]
        norm = gg.sqrt(sum(gg.sum(g * g) for g in gradients))
        for p, g in zip(model.parameters(), gradients, strict=True):
            p.grad = g * gg.minimum(0.5 / norm, 1.0)
        optimizer.step()
        return loss.detach(), norm.detach()

    def data(i):
        tokens = np.random.default_rng(i).integers(0, 11, (4, 7))
        return tokens[:, :-1], tokens[:, 1:]

    def before(i):
        optimizer.param_groups[0]["lr"] = 1e-2 * min(1.0, (i + 1) / 10)

    return step, data, before


def convnet():
    """Batch norm, pooling, momentum, gradients of two batches added up."""
    layers = nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)
    model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(64, 3))
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)

    def step(images, labels):
        optimizer.zero_grad()
        total = gg.zeros(())
        for part in (slice(0, 4), slice(4, 8)):
            loss = F.cross_entropy(model(images[part]), labels[part]) / 2
            loss.backward()
            total = total + loss.detach()
        optimizer.step()
        return total

    def data(i):
        random = np.random.default_rng(i % 4)
        return random.normal(size=(8, 1, 8, 8)).astype("float32"), random.integers(0, 3, 8)

    return step, data, lambda i: None


def scaled():
    """A scale of the loss in a cell, halved where a gradient is not finite, else grown."""
    w = gg.tensor([[0.5, -0.5], [1.0, 2.0]], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.01)
    scale = gg.tensor(4.0)

    def step(x, y):
        optimizer.zero_grad()
        loss = F.mse_loss(gg.matmul(x, w), y)
        (loss * scale).backward()
        finite = gg.all(gg.isfinite(w.grad))
        w.grad = gg.where(finite, w.grad / scale, 0.0)
        with gg.no_grad():
            scale[...] = gg.where(finite, scale * 1.5, scale * 0.5)
        optimizer.step()
        return loss.detach(), scale.detach()

    def data(i):
        x = np.random.default_rng(i).normal(size=(5, 2)).astype("float32")
        return x * (1e38 if i == 7 else 1.0), x[:, ::-1].copy()

    return step, data, lambda i: None


def functional():
    """Parameters in, parameters out, in a container."""
    state = {"w": gg.tensor(np.eye(3, dtype="float32")), "b": gg.zeros(3)}

    def loss(parameters, x):
        return gg.mean((gg.tanh(gg.matmul(x, parameters["w"]) + parameters["b"]) + x) ** 2)

    def update(parameters, x, rate):
        value, gradients = gg.value_and_grad(loss)(parameters, x)
        new = {name: parameters[name] - rate * gradients[name] for name in parameters}
        return value, new

    holder = {"state": state}

    def bind(update):
        def step(x, rate):
            value, holder["state"] = update(holder["state"], x, rate)
            return value

        return step

    def data(i):
        return np.random.default_rng(i).normal(size=(4, 3)).astype("float32"), 0.5 / (1 + i / 20)

    return update, data, lambda i: None, bind


TRAININGS = {"gpt": gpt, "convnet": convnet, "scaled": scaled, "functional": functional}


def losses(name, compiled):
    """What each step of a training gives."""
    gg.random.seed(0)
    step, data, before, *bind = TRAININGS[name]()
    function = gg.compile(step, wait=True) if compiled else step
    run = bind[0](function) if bind else function
    found = []
    for i in range(STEPS):
        before(i)
        given = [gg.tensor(a) if isinstance(a, np.ndarray) else a for a in data(i)]
        result = run(*given)
        parts = result if isinstance(result, tuple) else (result,)
        found.append([part.item() for part in parts])
    return np.array(found), function


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", TRAININGS)
def test_a_training_gives_the_same_losses_compiled(name):
    expected, _ = losses(name, compiled=False)
    found, function = losses(name, compiled=True)
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-5)
    np.testing.assert_allclose(found[:10], expected[:10], rtol=1e-5, atol=1e-6)
    assert function.recordings == 1
    assert found[-1][0] < found[0][0] or name == "scaled"
