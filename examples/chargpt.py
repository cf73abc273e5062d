"""Train a character GPT on the English that comes with Python, and let it write.

It has dropout, a cosine schedule with warm-up, a compiled step, and goes on where it was stopped.
It writes loss.png, metrics.jsonl, run.safetensors and sample.txt.

    python examples/chargpt.py
    python examples/chargpt.py --steps 2000 --resume --device cuda
"""

import math
from pydoc_data.topics import topics

import numpy as np
from shared import run

import gpugrad as gg
from gpugrad import nn, optim

BLOCK, WIDTH, HEADS, LAYERS, BATCH = 64, 96, 4, 3, 16
WARM, RATE, WRITTEN = 40, 2e-3, 400


class Attention(nn.Module):
    """Causal self-attention."""

    def __init__(self) -> None:
        self.read, self.write = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.drop = nn.Dropout(0.1)
        self.register_buffer("later", gg.triu(gg.ones((BLOCK, BLOCK), dtype="bool"), k=1))

    def forward(self, x):  # (B, T, C)
        batch, length, _ = x.shape
        heads = self.read(x).reshape(batch, length, 3, HEADS, WIDTH // HEADS)
        q, k, v = gg.unstack(heads.transpose(2, 0, 3, 1, 4))  # each (B, H, T, C / H)
        scores = (q @ k.mT) / math.sqrt(WIDTH // HEADS)  # (B, H, T, T)
        scores = gg.where(self.later[:length, :length], -math.inf, scores)
        mixed = self.drop(gg.softmax(scores, axis=-1)) @ v
        return self.drop(self.write(mixed.swapaxes(1, 2).reshape(batch, length, WIDTH)))


class Block(nn.Module):
    """Attention and a network for each place, both beside a path without them."""

    def __init__(self) -> None:
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attention = Attention()
        self.network = nn.Sequential(
            nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH), nn.Dropout(0.1)
        )

    def forward(self, x):
        x = x + self.attention(self.first(x))
        return x + self.network(self.second(x))


class GPT(nn.Module):
    """Scores of the next letter at every place: (B, T) gives (B, T, letters)."""

    def __init__(self, letters: int) -> None:
        self.letters, self.places = nn.Embedding(letters, WIDTH), nn.Embedding(BLOCK, WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(LAYERS)])
        self.last, self.scores = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, letters, bias=False)
        for table in (self.letters, self.places):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, x):
        places = gg.arange(x.shape[1], device=x.device)
        return self.scores(self.last(self.blocks(self.letters(x) + self.places(places))))


def corpus() -> tuple[np.ndarray, list[str]]:
    """Python's help on its own language as numbers, and the letter of each number."""
    text = "\n".join(topics.values()).lower()
    letters = sorted({c for c in text if c.isascii()})
    known = {c: i for i, c in enumerate(letters)}
    return np.array([known[c] for c in text if c in known], "int64"), letters


def rate(step: int, steps: int) -> float:
    """Share of the learning rate: up within ``WARM`` steps, then down by a cosine."""
    through = (step - WARM) / max(steps - WARM, 1)
    return min(step + 1, WARM) / WARM * (0.55 + 0.45 * math.cos(math.pi * max(through, 0)))


def write(model: GPT, letters: list[str], length: int) -> str:
    """A text that the model draws letter by letter."""
    model.eval()
    written = [letters.index("\n")]
    with gg.no_grad():
        for _ in range(length):
            scores = model(gg.tensor([written[-BLOCK:]]))[0, -1] / 0.8
            noise = -gg.log(-gg.log(gg.random.uniform(1e-9, 1.0, scores.shape)))
            written.append(int(gg.argmax(scores + noise)))  # a draw from their softmax
    model.train()
    return "".join(letters[i] for i in written[1:])


def main(argv: list[str] | None = None) -> None:
    given = run.arguments(__doc__, "chargpt", 600, argv)
    text, letters = corpus()
    model = GPT(len(letters))
    optimizer = optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.05)
    schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, given.steps))

    @gg.compile
    def learn(x, y):
        scores = model(x)
        loss = nn.functional.cross_entropy(scores.reshape(-1, len(letters)), y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.detach()

    def step(_: int) -> float:
        starts = gg.random.integers(0, len(text) - BLOCK - 1, BATCH, device="cpu").numpy()
        block = text[starts[:, None] + np.arange(BLOCK + 1)]
        loss = learn(gg.tensor(block[:, :-1]), gg.tensor(block[:, 1:]))
        schedule.step()
        return loss.item()

    for _ in run.steps(given, step, model=model, optimizer=optimizer, schedule=schedule):
        pass
    sample = write(model, letters, WRITTEN)
    (given.output / "sample.txt").write_text(sample)
    print(sample)
    print(f"written: loss.png, metrics.jsonl, run.safetensors and sample.txt in {given.output}")


if __name__ == "__main__":
    main()
