"""Layer: what is measured, written once in the names that both libraries have."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Layer(NamedTuple):
    """A layer and its inputs, of which floats get gradients, as the layer's parameters do.

    make: gives of a library's ``nn`` a module or a function of ``inputs``.  If that returns a
    tuple, the first entry is what gradients come from.
    """

    make: Callable[[Any], Callable[..., Any]]
    inputs: tuple[np.ndarray, ...]


def normal(*shape: int) -> np.ndarray:
    """Random numbers in float32, the same in every process."""
    return np.random.default_rng(shape).normal(size=shape).astype(np.float32)


def step(library: Any, layer: Layer) -> Callable[[], None]:
    """Forward and backward of ``layer``; ``library``: gpugrad or torch."""
    called = layer.make(library.nn)
    inputs = [library.tensor(x, requires_grad=x.dtype.kind == "f") for x in layer.inputs]
    leaves = [x for x in inputs if x.requires_grad]
    leaves += called.parameters() if isinstance(called, library.nn.Module) else []

    def value() -> Any:
        y = called(*inputs)
        return y[0] if isinstance(y, tuple) else y

    share = library.tensor(normal(*value().shape))

    def run() -> None:
        for leaf in leaves:
            leaf.grad = None
        value().backward(share)

    return run
