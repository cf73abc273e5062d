"""Recurrent layers on a device: each step is a product of the library and one kernel.

Arrays are as in ops/recurrent.py.  Nothing waits for the device, so that a layer can be captured.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..dtypes import COMPLEX, HALVES, float32
from . import launchers
from .products import product

FILE, THREADS = "recurrent.cu", 256


def recurrent(device: Any) -> dict[str, Callable]:
    """The operations by name."""
    own = _Recurrent(device)
    names = ("lstm", "lstm_gradient", "gru", "gru_gradient")
    return {name: getattr(own, name) for name in names}


class _Recurrent:
    def __init__(self, device: Any) -> None:
        self.device, self.xp = device, device.module
        self._start = lru_cache(256)(self._make_start)

    def lstm(self, gates: Any, h0: Any, c0: Any, weight: Any) -> tuple:
        """The states h and c, and the gates after their functions."""
        gates, h0, c0 = self._contiguous(gates, h0, c0)
        h, c = self._empty(gates, h0.shape[-1]), self._empty(gates, h0.shape[-1])
        a = self._empty(gates, gates.shape[-1])
        for t in range(len(h)):
            z = self._product(h[t - 1] if t else h0, weight.T)
            self._run("lstm_step", h, t, gates, z, c0, h, c, a)
        return h, c, a

    def lstm_gradient(self, gh: Any, gc: Any, ga: Any, c: Any, a: Any, c0: Any, weight: Any) -> Any:
        """The gradients of the gates, h0 and c0."""
        given = self._contiguous(gh, gc, ga, c, a, c0)
        shares, to_c, p = self._empty(a, a.shape[-1]), self._zeros(c0), None
        for t in reversed(range(len(c))):
            self._run("lstm_back", c, t, *given, p, to_c, shares)
            p = self._product(shares[t], weight)
        to_h = self.xp.zeros_like(c0) if p is None else p
        return shares, to_h, to_c.astype(c0.dtype, copy=False)

    def gru(self, gates: Any, h0: Any, weight: Any, bias: Any) -> tuple:
        """The state h, and what its gates were."""
        gates, h0, bias = self._contiguous(gates, h0, bias)
        h, a = self._empty(gates, h0.shape[-1]), self._empty(gates, 4 * h0.shape[-1])
        for t in range(len(h)):
            z = self._product(h[t - 1] if t else h0, weight.T)
            self._run("gru_step", h, t, gates, z, bias, h0, h, a)
        return h, a

    def gru_gradient(self, gh: Any, ga: Any, h: Any, a: Any, h0: Any, weight: Any) -> tuple:
        """The gradients of the input's gates, of the state's part of them, and of h0."""
        given = self._contiguous(gh, ga, h, a, h0)
        shares, hidden = (self._empty(h, 3 * h.shape[-1]) for _ in range(2))
        kept, p = self._zeros(h0), None
        for t in reversed(range(len(h))):
            self._run("gru_back", h, t, *given, p, kept, shares, hidden)
            p = self._product(hidden[t], weight)
        to_h = kept if p is None else kept + p
        return shares, hidden, to_h.astype(h0.dtype, copy=False)

    def _product(self, a: Any, b: Any) -> Any:
        return product(self.device.driver, self.xp, a, b)

    def _contiguous(self, *arrays: Any) -> list:
        if arrays[-1].dtype in COMPLEX:
            raise TypeError("a recurrent layer takes no complex numbers")
        return [None if x is None else self.xp.ascontiguousarray(x) for x in arrays]

    def _empty(self, like: Any, width: int) -> Any:
        """An array over time (T, B, width)."""
        return self.xp.empty((*like.shape[:2], width), dtype=like.dtype)

    def _zeros(self, like: Any) -> Any:
        """What sums go into: zeros, of halves in float32."""
        return self.xp.zeros(like.shape, dtype=float32 if like.dtype in HALVES else like.dtype)

    def _run(self, name: str, states: Any, t: int, *arrays: Any) -> None:
        """Start the kernel of step ``t`` for all elements of a state."""
        members, width = states.shape[1:]
        if members * width:
            start = self._start(name, states.dtype, members * width, len(arrays))
            start((*launchers.addresses(arrays), members, width, t), arrays)

    def _make_start(
        self, name: str, dtype: Any, elements: int, arrays: int
    ) -> Callable[[tuple, tuple], None]:
        driver = self.device.driver
        handle = launchers.function(driver, FILE, f"{name}_{dtype.name}")
        blocks = min(-(-elements // THREADS), launchers.MOST_BLOCKS)
        grid, block = (blocks, 1, 1), (THREADS, 1, 1)
        return driver.prepared(handle, grid, block, f"{'Q' * arrays}qqq")
