"""Draws of numpy.random that are gpugrad.random's, with NumPy's dtypes."""

from numbers import Real
from typing import Any

from .. import random
from ..backend.dtypes import float64
from ..backend.random import generator as source
from .cell import owned
from .reading import array

Size = int | tuple[int, ...] | None


class Distributions:
    """Draws of a generator by distribution; float64, and int64 for counts."""

    _source: source.Generator | None

    def _of(self, draw: Any, size: Size, *parameters: Any, **settings: Any) -> Any:
        """What ``draw``, of gpugrad.random, gives of this generator for NumPy's parameters."""
        read = [x if isinstance(x, Real) else array(x) for x in parameters]
        with source.drawing_from(self._source or source.current()):
            return owned(draw(*read, size=size, **settings))

    def lognormal(self, mean: Any = 0.0, sigma: Any = 1.0, size: Size = None) -> Any:
        """Random numbers whose logarithm is normal."""
        return self._of(random.lognormal, size, mean, sigma, dtype=float64)

    def standard_exponential(self, size: Size = None) -> Any:
        """Random numbers of the exponential distribution with mean 1."""
        return self.exponential(1.0, size)

    def exponential(self, scale: Any = 1.0, size: Size = None) -> Any:
        """Random numbers of the exponential distribution with mean ``scale``."""
        return self._of(random.exponential, size, scale, dtype=float64)

    def laplace(self, loc: Any = 0.0, scale: Any = 1.0, size: Size = None) -> Any:
        """Random numbers of the Laplace distribution around ``loc``."""
        return self._of(random.laplace, size, loc, scale, dtype=float64)

    def logistic(self, loc: Any = 0.0, scale: Any = 1.0, size: Size = None) -> Any:
        """Random numbers of the logistic distribution."""
        return self._of(random.logistic, size, loc, scale, dtype=float64)

    def gumbel(self, loc: Any = 0.0, scale: Any = 1.0, size: Size = None) -> Any:
        """Random numbers of the Gumbel distribution, that of the largest of many."""
        return self._of(random.gumbel, size, loc, scale, dtype=float64)

    def rayleigh(self, scale: Any = 1.0, size: Size = None) -> Any:
        """Random numbers of the Rayleigh distribution: lengths of vectors of two normal numbers."""
        return self._of(random.rayleigh, size, scale, dtype=float64)

    def weibull(self, a: Any, size: Size = None) -> Any:
        """Random numbers of the Weibull distribution: exponential ones to the power 1 / a."""
        return self._of(random.weibull, size, a, dtype=float64)

    def pareto(self, a: Any, size: Size = None) -> Any:
        """Random numbers of the Pareto distribution (II, Lomax) with exponent ``a``."""
        return self._of(random.pareto, size, a, dtype=float64)

    def power(self, a: Any, size: Size = None) -> Any:
        """Random numbers in (0, 1] whose density is a x**(a-1)."""
        return self._of(random.power, size, a, dtype=float64)

    def triangular(self, left: Any, mode: Any, right: Any, size: Size = None) -> Any:
        """Random numbers whose density rises up to ``mode`` and then falls."""
        return self._of(random.triangular, size, left, mode, right, dtype=float64)

    def wald(self, mean: Any, scale: Any, size: Size = None) -> Any:
        """Random numbers of Wald's distribution, the inverse Gaussian one."""
        return self._of(random.wald, size, mean, scale, dtype=float64)

    def standard_gamma(self, shape: Any, size: Size = None) -> Any:
        """Random numbers of the gamma distribution with scale 1."""
        return self._of(random.standard_gamma, size, shape, dtype=float64)

    def gamma(self, shape: Any, scale: Any = 1.0, size: Size = None) -> Any:
        """Random numbers of the gamma distribution of a ``shape``, times ``scale``."""
        return self._of(random.gamma, size, shape, scale, dtype=float64)

    def beta(self, a: Any, b: Any, size: Size = None) -> Any:
        """Random numbers in (0, 1) of the beta distribution."""
        return self._of(random.beta, size, a, b, dtype=float64)

    def dirichlet(self, alpha: Any, size: Size = None) -> Any:
        """Random shares that add up to 1, (*size, k), of Dirichlet's distribution."""
        return self._of(random.dirichlet, size, alpha, dtype=float64)

    def chisquare(self, df: Any, size: Size = None) -> Any:
        """Random numbers as sums of squares of ``df`` normal ones."""
        return self._of(random.chisquare, size, df, dtype=float64)

    def noncentral_chisquare(self, df: Any, nonc: Any, size: Size = None) -> Any:
        """Random numbers as sums of squares of normal ones with means of squares ``nonc``."""
        return self._of(random.noncentral_chisquare, size, df, nonc, dtype=float64)

    def f(self, dfnum: Any, dfden: Any, size: Size = None) -> Any:
        """Random numbers as quotients of two ``chisquare`` numbers, each over its degrees."""
        return self._of(random.f, size, dfnum, dfden, dtype=float64)

    def noncentral_f(self, dfnum: Any, dfden: Any, nonc: Any, size: Size = None) -> Any:
        """Random numbers as ``f``'s, above of ``noncentral_chisquare``."""
        return self._of(random.noncentral_f, size, dfnum, dfden, nonc, dtype=float64)

    def standard_t(self, df: Any, size: Size = None) -> Any:
        """Random numbers of Student's t distribution with ``df`` degrees of freedom."""
        return self._of(random.standard_t, size, df, dtype=float64)

    def standard_cauchy(self, size: Size = None) -> Any:
        """Random numbers of the Cauchy distribution: quotients of two normal numbers."""
        return self._of(random.standard_cauchy, size, dtype=float64)

    def poisson(self, lam: Any = 1.0, size: Size = None) -> Any:
        """Random counts of events that come by themselves, ``lam`` on average."""
        return self._of(random.poisson, size, lam)

    def binomial(self, n: Any, p: Any, size: Size = None) -> Any:
        """Random numbers of successes of probability ``p`` among ``n`` trials."""
        return self._of(random.binomial, size, n, p)

    def negative_binomial(self, n: Any, p: Any, size: Size = None) -> Any:
        """Random numbers of failures before ``n`` successes of probability ``p``."""
        return self._of(random.negative_binomial, size, n, p)

    def geometric(self, p: Any, size: Size = None) -> Any:
        """Random numbers of trials up to the first success, which has probability ``p``."""
        return self._of(random.geometric, size, p)

    def logseries(self, p: Any, size: Size = None) -> Any:
        """Random counts from 1 on with probabilities in proportion to p**k / k."""
        return self._of(random.logseries, size, p)

    def multinomial(self, n: Any, pvals: Any, size: Size = None) -> Any:
        """Random numbers of times, (*size, k), that each of k results comes in ``n`` trials."""
        return self._of(random.multinomial, size, n, pvals)
