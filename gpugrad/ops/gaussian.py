"""The normal distribution of vectors: its density in one operation.

Score and inverse are results too, since rules read results: so a gradient of any order is made of
products of matrices alone.
"""

from math import log, pi

from .batching import last_axes
from .declare import operation
from .hermitian import diagonal_of, identities

LOG_2_PI = log(2 * pi)
LARGE = 96  # rows of a matrix from which on a blocked triangular solver beats the general inverse


def _mean_with_transpose(xp, x):
    return (x + xp.matrix_transpose(x)) * 0.5


def _to_off(xp, g, y):
    (of_density, of_score, _), (_, score, inverse) = g, y
    share = None
    if of_density is not None:
        share = xp.expand_dims(of_density, axis=-1) * score
    if of_score is not None:
        moved = xp.matmul(of_score, inverse)
        share = -moved if share is None else share - moved
    return share


def _to_cov(xp, g, y):
    (of_density, of_score, of_inverse), (_, score, inverse) = g, y
    share = 0
    if of_density is not None:
        weights = xp.expand_dims(of_density, axis=-1)
        squares = xp.matmul(xp.matrix_transpose(weights * score), score)
        share = (squares - xp.sum(weights, axis=-2, keepdims=True) * inverse) * 0.5
    if of_score is not None:
        met = xp.matmul(xp.matrix_transpose(score), xp.matmul(of_score, inverse))
        share = share - _mean_with_transpose(xp, met)
    if of_inverse is not None:
        met = xp.matmul(xp.matmul(inverse, of_inverse), inverse)
        share = share - _mean_with_transpose(xp, met)
    return share


def _tangent(xp, toff, tcov, y):
    _, score, inverse = y
    density, moved, of_inverse = 0, 0, None
    if toff is not None:
        density, moved = xp.sum(score * toff, axis=-1), toff
    if tcov is not None:
        along = _mean_with_transpose(xp, tcov)
        bent, turned = xp.matmul(score, along), xp.matmul(inverse, along)
        trace = xp.sum(diagonal_of(xp, turned), axis=-1, keepdims=True)
        density = density + (xp.sum(bent * score, axis=-1) - trace) * 0.5
        moved, of_inverse = moved + bent, -xp.matmul(turned, inverse)
    return density, -xp.matmul(moved, inverse), of_inverse


@operation(to_off=_to_off, to_cov=_to_cov, tangent=_tangent, batch=last_axes(2, 2), floats=True)
def gaussian_logpdf(xp, off, cov):
    """The logarithm of the normal density of points by their distances from the mean, its gradient
    by these, which is called the score, and the inverses of the matrices.

    off: (..., N, d), cov: (..., d, d), real and positive definite, of which the symmetric part
    counts; leading axes broadcast.  Gives (..., N), (..., N, d) and (..., d, d).
    """
    n = cov.shape[-1]
    factor = xp.cholesky(_mean_with_transpose(xp, cov))
    upper = xp.matrix_transpose(factor)  # in which elimination finds nothing to do, nor to lose
    root = xp.inv(upper) if n < LARGE else xp.solve_triangular(upper, identities(xp, upper))
    scaled = xp.matmul(xp.matrix_transpose(root), xp.matrix_transpose(off))  # (..., d, N)
    log_scale = xp.sum(xp.log(diagonal_of(xp, factor)), axis=-1, keepdims=True)
    density = (xp.sum(scaled * scaled, axis=-2) + n * LOG_2_PI) * -0.5 - log_scale
    score = xp.matrix_transpose(xp.matmul(-root, scaled))
    inverse = xp.matmul(root, xp.matrix_transpose(root))
    if off.shape[:-2] != cov.shape[:-2]:
        inverse = xp.broadcast_to(inverse, shape=(*scaled.shape[:-2], n, n))
    return density, score, inverse
