"""Generated kernels as NumPy ufuncs: what a small array is computed with fastest.

A ufunc brings NumPy's strides, broadcasting and allocation; calling one costs a quarter of the
three or four NumPy calls that a derivative rule takes.  It is made by a function of NumPy's C
interface, reached through its capsule; where that cannot be had, there are no ufuncs.
"""

import ctypes
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from . import host

FROM_FUNCTIONS = 1  # place of PyUFunc_FromFuncAndData in NumPy's table, the same since 1.0
NO_IDENTITY = -1
_alive: list[Any] = []  # NumPy keeps pointers into what a ufunc was made of


class _Wrapped(ctypes.Structure):
    _fields_ = (
        ("kernel", ctypes.c_void_p),
        ("operands", ctypes.c_long),
        ("itemsize", ctypes.c_long),
    )


def ufunc(name: str, kernels: Mapping[str, int], inputs: int) -> Callable[..., Any] | None:
    """The ufunc of ``kernels`` (dtype name -> address) with ``inputs`` arrays and one result."""
    make = _maker()
    if make is None:
        return None
    loop = ctypes.cast(_adapter().gpugrad_ufunc_loop, ctypes.c_void_p).value
    dtypes = [np.dtype(dtype) for dtype in kernels]
    loops = (ctypes.c_void_p * len(dtypes))(*[loop] * len(dtypes))
    wrapped = [
        _Wrapped(address, inputs + 1, dtype.itemsize)
        for address, dtype in zip(kernels.values(), dtypes, strict=True)
    ]
    data = (ctypes.c_void_p * len(dtypes))(*map(ctypes.addressof, wrapped))
    types = ctypes.create_string_buffer(
        b"".join(bytes([dtype.num]) * (inputs + 1) for dtype in dtypes)
    )
    words = name.encode()
    made = make(loops, data, types, len(dtypes), inputs, 1, NO_IDENTITY, words, b"", 0)
    _alive.append((loops, wrapped, data, types, words))
    return made


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
