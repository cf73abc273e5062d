"""Singular values with singular vectors.

Vectors of equal singular values may be any basis of their space, and only what does not depend on
that basis has a derivative.  A move of x splits into one that makes values unequal and is divided
by gaps, one that turns the left vectors against the right ones and is divided by sums, and one out
of the space of the vectors, which is divided by values.  As in spectra.py 0 / 0 is 0, x / 0 an
error (``over_gaps``); so is what gets gradients of values and vectors at once where values are
equal or 0, but for those of which nothing is used.  So ``u @ vh``, projectors on whole spaces and
products of the first vectors and values have their derivatives, whatever the other values are.
"""

from .batching import last_axes
from .declare import operation
from .gaps import beyond, either, off_diagonal, only_one, used, used_columns
from .hermitian import adjoint, check_matrices, diagonal_of
from .shares import added
from .singular_values import of_values, parts, put_together, quotients
from .spectra import ALONG, BACK, splits


def _taken_apart(xp, gu, gs, gvh, apart, whole):
    """Pairs whose values must not be equal, and pairs of which they must not both be 0."""
    of_u = None if gu is None else used_columns(xp, gu)
    of_v = None if gvh is None else used_columns(xp, xp.matrix_transpose(gvh))
    if gs is not None:
        any_of = used(xp, gs)
        for one in (of_u, of_v):
            any_of = any_of if one is None else xp.logical_or(any_of, one)
        return (either(xp, any_of),) * 2
    chosen = only_one(xp, xp.any(beyond(xp, apart, whole), axis=-2))
    if of_u is None or of_v is None:
        return chosen, None
    # of a value 0 each of the two vectors may change its sign alone
    crossed = xp.logical_and(xp.expand_dims(of_u, axis=-1), xp.expand_dims(of_v, axis=-2))
    return chosen, xp.logical_or(crossed, xp.matrix_transpose(crossed))


def _to_thin(xp, gu, gs, gvh, u, s, vh):
    """The gradient of x from those of the vectors of its thin decomposition; one may be None."""
    of_u = None if gu is None else xp.matmul(xp.matrix_transpose(u), gu)
    of_v = None if gvh is None else -xp.matmul(gvh, xp.matrix_transpose(vh))
    present = [x for x in (of_u, of_v) if x is not None]
    whole = present[0] if len(present) == 1 else xp.concat(*present, axis=-1)
    shape = (u.shape[-2], vh.shape[-1])
    over_gaps, over_sums, over_values = quotients(xp, shape, s, "svd", BACK.format("svdvals"))
    apart = added(of_u, of_v)
    turned = of_u if of_v is None else added(of_u, -of_v)
    lost = _taken_apart(xp, gu, gs, gvh, apart, whole)
    apart = over_gaps(apart - adjoint(xp, apart), lost[0], whole)
    turned = over_sums(turned - adjoint(xp, turned), lost[1], whole)
    outside = None
    if gu is not None and u.shape[-2] > u.shape[-1]:
        outside = xp.conj(over_values(gu - xp.matmul(xp.conj(u), of_u), None, gu))
    elif gvh is not None and vh.shape[-1] > vh.shape[-2]:
        beside = xp.matrix_transpose(gvh + xp.matmul(of_v, xp.conj(vh)))
        outside = xp.conj(over_values(beside, None, xp.matrix_transpose(gvh)))
    apart, turned = (xp.conj(x) * 0.5 for x in (apart, turned))
    return xp.conj(put_together(xp, u, vh, apart, turned, outside))


def _thin_tangent(xp, tx, u, s, vh):
    over_gaps, over_sums, over_values = quotients(xp, tx.shape, s, "svd", ALONG.format("svdvals"))
    apart, turned, outside = parts(xp, u, vh, tx)
    ts = xp.real(diagonal_of(xp, apart))
    lost = beyond(xp, apart + turned, tx)  # matters where two values are 0
    apart = over_gaps(off_diagonal(xp, apart), splits(xp, ts, tx), tx)
    turned = over_sums(turned, lost, tx)
    ts = ts + xp.real(diagonal_of(xp, apart + turned * 0))  # 0, or all is NaN
    tu, tvh = xp.matmul(u, apart + turned), xp.matmul(turned - apart, vh)
    if outside is not None:
        outside = over_values(outside, None, tx)
        if u.shape[-2] > u.shape[-1]:
            tu = tu + outside
        else:
            tvh = tvh + xp.matrix_transpose(outside)
    return tu, of_values(xp, ts, s), tvh


def _split(xp, x, at, axis):
    """The first ``at`` columns, or with axis -2 rows, and the others."""
    whole = ((None, None, None),) if axis == -2 else ()
    return tuple(
        xp.getitem(x, spec=(..., part, *whole)) for part in ((None, at, None), (at, None, None))
    )


def _without_more(xp, g, u, k):
    """The gradient of the first ``k`` vectors from that of all: the others are taken to move only
    as they must for u^H u = 1."""
    u, more = _split(xp, u, k, -1)
    g, of_more = _split(xp, g, k, -1)
    turned = xp.matmul(xp.matrix_transpose(more), of_more)
    equal = xp.real(xp.sum(xp.zeros_like(more), axis=-2))
    which = f"svd: vectors {{i}} and {{j}} after the first {k} complete a basis in any way"
    error = which, "what is differentiated depends on it; full_matrices=False leaves them out"
    turns = xp.over_gaps(
        turned - adjoint(xp, turned),
        equal,
        equal,
        None,
        turned,
        None,
        own=True,
        size=1,
        error=error,
    )
    of_more = of_more + xp.matmul(more, xp.unmoved(turns))  # which stay 0, or are NaN
    through = xp.matmul(more, xp.matmul(xp.matrix_transpose(of_more), u))
    return g - xp.conj(through)


def _to_svd(xp, g, x, y, *, full_matrices):
    (gu, gs, gvh), (u, s, vh) = g, y
    k = s.shape[-1]
    if not k:
        return xp.zeros_like(x)
    if u.shape[-1] > k:
        gu = None if gu is None else _without_more(xp, gu, u, k)
        u, _ = _split(xp, u, k, -1)
    if vh.shape[-2] > k:
        if gvh is not None:
            gv, v = xp.matrix_transpose(gvh), xp.matrix_transpose(vh)
            gvh = xp.matrix_transpose(_without_more(xp, gv, v, k))
        vh, _ = _split(xp, vh, k, -2)
    share = None if gs is None else xp.svdvals_gradient(x, gs, u, s, vh)
    if gu is None and gvh is None:
        return share
    of_vectors = _to_thin(xp, gu, gs, gvh, u, s, vh)
    return added(share, of_vectors)


def _svd_tangent(xp, tx, y, *, full_matrices):
    u, s, vh = y
    k = s.shape[-1]
    thin_u, more_u = _split(xp, u, k, -1)
    thin_vh, more_vh = _split(xp, vh, k, -2)
    tu, ts, tvh = _thin_tangent(xp, tx, thin_u, s, thin_vh)
    if more_u.shape[-1]:
        beside = -xp.matmul(thin_u, xp.matmul(adjoint(xp, tu), more_u))
        tu = xp.concat(tu, beside, axis=-1)
    if more_vh.shape[-2]:
        beside = -xp.matmul(xp.matmul(more_vh, adjoint(xp, tvh)), thin_vh)
        tvh = xp.concat(tvh, beside, axis=-2)
    return tu, ts, tvh


@operation(to_x=_to_svd, tangent=_svd_tangent, batch=last_axes(2), floats=True)
def svd(xp, x, *, full_matrices=True):
    """``u``, ``s`` in descending order and ``vh`` with ``u @ diag(s) @ vh = x``.

    x: (..., m, n), k the smaller of m and n; u: (..., m, k) and vh: (..., k, n), or square with
    ``full_matrices``, whose further columns and rows are any that complete a basis.  Pairs of
    vectors are determined up to a sign, or a complex unit: those that move with x are taken to
    turn along themselves as little as they can.
    """
    check_matrices("svd", x)
    return xp.svd(x, full_matrices=full_matrices)
