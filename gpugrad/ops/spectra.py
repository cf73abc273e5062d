"""Eigenvalues and eigenvectors.

Vectors of equal eigenvalues may be any basis of their space, and no derivative turns one into
another: the turn between two vectors counts as 0 where their eigenvalues are equal up to rounding
(``slack_of``).  So nothing is ever infinite, and derivatives are right for what does not depend on
that basis and treats equal eigenvalues alike: sums of one function of them, projectors on whole
eigenspaces.  A matrix function put together as ``v @ diag(f(w)) @ v^H`` does depend on how unequal
they become; that part is not known to a rule that is given w and v, and counts as 0 too.
"""

from .batching import last_axes
from .declare import operation
from .hermitian import (
    adjoint,
    check_square,
    diagonal_of,
    from_triangle,
    inverse_gaps,
    on_diagonal,
    slack_of,
    to_triangle,
)


def _gaps(xp, w):
    return inverse_gaps(xp, w, slack_of(xp, w, w.shape[-1]))


def _check_triangle(name, UPLO):
    if UPLO not in ("L", "U"):
        raise ValueError(f"{name}: UPLO={UPLO!r}; use 'L' or 'U', the triangle that is read")


def _weighed(xp, g, v):
    """The gradient of a Hermitian matrix from that of its eigenvalues."""
    return xp.matmul(xp.conj(v) * xp.expand_dims(g, axis=-2), xp.matrix_transpose(v))


def _to_eigh(xp, g, y, *, UPLO):
    (gw, gv), (w, v) = g, y
    share = None if gw is None else _weighed(xp, gw, v)
    if gv is not None:
        turned = xp.matrix_transpose(v)
        inner = xp.matmul(turned, gv) * _gaps(xp, w)
        of_vectors = xp.matmul(xp.matmul(xp.conj(v), inner), turned)
        share = of_vectors if share is None else share + of_vectors
    return to_triangle(xp, share, UPLO == "L")


def _eigh_tangent(xp, tx, y, *, UPLO):
    w, v = y
    moved = xp.matmul(adjoint(xp, v), xp.matmul(from_triangle(xp, tx, UPLO == "L"), v))
    return xp.real(diagonal_of(xp, moved)), xp.matmul(v, moved * _gaps(xp, w))


@operation(to_x=_to_eigh, tangent=_eigh_tangent, batch=last_axes(2), floats=True)
def eigh(xp, x, *, UPLO="L"):
    """Eigenvalues in ascending order and orthonormal eigenvectors of Hermitian matrices.

    x: (..., n, n), of which the lower or upper triangle is read.  Vectors are determined up to a
    sign, or a complex unit: those that move with x are taken not to turn along themselves.
    """
    check_square("eigh", x)
    _check_triangle("eigh", UPLO)
    return xp.eigh(x, UPLO=UPLO)


def _to_eigvalsh(xp, g, x, *, UPLO):
    _, v = xp.eigh(x, UPLO=UPLO)
    return to_triangle(xp, _weighed(xp, g, v), UPLO == "L")


def _eigvalsh_tangent(xp, tx, x, *, UPLO):
    _, v = xp.eigh(x, UPLO=UPLO)
    moved = xp.matmul(from_triangle(xp, tx, UPLO == "L"), v)
    return xp.real(xp.sum(xp.conj(v) * moved, axis=-2))


@operation(to_x=_to_eigvalsh, tangent=_eigvalsh_tangent, batch=last_axes(2), floats=True)
def eigvalsh(xp, x, *, UPLO="L"):
    """Eigenvalues in ascending order of Hermitian matrices; a derivative computes the vectors."""
    check_square("eigvalsh", x)
    _check_triangle("eigvalsh", UPLO)
    return xp.eigvalsh(x, UPLO=UPLO)


def _real_place(xp, v):
    """In each column the place of the largest component, which normalising made real."""
    size = abs(xp.real(v)) - abs(xp.imag(v))
    places = xp.expand_dims(xp.arange_like(v, v.shape[-1]), axis=-1)
    return xp.equal(places, xp.argmax(size, axis=-2, keepdims=True))


def _normalised(xp, u, v):
    """The tangents of normalised vectors ``v``, from tangents ``u`` of vectors of any length."""
    here = _real_place(xp, v)
    length = xp.real(xp.sum(xp.conj(v) * u, axis=-2, keepdims=True))
    real = xp.sum(xp.where(here, xp.real(v), 0), axis=-2, keepdims=True)
    turn = xp.sum(xp.where(here, xp.imag(u), 0), axis=-2, keepdims=True) / real
    return u - v * (length + turn * 1j)


def _to_unnormalised(xp, g, v):
    """The gradient of ``u``, from that of ``_normalised``."""
    here = _real_place(xp, v)
    along = xp.sum(g * v, axis=-2, keepdims=True)
    real = xp.sum(xp.where(here, xp.real(v), 0), axis=-2, keepdims=True)
    turn = xp.where(here, xp.imag(along) / real, 0) * -1j
    return g - xp.conj(v) * xp.real(along) + turn


def _independent(xp, v):
    """``v`` for a solver; where its columns depend on each other, a matrix that is singular."""
    s = xp.svdvals(v)
    least = xp.min(s, axis=-1, keepdims=True)
    lost = least <= slack_of(xp, s, v.shape[-1])
    return xp.where(xp.expand_dims(lost, axis=-1), 0, v)


def _to_eig(xp, g, y):
    (gw, gv), (w, v) = g, y
    if not w.shape[-1]:
        return xp.zeros_like(v)
    turned = xp.matrix_transpose(_independent(xp, v))
    inner = 0
    if gv is not None:
        inner = xp.matmul(turned, _to_unnormalised(xp, gv, v)) * _gaps(xp, w)
    if gw is not None:
        inner = inner + on_diagonal(xp, gw)
    return xp.solve(turned, xp.matmul(inner, turned))


def _eig_tangent(xp, tx, y):
    w, v = y
    if not w.shape[-1]:
        return xp.zeros_like(w), xp.zeros_like(v)
    moved = xp.solve(_independent(xp, v), xp.matmul(tx, v))
    return diagonal_of(xp, moved), _normalised(xp, xp.matmul(v, moved * _gaps(xp, w)), v)


@operation(to_x=_to_eig, tangent=_eig_tangent, batch=last_axes(2), floats=True)
def eig(xp, x):
    """Eigenvalues and eigenvectors of square matrices, always complex, in no promised order.

    x: (..., n, n).  The vectors have length one and their largest component is real, as LAPACK
    leaves them.  A matrix without n independent vectors has no derivative: LinAlgError.
    """
    check_square("eig", x)
    return xp.eig(x)


def _nearest(xp, values, others):
    """For each of ``values`` the place of the nearest of ``others``."""
    gaps = xp.expand_dims(values, axis=-1) - xp.expand_dims(others, axis=-2)
    return xp.argmin(xp.absolute(gaps), axis=-1)


def _to_eigvals(xp, g, x, y):
    if not y.shape[-1]:
        return xp.zeros_like(x)
    w, v = xp.eig(x)  # perhaps in another order than without vectors
    turned = xp.matrix_transpose(_independent(xp, v))
    g = xp.take_along_axis(g, _nearest(xp, w, y), axis=-1)
    return xp.solve(turned, xp.expand_dims(g, axis=-1) * turned)


def _eigvals_tangent(xp, tx, x, y):
    if not y.shape[-1]:
        return xp.zeros_like(y)
    w, v = xp.eig(x)
    moved = diagonal_of(xp, xp.solve(_independent(xp, v), xp.matmul(tx, v)))
    return xp.take_along_axis(moved, _nearest(xp, y, w), axis=-1)


@operation(to_x=_to_eigvals, tangent=_eigvals_tangent, batch=last_axes(2), floats=True)
def eigvals(xp, x):
    """Eigenvalues of square matrices, always complex; a derivative computes the vectors."""
    check_square("eigvals", x)
    return xp.eigvals(x)
