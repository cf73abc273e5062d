"""Matrix products by cuBLAS's one call: stacks of strided matrices, read where they lie.

cuBLAS's matrices are column-major.  A row-major c = a b is, column by column, c.T = b.T a.T, so
that the operands go in exchanged and a transposed view is a flag instead of a copy.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from ..dtypes import INEXACT
from ..shapes import batch_shape, refuse_features

Layout = tuple[int, bool, int]  # leading, transposed, stride: see Matrix
PLANS = 4096  # that are remembered


class Matrix(NamedTuple):
    """A stack of column-major matrices in device memory.

    pointer of the first element; leading: elements from a column to the next; transposed: the
    product reads the matrix transposed; stride: elements from a matrix to the next.
    """

    pointer: int
    leading: int
    transposed: bool
    stride: int


class Plan(NamedTuple):
    """How a product of two stacks is one call: from their shapes and strides alone.

    shape: of the result; sizes: gemm's (columns, rows, inner); batch: the leading axes of the call,
    matrices: how many that are; made: how the result lies; left and right: how the operands lie,
    None for one that gemm cannot read so.
    """

    shape: tuple[int, ...]
    sizes: tuple[int, int, int]
    batch: tuple[int, ...]
    matrices: int
    left: Layout | None
    right: Layout | None
    made: Layout


def products(device: Any) -> dict[str, Callable]:
    """The matrix products by name."""
    here = (device.driver, device.module)
    return {"matmul": partial(matmul, *here), "linear": partial(linear, *here)}


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
    return product(driver, xp, a, b)


def linear(driver: Any, xp: Any, x: Any, weight: Any, bias: Any = None) -> Any:
    """``x @ weight.T + bias``; gemm adds the bias, so that halves are rounded once."""
    refuse_features(x.shape, weight.shape)
    if x.dtype not in INEXACT or bias is None:
        y = matmul(driver, xp, x, weight.T)
        return y if bias is None else y + bias
    if x.ndim == 1:
        return product(driver, xp, x.reshape(1, -1), weight.T, bias).reshape(-1)
    return product(driver, xp, x, weight.T, bias)


def product(driver: Any, xp: Any, a: Any, b: Any, added: Any = None) -> Any:
    """The product of stacks of matrices of one dtype, plus what is ``added``, if anything."""
    dtype = a.dtype
    plan = _plan(a.shape, a.strides, b.shape, b.strides, dtype.itemsize)
    c = xp.ndarray(plan.shape, dtype)
    empty = not c.size or not plan.sizes[2]
    if added is not None or empty:
        c[...] = 0 if added is None else added
    if empty:
        return c
    left, right = plan.left, plan.right
    if left is None:
        a, left = _copied(xp, a, plan.batch)
    if right is None:
        b, right = _copied(xp, b, plan.batch)
    driver.gemm(
        dtype,
        plan.sizes,
        Matrix(b.data.ptr, *right),
        Matrix(a.data.ptr, *left),
        Matrix(c.data.ptr, *plan.made),
        batch=plan.matrices,
        beta=0.0 if added is None else 1.0,
    )
    return c


@lru_cache(PLANS)
def _plan(a: tuple, a_strides: tuple, b: tuple, b_strides: tuple, itemsize: int) -> Plan:
    if a[-1] != b[-2]:
        raise ValueError(f"matmul: inner sizes differ, {a} @ {b}")
    batch = batch_shape(a[:-2], b[:-2])
    shape, inner = (*batch, a[-2], b[-1]), a[-1]
    if prod(b[:-2]) == 1 and _contiguous(a, a_strides, itemsize):
        a = (prod(a[:-1]), inner)  # one b: the rows of all a's are one a
        a_strides = (inner * itemsize, itemsize)
        b, b_strides, batch = b[-2:], b_strides[-2:], ()
    left, right = (
        _layout((*batch, *x[-2:]), _repeated(x, strides, len(batch)), itemsize)
        for x, strides in ((a, a_strides), (b, b_strides))
    )
    rows, columns = a[-2], b[-1]
    made = (columns, False, rows * columns)
    return Plan(shape, (columns, rows, inner), batch, prod(batch), left, right, made)


def _contiguous(shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int) -> bool:
    expected = itemsize
    for n, stride in zip(reversed(shape), reversed(strides), strict=True):
        if n != 1 and stride != expected:
            return False
        expected *= n
    return True


def _repeated(shape: tuple[int, ...], strides: tuple[int, ...], axes: int) -> tuple[int, ...]:
    """Strides of a stack that is repeated along the leading axes which it lacks or has 1 of."""
    own = [0 if n == 1 else s for n, s in zip(shape[:-2], strides[:-2], strict=True)]
    return (*(0,) * (axes - len(own)), *own, *strides[-2:])


def _copied(xp: Any, x: Any, batch: tuple[int, ...]) -> tuple[Any, Layout]:
    """A stack as gemm can read it."""
    shape = (*batch, *x.shape[-2:])
    if x.ndim > len(shape):  # a stack of one matrix, which all of the other's rows meet
        x = x.reshape(shape)
    x = xp.ascontiguousarray(x if x.shape == shape else xp.broadcast_to(x, shape))
    layout = _layout(x.shape, x.strides, x.itemsize)
    assert layout is not None
    return x, layout


def _layout(shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int) -> Layout | None:
    """How a stack of row-major matrices lies for gemm, or None if gemm cannot read it so."""
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
