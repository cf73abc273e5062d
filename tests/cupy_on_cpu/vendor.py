"""How a Python function answers a function of a vendor's library, and arrays at its pointers."""

import ctypes
import traceback
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import Any

import ml_dtypes
import numpy as np
from numpy.lib.stride_tricks import as_strided

from . import libraries

BLAS, SOLVER, FFT = "libcublas.so.13", "libcusolver.so.12", "libcufft.so.12"
SPARSE, RANDOM = "libcusparse.so.12", "libcurand.so.10"
TYPES = {
    "p": ctypes.c_void_p,
    "i": ctypes.c_int,
    "l": ctypes.c_longlong,
    "c": ctypes.c_char,
}
FAILED = 13  # the vendors' status for "execution failed"
HANDLE = 0x77  # any number that is not 0
LETTER_NAMES = {"S": "f4", "D": "f8", "C": "c8", "Z": "c16"}
LETTERS = {letter: np.dtype(name) for letter, name in LETTER_NAMES.items()}
CUDA_TYPES = {0: "f4", 1: "f8", 2: "f2", 4: "c8", 5: "c16", 14: ml_dtypes.bfloat16}
DTYPES = {number: np.dtype(name) for number, name in CUDA_TYPES.items()}  # cudaDataType_t
_kept: list[Any] = []  # the functions that the libraries jump to
_answered: list[tuple[str, str]] = []  # library and name of each


def answers(library: str, name: str, signature: str) -> Callable[[Callable], Callable]:
    """Let the decorated function answer ``name``; one letter of TYPES for each argument.

    What the function returns is the status, None meaning success.
    """

    def install(function: Callable) -> Callable:
        def safe(*arguments: Any) -> int:
            try:
                return function(*arguments) or 0
            except Exception:  # it cannot go through the library's caller
                traceback.print_exc()
                return FAILED

        entry = ctypes.CFUNCTYPE(ctypes.c_int, *(TYPES[letter] for letter in signature))(safe)
        _kept.append(entry)
        _answered.append((library, name))
        _point(library, name, entry)
        return function

    return install


def enqueue(work: Callable[[], None]) -> int:
    """Do ``work`` now or, if a graph is being captured, whenever that is launched; the status."""
    runs = []

    def safe() -> int:
        runs.append(True)
        try:
            work()
        except Exception:  # as above
            traceback.print_exc()
            return FAILED
        return 0

    entry = ctypes.CFUNCTYPE(ctypes.c_int)(safe)
    status = libraries.driver().standin_enqueue(entry)
    if not runs:
        _kept.append(entry)  # a graph may call it until the end
    return status


def succeed(library: str, *names: str) -> None:
    """Let functions do nothing and report success; names that CuPy does not use are passed by."""
    for name in names:
        if hasattr(libraries.vendor(library), f"answer_{name}"):
            _point(library, name, libraries.driver().standin_success)


def close() -> None:
    """Let every library succeed without Python, for what CuPy drops after Python has ended."""
    for library, name in _answered:
        _point(library, name, libraries.driver().standin_success)


def has(library: str, name: str) -> bool:
    """Whether CuPy uses a function of a library."""
    return hasattr(libraries.vendor(library), name)


def _point(library: str, name: str, function: Any) -> None:
    cell = ctypes.c_void_p.in_dll(libraries.vendor(library), f"answer_{name}")
    cell.value = ctypes.cast(function, ctypes.c_void_p).value


def row(pointer: int, count: int, dtype: Any) -> np.ndarray:
    """``count`` numbers in memory."""
    dtype = np.dtype(dtype)
    if not count:
        return np.empty(0, dtype)
    memory = (ctypes.c_char * (count * dtype.itemsize)).from_address(pointer)
    return np.frombuffer(memory, dtype)


def matrix(pointer: int, rows: int, columns: int, leading: int, dtype: Any) -> np.ndarray:
    """A column-major matrix in memory; ``leading`` numbers from one column to the next."""
    dtype = np.dtype(dtype)
    if leading < max(1, rows):
        raise ValueError(f"a column of {rows} numbers in a leading dimension of {leading}")
    if not rows or not columns:
        return np.empty((rows, columns), dtype)
    numbers = row(pointer, leading * (columns - 1) + rows, dtype)
    return as_strided(numbers, (rows, columns), (dtype.itemsize, leading * dtype.itemsize))


def put(pointer: int, value: Any, kind: Any = ctypes.c_int) -> None:
    """Store one number in memory."""
    kind.from_address(pointer).value = value


def cut(values: tuple, *lengths: int) -> Iterator[tuple]:
    """``values`` in pieces of these lengths."""
    return (values[a:b] for a, b in pairwise(accumulate(lengths, initial=0)))


def handles(library: str, prefix: str) -> None:
    """Answer what makes and drops a library's handles and ties them to streams."""
    for suffix in ("", "_v2"):
        if has(library, f"{prefix}Create{suffix}"):
            answers(library, f"{prefix}Create{suffix}", "p")(
                lambda where: put(where, HANDLE, ctypes.c_void_p)
            )
        succeed(library, f"{prefix}Destroy{suffix}", f"{prefix}SetStream{suffix}")
