"""RandomState: the numbers that numpy.random.RandomState draws, to the last bit."""

from collections.abc import Callable
from functools import wraps
from numbers import Integral
from typing import Any

from ..api import functions as gg
from ..backend.numpy_rules import numpys
from ..backend.select import HOST, backend
from ..tensor.cell import Tensor
from .cell import Array
from .reading import array


class RandomState:
    """NumPy's RandomState of the same seed, whose arrays are Tensors on the default device.

        print(RandomState(0).randn(2).round(3).tolist())  # [1.764, 0.4]

    Programs give a seed here for numbers that never change, so these are NumPy's own, with all of
    its methods; they are drawn on the host.  Single numbers are Python's, as NumPy gives them.
    Parameters have no gradients: one that needs any is refused, and the functions of
    gpugrad.numpy.random give it.
    """

    def __init__(self, seed: Any = None) -> None:
        self.__wrapped__ = numpys("random").RandomState(seed)  # gg.compile looks for this name

    def __getattr__(self, name: str) -> Any:
        """A method of NumPy's, or AttributeError."""
        method = getattr(self.__dict__.get("__wrapped__"), name)
        return _sending(method) if callable(method) else method

    def permutation(self, x: Any) -> Any:
        """Integers 0 to x - 1 in random order; for an array, its rows."""
        if isinstance(x, Integral):
            return Array(backend().asarray(self.__wrapped__.permutation(x)))
        x = array(x)
        order = backend(x.device).asarray(self.__wrapped__.permutation(len(x)))
        return gg.take(x, order, axis=0)

    def shuffle(self, x: Any) -> None:
        """Put the rows of a Tensor, or the elements of a list, into random order in place."""
        if isinstance(x, Tensor):
            x[...] = self.permutation(x)
        else:
            self.__wrapped__.shuffle(x)


def _sending(method: Callable) -> Callable[..., Any]:
    """NumPy's ``method``, given the values of Tensors; the arrays that it draws are sent back."""

    @wraps(method)
    def draw(*given: Any, **named: Any) -> Any:
        drawn = method(*map(_value, given), **{name: _value(x) for name, x in named.items()})
        return Array(backend().asarray(drawn)) if isinstance(drawn, HOST.array_types[0]) else drawn

    return draw


def _value(x: Any) -> Any:
    return x.numpy() if isinstance(x, Tensor) else x
