"""Classes of scipy.sparse, which read lists and numbers as NumPy does."""

from typing import Any

from ... import sparse
from ...api import functions as gg
from ...numpy.reading import array, numpy_dtype


def _read(arg1: Any) -> Any:
    """What a constructor is given, with its values as NumPy reads them."""
    if isinstance(arg1, tuple) and not isinstance(arg1[0], int):
        return array(arg1[0]), *arg1[1:]
    return arg1 if isinstance(arg1, tuple) or hasattr(arg1, "tocsr") else array(arg1)


class csr_array(sparse.csr_array):
    """gpugrad.sparse.csr_array, whose lists and numbers have NumPy's dtypes."""

    __slots__ = ()

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        super().__init__(_read(arg1), shape, dtype and numpy_dtype(dtype), copy)


class csr_matrix(csr_array):
    """csr_array whose ``*`` is the product of matrices and whose sums keep both axes."""

    __slots__ = ()

    def __mul__(self, other: Any) -> Any:
        number = not hasattr(other, "shape") or other.shape == ()
        return self.multiply(other) if number else self @ other

    def __rmul__(self, other: Any) -> Any:
        number = not hasattr(other, "shape") or other.shape == ()
        return self.multiply(other) if number else self.__rmatmul__(other)

    def sum(self, axis: int | None = None) -> Any:
        """Sum of all elements, or a row or column of those along ``axis``."""
        total = super().sum(axis)
        return total if axis is None else gg.expand_dims(total, axis=axis)


coo_array, coo_matrix = csr_array, csr_matrix


def issparse(x: Any) -> bool:
    """Whether ``x`` is a sparse matrix of gpugrad's."""
    return isinstance(x, sparse.csr_array)
