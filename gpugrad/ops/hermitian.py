"""Matrices of which one triangle counts, and gaps between numbers that may be equal.

An operation on Hermitian matrices reads one triangle, and its rules are of what it reads: a
gradient lies in that triangle.  ``symmetric`` before it spreads the gradient over both.
"""

from ..backend.maths.linalg_errors import LinAlgError
from .batching import last_axes
from .declare import operation

UNIT = {4: 2.0**-23, 8: 2.0**-52}  # the precision of real numbers of so many bytes


def adjoint(xp, x):
    """The conjugate transpose."""
    return xp.conj(xp.matrix_transpose(x))


def halved(xp, x, lower=True):
    """A triangle of ``x`` with half of the diagonal."""
    if lower:
        return (xp.tril(x, k=0) + xp.tril(x, k=-1)) * 0.5
    return (xp.triu(x, k=0) + xp.triu(x, k=1)) * 0.5


def from_triangle(xp, x, lower=True):
    """The Hermitian matrix of which ``x`` has one triangle."""
    half = halved(xp, x, lower)
    return half + adjoint(xp, half)


def to_triangle(xp, g, lower=True):
    """The gradient of that triangle, from the gradient of the Hermitian matrix."""
    return halved(xp, g + adjoint(xp, g), lower)


def _mean_with_adjoint(xp, g):
    return (g + adjoint(xp, g)) * 0.5


@operation(
    to_x=_mean_with_adjoint,
    tangent=lambda xp, tx: _mean_with_adjoint(xp, tx),
    batch=last_axes(2),
    moves=True,
    register=False,  # differences by single elements, which leave the Hermitian ones, differ
)
def symmetric(xp, x):
    """``x`` itself, taken to be Hermitian: it moves as (x + x^H) / 2, which is the same for
    Hermitian ones, and so does its gradient."""
    return x


def inverse_beyond(xp, x, slack):
    """1 / x, 0 where ``x`` is 0 up to ``slack``."""
    zero = xp.absolute(x) <= slack
    return xp.where(zero, 0, 1 / xp.where(zero, 1, x))


def unit_of(x):
    """The precision of ``x``'s real numbers."""
    return UNIT[x.dtype.itemsize // (2 if x.dtype.kind == "c" else 1)]


def check_square(name, x):
    """LinAlgError unless ``x`` is a stack of square matrices."""
    check_matrices(name, x)
    if x.shape[-1] != x.shape[-2]:
        raise LinAlgError(f"{name}: the matrices of an array of shape {x.shape} are not square")


def check_matrices(name, x):
    """LinAlgError unless ``x`` is a matrix or a stack of them."""
    if len(x.shape) < 2:
        raise LinAlgError(
            f"{name}: an array of shape {x.shape} is not a matrix, which has two axes"
        )


def slack_of(xp, values, size):
    """Up to what difference eigenvalues or singular values are equal, (..., 1): what a matrix of
    ``size`` rows or columns, changed by rounding, moves them by."""
    sizes = xp.absolute(values)
    if not values.shape[-1]:
        return xp.sum(sizes, axis=-1, keepdims=True)
    return xp.max(sizes, axis=-1, keepdims=True) * (unit_of(values) * size)


def identities(xp, like):
    """Identity matrices in the place of square ones."""
    places = xp.arange_like(like, like.shape[-1])
    here = xp.equal(xp.expand_dims(places, axis=-1), places)
    return xp.where(here, xp.ones_like(like), xp.zeros_like(like))


def diagonal_of(xp, x):
    """The diagonals of matrices."""
    return xp.diagonal(x, offset=0, axis1=-2, axis2=-1)
