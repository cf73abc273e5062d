"""A fused elementwise function and its gradients: 4,000,000 float32, value and both gradients of

    sum(tanh(x*y + x/2) * sigmoid(y) - log1p(exp(-x)))

gpugrad: one @gg.elementwise and a gg.sum, eager.  "NumPy": forward and gradients derived by hand.
"bytes alone": a kernel of ours that reads x and y and writes two arrays.
Then two matrix products of 512 x 512 with a kernel between, against each alone.
"""

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from harness import Benchmark, Peer, run

SIZE = 4_000_000
ROW = "value and gradients"
ROUNDS, CALLS = 15, 20  # of the products and the kernel


def arrays(size: int = SIZE) -> tuple[Any, Any]:
    """The same numbers for everybody."""
    import numpy as np

    draw = np.random.default_rng(0)
    return tuple(draw.standard_normal(size, dtype=np.float32) for _ in range(2))


def gpugrad_calls() -> Mapping[str, Callable]:
    """Our own, eager."""
    import gpugrad as gg

    @gg.elementwise
    def formula(x, y):
        return gg.tanh(x * y + x / 2) * gg.sigmoid(y) - gg.log1p(gg.exp(-x))

    x, y = (gg.tensor(a, requires_grad=True) for a in arrays())

    def step() -> float:
        x.grad = y.grad = None
        total = gg.sum(formula(x, y))
        total.backward()
        return total.item()

    return {ROW: step}


def numpy_calls(size: int = SIZE) -> Mapping[str, Callable]:
    """NumPy, the gradient derived by hand."""
    import numpy as np

    x, y = arrays(size)

    def step() -> Any:
        t = np.tanh(x * y + x / 2)
        s = 1 / (1 + np.exp(-y))
        e = np.exp(-x)
        total = np.sum(t * s - np.log1p(e))
        inner = (1 - t * t) * s
        return total, inner * (y + np.float32(0.5)) + e / (1 + e), inner * x + t * s * (1 - s)

    return {ROW: step}


def torch_tensors() -> Any:
    """PyTorch, and the two tensors."""
    import torch

    return torch, *(torch.tensor(a, requires_grad=True) for a in arrays())


def torch_formula(x: Any, y: Any) -> Any:
    """The same in PyTorch."""
    import torch

    return (torch.tanh(x * y + x / 2) * torch.sigmoid(y) - torch.log1p(torch.exp(-x))).sum()


def torch_calls(compiled: bool = False) -> Mapping[str, Callable]:
    """PyTorch: eager, or with the forward (and so its backward) compiled."""
    torch, x, y = torch_tensors()
    function = torch.compile(torch_formula) if compiled else torch_formula

    def step() -> float:
        x.grad = y.grad = None
        total = function(x, y)
        total.backward()
        return total.item()

    return {ROW: step}


def torch_whole_calls() -> Mapping[str, Callable]:
    """PyTorch with value and gradients compiled as one function."""
    torch, x, y = torch_tensors()
    whole = torch.compile(torch.func.grad_and_value(torch_formula, argnums=(0, 1)))
    x, y = x.detach(), y.detach()
    return {ROW: lambda: whole(x, y)[1].item()}


def jax_calls() -> Mapping[str, Callable]:
    """jax.jit of value and gradients."""
    import jax
    from jax import numpy as jnp

    def formula(x: Any, y: Any) -> Any:
        inner = jnp.tanh(x * y + x / 2) * jax.nn.sigmoid(y)
        return jnp.sum(inner - jnp.log1p(jnp.exp(-x)))

    step = jax.jit(jax.value_and_grad(formula, argnums=(0, 1)))
    x, y = map(jnp.asarray, arrays())
    return {ROW: lambda: jax.block_until_ready(step(x, y))}


def bytes_calls() -> Mapping[str, Callable]:
    """Reading two arrays and writing two on our threads: no maths."""
    from gpugrad.backend.dtypes import float32
    from gpugrad.backend.select import HOST
    from gpugrad.codegen import launch
    from gpugrad.codegen.symbols import INPUT, symbol
    from gpugrad.codegen.text import Kernel

    a, b = symbol(INPUT, "a"), symbol(INPUT, "b")
    kernel = Kernel("moved", ("a", "b"), frozenset(), (), (("c", b), ("d", a)))
    unit = launch.Unit((kernel,), "float32")
    given = arrays()
    return {ROW: lambda: launch.run(HOST, lambda: unit, kernel, given, (SIZE,), float32, ())}


def in_turn() -> dict[str, dict[str, float]]:
    """Matrix products and a kernel, alone and in turn, in ms; medians of interleaved rounds."""
    import gpugrad as gg

    draw = gg.tensor(arrays()[0][: 512 * 512].reshape(512, 512) * 0.01)
    calls = {
        "products alone": lambda: gg.matmul(gg.matmul(draw, draw), draw),
        "kernel alone": lambda: gg.silu(draw),
        "in turn": lambda: gg.matmul(gg.silu(gg.matmul(draw, draw)), draw),
    }
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS + 1):
        for name, call in calls.items():
            start = time.perf_counter()
            for _ in range(CALLS):
                call()
            seconds[name].append((time.perf_counter() - start) / CALLS * 1e3)
    figures = {name: statistics.median(each[1:]) for name, each in seconds.items()}
    alone = figures["products alone"] + figures["kernel alone"]
    return {"products and kernel, ms": {**figures, "ratio (goal 1.2)": figures["in turn"] / alone}}


PEERS = (
    Peer("gpugrad", gpugrad_calls, ("gpugrad",)),
    Peer("jax.jit", jax_calls, ("jax",)),
    Peer("PyTorch eager", torch_calls, ("torch",)),
    Peer("torch.compile forward", lambda: torch_calls(compiled=True), ("torch",)),
    Peer("torch.compile whole", torch_whole_calls, ("torch",)),
    Peer("NumPy by hand", numpy_calls, ("numpy",)),
    Peer("bytes alone", bytes_calls, ("gpugrad",)),
)
GOALS = {(ROW, "jax.jit"): 0.85, (ROW, "PyTorch eager"): 0.3}


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark."""
    benchmark = Benchmark("elementwise", __file__, PEERS, goals=GOALS)
    return run(benchmark, argv, in_turn)


if __name__ == "__main__":
    sys.exit(main())
