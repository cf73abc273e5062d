"""Matrix products by cuBLAS's one call: stacks of strided matrices, read where they lie.

cuBLAS's matrices are column-major.  A row-major c = a b is, column by column, c.T = b.T a.T, so
that the operands go in exchanged and a transposed view is a flag instead of a copy.
"""

from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from ..dtypes import INEXACT
from ..shapes import batch_shape


class Matrix(NamedTuple):
    """A stack of column-major matrices in device memory.

    pointer of the first element; leading: elements from a column to the next; transposed: the
    product reads the matrix transposed; stride: elements from a matrix to the next.
    """

    pointer: int
    leading: int
    transposed: bool
    stride: int


def matmul(driver: Any, xp: Any, a: Any, b: Any) -> Any:
    """NumPy's matmul; halves are accumulated in float32.

    xp: the array module, whose own product takes the integers.
    """
    if a.dtype not in INEXACT or a.dtype != b.dtype:
        return xp.matmul(a, b)
    if a.ndim == 1:
        return xp.squeeze(matmul(driver, xp, a.reshape(1, -1), b), -2 if b.ndim > 1 else 0)
    if b.ndim == 1:
        return xp.squeeze(matmul(driver, xp, a, b.reshape(-1, 1)), -1)
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"matmul: inner sizes differ, {a.shape} @ {b.shape}")
    batch = batch_shape(a.shape[:-2], b.shape[:-2])
    c = xp.empty((*batch, a.shape[-2], b.shape[-1]), dtype=a.dtype)
    if not c.size or not a.size:
        c.fill(0)
        return c
    if prod(b.shape[:-2]) == 1 and a.flags.c_contiguous:  # one b: the rows of all a's are one a
        _gemm(driver, xp, a.reshape(-1, a.shape[-1]), b.reshape(b.shape[-2:]), c, ())
    else:
        _gemm(driver, xp, a, b, c, batch)
    return c


def _gemm(driver: Any, xp: Any, a: Any, b: Any, c: Any, batch: tuple[int, ...]) -> None:
    (rows, inner), columns = a.shape[-2:], b.shape[-1]
    left, kept_left = operand(xp, a, batch)
    right, kept_right = operand(xp, b, batch)
    out = Matrix(c.data.ptr, columns, False, rows * columns)
    driver.gemm(c.dtype, (columns, rows, inner), right, left, out, batch=prod(batch))
    del kept_left, kept_right  # copies, if any, live until the product is enqueued


def operand(xp: Any, x: Any, batch: tuple[int, ...]) -> tuple[Matrix, Any]:
    """A stack of row-major matrices for gemm, and the array that it lies in: ``x`` or a copy."""
    if tuple(x.shape[:-2]) != batch:
        x = xp.broadcast_to(x, (*batch, *x.shape[-2:]))
    layout = _layout(x.shape, x.strides, x.itemsize)
    if layout is None:
        x = xp.ascontiguousarray(x)
        layout = _layout(x.shape, x.strides, x.itemsize)
        assert layout is not None
    return Matrix(x.data.ptr, *layout), x


def _layout(
    shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int
) -> tuple[int, bool, int] | None:
    """(leading, transposed, stride) of a stack as it lies, or None if gemm cannot read it so."""
    if any(s % itemsize for s in strides):
        return None
    *outer, row, column = (s // itemsize for s in strides)
    rows, columns = shape[-2:]
    stride = _stride(shape[:-2], tuple(outer))
    if stride is None:
        return None
    if (columns == 1 or column == 1) and (rows == 1 or row >= columns):
        return (columns if rows == 1 else row), False, stride
    if (rows == 1 or row == 1) and (columns == 1 or column >= rows):
        return (rows if columns == 1 else column), True, stride
    return None


def _stride(shape: tuple[int, ...], strides: tuple[int, ...]) -> int | None:
    """The one step between the matrices of a stack, or None if there is not one."""
    axes = [(n, s) for n, s in zip(shape, strides, strict=True) if n != 1]
    if not axes:
        return 0
    for (_, outer), (n, inner) in pairwise(axes):
        if outer != n * inner:
            return None
    return axes[-1][1] if axes[-1][1] >= 0 else None
