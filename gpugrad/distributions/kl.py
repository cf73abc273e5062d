"""Kullback-Leibler divergences, found by the classes of both distributions."""

from collections.abc import Callable
from math import inf, log, pi
from typing import Any

from .. import linalg
from ..api import functions as gg
from .categories import Categorical, OneHotCategorical
from .counts import Bernoulli, Binomial, Geometric, log_of_trials
from .distribution import Distribution
from .events import Poisson
from .gammas import Beta, Dirichlet, Gamma
from .lines import Cauchy, Exponential, Gumbel, Laplace, Normal, Uniform
from .parameters import EULER, betaln, digamma, full_like, gammaln, holds, xlogy
from .powers import Pareto
from .transformed import HalfNormal, TransformedDistribution
from .vectors import MultivariateNormal, log_determinant, squared_distance
from .wrapping import Independent, summed

_FORMULAS: dict[tuple[type, type], Callable] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[Callable], Callable]:
    """A decorator of a function of p and q, which gives the divergence of distributions of these
    classes and of what extends them."""
    for name, kind in (("type_p", type_p), ("type_q", type_q)):
        if not (isinstance(kind, type) and issubclass(kind, Distribution)):
            raise TypeError(f"register_kl: {name}={kind!r:.200}; give a class of distributions")

    def keep(formula: Callable) -> Callable:
        _FORMULAS[type_p, type_q] = formula
        return formula

    return keep


def kl_divergence(p: Distribution, q: Distribution) -> Any:
    """The divergence of ``q`` from ``p``, the mean of log p - log q over p, (*batch_shape).

    NotImplementedError where no formula is registered for their classes.
    """
    pairs = [(a, b) for a in type(p).__mro__ for b in type(q).__mro__]
    found = [(a, b) for a, b in pairs if (a, b) in _FORMULAS]
    if not found:
        raise NotImplementedError(
            f"kl_divergence: no formula for {type(p).__name__} and {type(q).__name__}; give one by "
            "register_kl, or a mean of log_prob over samples"
        )
    nearest = min(found, key=lambda ab: _distance(type(p), ab[0]) + _distance(type(q), ab[1]))
    return _FORMULAS[nearest](p, q)


def _distance(kind: type, base: type) -> int:
    return kind.__mro__.index(base)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Any, q: Any) -> Any:
    own = log_of_trials(p.logits, p.probs, 1 - p.probs)
    return own - log_of_trials(q.logits, p.probs, 1 - p.probs)


@register_kl(Binomial, Binomial)
def _binomial(p: Any, q: Any) -> Any:
    if holds(p.total_count < q.total_count):
        raise NotImplementedError(
            "kl_divergence: no formula for a Binomial and one of a larger total_count"
        )
    return gg.where(p.total_count > q.total_count, inf, p.total_count * _bernoulli(p, q))


@register_kl(Geometric, Geometric)
def _geometric(p: Any, q: Any) -> Any:
    return -p.entropy() - gg.log1p(-q.probs) / p.probs - q.logits


@register_kl(Poisson, Poisson)
def _poisson(p: Any, q: Any) -> Any:
    return xlogy(p.rate, p.rate) - xlogy(p.rate, q.rate) - (p.rate - q.rate)


@register_kl(Categorical, Categorical)
@register_kl(OneHotCategorical, OneHotCategorical)
def _categorical(p: Any, q: Any) -> Any:
    share = p.probs * (p.logits - q.logits)
    share = gg.where(q.probs == 0, inf, share)
    return gg.sum(gg.where(p.probs == 0, 0.0, share), axis=-1)


@register_kl(Beta, Beta)
def _beta(p: Any, q: Any) -> Any:
    a, b = p.concentration1, p.concentration0
    c, d = q.concentration1, q.concentration0
    norms = betaln(c, d) - betaln(a, b)
    return norms + (a - c) * digamma(a) + (b - d) * digamma(b) + (c + d - a - b) * digamma(a + b)


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Any, q: Any) -> Any:
    a, total = p.concentration, gg.sum(p.concentration, axis=-1, keepdims=True)
    more = gg.sum((a - q.concentration) * (digamma(a) - digamma(total)), axis=-1)
    return q._log_norm() - p._log_norm() + more


@register_kl(Gamma, Gamma)
def _gamma(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    norms = b * gg.log(p.rate / q.rate) + gammaln(b) - gammaln(a)
    return norms + (a - b) * digamma(a) + (q.rate - p.rate) * (a / p.rate)


@register_kl(Exponential, Exponential)
def _exponential(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return ratio - gg.log(ratio) - 1


@register_kl(Exponential, Gamma)
def _exponential_gamma(p: Any, q: Any) -> Any:
    ratio, b = q.rate / p.rate, q.concentration
    return -b * gg.log(ratio) + ratio + gammaln(b) + b * EULER - (1 + EULER)


@register_kl(Gamma, Exponential)
def _gamma_exponential(p: Any, q: Any) -> Any:
    return -p.entropy() - gg.log(q.rate) + q.rate * p.concentration / p.rate


@register_kl(Normal, Normal)
def _normal(p: Any, q: Any) -> Any:
    spread, off = gg.square(p.scale / q.scale), gg.square((p.loc - q.loc) / q.scale)
    return 0.5 * (spread + off - 1 - gg.log(spread))


@register_kl(HalfNormal, HalfNormal)
def _half_normal(p: Any, q: Any) -> Any:
    return _normal(p.base_dist, q.base_dist)


@register_kl(Laplace, Laplace)
def _laplace(p: Any, q: Any) -> Any:
    ratio, off = p.scale / q.scale, gg.abs(p.loc - q.loc)
    return ratio * gg.exp(-off / p.scale) + off / q.scale - gg.log(ratio) - 1


@register_kl(Cauchy, Cauchy)
def _cauchy(p: Any, q: Any) -> Any:
    both = gg.square(p.scale + q.scale) + gg.square(p.loc - q.loc)
    return gg.log(both) - gg.log(4 * p.scale * q.scale)


@register_kl(Gumbel, Gumbel)
def _gumbel(p: Any, q: Any) -> Any:
    ratio, off = p.scale / q.scale, (q.loc - p.loc) / q.scale
    moment = gg.exp(off + gammaln(1 + ratio))
    return -off - gg.log(ratio) + ratio * EULER + moment - (1 + EULER)


@register_kl(Uniform, Uniform)
def _uniform(p: Any, q: Any) -> Any:
    found = gg.log((q.high - q.low) / (p.high - p.low))
    return gg.where(gg.logical_or(q.low > p.low, q.high < p.high), inf, found)


@register_kl(Pareto, Pareto)
def _pareto(p: Any, q: Any) -> Any:
    ratio = q.alpha / p.alpha
    found = q.alpha * gg.log(p.scale / q.scale) - gg.log(ratio) + ratio - 1
    return gg.where(p.scale < q.scale, inf, found)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p: Any, q: Any) -> Any:
    if p.event_shape != q.event_shape:
        raise ValueError(
            f"kl_divergence: MultivariateNormal of {p.event_shape[0]} numbers and of "
            f"{q.event_shape[0]}"
        )
    ratio = linalg.solve_triangular(*_alike(q._factor, p._factor), lower=True)
    spread = gg.sum(gg.square(ratio), axis=(-2, -1))
    off = squared_distance(q._factor, q.loc - p.loc)
    sizes = log_determinant(q._factor) - log_determinant(p._factor)
    return sizes + 0.5 * (spread + off - p.event_shape[0])


def _alike(a: Any, b: Any) -> tuple[Any, Any]:
    return tuple(gg.broadcast_arrays(a, b))  # type: ignore[return-value]


@register_kl(Independent, Independent)
def _independent(p: Any, q: Any) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return summed(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(TransformedDistribution, TransformedDistribution)
def _transformed(p: Any, q: Any) -> Any:
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError
    return kl_divergence(p.base_dist, q.base_dist)


@register_kl(Uniform, Normal)
def _uniform_normal(p: Any, q: Any) -> Any:
    width, off = p.high - p.low, (p.high + p.low - 2 * q.loc) / 2
    spread = (gg.square(width) / 12 + gg.square(off)) / (2 * gg.square(q.scale))
    return gg.log(((2 * pi) ** 0.5) * q.scale / width) + spread


@register_kl(Laplace, Normal)
def _laplace_normal(p: Any, q: Any) -> Any:
    variance = gg.square(q.scale)
    spread = gg.square(p.scale) / variance
    norm = 0.5 * gg.log(variance / (2 * gg.square(p.scale))) + 0.5 * log(pi) - 1
    return norm + spread + 0.5 * gg.square(p.loc - q.loc) / variance


@register_kl(Exponential, Normal)
@register_kl(Gamma, Normal)
@register_kl(Beta, Normal)
@register_kl(Gumbel, Normal)
def _by_moments(p: Any, q: Any) -> Any:
    """Of a normal q, whose log density is a square: by the mean and the variance of p."""
    squares = (p.variance + gg.square(p.mean - q.loc)) / gg.square(q.scale)
    return -p.entropy() + 0.5 * squares + gg.log(q.scale) + 0.5 * log(2 * pi)


@register_kl(Poisson, Bernoulli)
@register_kl(Poisson, Binomial)
@register_kl(Normal, Beta)
@register_kl(Normal, Exponential)
@register_kl(Normal, Gamma)
@register_kl(Normal, Uniform)
@register_kl(Exponential, Beta)
@register_kl(Exponential, Uniform)
@register_kl(Gamma, Beta)
@register_kl(Gamma, Uniform)
@register_kl(Laplace, Beta)
@register_kl(Laplace, Exponential)
@register_kl(Laplace, Gamma)
@register_kl(Laplace, Uniform)
def _outside(p: Any, q: Any) -> Any:
    """Infinite: p has values that q has not."""
    return full_like(p.mean + q.mean, inf)
