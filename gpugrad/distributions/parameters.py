"""Parameters: how they are read and checked, and the functions that densities are made of."""

from typing import Any

from ..api import functions as gg
from ..api.creation import asarray
from ..api.inspection import finfo
from ..backend.dtypes import INEXACT, default_float
from ..backend.select import HOST, backend_of
from ..engine.cells import CELLS, Cell, raw
from ..engine.functions import function_of
from ..engine.levels import enable_grad
from ..ops import elementary as _elementary
from ..ops import special_error as _error
from ..ops import special_gamma as _gamma
from ..ops import special_incomplete as _incomplete
from ..ops import special_information as _information
from .constraints import Constraint

EULER = 0.5772156649015329
gammaln, digamma = function_of(_gamma.gammaln), function_of(_gamma.digamma)
betaln, polygamma = function_of(_gamma.betaln), function_of(_gamma.polygamma)
gammainc = function_of(_incomplete.gammainc)
xlogy, xlog1py = function_of(_information.xlogy), function_of(_information.xlog1py)
erf, erfinv = function_of(_elementary.erf), function_of(_error.erfinv)


def floats(*values: Any) -> list[Any]:
    """Parameters as Tensors of floats; numbers become Tensors of the others' class and dtype."""
    read = [x if isinstance(x, int | float) else asarray(x) for x in values]
    cells = [x for x in read if isinstance(x, Cell)]
    kinds = [x.dtype for x in cells if x.dtype in INEXACT]
    dtype = kinds[0] if kinds else default_float()
    made = [x if isinstance(x, Cell) else _number(x, dtype, cells) for x in read]
    return [x if x.dtype in INEXACT else gg.astype(x, dtype) for x in made]


def _number(x: float, dtype: Any, cells: list) -> Any:
    """A number as a Tensor beside others."""
    made = asarray(x, dtype=dtype, device=device_of(cells[0]) if cells else None)
    kind = type(cells[0]) if cells else None
    return kind.results(made.held) if kind in CELLS else made


def broadcast_all(*values: Any) -> list[Any]:
    """Parameters as Tensors of floats in the shape that they have together."""
    return list(gg.broadcast_arrays(*floats(*values)))


def device_of(x: Any) -> str:
    """The name of the device that holds a Tensor's elements."""
    return backend_of(raw(x)).name


def drawn_like(draw: Any, x: Any, shape: tuple[int, ...]) -> Any:
    """Standard random numbers in ``shape``, of the dtype and on the device of ``x``."""
    return draw(size=shape, dtype=x.dtype, device=device_of(x))


def tiny(x: Any) -> float:
    """The distance from 1 of the next number of the dtype of ``x``."""
    return float(finfo(x.dtype).eps)


def smallest(x: Any) -> float:
    """The smallest positive number of the dtype of ``x`` that has all its digits."""
    return float(finfo(x.dtype).smallest_normal)


def clamped(probs: Any) -> Any:
    """Probabilities away from 0 and 1, by as little as the dtype can tell."""
    return gg.clip(probs, tiny(probs), 1 - tiny(probs))


def from_logits(logits: Any, binary: bool) -> Any:
    """Probabilities of logits, along the last axis unless each is of one truth value."""
    return gg.sigmoid(logits) if binary else gg.softmax(logits, axis=-1)


def to_logits(probs: Any, binary: bool) -> Any:
    """Logits of probabilities, which are clamped away from 0 and 1."""
    probs = clamped(probs)
    return gg.log(probs) - gg.log1p(-probs) if binary else gg.log(probs)


def full_like(x: Any, value: float) -> Any:
    """``value`` everywhere, a Tensor of the kind, shape and dtype of ``x``."""
    return gg.where(x == x, value, x.detach())


def without_gradient(x: Any) -> Any:
    """A number drawn without its history; itself if it has none."""
    return x.detach() if x.level or x.node is not None else x


class lazy:
    """An attribute that is computed when it is first asked for, and then kept."""

    def __init__(self, compute: Any) -> None:
        self.compute, self.name, self.__doc__ = compute, compute.__name__, compute.__doc__

    def __get__(self, x: Any, kind: Any = None) -> Any:
        if x is None:
            return self
        with enable_grad():
            found = x.__dict__[self.name] = self.compute(x)
        return found


def holds(condition: Any) -> bool:
    """Whether a condition is true for any element; False on a device, which would have to be waited
    for, and while a function is recorded."""
    array = raw(condition)
    return backend_of(array) is HOST and bool(HOST.to_host(array).any())


def satisfied(constraint: Constraint, value: Any) -> bool:
    """Whether all events lie in the set, as far as ``holds`` can tell."""
    array = raw(value)
    if backend_of(array) is not HOST:
        return True
    return not holds(gg.logical_not(constraint.check(Cell.results(array))))
