"""Matrix products by cuBLAS's one call: stacks of strided matrices, read where they lie."""

from typing import Any, NamedTuple


class Matrix(NamedTuple):
    """A stack of column-major matrices in device memory.

    pointer of the first element; leading: elements from a column to the next; transposed: the
    product reads the matrix transposed; stride: elements from a matrix to the next.
    """

    pointer: int
    leading: int
    transposed: bool
    stride: int
