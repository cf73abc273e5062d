"""Matrices as products: Cholesky's, and an orthogonal with a triangular one."""

from .batching import last_axes
from .declare import operation
from .hermitian import (
    adjoint,
    check_matrices,
    check_square,
    from_triangle,
    halved,
    to_triangle,
)
from .shares import added


def _cholesky_tangent(xp, tx, y):
    left = xp.solve_triangular(y, from_triangle(xp, tx), lower=True)
    both = adjoint(xp, xp.solve_triangular(y, adjoint(xp, left), lower=True))
    return xp.matmul(y, halved(xp, both))


def _to_cholesky(xp, g, y):
    inner = halved(xp, xp.matmul(xp.matrix_transpose(y), g))
    left = xp.solve_triangular(y, inner, lower=True, transposed=True)
    right = xp.solve_triangular(xp.conj(y), xp.matrix_transpose(left), lower=True, transposed=True)
    return to_triangle(xp, xp.matrix_transpose(right))


@operation(to_x=_to_cholesky, tangent=_cholesky_tangent, batch=last_axes(2), floats=True)
def cholesky(xp, x):
    """The lower triangular factor of positive definite matrices, ``y @ y^H = x``.

    x: (..., n, n), of which the lower triangle is read.  Rules: I. Murray, "Differentiation of the
    Cholesky decomposition" (2016).
    """
    check_square("cholesky", x)
    return xp.cholesky(x)


def _from_right(xp, x, r):
    """``x`` times the inverse of the upper triangular ``r``."""
    solved = xp.solve_triangular(r, xp.matrix_transpose(x), lower=False, transposed=True)
    return xp.matrix_transpose(solved)


def _qr_tangent(xp, tx, y, *, mode):
    q, r = y
    if _has_more_columns(q, r):
        _refuse()
    moved = _from_right(xp, tx, r)
    inner = xp.matmul(adjoint(xp, q), moved)
    upper = halved(xp, inner + adjoint(xp, inner), lower=False)
    return moved - xp.matmul(q, upper), xp.matmul(upper, r)


def _to_qr(xp, g, y, *, mode):
    (gq, gr), (q, r) = g, y
    if _has_more_columns(q, r):
        if gq is not None:
            _refuse()
        n = r.shape[-1]
        rows, columns = (..., (None, n, None), (None, None, None)), (..., (None, n, None))
        gr, r = xp.getitem(gr, spec=rows), xp.getitem(r, spec=rows)
        q = xp.getitem(q, spec=columns)
    of_upper = 0
    if gr is not None:
        of_upper = xp.matmul(gr, xp.matrix_transpose(r))
    if gq is not None:
        of_upper = of_upper - xp.matmul(xp.matrix_transpose(q), gq)
    of_upper = halved(xp, of_upper, lower=False)
    moved = xp.matmul(xp.conj(q), of_upper + adjoint(xp, of_upper))
    moved = added(moved, gq)
    return xp.matrix_transpose(xp.solve_triangular(r, xp.matrix_transpose(moved), lower=False))


def _has_more_columns(q, r):
    """Whether ``q`` has columns that x does not determine."""
    return q.shape[-1] > r.shape[-1]


def _refuse():
    raise TypeError(
        "qr: with mode='complete' the last columns of Q are any that complete a basis, so that Q "
        "has no derivative; use mode='reduced', or only R"
    )


@operation(to_x=_to_qr, tangent=_qr_tangent, batch=last_axes(2), floats=True)
def qr(xp, x, *, mode="reduced"):
    """``q @ r = x`` with orthonormal columns of ``q`` and an upper triangular ``r``.

    x: (..., m, n) with m >= n (``gpugrad.linalg.qr`` takes all); q: (..., m, n), or (..., m, m)
    with mode "complete", where it has no derivative.  The diagonal of r is real and keeps its
    signs.  Where x's columns are dependent there is no derivative: ``r`` is singular.
    Rules: S. Walter, L. Lehmann and R. Lamour, "On evaluating higher-order derivatives of the QR
    decomposition" (2012).
    """
    check_matrices("qr", x)
    if x.shape[-2] < x.shape[-1]:
        raise ValueError(f"qr: {x.shape} has more columns than rows; use gpugrad.linalg.qr")
    return xp.qr(x, mode=mode)
