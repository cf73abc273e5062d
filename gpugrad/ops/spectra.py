"""Eigenvalues with eigenvectors.

Vectors of equal eigenvalues may be any basis of their space, and only what does not depend on that
basis has a derivative.  How a vector turns towards another one is a quotient by the gap between
their eigenvalues (``over_gaps``): 0 / 0 is 0 where values are equal up to rounding, x / 0 an error.
So in reverse mode projectors on whole eigenspaces have their derivatives, and what depends on the
basis has none.  What is put together from vectors and values, as ``v @ diag(f(w)) @ v^H``, besides
depends on how unequal equal values become, which no rule sees that is given w and v: where both get
gradients and values are equal that is an error too, but for those of which neither value nor vector
is used.  Forward mode does not see what vectors are used for: it has their derivative along a
direction that leaves equal values equal, and none along others.
"""

from .batching import last_axes
from .declare import operation
from .eigenvalues import check_triangle, equal, inner
from .eigenvalues_general import independent
from .eigenvalues_general import inner as inner_of_general
from .gaps import beyond, differences, either, off_diagonal, only_one, used, used_columns
from .hermitian import adjoint, check_square, diagonal_of, from_triangle, to_triangle
from .shares import added

OUT = "expm, sqrtm, inv, pinv, matrix_power and solve need no vectors"
BACK = (
    "what depends on the choice of their vectors has no derivative there, and what depends on "
    f"vectors and values at once none that is known; {{}} has that of values alone; {OUT}"
)
ALONG = (
    "along this direction they become unequal, where vectors have no derivative; {} has that of "
    f"values alone, reverse mode (grad) that of projectors; {OUT}"
)


def _turn(xp, x, w, lost, whole, slack, error):
    return xp.over_gaps(x, w, w, lost, whole, slack, own=True, size=w.shape[-1], error=error)


def taken_apart(xp, gw, gv):
    """Pairs that must not be equal: with one of the vectors alone the basis is chosen, and with
    vectors and values it matters how unequal these become."""
    columns = used_columns(xp, gv)
    if gw is None:
        return only_one(xp, columns)
    return either(xp, xp.logical_or(used(xp, gw), columns))


def splits(xp, values, whole):
    """Pairs of values that become unequal, given how they move."""
    return beyond(xp, differences(xp, values), whole)


def _to_eigh(xp, g, x, y, *, UPLO):
    (gw, gv), (w, v) = g, y
    if not w.shape[-1]:
        return xp.zeros_like(v)
    share = None if gw is None else xp.eigvalsh_gradient(x, gw, w, v, UPLO=UPLO)
    if gv is not None:
        turned = xp.matrix_transpose(v)
        whole = xp.matmul(turned, gv)
        error = equal("eigh"), BACK.format("eigvalsh")
        lost = taken_apart(xp, gw, gv)
        turn = _turn(xp, whole - adjoint(xp, whole), w, lost, whole, None, error) * 0.5
        of_vectors = xp.matmul(xp.matmul(xp.conj(v), turn), turned)
        share = added(share, of_vectors)
    return to_triangle(xp, share, UPLO == "L")


def _eigh_tangent(xp, tx, y, *, UPLO):
    w, v = y
    moved = inner(xp, v, from_triangle(xp, tx, UPLO == "L"))
    tw = xp.real(diagonal_of(xp, moved))
    error = equal("eigh"), ALONG.format("eigvalsh")
    turn = _turn(xp, off_diagonal(xp, moved), w, splits(xp, tw, moved), moved, None, error)
    return tw + xp.real(diagonal_of(xp, turn)), xp.matmul(v, turn)  # 0 there, or all is NaN


@operation(to_x=_to_eigh, tangent=_eigh_tangent, batch=last_axes(2), floats=True)
def eigh(xp, x, *, UPLO="L"):
    """Eigenvalues in ascending order and orthonormal eigenvectors of Hermitian matrices.

    x: (..., n, n), of which the lower or upper triangle is read.  Vectors are determined up to a
    sign, or a complex unit: those that move with x are taken not to turn along themselves.
    """
    check_square("eigh", x)
    check_triangle("eigh", UPLO)
    return xp.eigh(x, UPLO=UPLO)


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


def _to_eig(xp, g, x, y):
    (gw, gv), (w, vectors) = g, y
    if not w.shape[-1]:
        return xp.zeros_like(vectors)
    v, slack = independent(xp, w, vectors)
    share = None if gw is None else xp.eigvals_gradient(x, gw, w, v)
    if gv is not None:
        turned = xp.matrix_transpose(v)
        moved = off_diagonal(xp, xp.matmul(turned, _to_unnormalised(xp, gv, vectors)))
        error = equal("eig"), BACK.format("eigvals")
        turn = _turn(xp, moved, w, taken_apart(xp, gw, gv), gv, slack, error)
        of_vectors = xp.solve(turned, xp.matmul(turn, turned))
        share = added(share, of_vectors)
    return share


def _eig_tangent(xp, tx, y):
    w, vectors = y
    if not w.shape[-1]:
        return xp.zeros_like(w), xp.zeros_like(vectors)
    v, slack = independent(xp, w, vectors)
    moved = inner_of_general(xp, v, tx)
    tw, error = diagonal_of(xp, moved), (equal("eig"), ALONG.format("eigvals"))
    turn = _turn(xp, off_diagonal(xp, moved), w, splits(xp, tw, moved), moved, slack, error)
    tw = tw + diagonal_of(xp, turn)  # 0, or all is NaN
    return tw, _normalised(xp, xp.matmul(vectors, turn), vectors)


@operation(to_x=_to_eig, tangent=_eig_tangent, batch=last_axes(2), floats=True)
def eig(xp, x):
    """Eigenvalues and eigenvectors of square matrices, always complex, in no promised order.

    x: (..., n, n).  The vectors have length one and their largest component is real, as LAPACK
    leaves them.  A matrix without n independent vectors has no derivative: LinAlgError.
    """
    check_square("eig", x)
    return xp.eig(x)
