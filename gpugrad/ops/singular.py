"""Singular values and singular vectors.

Vectors of equal singular values may be any basis of their space.  A move of x splits into one that
makes such values unequal, which picks a basis, and one that turns the left vectors against the
right ones, which does not.  The first counts as 0 where values are equal up to rounding
(``slack_of``), the second never has to: it divides by sums.  So nothing is ever infinite, and
derivatives are right for what treats equal values alike and whose value does not depend on the
basis: sums of one function of the values, ``u @ vh``, projectors on whole spaces.  In
``u @ diag(f(s)) @ vh`` of another f, what follows from how unequal equal values become is not known
to a rule that is given u, s and vh, and counts as 0 too.
"""

from .batching import last_axes
from .declare import operation
from .hermitian import (
    adjoint,
    check_matrices,
    inverse_beyond,
    inverse_gaps,
    slack_of,
)


def _parts(xp, u, s, vh):
    """1 / (s[j] - s[i]), 1 / (s[i] + s[j]) and 1 / s, each 0 where it would be infinite."""
    slack = slack_of(xp, s, max(u.shape[-2], vh.shape[-1]))
    sums = xp.expand_dims(s, axis=-2) + xp.expand_dims(s, axis=-1)
    wide = xp.expand_dims(slack, axis=-1)
    return (
        inverse_gaps(xp, s, slack),
        inverse_beyond(xp, sums, wide),
        inverse_beyond(xp, s, slack),
    )


def _of_values(xp, g, s):
    """The gradient of singular values; as the slope of abs, 0 at those that are 0."""
    return xp.where(s == 0, 0, g)


def _weighed(xp, g, u, vh):
    return xp.matmul(xp.conj(u) * xp.expand_dims(g, axis=-2), xp.conj(vh))


def _to_thin(xp, gu, gs, gvh, u, s, vh):
    """The gradient of x from those of its thin decomposition, some of which may be None."""
    share = None if gs is None else _weighed(xp, _of_values(xp, gs, s), u, vh)
    if gu is None and gvh is None:
        return share
    gaps, sums, inverse = _parts(xp, u, s, vh)
    of_u = 0 if gu is None else xp.matmul(xp.matrix_transpose(u), gu)
    of_v = 0 if gvh is None else -xp.matmul(gvh, xp.matrix_transpose(vh))
    apart, turned = (of_u + of_v) * gaps, (of_u - of_v) * sums
    inner = (apart + adjoint(xp, apart) + turned - adjoint(xp, turned)) * 0.5
    of_vectors = xp.matmul(xp.matmul(xp.conj(u), inner), xp.conj(vh))
    if gu is not None and u.shape[-2] > u.shape[-1]:
        outside = gu - xp.matmul(xp.conj(u), of_u)
        of_vectors = of_vectors + _weighed_right(xp, outside, inverse, vh)
    if gvh is not None and vh.shape[-1] > vh.shape[-2]:
        outside = gvh + xp.matmul(of_v, xp.conj(vh))
        left = xp.conj(u) * xp.expand_dims(inverse, axis=-2)
        of_vectors = of_vectors + xp.matmul(left, outside)
    return of_vectors if share is None else share + of_vectors


def _weighed_right(xp, x, weights, vh):
    return xp.matmul(x * xp.expand_dims(weights, axis=-2), xp.conj(vh))


def _thin_tangent(xp, tx, u, s, vh):
    gaps, sums, inverse = _parts(xp, u, s, vh)
    uh, v = adjoint(xp, u), adjoint(xp, vh)
    right, left = xp.matmul(tx, v), xp.matmul(uh, tx)
    inner = xp.matmul(uh, right)
    apart = (inner + adjoint(xp, inner)) * gaps * 0.5
    turned = (inner - adjoint(xp, inner)) * sums * 0.5
    tu, tvh = xp.matmul(u, apart + turned), -xp.matmul(apart - turned, vh)
    if u.shape[-2] > u.shape[-1]:
        outside = right - xp.matmul(u, inner)
        tu = tu + outside * xp.expand_dims(inverse, axis=-2)
    if vh.shape[-1] > vh.shape[-2]:
        outside = left - xp.matmul(inner, vh)
        tvh = tvh + xp.expand_dims(inverse, axis=-1) * outside
    ts = xp.real(xp.diagonal(inner, offset=0, axis1=-2, axis2=-1))
    return tu, _of_values(xp, ts, s), tvh


def _split(xp, x, at, axis):
    """The first ``at`` columns, or with axis -2 rows, and the others."""
    whole = ((None, None, None),) if axis == -2 else ()
    return tuple(xp.getitem(x, spec=(..., part, *whole))
                 for part in ((None, at, None), (at, None, None)))  # fmt: skip


def _to_svd(xp, g, y, *, full_matrices):
    (gu, gs, gvh), (u, s, vh) = g, y
    k = s.shape[-1]
    if u.shape[-1] > k:  # the further columns are taken to move only as they must for u^H u = 1
        u, more = _split(xp, u, k, -1)
        if gu is not None:
            gu, of_more = _split(xp, gu, k, -1)
            gu = gu - xp.conj(_through(xp, more, of_more, u))
    if vh.shape[-2] > k:
        vh, more = _split(xp, vh, k, -2)
        if gvh is not None:
            gvh, of_more = _split(xp, gvh, k, -2)
            turned = _through(xp, *(xp.matrix_transpose(part) for part in (more, of_more, vh)))
            gvh = gvh - xp.conj(xp.matrix_transpose(turned))
    return _to_thin(xp, gu, gs, gvh, u, s, vh)


def _through(xp, a, b, c):
    return xp.matmul(xp.matmul(a, xp.matrix_transpose(b)), c)


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


def _to_svdvals(xp, g, x, y):
    u, _, vh = xp.svd(x, full_matrices=False)
    return _weighed(xp, _of_values(xp, g, y), u, vh)


def _svdvals_tangent(xp, tx, x, y):
    u, _, vh = xp.svd(x, full_matrices=False)
    moved = xp.sum(xp.conj(u) * xp.matmul(tx, adjoint(xp, vh)), axis=-2)
    return _of_values(xp, xp.real(moved), y)


@operation(to_x=_to_svdvals, tangent=_svdvals_tangent, batch=last_axes(2), floats=True)
def svdvals(xp, x):
    """Singular values in descending order; a derivative computes the vectors."""
    check_matrices("svdvals", x)
    return xp.svdvals(x)
