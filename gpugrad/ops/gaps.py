"""Quotients by gaps between values that may be equal, and what tells whether something is lost.

A derivative of eigenvectors divides by the gaps between eigenvalues.  Where a gap is zero up to
rounding, so must be what is divided by it: then the quotient counts as 0, which is right for all
that does not depend on the choice of vectors.  Else there is no derivative, and that is an error.
"""

from .batching import last_axes, unchanged
from .declare import operation
from .hermitian import unit_of


@operation(batch=unchanged, moves=True)
def unmoved(xp, x):
    """``x`` itself as a constant, for decisions: it has no derivative, in any mode."""
    return x


def no_gradient(xp, g):
    """The rule of an input that only decides, or that another one moves."""


def _to_x(xp, g, left, right, slack, y, *, own, size, error):
    g = off_diagonal(xp, g) if own else g
    share = xp.over_gaps(g, left, right, None, g, slack, own=own, size=size, error=error)
    return share + y * 0  # what is lost stays lost


def _to_left(xp, g, left, right, slack, y, *, own, size, error):
    g = xp.over_gaps(g * y, left, right, None, None, slack, own=own, size=size, error=error)
    return xp.sum(g, axis=-1)


def _to_right(xp, g, left, right, slack, y, *, own, size, error):
    g = xp.over_gaps(g * y, left, right, None, None, slack, own=own, size=size, error=error)
    return -xp.sum(g, axis=-2)


def _tangent(xp, tx, tleft, tright, twhole, left, right, slack, y, *, own, size, error):
    moved = y * 0 if tx is None else tx
    if tright is not None:
        moved = moved - y * xp.expand_dims(tright, axis=-2)
    if tleft is not None:
        moved = moved + y * xp.expand_dims(tleft, axis=-1)
    moved = xp.over_gaps(moved, left, right, None, twhole, slack, own=own, size=size, error=error)
    return moved + y * 0


@operation(
    to_x=_to_x,
    to_left=_to_left,
    to_right=_to_right,
    to_whole=no_gradient,
    to_slack=no_gradient,
    tangent=_tangent,
    batch=last_axes(2, 1, 1, 2, 2, 1),
    floats=True,
)
def over_gaps(xp, x, left, right, lost, whole, slack, *, own, size, error=("", "")):
    """``x[i, j] / (right[j] - left[i])``, and 0 where this gap is 0 up to rounding: LinAlgError
    there unless ``x`` is 0 too, up to half of the digits of the largest of ``x`` and ``whole``.

    x: (..., m, n), left: (..., m) or None for 0, right: (..., n).  lost: (..., m, n) of booleans,
    where a gap of 0 is an error whatever ``x`` is.  slack: (..., 1), up to what a gap is 0; None
    for what a matrix of ``size`` rows or columns, changed by rounding, moves values by.
    own: left is right, whose gaps from themselves are 0.  error: what it says of a pair, with
    places for i, j, low and high, and why it is one.
    """
    return xp.over_gaps(x, left, right, lost, whole, slack, own=own, size=size, error=error)


# --- what is looked at where a gap is 0 -----------------------------------------------------------


def differences(xp, x):
    """x[j] - x[i] as a matrix."""
    return xp.expand_dims(x, axis=-2) - xp.expand_dims(x, axis=-1)


def off_diagonal(xp, x):
    """``x`` with zeros on the diagonal."""
    places = xp.arange_like(x, x.shape[-1])
    return xp.where(xp.equal(xp.expand_dims(places, axis=-1), places), 0, x)


def beyond(xp, x, whole):
    """What is not 0 up to half of the digits of the largest of ``whole``, both matrices."""
    sizes = xp.absolute(xp.unmoved(x))
    if not _elements(x) or not _elements(whole):
        return sizes > 0
    largest = xp.max(xp.absolute(xp.unmoved(whole)), axis=(-2, -1), keepdims=True)
    return sizes > largest * unit_of(x) ** 0.5


def _elements(x):
    return x.shape[-1] * x.shape[-2]


def used(xp, g):
    """Which values, or with a gradient of vectors which columns, have a gradient but rounding."""
    sizes = xp.absolute(xp.unmoved(g))
    largest = xp.max(sizes, axis=-1, keepdims=True)
    return sizes > largest * (unit_of(g) * g.shape[-1])


def used_columns(xp, g):
    """The same of the columns of a matrix."""
    sizes = xp.max(xp.absolute(xp.unmoved(g)), axis=-2)
    return sizes > xp.max(sizes, axis=-1, keepdims=True) * (unit_of(g) * g.shape[-1])


def either(xp, a):
    """For each pair of places whether ``a`` holds of one of them."""
    return xp.logical_or(xp.expand_dims(a, axis=-1), xp.expand_dims(a, axis=-2))


def only_one(xp, a):
    """For each pair of places whether ``a`` holds of one of them and not of the other."""
    return xp.not_equal(xp.expand_dims(a, axis=-1), xp.expand_dims(a, axis=-2))
