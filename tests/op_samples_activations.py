"""Samples of activations in pieces."""

import numpy as np
from op_samples_elements import unary
from sample import Sample

FAR = (-4.0, 4.0)


def _celu(x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(x / alpha))


def _shrunk(x, lambd):
    return np.sign(x) * np.maximum(np.abs(x) - lambd, 0)


SAMPLES: dict[str, list[Sample]] = {
    "threshold": unary(lambda x: np.where(x > 0.5, x, -7.0), threshold=0.5, value=-7.0),
    "celu": [*unary(lambda x: _celu(x, 1.0)), *unary(lambda x: _celu(x, 0.6), alpha=0.6)],
    "hardsigmoid": unary(lambda x: np.clip(x + 3, 0, 6) / 6, FAR),
    "hardshrink": unary(lambda x: np.where(np.abs(x) > 0.5, x, 0)),
    "softshrink": [*unary(lambda x: _shrunk(x, 0.5)), *unary(lambda x: _shrunk(x, 1.2), lambd=1.2)],
    "tanhshrink": unary(lambda x: x - np.tanh(x)),
    "softsign": unary(lambda x: x / (1 + np.abs(x))),
}
