"""numpy.random's names on gpugrad's generator: the same numbers on every device.

Philox with NumPy's layout: ``default_rng(s).random(n)`` are the numbers of
``numpy.random.Generator(numpy.random.Philox(key=s)).random(n)``; all other functions draw numbers
of NumPy's distributions, not NumPy's own.  Locations, scales and other parameters that are Tensors
keep their gradients: a number drawn is a differentiable function of them.

Functions of this module share the generator of gpugrad.random, which ``seed`` starts again.
``RandomState(s)`` alone draws NumPy's own numbers.
"""

from math import pi as _pi
from math import prod as _prod
from numbers import Integral as _Integral
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any

from ..api import functions as _gg
from ..backend.dtypes import float64 as _float64
from ..backend.random import generator as _source
from ..backend.select import backend as _backend
from ..random import drawn as _drawn
from ..random import not_negative as _not_negative
from ..random import shape_beside as _shape_beside
from ..tensor.cell import Tensor as _Tensor
from .absent import RANDOM as _ABSENT
from .absent import refuse as _refuse
from .cell import owned as _owned
from .random_state import RandomState as RandomState
from .reading import arrays as _arrays
from .reading import numpy_dtype as _numpy_dtype

__all__ = [
    "Generator",
    "RandomState",
    "choice",
    "default_rng",
    "exponential",
    "gumbel",
    "laplace",
    "logistic",
    "lognormal",
    "normal",
    "pareto",
    "permutation",
    "rand",
    "randint",
    "randn",
    "random",
    "random_sample",
    "ranf",
    "rayleigh",
    "sample",
    "seed",
    "shuffle",
    "standard_cauchy",
    "standard_exponential",
    "standard_normal",
    "uniform",
    "weibull",
]

_Size = int | tuple[int, ...] | None


class Generator:
    """Generator of random numbers: a place in the sequence of a seed, with methods that draw.

    ``size`` is a shape; by default it is the common shape of the parameters.
    """

    def __init__(self, source: _source.Generator | None = None) -> None:
        self._source = source

    def _shape(self, size: _Size, *parameters: Any) -> tuple[int, ...]:
        return _shape_beside("random numbers", size, *[p.shape for p in parameters])

    def _draw(self, draw: Any, shape: tuple, *settings: Any, home: Any = None) -> Any:
        """What ``draw`` gives of this generator."""
        own, home = self._source, home or _backend()
        return _owned(_drawn(lambda shape: draw(home, shape, *settings, generator=own), shape))

    def _uniform(self, shape: tuple, dtype: Any = _float64) -> Any:
        return self._draw(_source.uniform, shape, _numpy_dtype(dtype))

    def _signed(self, shape: tuple) -> Any:
        """Uniform numbers in (-1/2, 1/2), away from both ends."""
        u = self._uniform(shape)
        return (u + 2.0**-54) - 0.5

    def random(self, size: _Size = None, dtype: Any = _float64) -> Any:
        """Uniform random numbers from [0, 1)."""
        return self._uniform(self._shape(size), dtype)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: _Size = None) -> Any:
        """Uniform random numbers from [low, high)."""
        low, high = _arrays(low, high)
        return low + (high - low) * self._uniform(self._shape(size, low, high))

    def standard_normal(self, size: _Size = None, dtype: Any = _float64) -> Any:
        """Normal random numbers with mean 0 and standard deviation 1."""
        return self._draw(_source.normal, self._shape(size), _numpy_dtype(dtype))

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: _Size = None) -> Any:
        """Normal random numbers with mean ``loc`` and standard deviation ``scale``."""
        _not_negative("normal", scale=scale)
        loc, scale = _arrays(loc, scale)
        return loc + scale * self.standard_normal(self._shape(size, loc, scale))

    def lognormal(self, mean: Any = 0.0, sigma: Any = 1.0, size: _Size = None) -> Any:
        """Random numbers whose logarithm is normal."""
        _not_negative("lognormal", sigma=sigma)
        return _gg.exp(self.normal(mean, sigma, size))

    def standard_exponential(self, size: _Size = None) -> Any:
        """Random numbers of the exponential distribution with mean 1."""
        return -_gg.log1p(-self._uniform(self._shape(size)))

    def exponential(self, scale: Any = 1.0, size: _Size = None) -> Any:
        """Random numbers of the exponential distribution with mean ``scale``."""
        _not_negative("exponential", scale=scale)
        (scale,) = _arrays(scale)
        return scale * self.standard_exponential(self._shape(size, scale))

    def laplace(self, loc: Any = 0.0, scale: Any = 1.0, size: _Size = None) -> Any:
        """Random numbers of the Laplace distribution around ``loc``."""
        _not_negative("laplace", scale=scale)
        loc, scale = _arrays(loc, scale)
        u = self._signed(self._shape(size, loc, scale))
        return loc - scale * (_gg.sign(u) * _gg.log1p(-2 * _gg.abs(u)))

    def logistic(self, loc: Any = 0.0, scale: Any = 1.0, size: _Size = None) -> Any:
        """Random numbers of the logistic distribution."""
        _not_negative("logistic", scale=scale)
        loc, scale = _arrays(loc, scale)
        u = self._signed(self._shape(size, loc, scale))
        return loc + scale * (_gg.log(0.5 + u) - _gg.log(0.5 - u))

    def gumbel(self, loc: Any = 0.0, scale: Any = 1.0, size: _Size = None) -> Any:
        """Random numbers of the Gumbel distribution, that of the largest of many."""
        _not_negative("gumbel", scale=scale)
        loc, scale = _arrays(loc, scale)
        u = self._signed(self._shape(size, loc, scale)) + 0.5
        return loc - scale * _gg.log(-_gg.log(u))

    def standard_cauchy(self, size: _Size = None) -> Any:
        """Random numbers of the Cauchy distribution: quotients of two normal numbers."""
        return _gg.tan(_pi * self._signed(self._shape(size)))

    def rayleigh(self, scale: Any = 1.0, size: _Size = None) -> Any:
        """Random numbers of the Rayleigh distribution: lengths of vectors of two normal numbers."""
        _not_negative("rayleigh", scale=scale)
        (scale,) = _arrays(scale)
        return scale * _gg.sqrt(2 * self.standard_exponential(self._shape(size, scale)))

    def weibull(self, a: Any, size: _Size = None) -> Any:
        """Random numbers of the Weibull distribution: exponential ones to the power 1 / a."""
        _not_negative("weibull", a=a)
        (a,) = _arrays(a)
        return self.standard_exponential(self._shape(size, a)) ** (1 / a)

    def pareto(self, a: Any, size: _Size = None) -> Any:
        """Random numbers of the Pareto distribution (II, Lomax) with exponent ``a``."""
        _not_negative("pareto", a=a)
        (a,) = _arrays(a)
        return _gg.expm1(self.standard_exponential(self._shape(size, a)) / a)

    def integers(
        self,
        low: int,
        high: int | None = None,
        size: _Size = None,
        dtype: Any = "int64",
        endpoint: bool = False,
    ) -> Any:
        """Integers from [low, high), or from [0, low); ``endpoint`` includes the upper bound."""
        low, high = (0, low) if high is None else (low, high)
        high = high + 1 if endpoint else high
        return self._draw(_source.integers, self._shape(size), low, high, _numpy_dtype(dtype))

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """Integers 0 to x - 1 in random order; for an array, its slices along ``axis``."""
        if isinstance(x, _Integral):
            return self._draw(_source.permutation, (int(x),))
        (x,) = _arrays(x)
        n, home = x.shape[axis], _backend(x.device)
        return _gg.take(x, self._draw(_source.permutation, (n,), home=home), axis=axis)

    def shuffle(self, x: Any, axis: int = 0) -> None:
        """Put a Tensor's slices along ``axis``, or a list's elements, into random order in
        place."""
        if isinstance(x, list):
            x[:] = [x[i] for i in self.permutation(len(x)).tolist()]
        elif isinstance(x, _Tensor):
            x[...] = self.permutation(x, axis)
        else:
            raise TypeError(
                f"shuffle: {type(x).__name__}; give a Tensor or a list, or take permutation(x)"
            )

    def choice(
        self, a: Any, size: _Size = None, replace: bool = True, p: Any = None, axis: int = 0
    ) -> Any:
        """Random elements of ``a``, or of 0 to a - 1, drawn with the probabilities ``p``."""
        (a,) = (int(a),) if isinstance(a, _Integral) else _arrays(a)
        n, shape = a if isinstance(a, int) else a.shape[axis], self._shape(size)
        if not replace and _prod(shape) > n:
            raise ValueError(f"choice: {_prod(shape)} of {n} elements; draw with replace=True")
        places = self._places(n, shape, replace, p)
        return places if isinstance(a, int) else _gg.take(a, places, axis=axis)

    def _places(self, n: int, shape: tuple, replace: bool, p: Any) -> Any:
        if p is None and replace:
            return self.integers(0, n, shape)
        if p is None:
            return _gg.reshape(self.permutation(n)[: _prod(shape)], shape=shape)
        (p,) = _arrays(p)
        if p.shape != (n,) or abs(float(_gg.sum(p).detach()) - 1) > 1e-8:
            raise ValueError(
                f"choice: p of shape {p.shape} for {n} elements; give one probability "
                "for each, with the sum 1"
            )
        if replace:
            return _gg.minimum(
                _gg.searchsorted(_gg.cumsum(p), self._uniform(shape), side="right"), n - 1
            )
        first = _gg.argsort(self.standard_exponential(n) / p)  # of races, the one of rate p first
        return _gg.reshape(first[: _prod(shape)], shape=shape)


def default_rng(seed: int | None = None) -> Generator:
    """New Generator at the start of the sequence of ``seed``; without a seed it is
    the generator that all share."""
    return Generator(None if seed is None else _source.Generator(seed))


def seed(value: int | None = None) -> None:
    """Start the shared sequence of random numbers from ``value``; without one, from a seed of the
    system's."""
    _source.seed(value)


_shared = Generator()
choice, exponential, gumbel = _shared.choice, _shared.exponential, _shared.gumbel
laplace, logistic, lognormal = _shared.laplace, _shared.logistic, _shared.lognormal
normal, pareto, permutation = _shared.normal, _shared.pareto, _shared.permutation
random = random_sample = ranf = sample = _shared.random
rayleigh, shuffle, standard_cauchy = _shared.rayleigh, _shared.shuffle, _shared.standard_cauchy
standard_exponential, standard_normal = _shared.standard_exponential, _shared.standard_normal
uniform, weibull = _shared.uniform, _shared.weibull


def rand(*shape: int) -> Any:
    """Uniform random numbers from [0, 1); the arguments are the shape, as in numpy.random.rand."""
    return _shared.random(shape)


def randn(*shape: int) -> Any:
    """Standard normal numbers; the arguments are the shape, as in numpy.random.randn."""
    return _shared.standard_normal(shape)


def randint(low: int, high: int | None = None, size: _Size = None, dtype: Any = int) -> Any:
    """Random integers from [low, high), or from [0, low), as numpy.random.randint."""
    return _shared.integers(low, high, size, dtype)


if not _TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake

    def __getattr__(name: str) -> Any:
        """Refused, with the reason for what NumPy has."""
        _refuse("gpugrad.numpy.random", _ABSENT, name)
