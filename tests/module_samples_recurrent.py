"""Samples of recurrent networks and their cells, and of the loss of sequences."""

import numpy as np
from sample import numbers

import gpugrad as gg
from gpugrad import nn


class Joined(nn.Module):
    """A module whose results, in tuples, are one array."""

    def __init__(self, inner):
        self.inner = inner

    def forward(self, x):
        y = self.inner(x)
        parts = y if isinstance(y, tuple) else (y,)
        flat = [p for part in parts for p in (part if isinstance(part, tuple) else (part,))]
        return gg.concat([part.reshape(-1) for part in flat])


X, LABELS = numbers(3, 2, 4).astype("f4"), np.array([[1, 2], [2, 1]])
SETTINGS = [{}, {"num_layers": 2, "bidirectional": True, "batch_first": True, "bias": False}]
SAMPLES = (
    {  # name -> (what makes the module, inputs)
        name: [
            (lambda name=name, how=how: Joined(getattr(nn, name)(4, 3, **how)), X)
            for how in several
        ]
        for name, several in {
            "GRU": SETTINGS,
            "LSTM": [*SETTINGS, {"proj_size": 2, "dropout": 0.2, "num_layers": 2}],
            "RNN": [{"nonlinearity": "relu"}, SETTINGS[1]],
        }.items()
    }
    | {
        name: [(lambda name=name: Joined(getattr(nn, name)(4, 3)), X[0])]
        for name in ("GRUCell", "LSTMCell", "RNNCell")
    }
    | {
        "CTCLoss": [
            (lambda how=how: nn.CTCLoss(**how), X, LABELS, np.array([3, 2]), np.array([2, 1]))
            for how in ({}, {"blank": 3, "reduction": "none", "zero_infinity": True})
        ]
    }
)
