"""Attention on a device, by kernels/attention.cu: float16, bfloat16 and float32, sizes up to 128;
for all else by products of whole matrices."""

from collections.abc import Callable
from functools import lru_cache
from math import prod
from struct import pack
from typing import Any

import numpy as np

from ..dtypes import HALVES, float32
from ..maths import attention as plain
from . import launchers

FILE, ROWS, MOST = "attention.cu", 16, 128  # as in the kernel
MOST_ITEMS = 65_535  # blocks along y


def attention_natives(device: Any) -> dict[str, Callable]:
    """The operations by name; settings as in ops/attention.py."""
    own = _Attention(device)
    return {"attention": own.attention, "attention_gradient": own.attention_gradient}


class _Attention:
    def __init__(self, device: Any) -> None:
        self.device, self.xp = device, device.module
        self._start = lru_cache(256)(self._make_start)

    def attention(
        self, query: Any, key: Any, value: Any, bias: Any = None, *, scale: float, causal: bool
    ) -> tuple:
        """The means of values, and the logarithms of the sums, which of halves are float32."""
        lead = _lead(query, key, value, bias)
        shape = (*lead, query.shape[-2])
        if not self._has_kernel(query, key, value, prod(shape)):
            y, total = self._plainly(plain.forward, (query, key, value, bias), scale, causal)
            return y.astype(query.dtype, copy=False), total
        given = self._stacks(lead, query, key, value)
        bias, where = self._bias(bias, lead, query.shape[-2], key.shape[-2], query.dtype)
        y = self.xp.empty((*shape, value.shape[-1]), dtype=query.dtype)
        total = self.xp.empty(shape, dtype=float32)
        self._run("forward", query.shape[-2], given, where, scale, causal, bias, y, total)
        return y, total

    def attention_gradient(self, *arrays: Any, scale: float, causal: bool) -> tuple:
        """The gradients of query, key and value from those of the two results."""
        g, share, query, key, value, bias, y, total = arrays
        lead, (queries, keys) = y.shape[:-2], (query.shape[-2], key.shape[-2])
        if not self._has_kernel(query, key, value, y.size):
            found = self._plainly(plain.backward, arrays, scale, causal)
            return tuple(x.astype(query.dtype, copy=False) for x in found)
        mean = self.xp.sum(g.astype(float32) * y.astype(float32), axis=-1)
        mean = mean if share is None else mean - share.astype(float32)
        given = self._stacks(lead, query, key, value)
        bias, where = self._bias(bias, lead, queries, keys, query.dtype)
        made = [self.xp.empty(x.shape, dtype=query.dtype) for x in given]
        total = total.astype(float32, copy=False)
        later = [bias, *map(self.xp.ascontiguousarray, (g, total, mean))]
        self._run("to_query", queries, given, where, scale, causal, *later, made[0])
        self._run("to_key", keys, given, where, scale, causal, *later, *made[1:])
        return tuple(made)

    def _has_kernel(self, query: Any, key: Any, value: Any, size: int) -> bool:
        known = query.dtype == float32 or query.dtype in HALVES
        alike = query.dtype == key.dtype == value.dtype
        narrow = max(query.shape[-1], value.shape[-1]) <= MOST
        return bool(known and alike and narrow and size and key.size and value.size)

    def _plainly(self, function: Callable, arrays: tuple, scale: float, causal: bool) -> tuple:
        wide = [a.astype(float32) if a is not None and a.dtype in HALVES else a for a in arrays]
        return function(self.xp, *wide, scale, causal)

    def _stacks(self, lead: tuple, *arrays: Any) -> list:
        """Contiguous arrays with all axes before the matrices."""
        whole = (self.xp.broadcast_to(x, (*lead, *x.shape[-2:])) for x in arrays)
        return [self.xp.ascontiguousarray(x) for x in whole]

    def _bias(self, bias: Any, lead: tuple, queries: int, keys: int, dtype: Any) -> tuple:
        """The bias, and its steps in elements along (outer, inner, queries, keys)."""
        if bias is None:
            return None, (0, 0, 0, 0)
        bias = self.xp.broadcast_to(bias.astype(dtype, copy=False), (*lead, queries, keys))
        bias = bias.reshape(prod(lead[:-1]), prod(lead[-1:]), queries, keys)
        return bias, tuple(step // bias.itemsize for step in bias.strides)

    def _run(
        self,
        name: str,
        rows: int,
        given: list,
        where: tuple,
        scale: float,
        causal: bool,
        *others: Any,
    ) -> None:
        query, key, value = given
        sizes = (prod(query.shape[:-2]), prod(query.shape[-3:-2]), query.shape[-2], key.shape[-2])
        numbers = (*sizes, *where, query.shape[-1], value.shape[-1], int(causal), scale)
        arrays = (*given, *others)
        start = self._start(name, query.dtype, rows, len(arrays), numbers)
        start(tuple(launchers.addresses(arrays)), arrays)

    def _make_start(
        self, name: str, dtype: Any, rows: int, arrays: int, numbers: tuple
    ) -> Callable[[tuple, tuple], None]:
        """What starts a kernel on the addresses of arrays, given once more as arrays."""
        driver = self.device.driver
        handle = launchers.function(driver, FILE, f"attention_{name}_{dtype.name}")
        grid = (-(-rows // ROWS), min(numbers[0], MOST_ITEMS), 1)
        return driver.prepared(handle, grid, (32, 8, 1), "Q" * arrays, pack("8q3if", *numbers))


def _lead(*arrays: Any) -> tuple[int, ...]:
    return np.broadcast_shapes(*[x.shape[:-2] for x in arrays if x is not None])
