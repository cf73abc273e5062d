"""Products of matrices with vectors that stand for diagonal matrices."""

from .batching import all_full
from .declare import operation
from .hermitian import diagonal_of, identities


def _gram_tangent(xp, ta, tw, a, w):
    moved = [] if tw is None else [xp.weighted_gram(a, tw)]
    if ta is not None:
        half = xp.matrix_product(xp.matrix_transpose(ta), xp.expand_dims(w, axis=-1) * a)
        moved.append(half + xp.matrix_transpose(half))
    return moved[0] if len(moved) == 1 else moved[0] + moved[1]


@operation(
    to_a=lambda xp, g, a, w: (
        xp.expand_dims(w, axis=-1) * xp.matrix_product(a, g + xp.matrix_transpose(g))
    ),
    to_w=lambda xp, g, a: xp.sum(xp.matrix_product(a, g) * a, axis=-1),
    tangent=_gram_tangent,
    batch=all_full,
    native=True,
)
def weighted_gram(xp, a, w):
    """``a.T @ diag(w) @ a``, a symmetric matrix, for each matrix of a stack.

    a: (..., n, k), w: (..., n); gives (..., k, k).  A zero weight ends what it meets in ``a.T``.
    """
    if len(a.shape) < 2 or w.shape != a.shape[:-1]:
        raise ValueError(f"weighted_gram: weights of shape {w.shape} for rows of {a.shape}")
    left = xp.scale(xp.matrix_transpose(a), xp.expand_dims(w, axis=-2))
    return xp.matrix_product(left, a)


def _diagonals(xp, values, like):
    """Matrices that are zero except for ``values`` on their diagonals."""
    return xp.scale(xp.expand_dims(values, axis=-1), identities(xp, like))


def _rows_tangent(xp, tx, tscales, tdiagonal, x, scales, y):
    moved = [] if tx is None else [xp.scale(tx, xp.expand_dims(scales, axis=-1))]
    if tscales is not None:
        moved.append(xp.scale(x, xp.expand_dims(tscales, axis=-1)))
    if tdiagonal is not None:
        moved.append(_diagonals(xp, tdiagonal, y))
    total = moved[0]
    for term in moved[1:]:
        total = total + term
    return total


@operation(
    to_x=lambda xp, g, scales: xp.scale(g, xp.expand_dims(scales, axis=-1)),
    to_scales=lambda xp, g, x: xp.sum(xp.scale(g, x), axis=-1),
    to_diagonal=lambda xp, g: diagonal_of(xp, g),
    tangent=_rows_tangent,
    batch=all_full,
    native=True,
)
def scale_add_diagonal(xp, x, scales, diagonal):
    """``diag(scales) @ x + diag(diagonal)`` for each square matrix of a stack.

    x: (..., n, n), scales and diagonal: (..., n).  A zero in ``scales`` ends what it meets.
    """
    if x.shape != (*scales.shape, x.shape[-1]) or x.shape != (*diagonal.shape, *scales.shape[-1:]):
        raise ValueError(
            f"scale_add_diagonal: scales of shape {scales.shape} and a diagonal of shape "
            f"{diagonal.shape} for matrices of {x.shape}"
        )
    y = xp.scale(x, xp.expand_dims(scales, axis=-1))
    return y + _diagonals(xp, diagonal, y)
