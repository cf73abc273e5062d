"""Recurrent layers on the host: all steps by kernels/recurrent.cpp, or without a compiler by NumPy.

Halves are computed in float32.  Arrays: see ops/recurrent.py.
"""

import ctypes
from functools import wraps
from math import prod
from typing import Any

import numpy as np

from ...settings import settings
from ..dtypes import COMPLEX, HALVES, float32
from ..kernels import buffers, pool
from ..kernels.functions import address, function
from . import recurrent_plain as plain

FILE, BLOCK_BYTES = "recurrent.cpp", 64  # of columns that a product computes together
# Products of numbers in a step that are worth a second thread; for fewer, the threads that the BLAS
# leaves spinning after its own products are in the way.
CHUNK = 1 << 22
ARRAYS = (
    *("weight", "gates", "h0", "c0", "bias", "h", "c", "a"),
    *("gh", "gc", "ga", "shares", "hidden", "to_h", "to_c", "taken", "done"),
)


class _Job(ctypes.Structure):
    """The arguments of the kernel."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ARRAYS),
        *((name, ctypes.c_long) for name in ("steps", "members", "width", "workers", "relu")),
    )


def _native(run: Any) -> Any:
    """``run`` where its kernel is, the function of its name in recurrent_plain.py elsewhere;
    the last array tells the dtype of all."""
    name = run.__name__

    @wraps(run)
    def chosen(*arrays: Any, **how: Any) -> Any:
        of = arrays[-1]
        if of.dtype in COMPLEX:
            raise TypeError("a recurrent layer takes no complex numbers")
        if of.dtype in HALVES:
            wide = (x if x is None else x.astype(float32) for x in arrays)
            return _narrow(chosen(*wide, **how), of.dtype)
        there = of.size and function(FILE, name, of.dtype) is not None
        return (run if there else getattr(plain, name))(*arrays, **how)

    return chosen


def _narrow(found: Any, dtype: Any) -> Any:
    """One result or several in another dtype."""
    if isinstance(found, tuple):
        return tuple(x.astype(dtype) for x in found)
    return found.astype(dtype)


@_native
def lstm(gates: Any, h0: Any, c0: Any, weight: Any) -> tuple:
    """The states h and c, and the gates after their functions."""
    h, c = _states(gates, weight), _states(gates, weight)
    a = buffers.empty(gates.shape, gates.dtype)
    _run("lstm", _rows(weight), gates=gates, h0=h0, c0=c0, h=h, c=c, a=a)
    return h, c, a


@_native
def lstm_gradient(gh: Any, gc: Any, ga: Any, c: Any, a: Any, c0: Any, weight: Any) -> tuple:
    """The gradients of the gates, h0 and c0."""
    shares = buffers.empty(a.shape, a.dtype)
    to_h, to_c = np.zeros(c0.shape, a.dtype), np.zeros(c0.shape, a.dtype)
    given = {"gh": gh, "gc": gc, "ga": ga, "c": c, "a": a, "c0": c0}
    _run("lstm_gradient", weight.T[None], **given, shares=shares, to_h=to_h, to_c=to_c)
    return shares, to_h, to_c


@_native
def gru(gates: Any, h0: Any, weight: Any, bias: Any) -> tuple:
    """The state h, and what its gates were."""
    h = _states(gates, weight)
    a = buffers.empty((*h.shape[:2], 4 * h.shape[2]), gates.dtype)
    _run("gru", _rows(weight), gates=gates, h0=h0, bias=bias, h=h, a=a)
    return h, a


@_native
def gru_gradient(gh: Any, ga: Any, h: Any, a: Any, h0: Any, weight: Any) -> tuple:
    """The gradients of the input's gates, of the state's part of them, and of h0."""
    shape = (*h.shape[:2], 3 * h.shape[2])
    shares, hidden = buffers.empty(shape, h.dtype), buffers.empty(shape, h.dtype)
    to_h = np.zeros(h0.shape, h.dtype)
    given = {"gh": gh, "ga": ga, "h": h, "a": a, "h0": h0}
    _run("gru_gradient", weight.T[None], **given, shares=shares, hidden=hidden, to_h=to_h)
    return shares, hidden, to_h


@_native
def rnn(gates: Any, h0: Any, weight: Any, *, nonlinearity: str) -> Any:
    """The state h."""
    h = _states(gates, weight)
    _run("rnn", _rows(weight), relu=nonlinearity == "relu", gates=gates, h0=h0, h=h)
    return h


@_native
def rnn_gradient(g: Any, h: Any, weight: Any, *, nonlinearity: str) -> tuple:
    """The gradients of the input's part and of h0."""
    shares, to_h = buffers.empty(h.shape, h.dtype), np.zeros(h.shape[1:], h.dtype)
    relu, found = nonlinearity == "relu", {"shares": shares, "to_h": to_h}
    _run("rnn_gradient", weight.T[None], relu=relu, gh=g, h=h, **found)
    return shares, to_h


def _states(gates: Any, weight: Any) -> Any:
    return buffers.empty((*gates.shape[:2], weight.shape[1]), gates.dtype)


def _rows(weight: Any) -> Any:
    """The weight of each gate: (gates, H, H)."""
    return weight.reshape(-1, *[weight.shape[1]] * 2)


def _blocks(weight: Any) -> Any:
    """(parts, outputs, taps) as the kernel reads it: (blocks, parts, taps, block), with zeros at
    the end."""
    parts, outputs, taps = weight.shape
    block = BLOCK_BYTES // weight.itemsize
    count = -(-outputs // block)
    if outputs % block:
        weight = np.pad(weight, ((0, 0), (0, count * block - outputs), (0, 0)))
    return np.ascontiguousarray(weight.reshape(parts, count, block, taps).transpose(1, 0, 3, 2))


def _run(name: str, weight: Any, relu: bool = False, **arrays: Any) -> None:
    """Run the kernel on the arrays by their names in a job."""
    states: Any = arrays.get("h", arrays.get("c"))
    given = {key: x if x is None else np.ascontiguousarray(x) for key, x in arrays.items()}
    given["weight"] = _blocks(weight)
    steps, members, width = states.shape
    workers = settings.threads if members * prod(weight.shape) > CHUNK else 1
    given["taken"], given["done"] = np.zeros((steps + 1, workers), int), np.zeros(steps + 1, int)
    sizes = (steps, members, width, workers, relu)
    job = _Job(*[address(given.get(each)) for each in ARRAYS], *sizes)
    kernel = function(FILE, name, weight.dtype)
    assert kernel is not None
    pool.run(kernel, ctypes.addressof(job), workers, 1)
