"""Right-hand sides of linear equations, as solvers take them."""

from collections.abc import Callable
from math import prod
from typing import Any

from ..shapes import batch_shape


def solved(solve: Callable[[Any, Any], Any], xp: Any, a: Any, b: Any) -> Any:
    """``solve(a, b)`` for matrices and their right-hand sides, either of them in stacks.

    solve takes one matrix with one right-hand side, or stacks of the same shape.  One matrix for
    a stack of right-hand sides is factorised once: they become the columns of one.
    a: (..., n, n), b: (..., n, k); leading axes broadcast.
    """
    if len(a.shape) == 2 < len(b.shape):
        return _one_matrix(solve, xp, a, b)
    batch = batch_shape(tuple(a.shape[:-2]), tuple(b.shape[:-2]))
    if not prod(batch) or not prod(b.shape):
        return xp.empty((*batch, *b.shape[-2:]), dtype=b.dtype)
    return solve(_repeated(xp, a, batch), _repeated(xp, b, batch))


def _repeated(xp: Any, x: Any, batch: tuple[int, ...]) -> Any:
    shape = (*batch, *x.shape[-2:])
    return x if tuple(x.shape) == shape else xp.broadcast_to(x, shape)


def _one_matrix(solve: Callable, xp: Any, a: Any, b: Any) -> Any:
    *batch, rows, columns = b.shape
    last = len(batch)
    if not prod(b.shape):
        return xp.empty(b.shape, dtype=b.dtype)
    beside = b.transpose(last, *range(last), last + 1)  # (n, ..., k)
    x = solve(a, beside.reshape(rows, prod(batch) * columns)).reshape(rows, *batch, columns)
    return x.transpose(*range(1, last + 1), 0, last + 1)
