"""Training steps: W4, W4b, W4c, W5 and W6.

A program has the parameters ``m``, the library's functions, and ``nn``, its layers, and gives the
model, whose parameters are trained, and the function of model and data that is the loss.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import convnet
import mlp
import numpy as np

from .gpt import Size, attention_by_einsum, attention_by_matmul, gpt, norm_of_layer, spelled_norm
from .row import Row


def training(programs: Mapping[str, Callable], data: tuple, rule: str, rate: float) -> Any:
    """The spellings of a step."""
    return {
        name: lambda library, program=program: library.training(program, data, rule, rate)
        for name, program in programs.items()
    }


def with_layers(make: Callable[[Any], Any], m: Any, nn: Any) -> tuple[Any, Callable]:
    """A model and the cross-entropy of its scores, by the layers' own names."""
    measure = nn.CrossEntropyLoss()
    return make(nn), lambda model, x, labels: measure(model(x), labels)


def cross_entropy(m: Any, scores: Any, labels: Any, rows: Any) -> Any:
    """The same, spelled out; rows: 0, 1, ... up to the batch."""
    highest = m.max(scores, 1)[:, None]
    below = scores - highest
    return m.mean(m.log(m.sum(m.exp(below), 1)) - below[rows, labels])


# --- W4 ----------------------------------------------------------------------------------------


def perceptron(sizes: tuple[int, ...], nn: Any) -> Any:
    layers: list[Any] = []
    for a, b in pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def perceptron_by_operators(sizes: tuple[int, ...], m: Any, nn: Any) -> tuple[Any, Callable]:
    model = nn.ModuleList([nn.Linear(a, b) for a, b in pairwise(sizes)])

    def loss(model: Any, x: Any, labels: Any, rows: Any) -> Any:
        for number, layer in enumerate(model, 1):
            x = x @ layer.weight.T + layer.bias
            x = m.maximum(x, 0) if number < len(model) else x
        return cross_entropy(m, x, labels, rows)

    return model, loss


def network(sizes: tuple[int, ...], batch: int, tried: bool = False) -> Row:
    """W4, W4b, W4c."""
    if tried:
        sizes, batch = (sizes[0], 16, 12, 10), 8
    data = mlp.data(batch)
    programs = {"layers": partial(with_layers, partial(perceptron, sizes))}
    operators = {"operators": partial(perceptron_by_operators, sizes)}
    return Row(
        f"step of an MLP {'-'.join(map(str, sizes))}, batch {batch}, Adam",
        training(programs, data, "Adam", mlp.RATE)
        | training(operators, (*data, np.arange(batch)), "Adam", mlp.RATE),
        lambda: mlp.numpy_step(batch, sizes),
    )


# --- W5 ----------------------------------------------------------------------------------------


def convolutions_by_functions(m: Any, nn: Any) -> tuple[Any, Callable]:
    model = nn.ModuleList(
        [
            nn.Conv2d(1, 16, 5, padding=2),
            nn.Conv2d(16, 32, 5, padding=2),
            nn.Linear(32 * 49, 128),
            nn.Linear(128, 10),
        ]
    )

    def loss(model: Any, x: Any, labels: Any, rows: Any) -> Any:
        for layer in (model[0], model[1]):
            x = layer(x)
            x = m.maximum(x, 0)
            n, channels, height, width = x.shape
            windows = x.reshape(n, channels, height // 2, 2, width // 2, 2)
            x = m.max(m.max(windows, 5), 3)
        x = x.reshape(x.shape[0], -1)
        x = x @ model[2].weight.T + model[2].bias
        x = m.maximum(x, 0) @ model[3].weight.T + model[3].bias
        return cross_entropy(m, x, labels, rows)

    return model, loss


def convolutional(tried: bool = False) -> Row:
    """W5."""
    images, labels = (a[: 4 if tried else None] for a in convnet.data())
    functions = {"functions": convolutions_by_functions}
    return Row(
        "step of a convnet, 28x28, batch 64, SGD",
        training({"layers": partial(with_layers, convnet.layers)}, (images, labels), "SGD", 0.01)
        | training(functions, (images, labels, np.arange(len(labels))), "SGD", 0.01),
    )


# --- W6 ----------------------------------------------------------------------------------------


def language_model(size: Size, batch: int, tried: bool = False) -> Row:
    """W6."""
    if tried:
        size, batch = Size(1, 8, 2, 4, 65), 2
    tokens = np.random.default_rng(0).integers(0, size.vocabulary, (2, batch, size.length))
    mask = np.tril(np.ones((size.length, size.length), bool))
    programs = {
        "matmul, layers": partial(gpt, size, attention_by_matmul, norm_of_layer),
        "einsum, layer norm spelled out": partial(gpt, size, attention_by_einsum, spelled_norm),
    }
    return Row(
        f"step of a GPT: {size.depth} layers of {size.width}, {size.heads} heads, "
        f"{size.length} tokens, batch {batch}, AdamW",
        training(programs, (*tokens, np.arange(size.length), mask), "AdamW", 1e-3),
    )


ROWS = {
    "W4": partial(network, mlp.SIZES, 128),
    "W4b": partial(network, mlp.SIZES, 1024),
    "W4c": partial(network, (784, 1024, 1024, 10), 1024),
    "W5": convolutional,
    "W6": partial(language_model, Size(4, 128, 4, 64, 65), 16),
}
