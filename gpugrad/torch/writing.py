"""Methods that write into a Tensor: numbers, other Tensors, random numbers, a leaf's state."""

from typing import Any

from ..api import creation as make
from ..tensor.cell import Tensor
from .both import method
from .drawing import numbers_of
from .tensor import owned


def _filled(self: Any, value: Any) -> Any:
    return self._become(owned(make.full_like(self.detach(), value)))


@method
def fill_(self: Any, value: Any) -> Any:
    """Set all elements to a number."""
    return _filled(self, value.item() if isinstance(value, Tensor) else value)


@method
def zero_(self: Any) -> Any:
    """Set all elements to 0."""
    return _filled(self, 0)


@method
def copy_(self: Any, src: Any, non_blocking: bool = False) -> Any:
    """Set the elements to those of ``src``, which is broadcast and cast."""
    self[...] = (
        src.to(self.device) if isinstance(src, Tensor) and src.device != self.device else src
    )
    return self


@method
def set_(self: Any, source: Any) -> Any:
    """Hold the elements of ``source``."""
    self.write(source.held)
    return self


@method
def fill_diagonal_(self: Any, fill_value: Any, wrap: bool = False) -> Any:
    """Set the diagonal to a number."""
    n = range(min(self.shape))
    self[list(n), list(n)] = fill_value
    return self


@method
def detach_(self: Any) -> Any:
    """Forget how this Tensor was computed."""
    self.node = None
    return self


@method
def uniform_(self: Any, a: float = 0.0, b: float = 1.0, *, generator: Any = None) -> Any:
    """Draw uniform numbers from [a, b)."""
    return _drawn(self, numbers_of(generator).uniform(a, b, tuple(self.shape)))


@method
def normal_(self: Any, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Any:
    """Draw normal numbers."""
    return _drawn(self, numbers_of(generator).normal(mean, std, tuple(self.shape)))


@method
def bernoulli_(self: Any, p: Any = 0.5, *, generator: Any = None) -> Any:
    """Draw 1 with probability ``p``, else 0."""
    return _drawn(self, numbers_of(generator).uniform(0.0, 1.0, tuple(self.shape)) < p)


@method
def exponential_(self: Any, lambd: float = 1.0, *, generator: Any = None) -> Any:
    """Draw numbers of the exponential distribution with rate ``lambd``."""
    return _drawn(self, numbers_of(generator).exponential(1 / lambd, tuple(self.shape)))


@method
def cauchy_(self: Any, median: float = 0.0, sigma: float = 1.0, *, generator: Any = None) -> Any:
    """Draw numbers of the Cauchy distribution."""
    drawn = numbers_of(generator).standard_cauchy(tuple(self.shape))
    return _drawn(self, median + sigma * drawn)


@method
def log_normal_(self: Any, mean: float = 1.0, std: float = 2.0, *, generator: Any = None) -> Any:
    """Draw numbers whose logarithm is normal."""
    return _drawn(self, numbers_of(generator).lognormal(mean, std, tuple(self.shape)))


@method
def geometric_(self: Any, p: float, *, generator: Any = None) -> Any:
    """Draw numbers of trials up to the first success, which has probability ``p``."""
    return _drawn(self, numbers_of(generator).geometric(p, tuple(self.shape)))


@method
def random_(self: Any, from_: int = 0, to: int | None = None, *, generator: Any = None) -> Any:
    """Draw whole numbers from ``from_`` up to ``to``, which is left out."""
    low, high = (from_, to) if to is not None else (0, from_)
    return _drawn(self, numbers_of(generator).integers(low, high, tuple(self.shape)))


def _drawn(self: Any, values: Any) -> Any:
    """``self`` with drawn values, in its dtype and on its device."""
    return self._become(owned(values).to(self.device, self.dtype))


def _reshaping(name: str) -> None:
    def change(self: Any, *arguments: Any) -> Any:
        """Have another shape, or the axes in another order, in place."""
        new = getattr(self, name)(*arguments)
        self.write(new.held, new.node)
        return self

    change.__name__ = change.__qualname__ = f"{name}_"
    method(change)


for _name in ("squeeze", "unsqueeze", "t", "transpose", "swapaxes", "swapdims"):
    _reshaping(_name)


def _computed(name: str) -> None:
    def change(self: Any, *arguments: Any, **settings: Any) -> Any:
        """Write the result of the function of this name into this Tensor."""
        return self._become(getattr(self, name)(*arguments, **settings))

    change.__name__ = change.__qualname__ = f"{name}_"
    method(change)


for _name in ("cumsum", "cumprod", "tril", "triu", "renorm"):
    _computed(_name)
