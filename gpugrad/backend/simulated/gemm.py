"""cuBLAS's matrix product on simulated memory: leading dimensions, dtypes and pointers checked."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .faults import DeviceFault

DTYPES = ("float16", "bfloat16", "float32", "float64", "complex64", "complex128")


def product(
    memory: Any,
    dtype: np.dtype,
    sizes: tuple[int, int, int],
    a: Any,
    b: Any,
    c: Any,
    batch: int = 1,
    alpha: float = 1.0,
    beta: float = 0.0,
) -> None:
    """c = alpha op(a) op(b) + beta c, for each matrix of a batch.

    sizes: (m, n, k); a, b, c: backend.products.Matrix, column-major; c is not read if beta is 0.
    """
    if dtype.name not in DTYPES:
        raise DeviceFault(f"gemm: no product of {dtype}; it takes {', '.join(DTYPES)}")
    m, n, k = sizes
    if min(m, n, k, batch) < 0 or c.transposed:
        raise DeviceFault(f"gemm: sizes {sizes}, batch {batch}, transposed output {c.transposed}")
    left = _stack(memory, dtype, "a", a, (m, k), batch)
    right = _stack(memory, dtype, "b", b, (k, n), batch)
    out = _stack(memory, dtype, "c", c, (m, n), batch)
    wide = np.dtype("float32") if dtype.itemsize == 2 else dtype
    with np.errstate(all="ignore"):
        result = alpha * np.matmul(left.astype(wide), right.astype(wide))
        if beta:
            result += beta * out.astype(wide)
        out[...] = result.astype(dtype)


def _stack(memory: Any, dtype: np.dtype, name: str, matrix: Any, shape: Any, batch: int) -> Any:
    """The matrices as (batch, rows, columns) after their transposition."""
    rows, columns = shape[::-1] if matrix.transposed else shape
    if matrix.leading < max(1, rows):
        raise DeviceFault(
            f"gemm: leading dimension {matrix.leading} of {name} is below its {rows} rows"
        )
    if name == "c" and batch > 1 and abs(matrix.stride) < matrix.leading * (columns - 1) + rows:
        raise DeviceFault(f"gemm: the matrices of c overlap, stride {matrix.stride}")
    strides = np.array((matrix.stride, 1, matrix.leading)) * dtype.itemsize
    counts = (batch, rows, columns)
    if min(counts) == 0:
        return (
            np.empty(counts, dtype).swapaxes(1, 2) if matrix.transposed else np.empty(counts, dtype)
        )
    last = int(sum((n - 1) * s for n, s in zip(counts, strides, strict=True))) + dtype.itemsize
    if matrix.pointer % dtype.itemsize or not memory.holds(matrix.pointer, last):
        raise DeviceFault(
            f"gemm: {name}, {counts} of {dtype} with leading dimension {matrix.leading}, begins or "
            f"ends {memory.where(matrix.pointer + last - 1)}"
        )
    offset = matrix.pointer - memory.address
    flat = np.ndarray((last // dtype.itemsize,), dtype, memory.memory, offset)
    stack = as_strided(flat, counts, tuple(map(int, strides)))
    return stack.swapaxes(1, 2) if matrix.transposed else stack
