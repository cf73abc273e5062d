"""Distributions of vectors: Dirichlet's and the normal one."""

from math import inf, nan, prod
from typing import Any

from ... import linalg
from ...api import functions as gg
from ...api.creation import eye, zeros_like
from ...engine.anything import ANY
from ...engine.calling import called
from ...engine.functions import function_of
from ...engine.levels import recording
from ...numpy.reading import alike
from ...ops.densities import powers_density
from ...ops.gaussian import LARGE, LOG_2_PI, gaussian_logpdf
from ...ops.pseudoinverse import log_pseudo_det
from .. import special
from .distribution import Frozen, check_real

ROUNDING = {8: 1e6 * 2.0**-52, 4: 1e3 * 2.0**-23}  # SciPy's: eigenvalues below it are taken as 0


class Dirichlet:
    """Dirichlet's distribution of shares that add up to 1, of parameters ``alpha``.

    x: (k, ...) with ``alpha`` of shape (k,), or (k - 1, ...) without the last share.
    The gradient in x is that of the formula, each share on its own.  A negative share has density
    0; whether shares add up to 1 is not looked at, where SciPy raises.  An ``alpha`` that is not
    positive gives NaN.
    """

    name = "dirichlet"

    def __call__(self, alpha: Any) -> Frozen:
        """The distribution with this ``alpha``."""
        return Frozen(self, (alpha,), {})

    def logpdf(self, x: Any, alpha: Any) -> Any:
        """The logarithm of the density at x."""
        shares, power, log_norm, outside, good = self._read(x, alpha)
        y = gg.sum(special.xlogy(power, shares), axis=0) - log_norm
        return gg.where(good, gg.where(outside, -inf, y), nan)

    def pdf(self, x: Any, alpha: Any) -> Any:
        """The density at x."""
        shares, power, log_norm, outside, good = self._read(x, alpha)
        y = powers_density(ANY, shares, power, log_norm)
        return gg.where(good, gg.where(outside, 0.0, y), nan)

    def _read(self, x: Any, alpha: Any) -> tuple:
        """All shares, their powers, the logarithm of the norm; where x is outside, alpha valid."""
        x, alpha = alike(x, alpha, floats=True)
        good, alpha = _positive(alpha)
        k = alpha.shape[0]
        if not x.ndim or x.shape[0] not in (k, k - 1):
            raise ValueError(
                f"dirichlet: x of shape {x.shape} for alpha of shape ({k},); its first axis has "
                f"{k} shares, or {k - 1} without the last"
            )
        if x.shape[0] < k:
            x = gg.concat([x, 1 - gg.sum(x, axis=0, keepdims=True)], axis=0)
        outside = gg.any(x < 0, axis=0)
        power = gg.reshape(alpha - 1, shape=(k, *(1,) * (x.ndim - 1)))
        return gg.where(outside, 1.0 / k, x), power, _log_norm(alpha), outside, good

    def mean(self, alpha: Any) -> Any:
        """The mean of each share."""
        good, alpha = _positive(*alike(alpha, floats=True))
        return gg.where(good, alpha / gg.sum(alpha), nan)

    def var(self, alpha: Any) -> Any:
        """The variance of each share."""
        good, alpha = _positive(*alike(alpha, floats=True))
        total = gg.sum(alpha)
        return gg.where(good, alpha * (total - alpha) / (total * total * (total + 1)), nan)

    def entropy(self, alpha: Any) -> Any:
        """The differential entropy."""
        good, alpha = _positive(*alike(alpha, floats=True))
        total, k = gg.sum(alpha), alpha.shape[0]
        y = _log_norm(alpha) + (total - k) * special.psi(total)
        return gg.where(good, y - gg.sum((alpha - 1) * special.psi(alpha)), nan)


def _positive(alpha: Any) -> tuple[Any, Any]:
    """Whether all of ``alpha`` are positive; ones, if not."""
    check_real("dirichlet", alpha)
    if alpha.ndim != 1:
        raise ValueError(f"dirichlet: alpha of shape {alpha.shape}; it has one axis")
    good = gg.all(alpha > 0)
    return good, gg.where(good, alpha, 1.0)


def _log_norm(alpha: Any) -> Any:
    return gg.sum(special.gammaln(alpha)) - special.gammaln(gg.sum(alpha))


class MultivariateNormal:
    """The normal distribution of vectors of d numbers.

    x: (..., d); results have x's other axes, without those of length 1.  mean: (d,), zeros
    without one.  cov: (d, d), symmetric and positive definite, (d,) for its diagonal, or a number
    times the unit matrix; a matrix is read as (cov + cov^T) / 2, and its gradient is symmetric.
    Complex numbers are a TypeError.  With ``allow_singular`` eigenvalues that are 0 but for
    rounding count as directions in which nothing varies; else such a matrix is a LinAlgError.
    """

    name = "multivariate_normal"

    def __call__(self, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Frozen:
        """The distribution with these parameters."""
        return Frozen(self, (mean, cov, allow_singular), {})

    @called
    def logpdf(self, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        """The logarithm of the density at x."""
        x, mean, cov = _arguments(x, mean, cov)
        off = x if mean is None else x - mean
        *lead, d = off.shape
        rows = off if len(lead) == 1 else gg.reshape(off, shape=(prod(lead), d))
        if allow_singular:
            y = _singular(gg.matrix_transpose(rows), cov)
        elif d < LARGE or cov.level or (cov.node is not None and recording()):
            y = function_of(gaussian_logpdf)(rows, cov)[0]
        else:
            y = _of_constant(rows, cov)
        shape = tuple([n for n in lead if n != 1])
        return y if y.shape == shape else gg.reshape(y, shape=shape)

    @called
    def pdf(self, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        """The density at x."""
        return gg.exp(self.logpdf(x, mean, cov, allow_singular))

    @called
    def entropy(self, mean: Any = None, cov: Any = 1) -> Any:
        """The differential entropy."""
        _, _, cov = _arguments(None, mean, cov)
        scales = gg.diagonal(_factor(cov))
        return 0.5 * cov.shape[-1] * (LOG_2_PI + 1) + gg.sum(gg.log(scales))


def _arguments(x: Any, mean: Any, cov: Any) -> tuple[Any, Any, Any]:
    """x as (..., d), mean as (d,) or None, cov as (d, d)."""
    read = alike(*[v for v in (x, mean, cov) if v is not None], floats=True)
    cov = read.pop()
    mean = None if mean is None else read.pop()
    x = None if x is None else read.pop()
    sizes = [v.shape[-1] for v in (mean, cov) if v is not None and v.ndim]
    d = sizes[0] if sizes else 1
    if cov.ndim < 2:
        cov = cov * eye(d, dtype=cov.dtype, device=cov.device)
    shapes = [() if v is None else v.shape for v in (mean, cov)]
    if shapes[0] not in ((), (d,)) or shapes[1] != (d, d):
        raise ValueError(
            f"multivariate_normal: mean of shape {shapes[0]} and cov of shape {shapes[1]}; "
            f"of {d} dimensions they are ({d},) and ({d}, {d})"
        )
    check_real("multivariate_normal", cov)
    if x is not None and d == 1 and x.ndim < 2:
        x = gg.reshape(x, shape=(*x.shape, 1))
    if x is not None and (not x.ndim or x.shape[-1] != d):
        raise ValueError(
            f"multivariate_normal: x of shape {x.shape}; its last axis has {d} numbers"
        )
    return x, mean, cov


def _factor(cov: Any) -> Any:
    return linalg.cholesky((cov + gg.matrix_transpose(cov)) * 0.5)


def _of_constant(off: Any, cov: Any) -> Any:
    """What ``gaussian_logpdf`` gives of rows ``off``; without the inverse, which would take the
    most time, and only a gradient in ``cov`` needs it."""
    factor = _factor(cov)
    scaled = linalg.solve_triangular(factor, gg.matrix_transpose(off), lower=True)
    log_scale = gg.sum(gg.log(gg.diagonal(factor)))
    return -0.5 * (off.shape[1] * LOG_2_PI + gg.sum(scaled * scaled, axis=0)) - log_scale


def _singular(off: Any, cov: Any) -> Any:
    """The logarithm of the density of columns ``off`` within the space that ``cov`` spans; -inf
    outside of it.  Eigenvalues only decide: derivatives are those at constant rank."""
    cov = (cov + gg.matrix_transpose(cov)) * 0.5
    values, vectors = linalg.eigh(cov.detach())
    rounding = ROUNDING[values.dtype.itemsize]
    least = rounding * gg.max(gg.abs(values))
    spans = values > least
    along = gg.matmul(gg.matrix_transpose(vectors), off.detach())
    rest = gg.sum(gg.where(gg.reshape(spans, shape=(-1, 1)), 0.0, along * along), axis=0)
    squares = gg.sum(off * gg.matmul(linalg.pinv(cov, rtol=rounding, hermitian=True), off), axis=0)
    size = gg.sum(gg.where(spans, LOG_2_PI, zeros_like(values))) + function_of(log_pseudo_det)(
        cov, rounding
    )
    y = gg.where(rest > least, -inf, -0.5 * (size + squares))
    return gg.where(gg.any(values < -least), nan, y)
