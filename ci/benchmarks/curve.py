"""The losses of a character GPT, step by step: PyTorch, gpugrad in its spelling, and compiled.

nanoGPT's settings for a CPU (4 layers, 4 heads, 128 wide, blocks of 64, batches of 12, AdamW with
decay for matrices, warm-up and cosine, gradients clipped to norm 1), without dropout, on the
English that comes with Python.  The same lines run with both libraries, from the same weights on
the same batches; each step is one of every library in turn, so that times compare.
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from pydoc_data.topics import topics
from typing import Any

import numpy as np
from harness import RESULTS, circumstances, write
from matplotlib.figure import Figure

BLOCK, BATCH, WIDTH, HEADS, LAYERS = 64, 12, 128, 4, 4
RATE, WARM = 1e-3, 100
COLOURS = {"PyTorch": "#dc2626", "gpugrad.torch": "#2563eb", "gpugrad.torch, compiled": "#16a34a"}


def gpt(torch: Any, letters: int) -> Any:
    """nanoGPT's model in the names that both libraries have."""
    nn, F = torch.nn, torch.nn.functional

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.c_attn, self.c_proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

        def forward(self, x: Any) -> Any:
            size = (x.size(0), x.size(1), HEADS, WIDTH // HEADS)
            q, k, v = (part.view(*size).transpose(1, 2) for part in self.c_attn(x).split(WIDTH, 2))
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.c_proj(y.transpose(1, 2).contiguous().view(x.size(0), x.size(1), WIDTH))

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln_1, self.ln_2, self.attn = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH), Attention()
            wide = nn.Linear(WIDTH, 4 * WIDTH)
            self.mlp = nn.Sequential(wide, nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))

        def forward(self, x: Any) -> Any:
            x = x + self.attn(self.ln_1(x))
            return x + self.mlp(self.ln_2(x))

    class GPT(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.wte, self.wpe = nn.Embedding(letters, WIDTH), nn.Embedding(BLOCK, WIDTH)
            self.h = nn.ModuleList([Block() for _ in range(LAYERS)])
            self.ln_f, self.lm_head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, letters, bias=False)
            self.wte.weight = self.lm_head.weight

        def forward(self, x: Any, y: Any) -> Any:
            z = self.wte(x) + self.wpe(torch.arange(x.size(1)))
            for block in self.h:
                z = block(z)
            scores = self.lm_head(self.ln_f(z))
            return F.cross_entropy(scores.view(-1, letters), y.view(-1))

    return GPT()


def training(torch: Any, start: dict[str, np.ndarray], letters: int, compiled: bool) -> Callable:
    """A step, of a batch and a learning rate, that gives the loss."""
    model = gpt(torch, letters)
    model.load_state_dict({name: torch.from_numpy(x.copy()) for name, x in start.items()})
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.99))

    def learn(x: Any, y: Any) -> Any:
        loss = model(x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.detach()

    learn = torch.compile(learn) if compiled else learn

    def step(x: np.ndarray, y: np.ndarray, rate: float) -> float:
        for group in optimizer.param_groups:
            group["lr"] = rate
        return learn(torch.from_numpy(x), torch.from_numpy(y)).item()

    return step


def weights(rng: np.random.Generator, letters: int) -> dict[str, np.ndarray]:
    """Initial values as nanoGPT draws them, by the names of the state."""
    import gpugrad.torch

    deep = 0.02 / math.sqrt(2 * LAYERS)
    found: dict[str, np.ndarray] = {}
    for name, x in gpt(gpugrad.torch, letters).state_dict().items():
        spread = deep if name.endswith(("c_proj.weight", "mlp.2.weight")) else 0.02
        value = rng.normal(0, spread, x.shape) if x.ndim > 1 else np.full(x.shape, "ln" in name)
        value = value if name.endswith("weight") else np.zeros(x.shape)
        found[name] = value.astype("float32")
    found["wte.weight"] = found["lm_head.weight"]  # one parameter
    return found


def batches(rng: np.random.Generator, text: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks and the letters that come next."""
    while True:
        at = rng.integers(0, len(text) - BLOCK - 1, BATCH)[:, None] + np.arange(BLOCK + 1)
        yield text[at[:, :-1]], text[at[:, 1:]]


def rate(step: int, steps: int) -> float:
    """nanoGPT's: up within ``WARM`` steps, then down to a tenth by a cosine."""
    through = (step - WARM) / max(steps - WARM, 1)
    down = 0.1 + 0.45 * (1 + math.cos(math.pi * max(through, 0.0)))
    return RATE * (min(step + 1, WARM) / WARM) * down


def measured(steps: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Losses and seconds of every step by each library."""
    import torch

    import gpugrad.torch as ours

    text = "\n".join(topics.values())
    letters = sorted(set(text))
    known = {c: i for i, c in enumerate(letters)}
    numbers = np.array([known[c] for c in text], "int64")
    start = weights(np.random.default_rng(0), len(letters))
    ways = dict(zip(COLOURS, ((torch, False), (ours, False), (ours, True)), strict=True))
    run = {name: training(lib, start, len(letters), fast) for name, (lib, fast) in ways.items()}
    losses: dict[str, list[float]] = {name: [] for name in run}
    seconds: dict[str, list[float]] = {name: [] for name in run}
    drawn = batches(np.random.default_rng(1), numbers)
    for i in range(steps):
        x, y = next(drawn)
        for name, step in run.items():
            began = time.perf_counter()
            losses[name].append(step(x, y, rate(i, steps)))
            seconds[name].append(time.perf_counter() - began)
        if i % 50 == 0 or i == steps - 1:
            print(f"step {i:>4}  " + "  ".join(f"{losses[name][-1]:.5f}" for name in run))
    return losses, seconds


def plot(losses: dict[str, list[float]], path: Path) -> None:
    """All curves, and below how far they are from the first."""
    figure = Figure(figsize=(7, 6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    first = next(iter(losses.values()))
    for i, (name, curve) in enumerate(losses.items()):
        above.plot(curve, color=COLOURS[name], label=name, linewidth=4 - 1.5 * i)
        apart = [max(abs(a - b), 1e-8) for a, b in zip(curve, first, strict=True)]
        if i:
            below.plot(apart, color=COLOURS[name], linewidth=1)
    above.set(ylabel="cross-entropy, nats a letter", title="a character GPT, the same batches")
    below.set(xlabel="step", ylabel="difference", yscale="log")
    above.legend(frameon=False)
    for axes in (above, below):
        axes.grid(color="#94a3b8", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    print(f"written: {path}")


def main(argv: Sequence[str] | None = None) -> int:
    """Train by all, print differences and times, write both and the picture."""
    parser = argparse.ArgumentParser(prog="ci/bench curve", description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=500, help="of training (500)")
    help = "where the figures go, and beside them the plot"
    parser.add_argument("--json", type=Path, default=RESULTS / "curve.json", help=help)
    given = parser.parse_args(argv)
    try:
        losses, seconds = measured(given.steps)
    except ModuleNotFoundError as error:
        print(f"ci/bench curve: {error}; ci/bench --with-peers curve installs it", file=sys.stderr)
        return 2
    first = next(iter(losses))
    medians = {name: statistics.median(s[len(s) // 10 :]) for name, s in seconds.items()}
    for name in losses:
        apart = max(abs(a - b) for a, b in zip(losses[name], losses[first], strict=True))
        print(
            f"{name:<24} last loss {losses[name][-1]:.5f}  farthest {apart:.2e}  "
            f"{1000 * medians[name]:.2f} ms a step  ratio {medians[name] / medians[first]:.3f}"
        )
    result = {"benchmark": "curve", "unit": "nats a letter", **circumstances()}
    write({**result, "losses": losses, "seconds": medians}, given.json)
    plot(losses, given.json.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
