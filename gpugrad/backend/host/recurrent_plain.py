"""Recurrent layers by NumPy, where recurrent.py has no kernel: gates in place.

A sigmoid is half a tanh of half the argument, plus one half: so all gates are one call of tanh.
"""

from typing import Any

import numpy as np


def _laid(*arrays: Any) -> list[Any]:
    """Arrays whose elements lie row by row, so that products and parts of rows are fast."""
    return [np.ascontiguousarray(x) for x in arrays]


def _squash(z: Any, halves: Any) -> None:
    """In place: tanh where ``halves`` is 1, sigmoid where it is 1/2."""
    z *= halves
    np.tanh(z, out=z)
    z *= halves
    z += 1 - halves


def _halves(kinds: str, width: int, dtype: Any) -> Any:
    """1/2 for each gate "s", a sigmoid, 1 for "t", tanh."""
    return np.repeat(np.array([0.5 if kind == "s" else 1.0 for kind in kinds], dtype), width)


def lstm(gates: Any, h0: Any, c0: Any, weight: Any) -> tuple:
    """See ops/recurrent.py."""
    h0, c0, turned = _laid(h0, c0, weight.T)
    (time, members), width = gates.shape[:2], h0.shape[1]
    a = np.empty(gates.shape, gates.dtype)
    h, c = (np.empty((time, members, width), gates.dtype) for _ in range(2))
    halves, spare = _halves("ssts", width, gates.dtype), np.empty_like(h0)
    for t in range(time):
        np.matmul(h[t - 1] if t else h0, turned, out=a[t])
        a[t] += gates[t]
        _squash(a[t], halves)
        i, f, g, o = (a[t, :, k * width : (k + 1) * width] for k in range(4))
        np.multiply(f, c[t - 1] if t else c0, out=c[t])
        np.multiply(i, g, out=spare)
        c[t] += spare
        np.tanh(c[t], out=h[t])
        h[t] *= o
    return h, c, a


def lstm_gradient(gh: Any, gc: Any, ga: Any, c: Any, a: Any, c0: Any, weight: Any) -> tuple:
    """See ops/recurrent.py."""
    (weight,), width = _laid(weight), c0.shape[1]
    squashed = np.tanh(c)
    rise = (1 - squashed * squashed) * a[..., 3 * width :]
    slopes = _slopes(a, width)
    shares = np.empty_like(a)
    to_h, to_c = np.zeros_like(c0), np.zeros_like(c0)
    for t in reversed(range(len(a))):
        i, f, g = (a[t, :, k * width : (k + 1) * width] for k in range(3))
        share = shares[t]
        _add(to_h, gh, t)
        to_c += to_h * rise[t]
        _add(to_c, gc, t)
        np.multiply(to_c, g, out=share[:, :width])
        np.multiply(to_c, c[t - 1] if t else c0, out=share[:, width : 2 * width])
        np.multiply(to_c, i, out=share[:, 2 * width : 3 * width])
        np.multiply(to_h, squashed[t], out=share[:, 3 * width :])
        _add(share, ga, t)
        share *= slopes[t]
        np.matmul(share, weight, out=to_h)
        to_c *= f
    return shares, to_h, to_c


def _slopes(a: Any, width: int) -> Any:
    """Of an LSTM's gates: those of sigmoids, and in the third place of tanh."""
    slopes = a * (1 - a)
    cells = a[..., 2 * width : 3 * width]
    slopes[..., 2 * width : 3 * width] = 1 - cells * cells
    return slopes


def gru(gates: Any, h0: Any, weight: Any, bias: Any) -> tuple:
    """See ops/recurrent.py."""
    h0, turned = _laid(h0, weight.T)
    (time, members), width = gates.shape[:2], h0.shape[1]
    a = np.empty((time, members, 4 * width), gates.dtype)
    h = np.empty((time, members, width), gates.dtype)
    halves, hidden = _halves("ss", width, gates.dtype), np.empty((members, 3 * width), gates.dtype)
    for t in range(time):
        before = h[t - 1] if t else h0
        np.matmul(before, turned, out=hidden)
        hidden += bias
        both, n, m = a[t, :, : 2 * width], a[t, :, 2 * width : 3 * width], a[t, :, 3 * width :]
        np.add(gates[t, :, : 2 * width], hidden[:, : 2 * width], out=both)
        _squash(both, halves)
        m[...] = hidden[:, 2 * width :]
        np.multiply(both[:, :width], m, out=n)
        n += gates[t, :, 2 * width :]
        np.tanh(n, out=n)
        np.subtract(before, n, out=h[t])
        h[t] *= both[:, width:]
        h[t] += n
    return h, a


def _add(x: Any, shares: Any, t: int) -> None:
    """Add those of step ``t``, if there are any."""
    if shares is not None:
        x += shares[t]


def _parts(x: Any, count: int) -> list[Any]:
    """``count`` equal parts of the last axis, views."""
    return np.split(x, count, axis=-1)


def gru_gradient(gh: Any, ga: Any, h: Any, a: Any, h0: Any, weight: Any) -> tuple:
    """See ops/recurrent.py."""
    (weight,), width = _laid(weight), h.shape[2]
    shares, hidden = (np.empty((*h.shape[:2], 3 * width), h.dtype) for _ in range(2))
    to_h = np.zeros_like(h0)
    for t in reversed(range(len(h))):
        r, z, n, m = _parts(a[t], 4)
        _add(to_h, gh, t)
        to_r, to_z, to_n = _parts(shares[t], 3)
        of_n = hidden[t, :, 2 * width :]
        np.subtract(h[t - 1] if t else h0, n, out=to_z)
        to_z *= to_h
        of_r, of_z, of_new, of_m = [0.0] * 4 if ga is None else _parts(ga[t], 4)
        to_z += of_z
        np.multiply(to_h * (1 - z) + of_new, 1 - n * n, out=to_n)
        np.multiply(to_n, m, out=to_r)
        np.multiply(to_n, r, out=of_n)
        of_n += of_m
        to_r += of_r
        to_r *= r * (1 - r)
        to_z *= z * (1 - z)
        hidden[t, :, : 2 * width] = shares[t, :, : 2 * width]
        to_h *= z
        to_h += np.matmul(hidden[t], weight)
    return shares, hidden, to_h


def rnn(gates: Any, h0: Any, weight: Any, *, nonlinearity: str) -> Any:
    """See ops/recurrent.py."""
    h0, turned = _laid(h0, weight.T)
    h = np.empty(gates.shape, gates.dtype)
    for t in range(len(h)):
        np.matmul(h[t - 1] if t else h0, turned, out=h[t])
        h[t] += gates[t]
        np.tanh(h[t], out=h[t]) if nonlinearity == "tanh" else np.maximum(h[t], 0, out=h[t])
    return h


def rnn_gradient(g: Any, h: Any, weight: Any, *, nonlinearity: str) -> tuple:
    """See ops/recurrent.py."""
    shares = 1 - h * h if nonlinearity == "tanh" else (h > 0).astype(h.dtype)
    to_h = np.zeros(h.shape[1:], h.dtype)
    for t in reversed(range(len(h))):
        to_h += g[t]
        shares[t] *= to_h
        np.matmul(shares[t], weight, out=to_h)
    return shares, to_h
