"""The functions of continuous and of discrete distributions, in terms of the standard ones."""

from abc import abstractmethod
from math import inf, nan
from typing import Any

from ...api import functions as gg
from ...engine.cells import home_of
from .distribution import Distribution, Point, _moved, _placed_by


class Continuous(Distribution):
    """A distribution with a density; gradients in x and in every parameter."""

    last = ("loc", "scale")

    def _point(self, x: Any, args: tuple, kwds: dict[str, Any]) -> Point:
        z, shapes, loc, scale, good = self._read(x, args, kwds)
        z = z if loc is None else z - loc
        z = z if scale is None else z / scale
        return self._placed(z, shapes, scale, good)

    def pdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        """The density at x."""
        p = self._point(x, args, kwds)
        y = self._pdf(p.z, *p.shapes)
        return p.chosen(y if p.scale is None else y / p.scale, 0.0, 0.0)

    def logpdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        """The logarithm of the density at x."""
        p = self._point(x, args, kwds)
        y = self._logpdf(p.z, *p.shapes)
        return p.chosen(y if p.scale is None else y - gg.log(p.scale), -inf, -inf)

    def cdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        """The probability of at most x."""
        p = self._point(x, args, kwds)
        return p.chosen(self._cdf(p.z, *p.shapes), 0.0, 1.0)

    def logcdf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        """The logarithm of ``cdf``, also where that underflows or is nearly 1."""
        p = self._point(x, args, kwds)
        return p.chosen(self._logcdf(p.z, *p.shapes), -inf, 0.0)

    def sf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        """The probability of more than x, with full relative precision where it is small."""
        p = self._point(x, args, kwds)
        return p.chosen(self._sf(p.z, *p.shapes), 1.0, 0.0)

    def logsf(self, x: Any, *args: Any, **kwds: Any) -> Any:
        """The logarithm of ``sf``, also where that underflows or is nearly 1."""
        p = self._point(x, args, kwds)
        return p.chosen(self._logsf(p.z, *p.shapes), 0.0, -inf)

    def ppf(self, q: Any, *args: Any, **kwds: Any) -> Any:
        """The x at which ``cdf`` is q; NaN unless q is from 0 to 1."""
        q, shapes, loc, scale, good = self._read(q, args, kwds)
        return self._quantile(self._ppf, q, shapes, loc, scale, good)

    def isf(self, q: Any, *args: Any, **kwds: Any) -> Any:
        """The x at which ``sf`` is q; NaN unless q is from 0 to 1."""
        q, shapes, loc, scale, good = self._read(q, args, kwds)
        return self._quantile(self._isf, q, shapes, loc, scale, good)

    def _quantile(self, of: Any, q: Any, shapes: list, loc: Any, scale: Any, good: Any) -> Any:
        """``of(q)`` moved and scaled; of 0 and 1 it is an end of the support, with its slope."""
        inner = gg.logical_and(q >= 0, q <= 1)
        with home_of(q).quiet():  # ends may be infinite
            z = of(gg.where(inner, q, 0.5), *shapes)
        z = gg.where(inner, z, nan)
        return self._moment(_moved(z, loc, scale), good)

    def entropy(self, *args: Any, **kwds: Any) -> Any:
        """The differential entropy."""
        _, shapes, loc, scale, good = self._read(None, args, kwds)
        y = self._entropy(*shapes)
        y = y if scale is None else y + gg.log(scale)
        return self._moment(y, _placed_by(loc, good))

    def _pdf(self, z: Any, *shapes: Any) -> Any:
        """Written out where it is 0 at an end of the support: exp would lose its slope there."""
        return gg.exp(self._logpdf(z, *shapes))

    @abstractmethod
    def _logpdf(self, z: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _cdf(self, z: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _sf(self, z: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _logcdf(self, z: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _logsf(self, z: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _ppf(self, q: Any, *shapes: Any) -> Any: ...

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return self._ppf(1 - q, *shapes)

    @abstractmethod
    def _entropy(self, *shapes: Any) -> Any: ...


class Symmetric(Continuous):
    """A distribution that is symmetric about 0."""

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return self._cdf(-z, *shapes)

    def _logsf(self, z: Any, *shapes: Any) -> Any:
        return self._logcdf(-z, *shapes)

    def _isf(self, q: Any, *shapes: Any) -> Any:
        return -self._ppf(q, *shapes)


class Discrete(Distribution):
    """A distribution on whole numbers; gradients in the parameters, none in k and loc.

    As functions of real numbers, pmf is 0 and cdf constant between whole numbers.
    """

    last = ("loc",)
    middle = 0.0

    def _point(self, x: Any, args: tuple, kwds: dict[str, Any], whole: bool = False) -> Point:
        """The point of the whole number below x; ``whole``: other x are outside."""
        x, shapes, loc, scale, good = self._read(x, args, kwds)
        x = x if loc is None else x - loc
        k = gg.floor(x)
        off = gg.abs(gg.where(gg.isfinite(x), x, 0.0) - gg.where(gg.isfinite(k), k, 0.0)) > 0
        return self._placed(k, shapes, scale, good, off if whole else None)

    def pmf(self, k: Any, *args: Any, **kwds: Any) -> Any:
        """The probability of k; 0 where that is no whole number."""
        p = self._point(k, args, kwds, whole=True)
        return p.chosen(self._pmf(p.z, *p.shapes), 0.0, 0.0)

    def logpmf(self, k: Any, *args: Any, **kwds: Any) -> Any:
        """The logarithm of ``pmf``."""
        p = self._point(k, args, kwds, whole=True)
        return p.chosen(self._logpmf(p.z, *p.shapes), -inf, -inf)

    def cdf(self, k: Any, *args: Any, **kwds: Any) -> Any:
        """The probability of at most k."""
        p = self._point(k, args, kwds)
        return p.chosen(self._cdf(p.z, *p.shapes), 0.0, 1.0)

    def logcdf(self, k: Any, *args: Any, **kwds: Any) -> Any:
        """The logarithm of ``cdf``, also where that underflows or is nearly 1."""
        p = self._point(k, args, kwds)
        return p.chosen(self._logcdf(p.z, *p.shapes), -inf, 0.0)

    def sf(self, k: Any, *args: Any, **kwds: Any) -> Any:
        """The probability of more than k, with full relative precision where it is small."""
        p = self._point(k, args, kwds)
        return p.chosen(self._sf(p.z, *p.shapes), 1.0, 0.0)

    def logsf(self, k: Any, *args: Any, **kwds: Any) -> Any:
        """The logarithm of ``sf``, also where that underflows or is nearly 1."""
        p = self._point(k, args, kwds)
        return p.chosen(self._logsf(p.z, *p.shapes), 0.0, -inf)

    @abstractmethod
    def _pmf(self, k: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _logpmf(self, k: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _cdf(self, k: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _sf(self, k: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _logcdf(self, k: Any, *shapes: Any) -> Any: ...

    @abstractmethod
    def _logsf(self, k: Any, *shapes: Any) -> Any: ...
