"""Matrix products."""

from math import prod

from ..backend.shapes import refuse_features
from . import batching_products as batches
from .declare import bilinear, composite, operation


def flat_rows(xp, x):
    """``x`` as one matrix: its last axis and all others as rows."""
    return x if len(x.shape) == 2 else xp.reshape(x, shape=(prod(x.shape[:-1]), x.shape[-1]))


@bilinear(
    to_a=lambda xp, g, b: xp.matrix_product(g, xp.matrix_transpose(b)),
    to_b=lambda xp, g, a: xp.matrix_product(xp.matrix_transpose(a), g),
    batch=batches.matrix_product,
)
def matrix_product(xp, a, b):
    """Matrix product of stacks of matrices: (..., n, k) with (..., k, m) gives (..., n, m)."""
    return xp.matmul(a, b)


@bilinear(
    to_a=lambda xp, g, b: xp.reshape(g, shape=(-1, 1)) * xp.reshape(b, shape=(1, -1)),
    to_b=lambda xp, g, a: xp.matrix_vector(xp.matrix_transpose(a), g),
    batch=batches.matrix_vector,
)
def matrix_vector(xp, a, b):
    """One matrix times one vector: (n, k) with (k,) gives (n,)."""
    return xp.reshape(xp.matmul(a, xp.reshape(b, shape=(-1, 1))), shape=(a.shape[0],))


def _alone(rows, columns):
    """The product that needs no reshaping before and after."""
    if len(rows) != 2 or not 0 < len(columns) < 3 or rows[1] != columns[0]:
        return None
    return matrix_product if len(columns) == 2 else matrix_vector


@composite(alone=_alone)
def matmul(xp, a, b):
    """Matrix product of stacks (..., m, k) and (..., k, n); other inner sizes raise ValueError.

    A vector is a row on the left and a column on the right, as in NumPy.  A zero times infinity is
    NaN, as in BLAS, in derivatives too: which of them meet may differ between their modes.
    """
    rows, columns = a.shape, b.shape  # of a Tensor they are computed each time
    rank_a, rank_b = len(rows), len(columns)
    if not rank_a or not rank_b:
        raise ValueError(f"matmul: numbers have no matrix product, {rows} @ {columns}; use *")
    if rows[-1] != columns[-2 if rank_b > 1 else 0]:
        hint = "; did you mean b.T?" if rank_b > 1 and rows[-1] == columns[-1] else ""
        raise ValueError(f"matmul: inner sizes differ, {rows} @ {columns}{hint}")
    if rank_a == 2 and rank_b == 2:
        return xp.matrix_product(a, b)
    if rank_a > 1 and rank_b > 1:
        return _product(xp, a, b)
    if (rank_a, rank_b) == (2, 1):
        return xp.matrix_vector(a, b)
    if (rank_a, rank_b) == (1, 2):
        return xp.matrix_vector(xp.matrix_transpose(b), a)
    left = xp.reshape(a, shape=(1, a.shape[0])) if rank_a == 1 else a
    right = xp.reshape(b, shape=(b.shape[0], 1)) if rank_b == 1 else b
    y = _product(xp, left, right)
    stack = y.shape[:-2]
    kept = (*((y.shape[-2],) if rank_a > 1 else ()), *((y.shape[-1],) if rank_b > 1 else ()))
    return xp.reshape(y, shape=(*stack, *kept))


def _product(xp, a, b):
    if len(b.shape) > 2 or len(a.shape) == 2:
        return xp.matrix_product(a, b)
    rows = xp.matrix_product(flat_rows(xp, a), b)  # one large product instead of a stack
    return xp.reshape(rows, shape=(*a.shape[:-1], b.shape[-1]))


def _linear_tangent(xp, tx, tweight, tbias, x, weight, bias, y):
    moved = [xp.linear(tx, weight, None)] if tx is not None else []
    if tweight is not None:
        moved.append(xp.linear(x, tweight, None))
    if tbias is not None:
        moved.append(xp.broadcast_to(tbias, shape=y.shape))
    total = moved[0]
    for term in moved[1:]:
        total = total + term
    return total


@operation(
    to_x=lambda xp, g, weight, x_shape: xp.reshape(
        xp.matmul(flat_rows(xp, g), weight), shape=x_shape
    ),
    to_weight=lambda xp, g, x: xp.matmul(xp.matrix_transpose(flat_rows(xp, g)), flat_rows(xp, x)),
    to_bias=lambda xp, g: g,
    tangent=_linear_tangent,
    batch=batches.linear,
    native=True,
)
def linear(xp, x, weight, bias=None):
    """``x @ weight.T + bias``.

    x: (..., inputs), weight: (outputs, inputs), bias: (outputs,) or None; gives (..., outputs).
    """
    refuse_features(tuple(x.shape), tuple(weight.shape))
    y = xp.matmul(flat_rows(xp, x), xp.matrix_transpose(weight))
    y = y if bias is None else y + bias
    return xp.reshape(y, shape=(*x.shape[:-1], weight.shape[0]))


@composite
def vecdot(xp, a, b, *, axis=-1):
    """Sum over ``axis`` of the products of ``a`` (conjugated if complex) and ``b``, which have
    one length there; of their dtype, small integers too."""
    product = xp.conj(a) * b
    from_end = axis - len(product.shape) if axis >= 0 else axis
    sizes = [x.shape[from_end] if len(x.shape) >= -from_end else 1 for x in (a, b)]
    if sizes[0] != sizes[1]:
        raise ValueError(f"vecdot: sizes differ along axis={axis}, {a.shape} and {b.shape}")
    y = xp.sum(product, axis=axis)
    return y if y.dtype == product.dtype else xp.astype(y, dtype=product.dtype)


@composite
def outer(xp, a, b):
    """Outer product: a[i] * b[j] of the flattened arrays, shape (a.size, b.size)."""
    return xp.reshape(a, shape=(-1, 1)) * xp.reshape(b, shape=(1, -1))


@composite
def tensordot(xp, a, b, *, axes=2):
    """Sum of products over ``axes``: a number of last axes of ``a`` and first ones of ``b``,
    or a pair (axes of a, axes of b); the other axes stay, those of ``a`` first."""
    of_a, of_b = _paired(len(a.shape), len(b.shape), axes)
    free_a = [i for i in range(len(a.shape)) if i not in of_a]
    free_b = [i for i in range(len(b.shape)) if i not in of_b]
    if [a.shape[i] for i in of_a] != [b.shape[i] for i in of_b]:
        raise ValueError(f"tensordot: sizes differ along axes={axes}, {a.shape} and {b.shape}")
    inner = prod(a.shape[i] for i in of_a)
    left = xp.permute_dims(a, axes=(*free_a, *of_a))
    right = xp.permute_dims(b, axes=(*of_b, *free_b))
    outer_a, outer_b = tuple(a.shape[i] for i in free_a), tuple(b.shape[i] for i in free_b)
    y = xp.matmul(
        xp.reshape(left, shape=(prod(outer_a), inner)),
        xp.reshape(right, shape=(inner, prod(outer_b))),
    )
    return xp.reshape(y, shape=(*outer_a, *outer_b))


def _paired(rank_a, rank_b, axes):
    """The contracted axes of both arrays, as lists of numbers from 0."""
    if isinstance(axes, int):
        return list(range(rank_a - axes, rank_a)), list(range(axes))
    of_a, of_b = ([i] if isinstance(i, int) else list(i) for i in axes)
    if len(of_a) != len(of_b):
        raise ValueError(f"tensordot: {len(of_a)} axes of a and {len(of_b)} of b in axes={axes}")
    return [i % rank_a for i in of_a], [i % rank_b for i in of_b]


@composite
def cross(xp, a, b, *, axis=-1):
    """The cross product of vectors of three elements along ``axis``; other axes broadcast."""
    if a.shape[axis] != 3 or b.shape[axis] != 3:
        raise ValueError(
            f"cross: {a.shape} and {b.shape} do not both have three elements along axis {axis}"
        )
    (after_a, before_a), (after_b, before_b) = (
        (xp.roll(x, shift=-1, axis=axis), xp.roll(x, shift=1, axis=axis)) for x in (a, b)
    )
    return after_a * before_b - before_a * after_b
