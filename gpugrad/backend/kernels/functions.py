"""The functions of the host's kernels by file, name and dtype, and where arrays lie, for them."""

import ctypes
from functools import cache
from typing import Any

from . import pool
from .sources import source


@cache
def function(file: str, name: str, dtype: Any) -> int | None:
    """The address of ``name`` for ``dtype`` in a C++ file; None without a compiler and for other
    dtypes than float32 and float64."""
    if dtype.name not in ("float32", "float64"):
        return None
    library = pool.kernels(source(file), "c++")
    if library is None:
        return None
    return ctypes.cast(getattr(library, f"{name}_{dtype.name}"), ctypes.c_void_p).value


def address(array: Any) -> int | None:
    """Where an array lies, None for None; NumPy's ``ctypes`` takes six times as long."""
    return None if array is None else array.__array_interface__["data"][0]
