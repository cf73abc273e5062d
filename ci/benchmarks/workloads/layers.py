"""torch.nn's names for libraries that have functions alone: JAX and HIPS autograd."""

from collections.abc import Callable
from functools import partial
from typing import Any


class Layer:
    """A function of inputs and parameters; these are read from the list where all are."""

    def __init__(self, function: Callable, values: list, places: dict[str, int]) -> None:
        self._function, self._values, self._places = function, values, places

    def __getattr__(self, name: str) -> Any:
        if name not in self._places:
            raise AttributeError(name)
        return self._values[self._places[name]]

    def __call__(self, *inputs: Any) -> Any:
        return self._function(*inputs, *(self._values[i] for i in self._places.values()))


class Module:
    """What ``forward`` computes."""

    def __call__(self, *inputs: Any) -> Any:
        return self.forward(*inputs)  # type: ignore[attr-defined]


class Layers:
    """The layers; ``shapes`` are those of all parameters and ``values`` what they are at present.

    m: the library's functions, those of ``functions`` among them.
    """

    Module, ModuleList = Module, list

    def __init__(self, m: Any) -> None:
        self._m, self.shapes, self.values = m, [], []

    def _layer(self, function: Callable, **shapes: tuple[int, ...]) -> Layer:
        start = len(self.shapes)
        self.shapes += shapes.values()
        return Layer(function, self.values, {name: start + i for i, name in enumerate(shapes)})

    def Sequential(self, *layers: Any) -> Callable:
        def model(x: Any) -> Any:
            for layer in layers:
                x = layer(x)
            return x

        return model

    def Linear(self, inputs: int, outputs: int) -> Layer:
        return self._layer(self._m.linear, weight=(outputs, inputs), bias=(outputs,))

    def Conv2d(self, inputs: int, outputs: int, size: int, padding: int) -> Layer:
        def convolved(x: Any, weight: Any, bias: Any) -> Any:
            return self._m.conv2d(x, weight, padding) + bias[:, None, None]

        return self._layer(convolved, weight=(outputs, inputs, size, size), bias=(outputs,))

    def LayerNorm(self, width: int) -> Layer:
        return self._layer(self._m.layer_norm, weight=(width,), bias=(width,))

    def Embedding(self, rows: int, width: int) -> Layer:
        return self._layer(lambda indices, weight: weight[indices], weight=(rows, width))

    def MaxPool2d(self, size: int) -> Callable:
        return lambda x: self._m.max_pool2d(x, size)

    def Flatten(self) -> Callable:
        return lambda x: x.reshape(x.shape[0], -1)

    def ReLU(self) -> Callable:
        return self._m.relu

    def GELU(self) -> Callable:
        return self._m.gelu

    def CrossEntropyLoss(self) -> Callable:
        return self._m.cross_entropy

    def BCEWithLogitsLoss(self, reduction: str) -> Callable:
        m = self._m
        return lambda z, y: m.sum(m.maximum(z, 0) - z * y + m.log1p(m.exp(-m.abs(z))))


def layer_norm(m: Any, x: Any, weight: Any, bias: Any) -> Any:
    away = x - m.mean(x, -1, keepdims=True)
    variance = m.mean(away * away, -1, keepdims=True)
    return away / m.sqrt(variance + 1e-5) * weight + bias


def functions(m: Any) -> dict[str, Callable]:
    """Functions that NumPy's names do not have."""

    def log_softmax(x: Any, axis: int) -> Any:
        below = x - m.max(x, axis, keepdims=True)
        return below - m.log(m.sum(m.exp(below), axis, keepdims=True))

    def cross_entropy(scores: Any, labels: Any) -> Any:
        return -m.mean(log_softmax(scores, -1)[m.arange(len(scores)), labels])

    def max_pool2d(x: Any, size: int) -> Any:
        n, channels, height, width = x.shape
        return m.max(x.reshape(n, channels, height // size, size, width // size, size), (3, 5))

    return {
        "layer_norm": partial(layer_norm, m),
        "cross_entropy": cross_entropy,
        "max_pool2d": max_pool2d,
        "linear": lambda x, weight, bias: x @ weight.T + bias,
        "relu": lambda x: m.maximum(x, 0),
        "sigmoid": lambda x: 1 / (1 + m.exp(-x)),
        "softplus": lambda x: m.logaddexp(x, 0),
        "softmax": lambda x, axis: m.exp(log_softmax(x, axis)),
    }
