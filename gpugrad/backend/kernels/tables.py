"""Addresses of arrays for a list of native steps (plan.c), and the memory that these share."""

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...settings import settings
from . import pool

BLOCK = 0  # the number of the block of memory


class Table:
    """A block of memory of ``nbytes``, and the addresses of ``count`` arrays, numbered from 1."""

    def __init__(self, nbytes: int, count: int) -> None:
        self._block = np.empty(nbytes, np.uint8)
        self._at = (ctypes.c_void_p * (count + 1))()
        self._at[BLOCK] = self._block.ctypes.data
        self._programs: list[Any] = []

    def array(self, begin: int, shape: tuple, strides: tuple, dtype: Any) -> np.ndarray:
        """An array within the block, ``begin`` bytes from where that begins."""
        return np.ndarray(shape, dtype, self._block, begin, strides)

    def bind(self, number: int, array: Any) -> np.ndarray:
        """Note the address of an array, of a copy if its elements do not lie one after another."""
        bound = np.asarray(array, order="C")
        self._at[number] = bound.ctypes.data
        return bound

    def program(self, words: Sequence[int]) -> Any:
        """A function that runs steps on the arrays that are bound then."""
        held = (ctypes.c_long * len(words))(*words)
        begin = ctypes.addressof(held)
        end, at = begin + ctypes.sizeof(held), ctypes.addressof(self._at)
        run = pool.library().gpugrad_plan
        self._programs.append(held)

        def program() -> None:
            run(begin, end, at, settings.threads)

        return program
