"""The BLAS that NumPy carries: its products of matrices, by address, for plans that call them.

Wheels of NumPy name its functions ``scipy_cblas_sgemm64_`` or alike: by their builder, and with a
suffix where integers have 64 bits.
"""

import ctypes
from functools import cache
from typing import NamedTuple

import numpy as np

NAMES = (  # of the products, and whether their integers have 64 bits
    ("scipy_cblas_{}gemm64_", True),
    ("cblas_{}gemm64_", True),
    ("scipy_cblas_{}gemm", False),
    ("cblas_{}gemm", False),
)
THREADS = (
    "scipy_openblas_{}_num_threads64_",
    "openblas_{}_num_threads64_",
    "scipy_openblas_{}_num_threads",
    "openblas_{}_num_threads",
)
LETTERS = {"float32": "s", "float64": "d"}


class Gemm(NamedTuple):
    """The product of matrices of one dtype: where the function is, and its integers' width."""

    address: int
    wide: bool


@cache
def gemm(dtype: str) -> Gemm | None:
    """The product of matrices of ``dtype``; None where NumPy's BLAS has other names."""
    for name, wide in NAMES if dtype in LETTERS else ():
        address = _symbol(name.format(LETTERS[dtype]))
        if address is not None:
            return Gemm(address, wide) if _multiplies(address, wide, dtype) else None
    return None


@cache
def threads() -> tuple[int, int] | None:
    """The addresses of the functions that set and tell how many threads products take."""
    for name in THREADS:
        found = [_symbol(name.format(word)) for word in ("set", "get")]
        if None not in found:
            return found[0] or 0, found[1] or 0
    return None


def _symbol(name: str) -> int | None:
    """The address of a function of NumPy's BLAS."""
    found = getattr(_library(), name, None)
    return None if found is None else ctypes.cast(found, ctypes.c_void_p).value


@cache
def _library() -> ctypes.CDLL | None:
    try:
        from numpy._core import _multiarray_umath as core
    except ImportError:
        return None
    return ctypes.CDLL(core.__file__)  # whose symbols are those of what it is linked to, too


def _multiplies(address: int, wide: bool, dtype: str) -> bool:
    """Whether the function is what its name says: it multiplies two small matrices as NumPy."""
    a = np.arange(6, dtype=dtype).reshape(2, 3)
    b = np.arange(12, dtype=dtype).reshape(3, 4)
    c = np.zeros((2, 4), dtype)
    integer = ctypes.c_long if wide else ctypes.c_int
    real = ctypes.c_float if dtype == "float32" else ctypes.c_double
    pointer = ctypes.c_void_p
    kinds = (*[ctypes.c_int] * 3, *[integer] * 3, real, pointer, integer, pointer, integer, real)
    function = ctypes.CFUNCTYPE(None, *kinds, pointer, integer)(address)
    at = (array.ctypes.data for array in (a, b, c))
    function(101, 111, 111, 2, 4, 3, 1, next(at), 3, next(at), 4, 0, next(at), 4)
    return bool((c == a @ b).all())
