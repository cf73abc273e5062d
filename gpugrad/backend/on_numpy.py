"""The host: NumPy arrays and what NumPy does with them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import numpy as np


FUSE_FROM = 32_768  # elements from which a generated kernel beats NumPy


def scale(g: Any, p: Any) -> Any:
    """``g * p`` in which a zero ``g``, or a false ``p``, gives 0 whatever the other is."""
    product = g * p
    if product.dtype is not g.dtype:
        product = product.astype(g.dtype)
    if product.ndim == 0:
        return product if product == product else _repaired(product, g, p)
    flat = product.reshape(-1)
    total = flat.dot(flat)  # a NaN anywhere, and nothing else, makes a sum of squares NaN
    return product if total == total else _repaired(product, g, p)


def _repaired(product: Any, g: Any, p: Any) -> Any:
    lost = (g == 0) if p.dtype != np.bool_ else (g == 0) | ~p
    return np.where(lost, product.dtype.type(0), product)


def sum_to(x: Any, shape: tuple[int, ...]) -> Any:
    """Sum the axes along which ``shape`` was repeated to give ``x``'s shape."""
    extra = x.ndim - len(shape)
    repeated = tuple(extra + i for i, n in enumerate(shape) if n == 1 and x.shape[extra + i] != 1)
    if extra or repeated:
        x = x.sum(axis=(*range(extra), *repeated), keepdims=True)
    return x.reshape(shape)


def _power(a: Any, b: Any) -> Any:
    if isinstance(b, int | float) and b == 2:
        return a * a
    return np.power(a, b)


NATIVES: dict[str, Callable] = {
    # made from nothing
    "zeros": np.zeros, "ones": np.ones, "full": np.full, "empty": np.empty, "arange": np.arange,
    "zeros_like": np.zeros_like, "ones_like": np.ones_like, "full_like": np.full_like,
    "eye": np.eye, "linspace": np.linspace, "arange_like": lambda x, n: np.arange(n),
    # elements
    "scale": scale, "power": _power, "exp": np.exp, "log": np.log, "log1p": np.log1p,
    "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "where": np.where,
    "maximum": np.maximum, "minimum": np.minimum, "logical_not": np.logical_not,
    "absolute": np.absolute, "conj": np.conj, "sign": np.sign,
    # arrangement
    "reshape": np.reshape, "broadcast_to": np.broadcast_to, "expand_dims": np.expand_dims,
    "matrix_transpose": np.matrix_transpose, "sum_to": sum_to,
    "astype": lambda x, dtype: x.astype(dtype),
    # reductions and products
    "sum": np.sum, "matmul": np.matmul,
}  # fmt: skip


class Host:
    """The CPU with NumPy arrays."""

    name = "cpu"
    array_types: tuple[type, ...] = (np.ndarray, *np.sctypeDict.values())
    fuse_from = FUSE_FROM
    half_natives: frozenset[str] = frozenset()  # operations that compute halves well themselves

    def __init__(self) -> None:
        self.natives = NATIVES
        self.xp: Any = None  # the raw namespace, set by lowering.namespace
        self.constant = lru_cache(1024)(self._constant)
        self.number = lru_cache(1024)(self._number)

    def asarray(self, data: Any, dtype: Any = None, copy: bool = False) -> np.ndarray:
        """``data`` (numbers, sequences, a NumPy array) as a host array.

        One number becomes a NumPy scalar: arithmetic on it costs an eighth of that on 0-d arrays.
        """
        return np.array(data, dtype=dtype, copy=copy or None)[()]

    def to_host(self, array: Any) -> np.ndarray:
        """The array itself."""
        return np.asarray(array)

    def ones(self, like: Any) -> Any:
        """The gradient to start from: ones in the shape of ``like``."""
        return like.dtype.type(1) if like.ndim == 0 else np.ones_like(like)

    def exportable(self, array: Any) -> Any:
        """An array with DLPack: NumPy's scalars have none."""
        return np.asarray(array) if isinstance(array, np.generic) else array

    def text(self, array: Any) -> str:
        """The values as printed in a Tensor's repr."""
        return np.array2string(np.asarray(array), separator=", ", prefix="tensor(")

    def _constant(self, value: Any, dtype: np.dtype) -> np.ndarray:
        """A Python number beside arrays: as a 0-d array, the fastest operand of a ufunc."""
        return np.asarray(value).astype(dtype)

    def _number(self, value: Any, dtype: np.dtype) -> Any:
        """A Python number beside NumPy scalars."""
        return dtype.type(value)

    def quiet(self) -> AbstractContextManager:
        """NumPy's floating-point warnings off: a backward walk handles infinities itself."""
        return np.errstate(all="ignore")

    def synchronize(self) -> None:
        """Nothing runs behind the caller's back on the host."""
