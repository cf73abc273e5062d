"""What distributions on the real line share: parameters, support, location and scale.

A distribution says its functions of the standard variable z = (x - loc) / scale, and what its
parameters and z may be.  Where they are not that, harmless numbers take their place before the
functions are called, so that neither a value nor a gradient there can be NaN: outside of the
support a density is 0, and so are its gradients; at an end that belongs to it they are those from
inside, also where the density is 0.  Wrong parameters give NaN, as SciPy's.
"""

from abc import ABC, abstractmethod
from functools import partial
from math import inf, nan
from typing import Any, NamedTuple

from ...api import functions as gg
from ...backend.dtypes import COMPLEX
from ...numpy.reading import alike


class Point(NamedTuple):
    """Where a function is asked for: in standard form, and what is known there at once.

    z lies in the support, shapes and scale are valid.  good, below, above: where the parameters
    are valid, and where x lies outside; None says everywhere, or nowhere.
    """

    z: Any
    shapes: list
    scale: Any
    good: Any
    below: Any
    above: Any

    def chosen(self, inside: Any, below: float, above: float) -> Any:
        """``inside``, but these numbers below and above the support, NaN for wrong parameters."""
        y = inside
        if self.below is not None:
            y = gg.where(self.below, below, y)
        if self.above is not None:
            y = gg.where(self.above, above, y)
        return y if self.good is None else gg.where(self.good, y, nan)


class Distribution(ABC):
    """A family of distributions: its parameters are those in ``shapes``, then those in ``last``."""

    name = ""
    shapes: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    middle = 0.5  # lies in the support whatever the parameters, if that has an end
    open_below = False  # whether the lower end of the support, which may be -inf, is not in it

    def __call__(self, *args: Any, **kwds: Any) -> "Frozen":
        """The distribution with these parameters."""
        self._given(args, kwds)
        return Frozen(self, args, kwds)

    def _valid(self, *shapes: Any) -> Any:
        """Where the shapes are valid; None for everywhere."""
        return None

    def _harmless(self, *shapes: Any) -> tuple:
        """Valid shapes, for where the given ones are not."""
        return (1.0,) * len(shapes)

    def _support(self, *shapes: Any) -> tuple[Any, Any]:
        """The ends of the support of z: numbers, or Tensors of the shapes."""
        return -inf, inf

    def _given(self, args: tuple, kwds: dict[str, Any]) -> dict[str, Any]:
        """The parameters by name; those of ``last`` may be absent, which means loc=0, scale=1."""
        names = (*self.shapes, *self.last)
        given = {**dict(zip(names, args, strict=False)), **kwds}
        twice = len(given) < len(args) + len(kwds)
        missing = [key for key in self.shapes if key not in given]
        if twice or missing or not set(given) <= set(names):
            raise TypeError(
                f"{self.name}: the parameters are {', '.join(names)}; "
                f"given are {len(args)} by position and {', '.join(kwds) or 'none'} by name"
            )
        return {key: given[key] for key in names if key in given}

    def _read(self, x: Any, args: tuple, kwds: dict[str, Any]) -> tuple[Any, list, Any, Any, Any]:
        """``x``, valid shapes, loc and a valid scale (None if not given), and where all are valid.

        x: None where a function has none.
        """
        given = self._given(args, kwds)
        several = ([] if x is None else [x]) + list(given.values())
        read = alike(*several, floats=True) if several else []
        if read:
            check_real(self.name, read[0])
        values = dict(zip(given, read[-len(given) :], strict=False))
        shapes, scale = [values[key] for key in self.shapes], values.get("scale")
        good = self._valid(*shapes)
        if good is not None:
            pairs = zip(shapes, self._harmless(*shapes), strict=True)
            shapes = [gg.where(good, shape, other) for shape, other in pairs]
        if scale is not None:
            positive = scale > 0
            scale = gg.where(positive, scale, 1.0)
            good = positive if good is None else gg.logical_and(good, positive)
        return (None if x is None else read[0]), shapes, values.get("loc"), scale, good

    def _placed(self, z: Any, shapes: list, scale: Any, good: Any, off: Any = None) -> Point:
        """The point of ``z``; ``off``: where else it lies outside of the support."""
        low, high = self._support(*shapes)
        below, above = off, None
        if self.open_below or not isinstance(low, float) or low > -inf:
            under = z <= low if self.open_below else z < low
            below = under if off is None else gg.logical_or(off, under)
            above = z >= high if isinstance(high, float) and high == inf else z > high
            z = gg.where(gg.logical_or(below, above), self.middle, z)
        return Point(z, shapes, scale, good, below, above)

    def _moment(self, value: Any, good: Any) -> Any:
        return value if good is None else gg.where(good, value, nan)

    def mean(self, *args: Any, **kwds: Any) -> Any:
        """The mean."""
        _, shapes, loc, scale, good = self._read(None, args, kwds)
        return self._moment(_moved(self._mean(*shapes), loc, scale), good)

    def var(self, *args: Any, **kwds: Any) -> Any:
        """The variance."""
        _, shapes, loc, scale, good = self._read(None, args, kwds)
        spread = self._var(*shapes)
        spread = spread if scale is None else spread * scale * scale
        return self._moment(spread, _placed_by(loc, good))

    def std(self, *args: Any, **kwds: Any) -> Any:
        """The standard deviation."""
        return gg.sqrt(self.var(*args, **kwds))

    @abstractmethod
    def _mean(self, *shapes: Any) -> Any: ...

    @abstractmethod
    def _var(self, *shapes: Any) -> Any: ...

    def __repr__(self) -> str:
        return f"<{self.name} of {', '.join((*self.shapes, *self.last))}>"


def check_real(name: str, x: Any) -> None:
    """TypeError for complex numbers: the distribution ``name`` is of real ones."""
    if x.dtype in COMPLEX:
        raise TypeError(f"{name}: of {x.dtype}; it is of real numbers, give those")


def _placed_by(loc: Any, good: Any) -> Any:
    """Where the parameters are valid of a number that does not depend on ``loc``: where that is a
    number too, in the shape that it has with it."""
    if loc is None:
        return good
    return loc == loc if good is None else gg.logical_and(good, loc == loc)


def _moved(z: Any, loc: Any, scale: Any) -> Any:
    """scale z + loc."""
    z = z if scale is None else z * scale
    return z if loc is None else z + loc


class Frozen:
    """A distribution whose parameters are given: its functions take x, or nothing."""

    def __init__(self, distribution: Any, args: tuple, kwds: dict[str, Any]) -> None:
        self.dist = distribution
        self.args = args
        self.kwds = kwds

    def __getattr__(self, name: str) -> Any:
        function = getattr(self.dist, name)
        if name.startswith("_") or not callable(function):
            raise AttributeError(f"a frozen {self.dist.name} has no {name!r}")
        if name in ("mean", "var", "std", "entropy"):
            return partial(function, *self.args, **self.kwds)
        return lambda x: function(x, *self.args, **self.kwds)
