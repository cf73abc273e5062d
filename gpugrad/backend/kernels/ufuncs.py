"""Generated kernels as NumPy ufuncs: what a small array is computed with fastest.

A ufunc brings NumPy's strides, broadcasting and allocation; calling one costs a quarter of the
three or four NumPy calls that a derivative rule takes.  It is made by a function of NumPy's C
interface, reached through its capsule; where that cannot be had, there are no ufuncs.
"""

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from . import host

FROM_FUNCTIONS = 1  # place of PyUFunc_FromFuncAndData in NumPy's table, the same since 1.0
NO_IDENTITY = -1
_alive: list[Any] = []  # NumPy keeps pointers into what a ufunc was made of


MOST_OPERANDS = 32  # as in ufuncs.c


class _Wrapped(ctypes.Structure):
    _fields_ = (
        ("kernel", ctypes.c_void_p),
        ("inputs", ctypes.c_long),
        ("operands", ctypes.c_long),
        ("itemsizes", ctypes.c_long * MOST_OPERANDS),
    )


Kinds = Sequence[Any]  # the dtype of every input, then of every output


def ufunc(name: str, kernels: Sequence[tuple[int, Kinds]], inputs: int) -> Callable | None:
    """The ufunc of ``kernels``, each an address and the dtypes of its operands, of which the first
    ``inputs`` are read; None where NumPy cannot make one."""
    make = _maker()
    if make is None:
        return None
    loop = ctypes.cast(_adapter().gpugrad_ufunc_loop, ctypes.c_void_p).value
    loops = (ctypes.c_void_p * len(kernels))(*[loop] * len(kernels))
    operands = len(kernels[0][1])
    wrapped = [_wrapped(address, inputs, kinds) for address, kinds in kernels]
    data = (ctypes.c_void_p * len(kernels))(*map(ctypes.addressof, wrapped))
    numbers = [np.dtype(kind).num for _, kinds in kernels for kind in kinds]
    types, words = ctypes.create_string_buffer(bytes(numbers)), name.encode()
    outputs = operands - inputs
    made = make(loops, data, types, len(kernels), inputs, outputs, NO_IDENTITY, words, b"", 0)
    _alive.append((loops, wrapped, data, types, words))
    return made


def _wrapped(address: int, inputs: int, kinds: Kinds) -> _Wrapped:
    sizes = (ctypes.c_long * MOST_OPERANDS)(*[np.dtype(kind).itemsize for kind in kinds])
    return _Wrapped(address, inputs, len(kinds), sizes)


@cache
def _adapter() -> ctypes.CDLL:
    return host.library(Path(__file__).with_name("ufuncs.c").read_text(encoding="utf-8"))


@cache
def _maker() -> Callable[..., Any] | None:
    try:
        from numpy._core._multiarray_umath import _UFUNC_API as capsule
    except ImportError:
        return None
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    table = ctypes.cast(pointer(capsule, None), ctypes.POINTER(ctypes.c_void_p))
    kinds = (
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_char_p,
        *[ctypes.c_int] * 4,
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_int,
    )
    return ctypes.PYFUNCTYPE(ctypes.py_object, *kinds)(table[FROM_FUNCTIONS])
