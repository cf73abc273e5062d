"""Products of vectors and matrices, and parts of matrices."""

from collections.abc import Sequence
from typing import Any

from ..api.creation import asarray
from ..engine.anything import ANY
from ..engine.functions import function_of
from ..ops import arrangement, reduction
from ..ops import linalg as ops
from ..ops.hermitian import check_matrices
from ..tensor.arguments import reducing
from ..tensor.cell import Tensor

matmul = function_of(ops.matmul)
matrix_transpose = function_of(arrangement.matrix_transpose)
_sum = reducing(reduction.sum)


def tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Tensor:
    """Sum of products over ``axes``: a number of last axes of x1 and first axes of x2, or a pair.

    A pair (axes of x1, axes of x2) names them.  The other axes stay, those of x1 first.
    """
    return function_of(ops.tensordot)(x1, x2, axes=axes)


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Tensor:
    """Sum along ``axis`` of the products of x1, conjugated if complex, and x2."""
    return function_of(ops.vecdot)(x1, x2, axis=axis)


def outer(x1: Any, x2: Any, /) -> Tensor:
    """Outer product x1[i] * x2[j] of two vectors: shape (x1.size, x2.size)."""
    x1, x2 = asarray(x1), asarray(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(
            f"outer: {x1.shape} and {x2.shape} are not both vectors; gg.outer "
            "flattens its arguments"
        )
    return function_of(ops.outer)(x1, x2)


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Tensor:
    """Cross product of vectors of three elements along ``axis``; else ValueError."""
    return function_of(ops.cross)(x1, x2, axis=axis)


def diagonal(x: Any, /, *, offset: int = 0) -> Tensor:
    """Diagonals of matrices (..., m, n), ``offset`` places to the right."""
    x = asarray(x)
    check_matrices("diagonal", x)
    return function_of(arrangement.diagonal)(x, offset=offset, axis1=-2, axis2=-1)


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Tensor:
    """Sums of ``diagonal(x, offset=offset)``; dtype: the dtype of the sums."""
    return _sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


def multi_dot(arrays: Sequence[Any]) -> Tensor:
    """Product of two or more matrices, in the order that takes the fewest multiplications.

    The first may be a vector, taken as a row, and the last one too, taken as a column.
    """
    chain = [asarray(x) for x in arrays]
    if len(chain) < 2:
        raise ValueError(f"multi_dot: {len(chain)} arrays; it takes two or more")
    row, column = chain[0].ndim == 1, chain[-1].ndim == 1
    if row:
        chain[0] = ANY.expand_dims(chain[0], axis=0)
    if column:
        chain[-1] = ANY.expand_dims(chain[-1], axis=1)
    if any(x.ndim != 2 for x in chain):
        raise ValueError(
            "multi_dot: the arrays are matrices, but the first and the last may be "
            f"vectors; not {[x.shape for x in chain]}"
        )
    y = _product(chain, _splits([*(x.shape[0] for x in chain), chain[-1].shape[1]]), 0, len(chain))
    gone = (0,) * row + (1,) * column
    return ANY.squeeze(y, axis=gone) if gone else y


def _splits(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Where to split the product of matrices ``first`` to ``last``: T. Cormen et al.,
    "Introduction to Algorithms", on matrix-chain multiplication."""
    count = len(sizes) - 1
    costs = {(i, i + 1): 0 for i in range(count)}
    splits: dict[tuple[int, int], int] = {}
    for length in range(2, count + 1):
        for first in range(count - length + 1):
            last = first + length
            options = [
                (costs[first, k] + costs[k, last] + sizes[first] * sizes[k] * sizes[last], k)
                for k in range(first + 1, last)
            ]
            costs[first, last], splits[first, last] = min(options)
    return splits


def _product(chain: list, splits: dict, first: int, last: int) -> Any:
    if last - first == 1:
        return chain[first]
    middle = splits[first, last]
    return _product(chain, splits, first, middle) @ _product(chain, splits, middle, last)
