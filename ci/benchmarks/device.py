"""Steps on a GPU, eager: gpugrad against PyTorch and jax.jit on the same device.

elementwise: value and both gradients of sum(tanh(xy + x/2) sigmoid(y) - log1p(exp(-x))).
mlp: a training step of 784-256-128-10 with Adam, in float32 or where it says so in bfloat16;
convnet: the same of two convolutions.  Every call ends when the device has finished.  PyTorch is
measured with products of float32 in float32 and in TF32.  JAX is given a step compiled as a whole.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from harness import Absent, Benchmark, Peer, run

DEVICE = os.environ.get("GPUGRAD_BENCH_DEVICE", "cuda")  # set by main for the peers' processes
SMALL = DEVICE != "cuda"  # elsewhere the calls are only tried
ELEMENTS = 1_000 if SMALL else 4_000_000
HALF = "bfloat16"  # in the name of a row: its dtype
BATCHES = {  # row -> rows of its input
    name: 8 if SMALL else batch
    for name, batch in (
        ("mlp, batch 128", 128),
        ("mlp, batch 1024", 1024),
        (f"mlp, batch 1024, {HALF}", 1024),
    )
}
WIDTHS = (784, 256, 128, 10)
IMAGES = 2 if SMALL else 64
RATE = 1e-3


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def labels(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 10, count)


def function(m: Any, x: Any, y: Any) -> Any:
    return m.tanh(x * y + x / 2) * m.sigmoid(y) - m.log1p(m.exp(-x))


def networks(nn: Any) -> dict[str, tuple[Any, np.ndarray]]:
    """Models by torch's names and their input."""
    convolutional = (
        nn.Conv2d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1568, 10),
    )
    found = {}
    for name, batch in BATCHES.items():
        layers = [nn.Linear(a, b) for a, b in pairwise(WIDTHS)]
        model = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
        found[name] = model, numbers(batch, WIDTHS[0])
    found["convnet"] = nn.Sequential(*convolutional), numbers(IMAGES, 1, 28, 28)
    return found


def training(model: Any, optimizer: Any, measure: Any, x: Any, y: Any, wait: Callable) -> Callable:
    def step() -> None:
        optimizer.zero_grad()
        measure(model(x), y).backward()
        optimizer.step()
        wait()

    return step


def gpugrad_calls() -> Mapping[str, Callable]:
    import gpugrad as gg
    from gpugrad import nn, optim
    from gpugrad.backend.select import backend

    wait = backend(DEVICE).synchronize
    with gg.use_device(DEVICE):
        x, y = (gg.tensor(numbers(ELEMENTS), requires_grad=True) for _ in range(2))
        formula = gg.elementwise(lambda x, y: function(gg, x, y))

        def elementwise() -> None:
            x.grad = y.grad = None
            gg.sum(formula(x, y)).backward()
            wait()

        calls = {"elementwise": elementwise}
        for name, (model, given) in networks(nn).items():
            dtype = HALF if HALF in name else "float32"
            model.to(dtype=dtype)
            optimizer = optim.Adam(model.parameters(), lr=RATE)
            inputs, targets = gg.tensor(given, dtype=dtype), gg.tensor(labels(len(given)))
            calls[name] = training(model, optimizer, nn.CrossEntropyLoss(), inputs, targets, wait)
    return calls


def torch_calls(tf32: bool) -> Mapping[str, Callable]:
    import torch
    from torch import nn

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
    if DEVICE == "cuda" and not torch.cuda.is_available():
        raise Absent("this PyTorch sees no GPU")
    device = "cuda" if DEVICE == "cuda" else "cpu"
    wait = torch.cuda.synchronize if DEVICE == "cuda" else (lambda: None)
    x, y = (torch.tensor(numbers(ELEMENTS), device=device, requires_grad=True) for _ in range(2))

    def elementwise() -> None:
        x.grad = y.grad = None
        function(torch, x, y).sum().backward()
        wait()

    calls = {"elementwise": elementwise}
    for name, (model, given) in networks(nn).items():
        dtype = torch.bfloat16 if HALF in name else torch.float32
        model.to(device, dtype)
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
        inputs = torch.tensor(given, device=device, dtype=dtype)
        targets = torch.tensor(labels(len(given)), device=device)
        calls[name] = training(model, optimizer, nn.CrossEntropyLoss(), inputs, targets, wait)
    return calls


def jax_calls() -> Mapping[str, Callable]:
    import jax
    import jax.numpy as jnp

    if DEVICE == "cuda" and jax.default_backend() != "gpu":
        raise Absent("this JAX sees no GPU")

    def total(x: Any, y: Any) -> Any:
        inner = jnp.tanh(x * y + x / 2) * jax.nn.sigmoid(y)
        return jnp.sum(inner - jnp.log1p(jnp.exp(-x)))

    step = jax.jit(jax.value_and_grad(total, (0, 1)))
    x, y = jnp.array(numbers(ELEMENTS)), jnp.array(numbers(ELEMENTS))
    return {"elementwise": lambda: jax.block_until_ready(step(x, y))}


PEERS = (
    Peer("gpugrad", gpugrad_calls, ("gpugrad",)),
    Peer("PyTorch eager", partial(torch_calls, tf32=False), ("torch",)),
    Peer("PyTorch eager, TF32", partial(torch_calls, tf32=True), ("torch",)),
    Peer("jax.jit", jax_calls, ("jax",)),
)


def main(argv: list[str] | None = None) -> int:
    """Measure on a GPU; on another device only try every call once."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--device", default=DEVICE)
    given, rest = parser.parse_known_args(argv)
    if given.device != DEVICE:
        os.environ["GPUGRAD_BENCH_DEVICE"] = given.device
        os.execv(sys.executable, [sys.executable, __file__, *rest])
    if SMALL and not {"-h", "--help", "--worker"} & set(rest):
        for name, call in gpugrad_calls().items():
            call()
            print(f"{name}: ran on {DEVICE}")
        return 0
    return run(Benchmark("device", __file__, PEERS), rest)


if __name__ == "__main__":
    sys.exit(main())
