"""Samples of recurrent layers, with references written one step and one gate after the other."""

import numpy as np
from sample import Sample, numbers, sample

T, B, H = 3, 2, 2


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(gates, h, c, weight):
    states, cells, found = [], [], []
    for part in gates:
        i, f, g, o = np.split(part + h @ weight.T, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g
        h = o * np.tanh(c)
        states.append(h)
        cells.append(c)
        found.append(np.concatenate([i, f, g, o], axis=1))
    return np.stack(states), np.stack(cells), np.stack(found)


def gru(gates, h, weight, bias):
    states, found = [], []
    for part in gates:
        xr, xz, xn = np.split(part, 3, axis=1)
        hr, hz, m = np.split(h @ weight.T + bias, 3, axis=1)
        r, z = sigmoid(xr + hr), sigmoid(xz + hz)
        n = np.tanh(xn + r * m)
        h = (1 - z) * n + z * h
        states.append(h)
        found.append(np.concatenate([r, z, n, m], axis=1))
    return np.stack(states), np.stack(found)


def rnn(gates, h, weight, function):
    states = []
    for part in gates:
        h = function(part + h @ weight.T)
        states.append(h)
    return np.stack(states)


def arrays(gates: int, states: int, steps: int = T) -> list:
    given = [numbers(steps, B, gates * H)]
    given += [numbers(B, H, seed=i) for i in range(states)]
    return [*given, numbers(gates * H, H, low=-1, high=1)]


def of_rnn(nonlinearity: str, function) -> Sample:
    return sample(
        *arrays(1, 1),
        nonlinearity=nonlinearity,
        reference=lambda *given: rnn(*given, function),
    )


RESULTS = lstm(*arrays(4, 2)), gru(*arrays(3, 1), numbers(3 * H))
G = [numbers(T, B, n * H, seed=7) for n in (1, 1, 4)]
SAMPLES = {
    "lstm": [
        sample(*arrays(4, 2), reference=lstm),
        sample(*arrays(4, 2, steps=1), reference=lstm),
    ],
    "lstm_gradient": [
        sample(G[0], G[1], G[2], *RESULTS[0][1:], numbers(B, H), numbers(4 * H, H)),
        sample(G[0], None, None, *RESULTS[0][1:], numbers(B, H), numbers(4 * H, H)),
    ],
    "gru": [sample(*arrays(3, 1), numbers(3 * H), reference=gru)],
    "gru_gradient": [
        sample(G[0], g, *RESULTS[1], numbers(B, H), numbers(3 * H, H)) for g in (None, G[2])
    ],
    "rnn": [of_rnn("tanh", np.tanh), of_rnn("relu", lambda x: np.maximum(x, 0))],
    "rnn_gradient": [
        sample(G[0], RESULTS[1][0], numbers(H, H, low=-1, high=1), nonlinearity="tanh")
    ],
}
