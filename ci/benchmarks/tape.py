"""What an eager operation costs: forward and backward on arrays too small to hide it.

chain: y = tanh(y * c + t) 67 times on 8 float32 numbers, then the gradient of the sum; figures
are microseconds an operation, forward and backward together, one thread.
expression: the one in micrograd's README, on scalars; microseconds for all of it.
"""

import sys
from collections.abc import Callable, Mapping
from operator import pow
from typing import Any

from harness import Benchmark, Peer, run

LINKS = 67
OPERATIONS = 3 * LINKS + 1  # three a link, and the sum


def expression(a: Any, b: Any, relu: Callable, power: Callable = pow) -> Any:
    """micrograd's README expression of two scalars."""
    c = a + b
    d = a * b + power(b, 3)
    c = c + c + 1
    c = c + 1 + c + (-a)
    d = d + d * 2 + relu(b + a)
    d = d + 3 * d + relu(b - a)
    e = c - d
    f = power(e, 2)
    g = f / 2.0
    return g + 10.0 / f


def links(y: Any, c: Any, t: Any, tanh: Callable) -> Any:
    """The chain."""
    for _ in range(LINKS):
        y = tanh(y * c + t)
    return y


def gpugrad_calls() -> Mapping[str, Callable]:
    """Our own."""
    import gpugrad as gg

    x = gg.tensor([0.5] * 8, requires_grad=True)
    c, t = gg.tensor([0.9] * 8), gg.tensor([0.1] * 8)

    def chain() -> None:
        gg.sum(links(x, c, t, gg.tanh)).backward()
        x.grad = None

    def scalars() -> None:
        a, b = gg.tensor(-4.0, requires_grad=True), gg.tensor(2.0, requires_grad=True)
        expression(a, b, gg.relu).backward()

    return {"chain": chain, "expression": scalars}


def torch_calls() -> Mapping[str, Callable]:
    """PyTorch eager."""
    import torch

    torch.set_num_threads(1)
    x = torch.tensor([0.5] * 8, requires_grad=True)
    c, t = torch.tensor([0.9] * 8), torch.tensor([0.1] * 8)

    def chain() -> None:
        links(x, c, t, torch.tanh).sum().backward()
        x.grad = None

    def scalars() -> None:
        a, b = torch.tensor(-4.0, requires_grad=True), torch.tensor(2.0, requires_grad=True)
        expression(a, b, torch.relu).backward()

    return {"chain": chain, "expression": scalars}


def autograd_calls() -> Mapping[str, Callable]:
    """HIPS autograd."""
    import autograd.numpy as np
    from autograd import grad

    def float32(*values: float) -> Any:
        return np.array(values, dtype="float32")

    x, c, t = float32(*[0.5] * 8), float32(*[0.9] * 8), float32(*[0.1] * 8)
    gradient = grad(lambda x: np.sum(links(x, c, t, np.tanh)))
    both = grad(lambda ab: expression(ab[0], ab[1], lambda v: np.maximum(v, 0)))
    return {"chain": lambda: gradient(x), "expression": lambda: both((-4.0, 2.0))}


def mygrad_calls() -> Mapping[str, Callable]:
    """MyGrad."""
    import mygrad
    import numpy as np

    x = mygrad.tensor(np.full(8, 0.5, "float32"))
    c, t = np.full(8, 0.9, "float32"), np.full(8, 0.1, "float32")

    def chain() -> None:
        links(x, c, t, mygrad.tanh).sum().backward()
        x.null_grad()

    def scalars() -> None:
        a, b = mygrad.tensor(-4.0), mygrad.tensor(2.0)
        expression(a, b, lambda v: mygrad.maximum(v, 0)).backward()

    return {"chain": chain, "expression": scalars}


def micrograd_calls() -> Mapping[str, Callable]:
    """micrograd: plain Python, scalars only."""
    from micrograd.engine import Value

    return {"expression": lambda: expression(Value(-4.0), Value(2.0), Value.relu).backward()}


PEERS = (
    Peer("gpugrad", gpugrad_calls, ("gpugrad",)),
    Peer("PyTorch eager", torch_calls, ("torch",)),
    Peer("HIPS autograd", autograd_calls, ("autograd",)),
    Peer("MyGrad", mygrad_calls, ("mygrad",)),
    Peer("micrograd", micrograd_calls, ("micrograd",)),
)


def main(argv: list[str] | None = None) -> int:
    """Measure and print."""
    goals = {("chain", "PyTorch eager"): 0.5, ("expression", "PyTorch eager"): 0.33}
    benchmark = Benchmark(
        "tape", __file__, PEERS, "us", 1e6, counts={"chain": OPERATIONS}, goals=goals
    )
    return run(benchmark, argv)


if __name__ == "__main__":
    sys.exit(main())
